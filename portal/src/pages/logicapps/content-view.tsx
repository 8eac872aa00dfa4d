/**
 * Inputs or outputs behind a signed link.
 *
 * Invariants
 * C1. What is hidden by the workflow's security settings is not asked for.
 * C2. Contents over 256 KB are fetched only on a click, and over 5 MB not shown.
 */
import { Button } from '@fluentui/react-components';
import { LockClosedRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { call } from '../../api/http.ts';
import type { ContentLink } from '../../data/workflows.ts';
import { JsonView } from '../../design/json-view.tsx';
import { Failure, Loading } from '../../design/states.tsx';

const freely = 256 * 1024;
const most = 5 * 1024 * 1024;

export interface ContentViewProps {
  readonly link: ContentLink | undefined;
  /** An inline value, where there is no link. */
  readonly value?: unknown;
  readonly label: string;
  readonly title?: string;
}

export function ContentView({ link, value, label, title }: ContentViewProps): ReactElement | null {
  return (
    <div>
      {title === undefined ? null : <h3>{title}</h3>}
      <Content link={link} value={value} label={label} />
    </div>
  );
}

function Content({ link, value, label }: ContentViewProps): ReactElement {
  const [anyway, setAnyway] = useState(false);
  const size = link?.contentSize ?? 0;
  const { uri } = link ?? {};
  const { data, error, refetch } = useQuery<string, ArmError>({
    queryKey: ['content', uri?.split('?')[0], link?.contentSize],
    queryFn: async ({ signal }) => (await call<unknown>('GET', uri ?? '', { signal })).text,
    enabled: uri !== undefined && (size <= freely || anyway),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (link === undefined) {
    return value === undefined ? <p className="muted">There are none.</p> : <JsonView value={value} label={label} />;
  }
  if (uri === undefined) {
    return (
      <p>
        <LockClosedRegular aria-hidden="true" /> Content not shown due to security configuration.
      </p>
    );
  }
  if (size > most) {
    return (
      <p>
        {Math.ceil(size / 1024 / 1024)} MB: too large to be shown.{' '}
        <a href={new URL(uri).pathname + new URL(uri).search} download={`${label}.json`}>
          Download
        </a>
      </p>
    );
  }
  if (size > freely && !anyway) {
    return <Button onClick={() => setAnyway(true)}>{`Show anyway (${Math.ceil(size / 1024)} KB)`}</Button>;
  }
  if (error !== null) return <Failure error={error} what={`${label} could not be read`} retry={() => void refetch()} />;
  if (data === undefined) return <Loading rows={3} />;
  return <JsonView value={pretty(data)} label={label} />;
}

function pretty(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
