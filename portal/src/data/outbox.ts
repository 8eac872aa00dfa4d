/** Captured calls as the server shows them. */
import { mailOf } from '../model/mail.ts';
import type { Mock } from './mocks.ts';

export interface OutboxRow {
  readonly id: string;
  readonly time: string;
  readonly connector?: string;
  readonly operation?: string;
  readonly connectionId?: string;
  readonly workflowId?: string;
  readonly runId: string;
  readonly action: string;
  readonly request: {
    readonly method: string;
    readonly host?: string;
    readonly path: string;
    readonly queries?: unknown;
    readonly headers?: unknown;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers?: unknown;
    readonly body?: unknown;
    readonly source: string;
  };
  /** Of one call alone: what would answer it so again. */
  readonly mock?: Mock;
}

/** Whom the call goes to: the recipient of a mail, else host and path. */
export function targetOf({ request }: OutboxRow): string {
  const to = mailOf(request.body)?.headers.find(({ name }) => name === 'To')?.value;
  return to ?? `${request.host ?? ''}${request.path}`;
}

/** The subject of a mail, else what is called. */
export function subjectOf({ request, action }: OutboxRow): string {
  return mailOf(request.body)?.subject ?? `${request.method} by ${action}`;
}

const sources: Readonly<Record<string, string>> = {
  mock: 'Mock',
  schema: 'Example',
  inferred: 'Inferred',
  empty: 'Nothing',
};

/** Who answered, in a word. */
export const sourceWord = (source: string): string => sources[source] ?? source;
