/**
 * What becomes of deployments that were under way when the server stopped.
 *
 * Owns: taking them up at the next start. Does not own: running them (`deployment-run.ts`).
 *
 * Invariants
 * RD1. Every deployment that was active goes on where it was, in its caller's name and with the values it had, or ends as
 *      failed saying why; none stays active without anybody working on it.
 */
import { formatTime, isFault } from '#foundation';
import type { Services } from '../services.ts';
import {
  type DeploymentRecord,
  deploymentCollection,
  deploymentOf,
  deploymentWrite,
  findContent,
} from './deployment-record.ts';
import { DeploymentRun } from './deployment-run.ts';
import { durationText } from './operation-notes.ts';
import { expandStored, storedCaller } from './stored-expansion.ts';

/** Called once at start, when our own ARM answers. */
export async function resumeDeployments(services: Services): Promise<void> {
  for (const status of ['Accepted', 'Running']) {
    for (const document of services.store.documents.list({ collection: deploymentCollection, status })) {
      const reason = resume(services, deploymentOf(document));
      if (reason !== undefined) await fail(services, deploymentOf(document), reason);
    }
  }
}

/** Why it cannot go on; undefined when it does. */
function resume(services: Services, record: DeploymentRecord): string | undefined {
  const content = findContent(services, record.id);
  if (content === undefined) return 'nothing is kept of its template.';
  const expanded = expandStored(services, { record, content });
  if (isFault(expanded)) return expanded.message;
  const caller = storedCaller(record, content.identity);
  void new DeploymentRun(services, { record, content, expanded, caller, resumed: true }).start();
  return undefined;
}

function fail(services: Services, record: DeploymentRecord, reason: string): Promise<void> {
  const now = services.clock.now();
  const error = {
    code: 'DeploymentFailed',
    message: `The server stopped while the deployment was running, and it cannot go on: ${reason} What was done is kept.`,
  };
  const times = { timestamp: formatTime(now), duration: durationText(now - record.time) };
  const properties = { ...record.properties, ...times, error };
  return services.store.commit([deploymentWrite({ ...record, state: 'Failed', properties })]);
}
