/**
 * The two shared keys of a workspace, with which collectors sign what they send.
 *
 * Owns: making, showing, renewing and checking them. Does not own: what is collected (`collect-logs.ts`).
 *
 * Invariants
 * WK1. Keys are in `secrets` only and are made when they are first asked for: a workspace nobody asked has none that opens.
 * Source: `sharedKeys` and `regenerateSharedKey` of Microsoft.OperationalInsights; HTTP data collector API, signatures.
 */
import { createHmac } from 'node:crypto';
import { armIdKey, type JsonObject, raise, textMember } from '#foundation';
import { inTurn } from '../in-turn.ts';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { workspaceType } from '../workspace-links.ts';

const collection = 'workspaceKeys';
const keyBytes = 64;

export interface SharedKeys {
  readonly primarySharedKey: string;
  readonly secondarySharedKey: string;
}

function stored({ store }: Pick<Services, 'store'>, workspaceId: string): SharedKeys | undefined {
  const secrets = store.documents.get(collection, armIdKey(workspaceId))?.secrets;
  const [primarySharedKey, secondarySharedKey] = ['primary', 'secondary'].map((name) => textMember(secrets, name));
  return primarySharedKey === undefined || secondarySharedKey === undefined
    ? undefined
    : { primarySharedKey, secondarySharedKey };
}

function newKey({ random, secrets }: Pick<Services, 'random' | 'secrets'>): string {
  return Buffer.from(secrets.randomKey(keyBytes) + random.uuid(), 'utf8')
    .toString('base64')
    .slice(0, 88);
}

/** The keys of a workspace that exists. @throws TocsinError `ResourceNotFound`. */
export function sharedKeys(services: Services, caller: Caller, workspaceId: string): Promise<SharedKeys> {
  return inTurn(services.store, `${armIdKey(workspaceId)}/sharedKeys`, async () => {
    demandWorkspace(services, workspaceId);
    const known = stored(services, workspaceId);
    const keys = known ?? { primarySharedKey: newKey(services), secondarySharedKey: newKey(services) };
    await save(services, caller, workspaceId, 'sharedKeys/action', known === undefined ? keys : undefined);
    return keys;
  });
}

/** Makes both keys anew. @throws TocsinError `ResourceNotFound`. */
export function regenerateSharedKeys(services: Services, caller: Caller, workspaceId: string): Promise<SharedKeys> {
  return inTurn(services.store, `${armIdKey(workspaceId)}/sharedKeys`, async () => {
    demandWorkspace(services, workspaceId);
    const keys = { primarySharedKey: newKey(services), secondarySharedKey: newKey(services) };
    await save(services, caller, workspaceId, 'regenerateSharedKey/action', keys);
    return keys;
  });
}

function demandWorkspace({ store }: Services, workspaceId: string): void {
  if (store.resources.get(workspaceId) === undefined)
    raise('ResourceNotFound', `The workspace '${workspaceId}' was not found.`);
}

async function save(
  services: Services,
  caller: Caller,
  workspaceId: string,
  verb: string,
  keys: SharedKeys | undefined,
): Promise<void> {
  const secrets: JsonObject | undefined =
    keys === undefined ? undefined : { primary: keys.primarySharedKey, secondary: keys.secondarySharedKey };
  const document = {
    collection,
    key: armIdKey(workspaceId),
    parent: '',
    time: services.clock.now(),
    status: '',
    body: { workspaceId },
    ...(secrets === undefined ? {} : { secrets }),
  };
  await services.store.commit([
    ...(secrets === undefined ? [] : [{ kind: 'putDocument' as const, document }]),
    activityWrite(services, caller, {
      operation: `${workspaceType}/${verb}`,
      resourceId: workspaceId,
      httpMethod: 'POST',
    }),
  ]);
}

/** Whether the signature of a text is that of one of the workspace's keys. */
export function isSignedByWorkspace(
  services: Pick<Services, 'store' | 'secrets'>,
  workspaceId: string,
  text: string,
  signature: string,
): boolean {
  const keys = stored(services, workspaceId);
  if (keys === undefined) return false;
  const fits = [keys.primarySharedKey, keys.secondarySharedKey].map((key) => {
    const wanted = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
    return services.secrets.equal(wanted, signature);
  });
  return fits.includes(true);
}

/** Whether a text is one of the workspace's keys: a connection holds the key itself. */
export function isWorkspaceKey(
  services: Pick<Services, 'store' | 'secrets'>,
  workspaceId: string,
  key: string,
): boolean {
  const keys = stored(services, workspaceId);
  if (keys === undefined) return false;
  return [keys.primarySharedKey, keys.secondarySharedKey]
    .map((each) => services.secrets.equal(each, key))
    .includes(true);
}
