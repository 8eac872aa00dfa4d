/**
 * Entries for what use cases do not record themselves: actions, refusals, failures, sign-ins.
 *
 * Owns: which requests are worth an entry, and that a flood of the same is one. Does not own: the entry (`record-activity.ts`).
 *
 * Invariants
 * NR1. Every write and action of a signed-in caller leaves an entry: that of its use case, in the same commit, or one of
 *      these. Reading leaves none, nor does ingestion, whose events are rows of their own.
 * NR2. The same refusal of the same caller is written once a minute. A log that cannot be written fails no request.
 */
import type { Fault, Identity, JsonObject, Write } from '#foundation';
import { signInWrites } from '../directory/directory-sign-ins.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';

export interface NotedRequest {
  readonly caller: Caller;
  /** `Microsoft.Logic/workflows/enable/action`. */
  readonly action: string;
  readonly resourceId: string;
  readonly method: string;
  /** Absent where it succeeded. */
  readonly fault?: Fault;
}

const quietMilliseconds = 60_000;
const mostRemembered = 10_000;

/** Writes the entry; resolves when it is durable, or when there is none to write. */
export async function noteRequest(services: Services, request: NotedRequest): Promise<void> {
  const { caller, action, fault } = request;
  if (/\/read$/i.test(action) && fault?.status !== 403) return;
  const { objectId } = caller.identity;
  if (fault !== undefined && isRepeated(services, `${objectId} ${action} ${request.resourceId} ${fault.code}`)) return;
  const properties: JsonObject =
    fault === undefined
      ? {}
      : { properties: { statusCode: String(fault.status), statusMessage: `${fault.code}: ${fault.message}` } };
  await write(services, caller, {
    operation: action,
    resourceId: request.resourceId,
    status: fault === undefined ? 'Succeeded' : 'Failed',
    httpMethod: request.method,
    ...properties,
  });
}

export interface NotedSignIn {
  readonly identity: Identity;
  readonly remoteAddress?: string | undefined;
  /** `password`, `client_credentials`, `session`, … */
  readonly way: string;
  /** The application one signed in to, where it is another. */
  readonly application?: string;
  /** Why it was refused. */
  readonly refusal?: string;
}

const signInOperation = 'Tocsin.Identity/signIns/action';

export async function noteSignIn(services: Services, signIn: NotedSignIn): Promise<void> {
  const { identity, remoteAddress, way, application, refusal } = signIn;
  const correlationId = services.random.uuid();
  const who = identity.userName ?? identity.appId ?? identity.displayName;
  if (refusal !== undefined && isRepeated(services, `${who} ${way} ${remoteAddress ?? ''}`)) return;
  await write(
    services,
    { identity, correlationId, remoteAddress },
    {
      operation: signInOperation,
      resourceId: '',
      status: refusal === undefined ? 'Succeeded' : 'Failed',
      category: 'SignIn',
      properties: {
        way,
        ...(application === undefined ? {} : { application }),
        ...(refusal === undefined ? {} : { statusMessage: refusal }),
      },
    },
    signInWrites(services, { identity, correlationId, remoteAddress, way, application, refusal }),
  );
}

async function write(
  services: Services,
  caller: Caller,
  activity: Parameters<typeof activityWrite>[2],
  more: readonly Write[] = [],
): Promise<void> {
  try {
    await services.store.commit([activityWrite(services, caller, activity), ...more]);
  } catch (error) {
    services.log.warn('An entry of the activity log was not written.', { error: String(error) });
  }
}

const repeated = new WeakMap<object, Map<string, number>>();

function isRepeated(services: Services, key: string): boolean {
  const seen = repeated.get(services.store) ?? new Map<string, number>();
  repeated.set(services.store, seen);
  const now = services.clock.now();
  const last = seen.get(key);
  if (last !== undefined && now - last < quietMilliseconds) return true;
  if (seen.size >= mostRemembered) seen.clear();
  seen.set(key, now);
  return false;
}
