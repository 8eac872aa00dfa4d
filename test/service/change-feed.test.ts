/** The stream of hints: what is told, to whom, and what becomes of it when there is too much. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom, silentLog, type StoredDocument, VirtualClock, type Write } from '#foundation';
import { changeFeedOf, observeStore, type ToldHint, type Viewer } from '#service';
import { memoryStore } from '#store';

const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
const everything: Viewer = { sees: () => true };

function world() {
  const clock = new VirtualClock();
  const store = observeStore(memoryStore(), silentLog);
  const feed = changeFeedOf({ clock, store, random: new SeededRandom(3) });
  return { clock, store, feed };
}

type World = ReturnType<typeof world>;

function putAlert({ clock }: World, name: string, more: Partial<StoredDocument> = {}): Write {
  const id = `${subscription}/resourceGroups/${name}/providers/Microsoft.Security/locations/x/alerts/${name}`;
  const document = { collection: 'alerts', key: name, parent: 's', time: clock.now(), status: 'Active', body: { id } };
  return { kind: 'putDocument', document: { ...document, ...more } };
}

/** What a stream tells until it has nothing more; time moves on while it waits. */
async function heard({ clock }: World, stream: AsyncGenerator<readonly ToldHint[] | undefined>): Promise<ToldHint[]> {
  const hints: ToldHint[] = [];
  for (;;) {
    let done = false;
    const next = stream.next().finally(() => {
      done = true;
    });
    for (let turn = 0; turn < 60; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (done) break;
      clock.advance(500);
    }
    const value = (await next).value as readonly ToldHint[] | undefined;
    if (value === undefined) return hints;
    hints.push(...value);
  }
}

const told = (hints: readonly ToldHint[]): string[] =>
  hints.map(
    ({ type, id, kind }) => `${type.slice(type.indexOf('/') + 1)} ${id.slice(id.lastIndexOf('/') + 1)} ${kind}`,
  );

/** Opens a stream and hears its first sign of life. */
async function opened(world: World, viewer = everything, after?: string) {
  const stream = world.feed.listen({ caller: 'me', viewer, ...(after === undefined ? {} : { after }) });
  assert.deepEqual(await stream.next(), { value: undefined, done: false });
  return stream;
}

test('what is committed is told once for each resource, and never what it holds', async () => {
  const here = world();
  const stream = await opened(here);
  await here.store.commit([putAlert(here, 'a'), putAlert(here, 'b')]);
  await here.store.commit([putAlert(here, 'a', { status: 'Resolved' })]);
  const hints = await heard(here, stream);
  assert.deepEqual(told(hints).toSorted(), ['alerts a created', 'alerts b created']);
  assert.deepEqual(Object.keys(hints[0] ?? {}).toSorted(), ['at', 'id', 'kind', 'position', 'type']);
  await here.store.commit([putAlert(here, 'b', { status: 'Dismissed' })]);
  assert.deepEqual(told(await heard(here, stream)), ['alerts b updated']);
});

test('runs, deliveries, mails of the sandbox and resources are told by the resource they are of', async () => {
  const here = world();
  const stream = await opened(here);
  const workflow = `${subscription}/resourcegroups/rg/providers/microsoft.logic/workflows/w`;
  const run = { key: `${workflow}/runs/1`, workflow, name: '1', status: 'Running', startTime: here.clock.now() };
  const resource = {
    id: workflow,
    type: 'Microsoft.Logic/workflows',
    name: 'w',
    body: {},
    etag: '"1"',
    createdTime: 1,
    changedTime: 2,
  };
  const document = { key: 'k', parent: 'p', time: 1, status: '' };
  await here.store.commit([
    { kind: 'putRun', run: { ...run, clientTrackingId: '1', body: {} } },
    { kind: 'putResource', resource },
    {
      kind: 'putDocument',
      document: { ...document, collection: 'deliveries', body: { automationId: '/x/automations/a' } },
    },
    { kind: 'putDocument', document: { ...document, collection: 'outbox', body: { runId: `${workflow}/runs/1` } } },
    { kind: 'putDocument', document: { ...document, collection: 'sessions', body: {} } },
  ]);
  assert.deepEqual(told(await heard(here, stream)), [
    'workflows/runs 1 created',
    'workflows w updated',
    'deliveries a updated',
    'outbox w created',
  ]);
});

test('nobody is told of what they may not read', async () => {
  const here = world();
  const onlyA: Viewer = {
    sees: (action, id) => action === 'Microsoft.Security/alerts/read' && id.includes('/resourceGroups/a/'),
  };
  const stream = await opened(here, onlyA);
  await here.store.commit([putAlert(here, 'a'), putAlert(here, 'b')]);
  assert.deepEqual(told(await heard(here, stream)), ['alerts a created']);
});

test('who comes back goes on where it was; who was away too long, or knew another start, begins anew', async () => {
  const here = world();
  const first = await opened(here);
  const other = await opened(here);
  await here.store.commit([putAlert(here, 'a')]);
  const [hint] = await heard(here, first);
  await first.return(undefined);
  await here.store.commit([putAlert(here, 'b')]);
  const again = await opened(here, everything, hint?.position);
  assert.deepEqual(told(await heard(here, again)), ['alerts b created']);
  for (const position of ['ffffffff-1', 'nonsense', '']) {
    const stranger = await opened(here, everything, position);
    const kinds = (await heard(here, stranger)).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['reset'], position);
    await stranger.return(undefined);
  }
  await other.return(undefined);
  await again.return(undefined);
  here.clock.advance(61_000);
  await here.store.commit([putAlert(here, 'c')]);
  const late = await opened(here, everything, hint?.position);
  assert.deepEqual(
    (await heard(here, late)).map(({ kind }) => kind),
    ['reset'],
  );
});

test('more than a listener can take is one word: begin anew', async () => {
  const here = world();
  const stream = await opened(here);
  await here.store.commit(Array.from({ length: 501 }, (_, index) => putAlert(here, `a${index}`)));
  assert.deepEqual(
    (await heard(here, stream)).map(({ kind }) => kind),
    ['reset'],
  );
  await here.store.commit([putAlert(here, 'after')]);
  assert.deepEqual(told(await heard(here, stream)), ['alerts after created']);
});

test('one caller has ten streams at most, and a stream that was left makes room', async () => {
  const here = world();
  const streams = await Promise.all(Array.from({ length: 10 }, () => opened(here)));
  assert.throws(() => here.feed.listen({ caller: 'me', viewer: everything }), /Too many streams/);
  here.feed.listen({ caller: 'you', viewer: everything });
  await streams[0]?.return(undefined);
  await opened(here);
});

test('a stream ends after ten minutes, and at once when the server stops', async () => {
  const here = world();
  const stream = await opened(here);
  for (let beat = 0; beat < 45; beat += 1) await heard(here, stream);
  assert.equal((await stream.next()).done, true);
  const next = await opened(here);
  const ending = next.next();
  await new Promise((resolve) => setImmediate(resolve));
  here.feed.end();
  assert.equal((await ending).done, true);
});

test('a caller who goes from page to page is not refused, since streams end with their callers', async () => {
  const here = world();
  for (let page = 0; page < 30; page += 1) {
    let leave = (): void => assert.fail('nobody was told how to leave');
    const whenGone = (told: () => void): void => {
      leave = told;
    };
    const stream = here.feed.listen({ caller: 'me', viewer: everything, whenGone });
    await stream.next();
    const waits = stream.next();
    leave();
    assert.deepEqual(await waits, { value: undefined, done: true }, 'the stream ends without the clock');
  }
});
