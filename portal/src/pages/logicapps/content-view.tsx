/**
 * Inputs or outputs behind a signed link: as they are best read, or as they are.
 *
 * Invariants
 * C1. What is hidden by the workflow's security settings is not asked for.
 * C2. Contents over 256 KB are fetched only on a click and then shown in part, and over 5 MB only downloaded.
 * C3. A link that has expired is asked for anew once.
 *
 * Source: portal reference 7.1.
 */
import { Button, Switch } from '@fluentui/react-components';
import { ArrowDownloadRegular, LockClosedRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { call } from '../../api/http.ts';
import type { ContentLink } from '../../data/workflows.ts';
import { JsonView } from '../../design/json-view.tsx';
import { saveFile } from '../../design/save-file.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { ValueView } from '../../design/value-view.tsx';
import { exactJson } from '../../model/exact-json.ts';

const freely = 256 * 1024;
const most = 5 * 1024 * 1024;

export interface ContentViewProps {
  readonly link: ContentLink | undefined;
  /** An inline value, where there is no link. */
  readonly value?: unknown;
  readonly label: string;
  readonly title?: string;
  /** What a downloaded file is called, without its ending. */
  readonly file?: string;
  /** Reads the link again: signed links expire. */
  readonly renew?: (() => Promise<ContentLink | undefined>) | undefined;
}

export function ContentView(props: ContentViewProps): ReactElement | null {
  const { title } = props;
  return (
    <div>
      {title === undefined ? null : <h3>{title}</h3>}
      <Content {...props} />
    </div>
  );
}

function Content(props: ContentViewProps): ReactElement {
  const { link, value, label, file = label } = props;
  const [anyway, setAnyway] = useState(false);
  const size = link?.contentSize ?? 0;
  const { uri } = link ?? {};
  const { data, error, refetch } = useQuery<string, ArmError>({
    queryKey: ['content', uri?.split('?')[0], link?.contentSize],
    queryFn: ({ signal }) => textBehind(props, signal),
    enabled: uri !== undefined && (size <= freely || anyway),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (link === undefined) {
    if (value === undefined) return <p className="muted">There are none.</p>;
    return <Shown text={JSON.stringify(value, undefined, 2)} label={label} file={file} />;
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
        <a href={new URL(uri).pathname + new URL(uri).search} download={`${file}.json`}>
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
  return <Shown text={data} label={label} file={file} />;
}

/** C3. */
async function textBehind({ link, renew }: ContentViewProps, signal: AbortSignal): Promise<string> {
  try {
    return (await call<unknown>('GET', link?.uri ?? '', { signal })).text;
  } catch (error) {
    const next = await renew?.();
    if (next?.uri === undefined || next.uri === link?.uri) throw error;
    return (await call<unknown>('GET', next.uri, { signal })).text;
  }
}

interface ShownProps {
  readonly text: string;
  readonly label: string;
  readonly file: string;
}

function Shown({ text, label, file }: ShownProps): ReactElement {
  const isLarge = text.length > freely;
  const [raw, setRaw] = useState(isLarge);
  const value = isLarge ? text : exactJson(text);
  return (
    <>
      <div className="row content-tools">
        <Switch
          label={`Show raw ${label.toLowerCase()}`}
          checked={raw}
          disabled={isLarge}
          onChange={(_, { checked }) => setRaw(checked)}
        />
        <Button
          size="small"
          appearance="subtle"
          icon={<ArrowDownloadRegular />}
          onClick={() => saveFile(`${file}.json`, 'application/json', text)}
        >
          Download
        </Button>
      </div>
      {raw ? <JsonView value={value} label={label} /> : <ValueView value={value} label={label} />}
    </>
  );
}
