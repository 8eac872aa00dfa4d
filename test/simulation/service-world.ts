/**
 * A whole server without sockets over a store that may die at any commit: triggers, batches, nested workflows, the real host
 * and the real runner of effects, in virtual time. What the world outside answers depends on what is asked alone.
 *
 * Owns: lives (everything in memory is new after a crash), the outside. Does not own: what is checked (`services.test.ts`).
 */
import assert from 'node:assert/strict';
import { createRouter, routes } from '#api';
import {
  type ArmRequest,
  type ArmResponse,
  type JsonObject,
  type Outbound,
  type OutboundRequest,
  SeededRandom,
  silentLog,
  VirtualClock,
} from '#foundation';
import {
  ActingTriggers,
  batchesOf,
  createAccessControl,
  createIdentityProvider,
  createTokenService,
  defaultTenantId,
  defaultTriggerLimits,
  EmbeddedHost,
  engineSettings,
  firstSubscriptionId,
  Mocks,
  nodeSecrets,
  observeStore,
  RunEffects,
  RunNames,
  seedTenant,
  type Services,
  StoredPlans,
  takeUpWorkflows,
} from '#service';
import { memoryStore } from '#store';
import { CrashingStore } from '../suites/crashing-store.ts';

export const group = `/subscriptions/${firstSubscriptionId}/resourceGroups/rg`;

const publicBaseUrl = 'http://127.0.0.1:7070';

function identityAt(clock: VirtualClock): Services['identity'] {
  const tokens = createTokenService({
    tenantId: defaultTenantId,
    clock,
    publicUrls: () => [publicBaseUrl],
  });
  return createIdentityProvider(nodeSecrets.digest('admin'), tokens);
}

interface Life {
  readonly services: Services;
  readonly store: CrashingStore;
  readonly call: (request: Pick<ArmRequest, 'method' | 'path'> & Partial<ArmRequest>) => Promise<ArmResponse>;
  readonly end: () => void;
}

/** What an outside service answers, at once or after `delay` milliseconds; or that it could not be reached. */
export type OutsideAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: JsonObject;
      /** As they go over the wire, instead of `body`. */
      readonly bytes?: Uint8Array;
      readonly delay?: number;
    }
  | { readonly failure: string; readonly retryable: boolean };

/** An outside service; the same question gets the same answer. */
export type Outside = (request: OutboundRequest) => OutsideAnswer;

export class ServiceWorld {
  readonly clock: VirtualClock;
  readonly rows = memoryStore();
  readonly #outside: Outside;
  #life: Life | undefined;
  #lives = 0;

  constructor(outside: Outside, clock = new VirtualClock()) {
    this.clock = clock;
    this.#outside = outside;
  }

  get life(): Life {
    assert.ok(this.#life);
    return this.#life;
  }

  get isDead(): boolean {
    return this.life.store.isDead;
  }

  /** A new process over the same rows. */
  async boot(): Promise<void> {
    this.#lives += 1;
    const life = this.#build(new SeededRandom(100 + this.#lives));
    this.#life = life;
    const { services } = life;
    await seedTenant(services);
    await (services.host as EmbeddedHost).recover();
    const triggers = services.triggers as ActingTriggers;
    takeUpWorkflows(services, [triggers, batchesOf(services)]);
    triggers.start();
    batchesOf(services).start();
  }

  #build(random: SeededRandom): Life {
    const late: { services?: Services; end?: () => void } = {};
    const store = new CrashingStore(this.rows, () => late.end?.(), 'all');
    const observed = observeStore(store, silentLog);
    const built = (): Services => {
      assert.ok(late.services);
      return late.services;
    };
    const plans = new StoredPlans(observed, silentLog);
    const effects = new RunEffects(built);
    const { clock } = this;
    const common = { store: observed, clock, random, plans, log: silentLog };
    const limits = { waitingRunsKept: 3, snapshotEvents: 4 };
    const host = new EmbeddedHost({ ...common, effects, settings: engineSettings(built), limits });
    const bound: { router?: ReturnType<typeof createRouter> } = {};
    const services = {
      ...common,
      host,
      outbound: this.#outbound(() => store.isDead),
      runNames: new RunNames(clock, random),
      secrets: nodeSecrets,
      identity: identityAt(clock),
      mocks: new Mocks(),
      arm: async (request: ArmRequest) => {
        assert.ok(bound.router);
        return bound.router.dispatch(request);
      },
      settings: {
        tenantId: defaultTenantId,
        sandbox: false,
        bodyLimit: 4 << 20,
        triggerLimits: defaultTriggerLimits,
        issuerKeys: new Map(),
        cloud: 'AzureCloud',
        publicBaseUrl,
      },
    } as unknown as Services;
    late.services = services;
    const triggers = new ActingTriggers(services, effects);
    Object.assign(services, { triggers });
    observed.onCommit((writes) => triggers.follow(writes));
    const router = createRouter(routes, services, createAccessControl(observed, observed));
    bound.router = router;
    late.end = () => {
      host.halt();
      triggers.stop();
      batchesOf(services).stop();
    };
    const call: Life['call'] = (request) =>
      router.dispatch({
        query: {},
        headers: {},
        identity: services.identity.admin,
        baseUrl: publicBaseUrl,
        ...request,
      });
    return { services, store, call, end: late.end };
  }

  #outbound(isDead: () => boolean): Outbound {
    return {
      send: async (request) => {
        if (isDead()) return new Promise(() => {});
        const answer = this.#outside(request);
        if ('failure' in answer) {
          const { failure: code, retryable } = answer;
          return { kind: 'failure', code, message: `no answer from ${request.url}`, retryable };
        }
        const { status, body, bytes, delay = 0, headers = { 'content-type': 'application/json' } } = answer;
        if (delay > 0) await new Promise<void>((resolve) => this.clock.after(delay, resolve));
        const content = bytes ?? new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body));
        return { kind: 'response', status, headers, body: content };
      },
    };
  }

  async save(name: string, triggers: JsonObject, actions: JsonObject): Promise<string> {
    const path = `${group}/providers/Microsoft.Logic/workflows/${name}`;
    const definition = { contentVersion: '1.0.0.0', triggers, actions };
    const body = { location: 'westeurope', properties: { definition } };
    const query = { 'api-version': '2019-05-01' };
    const saved = await this.life.call({ method: 'PUT', path, query, body });
    assert.ok(saved.status < 300, JSON.stringify(saved.body));
    return path;
  }

  /** Runs a Request trigger with a body; the name of the run once it is acknowledged, undefined when it is refused for now. */
  async fire(workflow: string, body: JsonObject): Promise<string | undefined> {
    const path = `${workflow}/triggers/manual/run`;
    const headers = { 'content-type': 'application/json' };
    const rawBytes = new TextEncoder().encode(JSON.stringify(body));
    const query = { 'api-version': '2019-05-01' };
    const answer = await this.life.call({ method: 'POST', path, query, headers, rawBytes, body });
    if (answer.status === 503 || answer.status === 429) return undefined;
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    return String(answer.headers?.['x-ms-workflow-run-id']);
  }

  /** Lets everything that is ready happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 12 && !this.isDead; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}
