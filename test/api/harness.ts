/** A whole API over a memory store, without sockets: what the tests of routes share. */
import { type Route, createRouter, type Router, routes as allRoutes } from '#api';
import {
  type ArmRequest,
  type ArmResponse,
  type Identity,
  type Json,
  type JsonObject,
  memberOf,
  SeededRandom,
  silentLog,
  textMember,
  type Store,
  VirtualClock,
} from '#foundation';
import {
  type AccessControl,
  adminObjectId,
  createAccessControl,
  createIdentityProvider,
  createTokenService,
  defaultTenantId,
  defaultTriggerLimits,
  firstSubscriptionId,
  nodeSecrets,
  observeStore,
  seedTenant,
  RunNames,
  type Services,
  StoredPlans,
} from '#service';
import { memoryStore } from '#store';

export const subscription = `/subscriptions/${firstSubscriptionId}`;
export const baseUrl = 'https://localhost:7443';

export const adminTokenText = 'the-admin-token-of-tests';
export const admin: Identity = { objectId: adminObjectId, displayName: 'Administrator', kind: 'AdminToken' };
export const anonymous: Identity = { objectId: '', displayName: '', kind: 'Anonymous' };

export function principal(objectId: string): Identity {
  return { objectId, displayName: `name of ${objectId}`, kind: 'ServicePrincipal', appId: `app-${objectId}` };
}

export interface Harness {
  readonly services: Services;
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly access: AccessControl;
  readonly router: Router;
  /** Sends a request; the path may carry a query. `api-version=2021-04-01` unless the path has one. */
  call(method: string, path: string, options?: CallOptions): Promise<ArmResponse>;
}

export interface CallOptions {
  readonly body?: Json;
  readonly as?: Identity;
  readonly headers?: Readonly<Record<string, string>>;
  readonly rawBody?: string;
}

/** A store whose rows show only some turns after the commit was asked for, as on a disk. */
export function slowStore(): Store {
  const store = memoryStore();
  const commit: Store['commit'] = async (writes) => {
    await new Promise((resolve) => setImmediate(resolve));
    await store.commit(writes);
  };
  return { ...memberViews(store), commit, close: () => store.close() };
}

function memberViews({
  resources,
  documents,
  history,
  blobs,
  policyRecords,
  logs,
  tallies,
}: Store): Omit<Store, 'commit' | 'close'> {
  return { resources, documents, history, blobs, policyRecords, logs, tallies };
}

export async function startHarness(
  routes: readonly Route[] = allRoutes,
  rows: Store = memoryStore(),
): Promise<Harness> {
  const clock = new VirtualClock();
  const random = new SeededRandom(7);
  const store = observeStore(rows, silentLog);
  const bound: { router?: Router } = {};
  const tokens = createTokenService({ tenantId: defaultTenantId, clock, publicUrls: () => [baseUrl] });
  const parts: Partial<Services> = {
    secrets: nodeSecrets,
    identity: createIdentityProvider(nodeSecrets.digest(adminTokenText), tokens),
    store,
    plans: new StoredPlans(store, silentLog),
    triggers: { next: () => undefined, registration: () => undefined } as unknown as Services['triggers'],
    clock,
    random,
    runNames: new RunNames(clock, random),
    log: silentLog,
    arm: async (request) => {
      if (bound.router === undefined) throw new Error('The router is not there yet.');
      return bound.router.dispatch(request);
    },
    settings: {
      tenantId: defaultTenantId,
      sandbox: false,
      bodyLimit: 4 << 20,
      triggerLimits: defaultTriggerLimits,
      issuerKeys: new Map(),
      cloud: 'AzureCloud',
      publicBaseUrl: baseUrl,
    },
  };
  // Ports that these tests never reach are left out.
  const services = parts as Services;
  await seedTenant(services);
  const access = createAccessControl(store, store);
  const made = createRouter(routes, services, access);
  bound.router = made;
  return {
    services,
    store,
    clock,
    access,
    router: made,
    call: (method, path, options = {}) => made.dispatch(requestOf(method, path, options)),
  };
}

export function requestOf(method: string, target: string, options: CallOptions = {}): ArmRequest {
  const [path, queryText] = splitOnce(target, '?');
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(queryText)) query[name] = value;
  if (!('api-version' in query) && !('no-version' in query)) query['api-version'] = '2021-04-01';
  return {
    method,
    path,
    query,
    headers: options.headers ?? {},
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.rawBody === undefined ? {} : { rawBody: options.rawBody }),
    identity: options.as ?? admin,
    baseUrl,
  };
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

export function codeOf(response: ArmResponse): Json | undefined {
  return memberOf(memberOf(response.body, 'error'), 'code');
}

export function messageOf(response: ArmResponse): string {
  return textMember(memberOf(response.body, 'error'), 'message') ?? '';
}

export function valueOf(response: ArmResponse): readonly JsonObject[] {
  return memberOf(response.body, 'value') as readonly JsonObject[];
}

/** Lets work behind an answer finish: deletions go on after their 202. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}
