/**
 * The composition root: reads options, builds every part, starts, and stops in order.
 *
 * Owns: which implementation stands behind each port, the order of start and stop, the ready line.
 * Does not own: any rule.
 *
 * Invariants
 * Y1. Standard output gets one line, when the server takes work; everything else goes to standard error.
 * Y2. SIGTERM and SIGINT drain and end with 0; a second one changes nothing.
 * Y3. Work is taken only when the store is open and the journal is replayed.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  createPortal,
  createRouter,
  type Listener,
  listen,
  type Portal,
  type Router,
  routes,
  type ServerState,
  statusRoutes,
} from '#api';
import { type Log, parseJson, TocsinError } from '#foundation';
import {
  ActingTriggers,
  adminToken,
  batchesOf,
  changeFeedOf,
  checkedLimits,
  Compliance,
  createAccessControl,
  createIdentityProvider,
  createTokenService,
  defaultTenantId,
  EmbeddedHost,
  engineSettings,
  ExternalIssuers,
  firstSubscriptionId,
  helpText,
  localCertificate,
  Metrics,
  Mocks,
  nodeSecrets,
  type ObservedStore,
  observeStore,
  outgoing,
  policiesOf,
  processLog,
  readIssuerKeys,
  readIssuerSettings,
  readLimits,
  readStartRequest,
  resumeDeployments,
  resumeGroupDeletions,
  resumeRemovals,
  Retention,
  RunEffects,
  RunNames,
  seedSample,
  sealOf,
  seedTenant,
  senderOf,
  type Services,
  Snapshots,
  startDeliveries,
  type StartOptions,
  type StartRequest,
  startScores,
  startSettings,
  StoredPlans,
  systemClock,
  systemRandom,
  takeUpLogRows,
  takeUpWorkflows,
  watchServer,
} from '#service';
import { type DurableStore, openStore } from '#store';

const bodyLimit = 4 * 1024 * 1024;
const largeBodyLimit = 100 * 1024 * 1024;
/** How long open connections may still be answered when the server stops. */
const closeMilliseconds = 10_000;
const renewalMilliseconds = 12 * 60 * 60 * 1000;

type Started = Extract<StartRequest, { readonly kind: 'start' }>;

/** Everything that has to be stopped again. */
interface Server {
  readonly services: Services;
  readonly host: EmbeddedHost;
  readonly triggers: ActingTriggers;
  readonly snapshots: Snapshots;
  readonly retention: Retention;
  readonly compliance: Compliance;
  readonly listener: Listener;
  readonly portal: Portal;
  readonly setState: (state: ServerState) => void;
  /** Ends the pass over the stored workflows, if it still goes on. */
  stopTakingUp: () => void;
}

async function main(): Promise<void> {
  const request = readStartRequest(process.argv.slice(2), process.env);
  if (request.kind === 'help') {
    process.stdout.write(helpText());
    return;
  }
  if (request.kind === 'bad') {
    process.stderr.write(`tocsin: ${request.message}\n`);
    process.exitCode = 2;
    return;
  }
  const { options } = request;
  const log = processLog(options.logLevel, process.stderr.isTTY);
  const told = Promise.withResolvers<void>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => told.resolve());
  process.on('uncaughtException', (error) => {
    log.error('The server met an unexpected condition and ends; the journal goes on at the next start.', {
      error: error.stack ?? error.message,
    });
    process.exit(1);
  });
  try {
    const server = await start(request, log);
    announce(server.listener);
    await told.promise;
    await stop(server, log);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`tocsin: ${reasonOf(error)}\n`);
    process.exit(1);
  }
}

function announce({ httpUrl, httpsUrl }: Listener): void {
  process.stdout.write(`tocsin ready ${httpUrl === undefined ? '' : `${httpUrl} `}${httpsUrl}\n`);
}

function reasonOf(error: unknown): string {
  if (error instanceof TocsinError) return error.fault.message;
  return error instanceof Error ? error.message : String(error);
}

