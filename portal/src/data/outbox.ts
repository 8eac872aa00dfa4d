/** Captured calls as the server shows them. */
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
}

const member = (value: unknown, name: string): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] as unknown;
  return typeof found === 'string' ? found : undefined;
};

/** Whom the call goes to: the recipient of a mail, else host and path. */
export function targetOf({ request }: OutboxRow): string {
  return member(request.body, 'To') ?? `${request.host ?? ''}${request.path}`;
}

/** The subject of a mail, else what is called. */
export function subjectOf({ request, action }: OutboxRow): string {
  return member(request.body, 'Subject') ?? `${request.method} by ${action}`;
}

/** The HTML of a mail; undefined when the call is none. */
export function mailHtmlOf({ request }: OutboxRow): string | undefined {
  return member(request.body, 'Subject') === undefined ? undefined : member(request.body, 'Body');
}
