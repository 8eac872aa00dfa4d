/**
 * Asks Resource Graph, for whoever is signed in.
 *
 * Owns: its time, faults of work that did not end. Does not own: the work (`query-resource-graph.ts`), threads (`queries/`).
 */
import type { Identity, JsonObject } from '#foundation';
import { isQueryFailure } from '../queries/query-job.ts';
import { askQuery } from '../queries/query-threads.ts';
import type { Services } from '../services.ts';
import { type GraphFault, graphFault, type GraphRequest } from './graph-request.ts';

const milliseconds = 30_000;

/** The body of the answer, or what is wrong. */
export async function askResourceGraph(
  services: Pick<Services, 'store' | 'settings' | 'clock'>,
  asked: { readonly identity: Identity; readonly request: GraphRequest },
): Promise<JsonObject | GraphFault> {
  const { tenantId } = services.settings;
  const query = { ...asked, tenantId, now: services.clock.now(), milliseconds };
  const result = await askQuery(services, { kind: 'graph', query });
  if (!isQueryFailure(result)) return result;
  switch (result.reason) {
    case 'late':
      return { ...graphFault('GatewayTimeout', 'The query did not end in its time.'), status: 504 };
    case 'memory':
      return graphFault('QueryLimitExceeded', 'The query needs more memory than one query may have.');
    case 'busy':
      return { ...graphFault('RateLimiting', 'Too many queries are waiting; try again later.'), status: 429 };
    case 'broken':
      return { ...graphFault('InternalServerError', 'The query could not be worked on.'), status: 500 };
  }
}