async function start(request: Started, log: Log): Promise<Server> {
  const { options } = request;
  if (options.timeScale !== 1) {
    log.warn('Engine time runs at another speed: for demos and tests only.', { timeScale: options.timeScale });
  }
  const folder = resolve(options.data);
  const durable = await openStore({ folder, log });
  void durable.died.then((reason) => {
    log.error('The store can write no more and the server ends; the journal goes on at the next start.', {
      reason: reason.message,
    });
    process.exit(1);
  });
  try {
    return await startOn(request, folder, durable, log);
  } catch (error) {
    await durable.close();
    throw error;
  }
}

async function startOn(request: Started, folder: string, durable: DurableStore, log: Log): Promise<Server> {
  const { options, given } = request;
  const store = observeStore(durable, log);
  const bound: { router?: Router } = {};
  const { services, host, triggers } = buildServices(options, folder, store, log, bound);
  const fileLimits = fromFile('limits', options.limits, (text) => checkedLimits(parseJson(text))) ?? {};
  const settings = startSettings(services, { options, given, fileLimits, startedOn: Date.now() });
  const metrics = metricsOf(store, host, services.circuits);
  let state: ServerState = 'starting';
  const access = createAccessControl(store, store);
  const portal = createPortal(log);
  const router = createRouter([...routes, ...statusRoutes(() => state, metrics), ...portal.routes], services, access);
  bound.router = router;
  const listener = await openListener(options, folder, log, {
    router,
    services,
    metrics,
    state: () => state,
    bodyLimit,
    largeBodyLimit,
  });
  services.settings.publicBaseUrl = options.publicUrl ?? listener.httpUrl ?? listener.httpsUrl;
  const server: Server = {
    services,
    host,
    triggers,
    snapshots: new Snapshots(services),
    retention: new Retention(services, durable, () => settings.retention),
    compliance: new Compliance(services, policiesOf(services)),
    listener,
    portal,
    setState: (next) => {
      state = next;
    },
    stopTakingUp: () => {},
  };
  try {
    await takeUpWork(options, server, log);
  } catch (error) {
    await listener.close(0);
    throw error;
  }
  state = 'ready';
  return server;
}

/** Y3: what must be there, and what was under way when the server last stopped. */
async function takeUpWork(options: StartOptions, server: Server, log: Log): Promise<void> {
  const { services, host, triggers, snapshots } = server;
  const firstStart = await seedTenant(services);
  await takeUpLogRows(services);
  await sealOf(services).start();
  await host.recover();
  await resumeDeployments(services);
  server.stopTakingUp = takeUpWorkflows(services, [triggers, batchesOf(services)]);
  triggers.start();
  batchesOf(services).start();
  startDeliveries(services);
  startScores(services);
  snapshots.start();
  server.retention.start();
  resumeRemovals(services);
  resumeGroupDeletions(services);
  await server.compliance.start();
  if (!firstStart || options.empty) return;
  try {
    await seedSample(services, firstSubscriptionId);
  } catch (error) {
    // The server is as good without its sample.
    log.error('The sample was not made.', { reason: reasonOf(error) });
  }
}

interface BuiltServices {
  readonly services: Services;
  readonly host: EmbeddedHost;
  readonly triggers: ActingTriggers;
}

function buildServices(
  options: StartOptions,
  folder: string,
  store: ObservedStore,
  log: Log,
  bound: { readonly router?: Router },
): BuiltServices {
  const clock = systemClock(options.timeScale);
  const random = systemRandom;
  const secrets = nodeSecrets;
  const plans = new StoredPlans(store, log);
  const late: { services?: Services; triggers?: ActingTriggers } = {};
  const built = (): Services => assembled(late.services);
  const settings = settingsOf(options, folder);
  const tokens = createTokenService({
    keyFile: join(folder, 'token-key.pem'),
    tenantId: settings.tenantId,
    clock,
    publicUrls: () => [settings.publicBaseUrl],
  });
  const effects = new RunEffects(built);
  const host = new EmbeddedHost({
    store,
    plans,
    effects,
    clock,
    random,
    log,
    settings: engineSettings(built),
  });
  const adminDigest = secrets.digest(adminToken(folder, options.adminToken, secrets));
  const external = new ExternalIssuers(fromFile('sign-in', options.signIn, readIssuerSettings) ?? []);
  const services: Services = {
    store,
    host,
    plans,
    clock,
    random,
    runNames: new RunNames(clock, random),
    secrets,
    ...outgoing(options, process.env),
    identity: createIdentityProvider(adminDigest, tokens, external),
    mocks: mocksOf(options),
    arm: (call) => assembled(bound.router).dispatch(call),
    log,
    get triggers() {
      return assembled(late.triggers);
    },
    settings,
  };
  late.services = services;
  const triggers = new ActingTriggers(services, effects);
  late.triggers = triggers;
  store.onCommit((writes) => triggers.follow(writes));
  return { services, host, triggers };
}

