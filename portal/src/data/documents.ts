/** The documents that come with the product. Source: own API reference, overview. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { withQuery } from '../api/arm.ts';
import { read } from '../api/http.ts';

export interface DocumentEntry {
  /** `concepts/brakes` */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
}

export interface DocumentPage {
  readonly name: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

/** Those whose titles or headings have the text; undefined until they are known. */
export function useDocuments(text: string, count: number, asked = true): readonly DocumentEntry[] | undefined {
  const q = text.trim();
  const { data } = useQuery({
    queryKey: ['documents', q, count],
    queryFn: async ({ signal }) => {
      const path = withQuery('/tocsin/v1/docs', { q, $top: String(count) });
      return (await read<{ readonly value: readonly DocumentEntry[] }>(path, signal)).value;
    },
    enabled: asked,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

export const readDocument = (name: string, signal?: AbortSignal): Promise<DocumentPage> =>
  read<DocumentPage>(`/tocsin/v1/docs/${name.split('/').map(encodeURIComponent).join('/')}`, signal);
