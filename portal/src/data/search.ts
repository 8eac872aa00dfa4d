/** What the search box finds on the server. Source: own API reference, search. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Resource, withQuery } from '../api/arm.ts';
import { read } from '../api/http.ts';
import { type DocumentEntry, useDocuments } from './documents.ts';

const debounceMilliseconds = 150;
const mostShown = '12';

function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), debounceMilliseconds);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Resources, alerts and runs by a part of a name or by an id, over everything that the caller may read. */
export function useSearch(text: string): readonly Resource[] {
  const q = useSettled(text.trim());
  const isAsked = q.length > 1;
  const { data } = useQuery({
    queryKey: ['search', q],
    queryFn: ({ signal }) =>
      read<{ readonly value: readonly Resource[] }>(withQuery('/tocsin/v1/search', { q, $top: mostShown }), signal),
    enabled: isAsked,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  return isAsked && text.trim().length > 1 ? (data?.value ?? []) : [];
}

const mostDocuments = 5;

/** Documents whose titles or headings have the text. */
export function useFoundDocuments(text: string): readonly DocumentEntry[] {
  const q = useSettled(text.trim());
  const isAsked = q.length > 2 && !q.startsWith('/');
  const found = useDocuments(q, mostDocuments, isAsked) ?? [];
  return isAsked && text.trim().length > 2 ? found : [];
}
