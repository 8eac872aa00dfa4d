/** A whole API over a memory store with a host that starts runs but never moves them: what the security tests share. */
import assert from 'node:assert/strict';
import { createRouter, routes } from '#api';
import type { NewRun, RunHost } from '#engine';
import {
  type ArmRequest,
  type ArmResponse,
  type EventHubs,
  type HubAddress,
  type HubMessage,
  type HubOutcome,
  type Identity,
  type Json,
  type JsonObject,
  memberOf,
  type Outbound,
  type OutboundFailure,
  type OutboundRequest,
  type OutboundResponse,
  SeededRandom,
  silentLog,
  VirtualClock,
  type Write,
} from '#foundation';
import {
  type AccessControl,
  createAccessControl,
  defaultTenantId,
  defaultTriggerLimits,
  firstSubscriptionId,
  Mocks,
  nodeSecrets,
  type ObservedStore,
  observeStore,
  RunNames,
  seedTenant,
  type Services,
  StoredPlans,
} from '#service';
import { memoryStore } from '#store';

export const subscription = `/subscriptions/${firstSubscriptionId}`;
export const group = `${subscription}/resourceGroups/rg`;
export const admin: Identity = { objectId: 'admin', displayName: 'Administrator', kind: 'AdminToken' };

export type Answer = Partial<OutboundResponse> | OutboundFailure;

export interface SecurityWorld {
  readonly services: Services;
  readonly store: ObservedStore;
  readonly clock: VirtualClock;
  readonly access: AccessControl;
  /** Runs started, in order. */
  readonly runs: NewRun[];
  /** Commits seen, each with its writes. */
  readonly commits: (readonly Write[])[];
  readonly sent: OutboundRequest[];
  /** Answers of outbound calls, in order; 202 once they are used up. */
  readonly answers: Answer[];
  /** Messages handed to event hubs. */
  readonly hubMessages: { readonly address: HubAddress; readonly message: HubMessage }[];
  /** What becomes of messages to event hubs; accepted unless set. */
  hubOutcome: (message: HubMessage) => HubOutcome;
  /** What the host does with runs: the writes in one commit, the runs kept in `runs`. */
  started(runs: readonly NewRun[], writes?: readonly Write[]): Promise<void>;
  call(method: string, path: string, options?: CallOptions): Promise<ArmResponse>;
}

