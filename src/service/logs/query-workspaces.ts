/**
 * Asks log tables of workspaces, for whoever may: the query API, connections of playbooks, the command line.
 *
 * Owns: which workspaces, rights, the span, faults in the service's words. Does not own: the work (`query-logs.ts`), forms
 * of answers (`#api`). Connections of Azure Monitor Logs (`queryData`, `queryDataV2`, `visualizeQuery…`) may call
 * `queryWorkspaces` with the workspace's id.
 *
 * Invariants
 * QW1. A workspace that the caller may not query is refused before anything is read.
 * Source: connectors reference 3.4 and 6; published errors of the Log Analytics query API.
 */
import { parseArmId } from '#foundation';
import { isKqlFault, type KqlFault } from '#query';
import { askQuery } from '../queries/query-threads.ts';
import { isQueryFailure, type QueryFailure } from '../queries/query-job.ts';
import type { Services } from '../services.ts';
import { workspaceType } from '../workspace-links.ts';
import type { LogSpan } from './log-table.ts';
import { findWorkspace, type LogWorkspace } from './log-workspaces.ts';
import type { LogAnswer } from './query-logs.ts';

export interface WorkspaceQuery {
  readonly query: string;
  /** GUIDs, ids or names; rows of all of them count as one table's. */
  readonly workspaces: readonly string[];
  readonly span?: LogSpan;
  /** How long it may take; three minutes unless said otherwise, ten at most. */
  readonly milliseconds?: number;
  readonly allowed: (action: string, scope: string) => boolean;
}

/** What is wrong, with what the query API nests inside: code by code. */
export interface LogsFault {
  readonly kind: 'logs-fault';
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly inner?: InnerFault;
}

export interface InnerFault {
  readonly code: string;
  readonly message: string;
  readonly line?: number;
  readonly pos?: number;
  readonly token?: string;
  readonly inner?: InnerFault;
}

export function isLogsFault(value: unknown): value is LogsFault {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'logs-fault';
}

export function logsFault(status: number, code: string, message: string, inner?: InnerFault): LogsFault {
  return { kind: 'logs-fault', status, code, message, ...(inner === undefined ? {} : { inner }) };
}

export const queryAction = `${workspaceType}/query/read`;
/** What shows the activity log of a subscription, and its security events. */
export const activityActions: readonly string[] = ['Microsoft.Insights/eventtypes/values/read'];
export const eventActions: readonly string[] = [
  'Microsoft.Security/alerts/read',
  'Microsoft.Security/assessments/read',
];
const usualMilliseconds = 180_000;
const mostMilliseconds = 600_000;

/** Rows of a query over the workspaces. */
export async function queryWorkspaces(
  services: Pick<Services, 'store' | 'settings' | 'clock'>,
  asked: WorkspaceQuery,
): Promise<LogAnswer | LogsFault> {
  const workspaces: LogWorkspace[] = [];
  for (const name of new Set(asked.workspaces)) {
    const found = findWorkspace(services, name);
    if (found === undefined) return logsFault(404, 'PathNotFoundError', `The workspace '${name}' could not be found.`);
    if (!asked.allowed(queryAction, found.id)) return insufficientAccess;
    workspaces.push(found);
  }
  const others = namedInside(services, asked);
  const subscriptions = new Set(
    [...workspaces, ...others.map(([, workspace]) => workspace)].map(({ id }) => parseArmId(id)?.subscriptionId ?? ''),
  );
  const whereAllowed = (actions: readonly string[]): readonly string[] =>
    [...subscriptions].filter((id) => actions.every((action) => asked.allowed(action, `/subscriptions/${id}`)));
  const result = await askQuery(services, {
    kind: 'logs',
    query: {
      query: asked.query,
      workspaces,
      others,
      span: asked.span ?? {},
      now: services.clock.now(),
      activityOf: whereAllowed(activityActions),
      eventsOf: whereAllowed(eventActions),
      milliseconds: Math.min(asked.milliseconds ?? usualMilliseconds, mostMilliseconds),
    },
  });
  if (isQueryFailure(result)) return failed(result);
  return isKqlFault(result) ? queryFault(asked.query, result) : result;
}

/** Those of `workspace('…')` that are there and that the caller may query (QW1). */
function namedInside(
  services: Pick<Services, 'store'>,
  { query, allowed }: WorkspaceQuery,
): readonly (readonly [string, LogWorkspace])[] {
  const names = new Set(
    Array.from(query.matchAll(/\bworkspace\s*\(\s*(['"])(.{1,400}?)\1\s*\)/g), (found) => found[2] ?? ''),
  );
  return [...names].flatMap((name) => {
    const found = findWorkspace(services, name);
    return found !== undefined && allowed(queryAction, found.id) ? [[name.toLowerCase(), found] as const] : [];
  });
}

export const insufficientAccess = logsFault(
  403,
  'InsufficientAccessError',
  'The provided credentials have insufficient access to perform the requested operation',
);

function failed({ reason }: QueryFailure): LogsFault {
  switch (reason) {
    case 'late':
      return logsFault(504, 'GatewayTimeout', 'The query did not end in its time. Narrow its time range or its rows.');
    case 'memory':
      return limitFault('The query needs more memory than one query may have.');
    case 'busy':
      return logsFault(429, 'ThrottledError', 'Too many queries are waiting; try again later.');
    case 'broken':
      return logsFault(500, 'InternalServerError', 'The query could not be worked on.');
  }
}

function limitFault(message: string): LogsFault {
  return logsFault(400, 'BadArgumentError', 'The request had some invalid properties', {
    code: 'QueryLimitsExceeded',
    message: 'The query is beyond the limits of one query.',
    inner: { code: 'E_RUNAWAY_QUERY', message },
  });
}

/** A fault of the query: what kind it is, then where and what. */
function queryFault(query: string, { code, message, line, column }: KqlFault): LogsFault {
  if (code === 'LIM0001') {
    return /too long/.test(message) ? failed({ kind: 'query-failure', reason: 'late' }) : limitFault(message);
  }
  const rest = (query.split('\n')[line - 1] ?? '').slice(column - 1);
  const token = /^\s*([\w$-]+|[=!<>~]+|\S)/.exec(rest)?.[1] ?? '<EOF>';
  const isSyntax = code === 'SYN0001';
  const inner = isSyntax
    ? { code: 'SYN0002', message: `Query could not be parsed at '${token}' on line [${line},${column}]: ${message}` }
    : { code: code === 'SEM0001' ? 'SEM0100' : code, message };
  return logsFault(400, 'BadArgumentError', 'The request had some invalid properties', {
    code: isSyntax ? 'SyntaxError' : 'SemanticError',
    message: isSyntax ? 'A recognition error occurred in the query.' : 'A semantic error occurred.',
    inner: { ...inner, line, pos: column, token },
  });
}