function settingsOf(
  { sandbox, issuerKeys, cloud, activityDays }: StartOptions,
  dataFolder: string,
): Services['settings'] {
  return {
    tenantId: defaultTenantId,
    dataFolder,
    sandbox: sandbox !== false,
    bodyLimit,
    activityDays,
    // The file of limits and what is saved come with `startSettings`, once there is a store to read.
    ...readLimits({}),
    issuerKeys: fromFile('issuer-keys', issuerKeys, readIssuerKeys) ?? new Map(),
    cloud,
    publicBaseUrl: '',
  };
}

/** What the file of an option says, undefined without one. @throws Error in one sentence when it cannot be used. */
function fromFile<T>(option: string, file: string | undefined, read: (text: string) => T): T | undefined {
  if (file === undefined) return undefined;
  try {
    return read(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`The file '${file}' of --${option} cannot be used: ${reasonOf(error)}.`);
  }
}

function assembled<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('A part was used before the server was assembled.');
  return part;
}

function mocksOf(options: StartOptions): Mocks {
  const mocks = new Mocks();
  if (typeof options.sandbox === 'string') {
    const content = parseJson(readFileSync(options.sandbox, 'utf8'));
    mocks.replace(Array.isArray(content) ? content : ((content as { mocks?: never }).mocks ?? content));
  }
  return mocks;
}

function metricsOf(store: ObservedStore, host: EmbeddedHost, circuits: Services['circuits']): Metrics {
  const metrics = new Metrics();
  metrics.watch(store);
  watchServer(metrics, host, circuits);
  return metrics;
}

type ListenerParts = Omit<Parameters<typeof listen>[0], 'host' | 'port' | 'httpsPort' | 'certificate'>;

async function openListener(options: StartOptions, folder: string, log: Log, parts: ListenerParts): Promise<Listener> {
  const { host, port, httpsPort, tls } = options;
  if (tls !== undefined) {
    const certificate = { cert: readFileSync(tls.certFile, 'utf8'), key: readFileSync(tls.keyFile, 'utf8') };
    return listen({ ...parts, host, httpsPort, certificate });
  }
  const tlsFolder = join(folder, 'tls');
  mkdirSync(tlsFolder, { recursive: true, mode: 0o700 });
  const wanted = { folder: tlsFolder, hosts: [host.replace(/^\[|\]$/g, '')], now: Date.now, log };
  let certificate = await localCertificate(wanted);
  const listener = await listen({ ...parts, host, port, httpsPort, certificate });
  const renew = async (): Promise<void> => {
    const next = await localCertificate(wanted);
    if (next.cert === certificate.cert) return;
    certificate = next;
    listener.renew(next);
    log.info('The server certificate was renewed.');
  };
  setInterval(() => {
    renew().catch((error: unknown) =>
      log.error('The server certificate was not renewed.', { reason: reasonOf(error) }),
    );
  }, renewalMilliseconds).unref();
  return listener;
}

/** Y2: no new work; answers, steps and commits under way end; then the store closes. */
async function stop(server: Server, log: Log): Promise<void> {
  log.info('The server stops.');
  server.setState('draining');
  server.stopTakingUp();
  server.portal.stop();
  server.triggers.stop();
  batchesOf(server.services).stop();
  changeFeedOf(server.services).end();
  await server.snapshots.stop();
  await startScores(server.services).stop();
  await Promise.all([server.listener.close(closeMilliseconds), server.host.drain(), senderOf(server.services).stop()]);
  // Behind the last request: what it wrote is to be evaluated.
  await server.compliance.stop();
  await sealOf(server.services).stop();
  await Promise.all([server.services.sql.close(), server.services.kafka.close()]);
  await server.services.store.close();
}

await main();
