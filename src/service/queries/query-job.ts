/**
 * What a thread of queries is asked, as plain data, and how it is done.
 *
 * Owns: the jobs. Does not own: threads (`query-threads.ts`), what a query means (`logs/`, `resource-graph/`).
 */
import type { Identity, JsonObject, Store } from '#foundation';
import type { KqlFault } from '#query';
import { createAccessControl } from '../access-control.ts';
import { type LogAnswer, type LogQuery, runLogQuery } from '../logs/query-logs.ts';
import { type GraphFault, type GraphRequest } from '../resource-graph/graph-request.ts';
import { queryResourceGraph } from '../resource-graph/query-resource-graph.ts';

export interface GraphQuery {
  readonly request: GraphRequest;
  readonly identity: Identity;
  readonly tenantId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly milliseconds: number;
}

export type QueryJob =
  | { readonly kind: 'logs'; readonly query: LogQuery }
  | { readonly kind: 'graph'; readonly query: GraphQuery };

/** A query that did not end in its time or its memory, or that no thread was left for. */
export interface QueryFailure {
  readonly kind: 'query-failure';
  readonly reason: 'late' | 'memory' | 'busy' | 'broken';
}

export type ResultOf<J extends QueryJob> =
  | QueryFailure
  | (J['kind'] extends 'logs' ? LogAnswer | KqlFault : JsonObject | GraphFault);

export function isQueryFailure(value: unknown): value is QueryFailure {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'query-failure';
}

const graphRows = 5_000_000;
const graphBytes = 128 * 1024 * 1024;

/** Works on a job with the store it is about. */
export function perform<J extends QueryJob>(store: Store, job: J): ResultOf<J> {
  return (job.kind === 'logs' ? runLogQuery(store, job.query) : runGraphQuery(store, job.query)) as ResultOf<J>;
}

function runGraphQuery(store: Store, asked: GraphQuery): JsonObject | GraphFault {
  const { request, identity, tenantId, now, milliseconds } = asked;
  const end = performance.now() + milliseconds;
  const limits = { rows: graphRows, bytes: graphBytes, expired: () => performance.now() > end };
  // Nothing changes while one query is worked on: what is read of roles once holds for all of it.
  const access = createAccessControl(store, { onCommit: () => () => {}, onFailure: () => {} });
  const caller = {
    allowed: (action: string, scope: string) => access.allowed(identity, action, scope),
    visible: (scope: string) => access.visible(identity, scope),
    groupsAbove: (scope: string) => access.groupsAbove(scope),
  };
  return queryResourceGraph({ store, tenantId, now, limits }, caller, request);
}
