import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { silentLog, TocsinError, VirtualClock, type Write } from '#foundation';
import {
  adminToken,
  createTokenService,
  inTurn,
  localCertificate,
  Metrics,
  nodeSecrets,
  observeStore,
  systemClock,
  systemRandom,
} from '#service';
import { memoryStore } from '#store';

function withFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-ports-'));
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  const result = work(folder);
  if (result instanceof Promise) return result.finally(clean) as T;
  clean();
  return result;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

test('the local authority signs for loopback names, keeps its files to itself, and renews in time', async () => {
  await withFolder(async (folder) => {
    let now = Date.UTC(2026, 0, 1);
    const options = { folder, hosts: ['box.local'], now: () => now, log: silentLog };
    const first = await localCertificate(options);
    const server = new X509Certificate(first.cert);
    const authority = new X509Certificate(readFileSync(join(folder, 'ca.pem'), 'utf8'));
    assert.ok(authority.ca && server.checkIssued(authority) && server.verify(authority.publicKey));
    for (const host of ['localhost', 'box.local']) assert.ok(server.checkHost(host), host);
    for (const address of ['127.0.0.1', '::1']) assert.ok(server.checkIP(address), address);
    for (const file of ['ca-key.pem', 'server-key.pem']) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600);
    assert.equal((await localCertificate(options)).cert, first.cert, 'kept');
    now += 300 * dayMilliseconds;
    assert.equal((await localCertificate(options)).cert, first.cert, 'still kept');
    now += 70 * dayMilliseconds;
    const renewed = await localCertificate(options);
    assert.notEqual(renewed.cert, first.cert);
    assert.ok(new X509Certificate(renewed.cert).checkIssued(authority), 'by the same authority');
    const other = await localCertificate({ ...options, hosts: ['other.local'] });
    assert.ok(new X509Certificate(other.cert).checkHost('other.local'), 'a new host asks for a new certificate');
    now += 3300 * dayMilliseconds;
    await localCertificate(options);
    const next = new X509Certificate(readFileSync(join(folder, 'ca.pem'), 'utf8'));
    assert.notEqual(next.serialNumber, authority.serialNumber, 'a new authority before the old one ends');
  });
});

test('the admin token is made once, or taken as given', () => {
  withFolder((folder) => {
    const made = adminToken(folder, undefined, nodeSecrets);
    assert.equal(adminToken(folder, undefined, nodeSecrets), made);
    assert.equal(adminToken(folder, 'given-token', nodeSecrets), 'given-token');
    assert.equal(statSync(join(folder, 'admin-token')).mode & 0o777, 0o600);
    writeFileSync(join(folder, 'admin-token'), '\n');
    assert.throws(() => adminToken(folder, undefined, nodeSecrets), TocsinError);
  });
});

test('tokens signed before a restart are good after it', async () => {
  await withFolder(async (folder) => {
    const clock = new VirtualClock();
    const keyFile = join(folder, 'key.pem');
    const options = { keyFile, tenantId: 'tenant', clock, publicUrls: () => [] };
    const token = await createTokenService(options).issue({
      objectId: 'o',
      audience: 'https://localhost:1',
      issuer: 'https://localhost:1/tenant/',
      lifetimeSeconds: 60,
      claims: { appid: 'a' },
    });
    const claims = await createTokenService(options).verify(token, 'https://localhost:2');
    assert.equal('objectId' in claims && claims.objectId, 'o');
    const elsewhere = await createTokenService({ ...options, tenantId: 'other' }).verify(token, 'https://localhost:1');
    assert.equal('code' in elsewhere && elsewhere.code, 'InvalidAuthenticationTokenTenant');
    assert.equal(statSync(keyFile).mode & 0o777, 0o600);
  });
});

test('secrets sign, compare and digest as the port says', () => {
  assert.equal(nodeSecrets.sign('k', 't').length, 43);
  assert.ok(nodeSecrets.equal('a', 'a') && !nodeSecrets.equal('a', 'ab') && !nodeSecrets.equal('', 'x'));
  assert.match(nodeSecrets.digest('x'), /^[0-9a-f]{64}$/);
  assert.notEqual(nodeSecrets.randomKey(32), nodeSecrets.randomKey(32));
  assert.match(systemRandom.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/);
  const fraction = systemRandom.fraction();
  assert.ok(fraction >= 0 && fraction < 1);
});

test('the scale of the clock shortens waiting, not the time of day', async () => {
  const clock = systemClock(1000);
  const before = clock.now();
  await new Promise<void>((resolve) => {
    const keepAlive = setTimeout(() => {}, 5_000);
    clock.after(2_000, () => {
      clearTimeout(keepAlive);
      resolve();
    });
  });
  assert.ok(clock.now() - before < 1_500);
  let fired = false;
  const cancel = clock.after(0, () => {
    fired = true;
  });
  cancel();
  cancel();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(!fired);
});

test('works of one key run in order and in turn, a failure included', async () => {
  const store = memoryStore();
  const log: string[] = [];
  const work = (name: string, fails = false) =>
    inTurn(store, '/A/b', async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
    });
  const results = await Promise.allSettled([
    work('one'),
    work('two', true),
    inTurn(store, '/a/B/', async () => log.push('three')),
  ]);
  assert.deepEqual(log, ['one begins', 'one ends', 'two begins', 'two ends', 'three']);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('the feed tells of commits when they are durable, and a failing listener harms nobody', async () => {
  const store = observeStore(memoryStore(), silentLog);
  const seen: (readonly Write[])[] = [];
  store.onCommit(() => {
    throw new Error('listener');
  });
  const stop = store.onCommit((writes) => {
    assert.ok(store.documents.get('c', 'k') !== undefined);
    seen.push(writes);
  });
  const document = { collection: 'c', key: 'k', parent: '', time: 0, status: '', body: {} };
  await store.commit([{ kind: 'putDocument', document }]);
  assert.equal(seen.length, 1);
  stop();
  await store.commit([{ kind: 'putDocument', document }]);
  assert.equal(seen.length, 1);
});

test('figures add up in the text that Prometheus reads', async () => {
  const store = observeStore(memoryStore(), silentLog);
  const metrics = new Metrics();
  metrics.watch(store);
  metrics.gauge('tocsin_depth', 'A depth.', () => 3);
  metrics.request('GET', 200, 0.002);
  metrics.request('GET', 404, 20);
  const run = { key: 'w/runs/1', workflow: 'w', name: '1', startTime: 0, clientTrackingId: '', body: {} };
  await store.commit([
    { kind: 'putRun', run: { ...run, status: 'Running' } },
    { kind: 'appendJournal', row: { run: run.key, sequence: 0, event: {}, history: [] } },
  ]);
  await store.commit([{ kind: 'putRun', run: { ...run, status: 'Succeeded', endTime: 5 } }]);
  const text = metrics.text();
  for (const line of [
    'tocsin_http_requests_total{method="GET",status="2xx"} 1',
    'tocsin_http_request_duration_seconds_bucket{le="0.0025"} 1',
    'tocsin_http_request_duration_seconds_bucket{le="+Inf"} 2',
    'tocsin_http_request_duration_seconds_count 2',
    'tocsin_commits_total 2',
    'tocsin_runs_started_total 1',
    'tocsin_runs_finished_total{status="Succeeded"} 1',
    'tocsin_depth 3',
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
  for (const line of text.trim().split('\n'))
    assert.match(line, /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{[^}]*\})? [\d.e+-]+)$/);
});