export interface CallOptions {
  readonly body?: Json;
  readonly bytes?: Uint8Array;
  readonly rawBody?: string;
  readonly as?: Identity;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function securityWorld(): Promise<SecurityWorld> {
  const clock = new VirtualClock();
  const random = new SeededRandom(11);
  const store = observeStore(memoryStore(), silentLog);
  const runs: NewRun[] = [];
  const commits: (readonly Write[])[] = [];
  const sent: OutboundRequest[] = [];
  const answers: Answer[] = [];
  store.onCommit((writes) => commits.push(writes));
  const outbound: Outbound = {
    send: async (request) => {
      sent.push(request);
      const answer = answers.shift() ?? { status: 202 };
      if ('code' in answer) return answer;
      return { kind: 'response', status: 202, headers: {}, body: new Uint8Array(), ...answer };
    },
  };
  const hubMessages: SecurityWorld['hubMessages'] = [];
  const eventHubs: EventHubs = {
    send: async (address, messages) => {
      for (const message of messages) hubMessages.push({ address, message });
      return messages.map((message) => world.hubOutcome(message));
    },
    close: async () => {},
  };
  const started: SecurityWorld['started'] = async (newRuns, alongside = []) => {
    await store.commit(alongside);
    runs.push(...newRuns);
  };
  const host = { startMany: started, runsInMemory: () => 0 } as unknown as RunHost;
  const bound: { router?: ReturnType<typeof createRouter> } = {};
  const services = {
    store,
    host,
    clock,
    random,
    outbound,
    eventHubs,
    plans: new StoredPlans(store, silentLog),
    runNames: new RunNames(clock, random),
    secrets: nodeSecrets,
    mocks: new Mocks(),
    arm: async (request: ArmRequest) => {
      assert.ok(bound.router !== undefined);
      return bound.router.dispatch(request);
    },
    log: silentLog,
    triggers: { next: () => undefined, registration: () => undefined } as unknown as Services['triggers'],
    settings: {
      tenantId: defaultTenantId,
      sandbox: false,
      bodyLimit: 4 << 20,
      triggerLimits: defaultTriggerLimits,
      issuerKeys: new Map(),
      cloud: 'AzureCloud',
      publicBaseUrl: 'http://127.0.0.1:7070',
    },
  } as unknown as Services;
  await seedTenant(services);
  const access = createAccessControl(store, store);
  const router = createRouter(routes, services, access);
  bound.router = router;
  const call: SecurityWorld['call'] = (method, target, options = {}) => {
    const [path, queryText = ''] = target.split('?') as [string, string?];
    const query = Object.fromEntries(new URLSearchParams(queryText));
    return router.dispatch({
      method,
      path,
      query,
      headers: options.headers ?? {},
      ...(options.body === undefined ? {} : { body: options.body }),
      ...(options.rawBody === undefined ? {} : { rawBody: options.rawBody }),
      ...(options.bytes === undefined ? {} : { rawBytes: options.bytes }),
      identity: options.as ?? admin,
      baseUrl: 'https://localhost:7443',
    });
  };
  const world: SecurityWorld = {
    services,
    store,
    clock,
    access,
    runs,
    commits,
    sent,
    answers,
    hubMessages,
    started,
    call,
    hubOutcome: () => ({ kind: 'accepted' }),
  };
  await call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  return world;
}

/** Saves a logic app with one trigger and one harmless action. */
export async function putLogicApp(world: SecurityWorld, name: string, triggers?: JsonObject): Promise<string> {
  const id = `${group}/providers/Microsoft.Logic/workflows/${name}`;
  const definition = {
    $schema:
      'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
    contentVersion: '1.0.0.0',
    triggers: triggers ?? { manual: { type: 'Request', kind: 'Http', inputs: { schema: {} } } },
    actions: { Note: { type: 'Compose', inputs: 'x', runAfter: {} } },
    parameters: { $connections: { type: 'Object', defaultValue: {} } },
  };
  const body = { location: 'westeurope', properties: { definition } };
  const saved = await world.call('PUT', `${id}?api-version=2019-05-01`, { body });
  assert.ok(saved.status < 300, JSON.stringify(saved.body));
  return id;
}

export function connectorTrigger(path: string): JsonObject {
  const name = "@parameters('$connections')['c']['connectionId']";
  return {
    type: 'ApiConnectionWebhook',
    inputs: { host: { connection: { name } }, path, body: { callback_url: '@{listCallbackUrl()}' } },
  };
}

export function automationId(name: string): string {
  return `${group}/providers/Microsoft.Security/automations/${name}`;
}

export function automationBody(actions: readonly JsonObject[], properties: JsonObject = {}): JsonObject {
  return {
    location: 'westeurope',
    properties: { scopes: [{ scopePath: subscription }], sources: [{ eventSource: 'Alerts' }], actions, ...properties },
  };
}

export async function putAutomation(world: SecurityWorld, name: string, body: JsonObject): Promise<ArmResponse> {
  return world.call('PUT', `${automationId(name)}?api-version=2019-01-01-preview`, { body });
}

export async function ingest(world: SecurityWorld, body: Json, query = ''): Promise<IngestAnswer> {
  const response = await world.call('POST', `/ingest/v1/events${query}`, { body });
  assert.equal(response.status, 202, JSON.stringify(response.body));
  return response.body as unknown as IngestAnswer;
}

export interface IngestAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly discarded?: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly message: string }[];
  readonly events: readonly {
    readonly index: number;
    readonly id: string;
    readonly kind: string;
    readonly duplicate?: boolean;
    readonly suppressedBy?: string;
    readonly runs: readonly string[];
  }[];
}

export function codeOf(response: ArmResponse): Json | undefined {
  return memberOf(memberOf(response.body, 'error'), 'code');
}

export function alert(id: string, over: JsonObject = {}): JsonObject {
  return {
    SystemAlertId: id,
    AlertDisplayName: 'Potential SQL Brute Force attempt',
    AlertType: 'SQL.DB_BruteForce',
    Severity: 'High',
    Status: 'New',
    AzureResourceId: `${group}/providers/Microsoft.Sql/servers/sql-1`,
    ...over,
  };
}

/** Lets work behind an answer go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
