import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { faultOf, type JsonObject, silentLog, type Write } from '#foundation';
import { backupStore, checkStore, type DurableStore, openStore, restoreStore } from '#store';
import { dataFolder } from './data-folder.ts';

const open = (folder: string): Promise<DurableStore> => openStore({ folder, log: silentLog });
const withCode =
  (code: string, part = '') =>
  (error: unknown): boolean =>
    faultOf(error).code === code && faultOf(error).message.includes(part);

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = dataFolder();
  try {
    await body(folder.path);
  } finally {
    folder.remove();
  }
}

const document = (key: string, secrets?: { readonly [name: string]: string }): Write => ({
  kind: 'putDocument',
  document: {
    collection: 'c',
    key,
    parent: '',
    time: 1,
    status: '',
    body: { key },
    ...(secrets === undefined ? {} : { secrets }),
  },
});

const resource = (id: string, secrets: { readonly [name: string]: string }): Write => ({
  kind: 'putResource',
  resource: { id, type: 'T/t', name: 'n', body: {}, secrets, etag: '', createdTime: 1, changedTime: 1 },
});

/** Changes the closed database by SQL, as a hand or a fault would. */
function tamper(folder: string, sql: string): void {
  const database = new DatabaseSync(join(folder, 'tocsin.db'));
  database.exec(sql);
  database.close();
}

describe('data folder: opening again', () => {
  test('what was committed is there after closing and opening', () =>
    inFolder(async (folder) => {
      const first = await open(folder);
      await first.commit([document('a', { password: 'x' })]);
      await first.close();
      const second = await open(folder);
      assert.deepEqual(second.documents.get('c', 'a')?.secrets, { password: 'x' });
      await second.close();
    }));

  test('a folder that is made is readable by its owner only, and so is the key', () =>
    inFolder(async (folder) => {
      const inner = join(folder, 'deep', 'data');
      await (await open(inner)).close();
      assert.equal(statSync(inner).mode & 0o777, 0o700);
      assert.equal(statSync(join(inner, 'secret-key')).mode & 0o777, 0o600);
    }));
});

describe('data folder: one process at a time', () => {
  test('a second opening is refused with the holder named, and works after the first closed', () =>
    inFolder(async (folder) => {
      const first = await open(folder);
      await assert.rejects(open(folder), withCode('StoreInUse', `process ${process.pid}`));
      await first.close();
      await (await open(folder)).close();
    }));

  test('a process that was killed leaves every acknowledged commit and no lock', () =>
    inFolder(async (folder) => {
      const script = fileURLToPath(new URL('./committing-process.ts', import.meta.url));
      const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      let acknowledged = -1;
      child.stdout.setEncoding('utf8');
      let text = '';
      for await (const chunk of child.stdout as AsyncIterable<string>) {
        text += chunk;
        acknowledged = Number(text.split('\n').at(-2) ?? -1);
        if (acknowledged < 0) continue;
        await assert.rejects(open(folder), withCode('StoreInUse', `process ${child.pid}`));
        child.kill('SIGKILL');
      }
      acknowledged = Number(text.split('\n').at(-2));
      const store = await open(folder);
      const keys = new Set(store.documents.list({ collection: 'c' }).map(({ key }) => key));
      for (let index = 0; index <= acknowledged; index += 1) assert.ok(keys.has(`d${index}`), `d${index} is lost`);
      for (const key of keys) assert.ok(store.documents.get('pairs', key), `${key} is there without its pair`);
      await store.close();
    }));
});

describe('data folder: refusals', () => {
  test('a newer schema is refused and left as it was', () =>
    inFolder(async (folder) => {
      await (await open(folder)).close();
      tamper(folder, 'PRAGMA user_version = 9999');
      const before = readFileSync(join(folder, 'tocsin.db'));
      await assert.rejects(open(folder), withCode('StoreTooNew', '9999'));
      assert.deepEqual(readFileSync(join(folder, 'tocsin.db')), before);
      tamper(folder, 'PRAGMA user_version = 10');
      await (await open(folder)).close();
    }));

  test('a database of another program is refused', () =>
    inFolder(async (folder) => {
      tamper(folder, 'CREATE TABLE theirs (x)');
      await assert.rejects(open(folder), withCode('StoreDamaged', 'another program'));
    }));

  test('a file that is no database is refused', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'tocsin.db'), 'x'.repeat(10_000));
      await assert.rejects(open(folder), withCode('StoreDamaged'));
    }));

  test('a damaged page is found on opening', () =>
    inFolder(async (folder) => {
      const store = await open(folder);
      await store.commit(Array.from({ length: 500 }, (_, index) => document(`d${index}`)));
      await store.close();
      const file = join(folder, 'tocsin.db');
      const bytes = readFileSync(file);
      for (let page = 3; page * 8_192 < bytes.length; page += 1) bytes.fill(0xee, page * 8_192, page * 8_192 + 64);
      writeFileSync(file, bytes);
      await assert.rejects(open(folder), withCode('StoreDamaged'));
    }));

  test('a lost key is not replaced by a new one, and another key is told apart', () =>
    inFolder(async (folder) => {
      await (await open(folder)).close();
      const file = join(folder, 'secret-key');
      const key = readFileSync(file);
      rmSync(file);
      await assert.rejects(open(folder), withCode('StoreKeyInvalid', 'missing'));
      assert.ok(!existsSync(file));
      writeFileSync(file, Buffer.alloc(32, 1).toString('base64'));
      await assert.rejects(open(folder), withCode('StoreKeyInvalid'));
      writeFileSync(file, 'short');
      await assert.rejects(open(folder), withCode('StoreKeyInvalid', '256-bit'));
      writeFileSync(file, key);
      await (await open(folder)).close();
    }));
});

describe('data folder: a writer that dies', () => {
  test('rejects what is under way and all that follows, and the store closes', () =>
    inFolder(async (folder) => {
      const store = await open(folder);
      // The thread opens the file a moment later and finds no file there.
      rmSync(join(folder, 'tocsin.db'));
      mkdirSync(join(folder, 'tocsin.db'));
      const first = store.commit([document('a')]);
      await assert.rejects(first, withCode('StoreUnavailable', 'stopped'));
      assert.equal((await store.died).fault.code, 'StoreUnavailable');
      await assert.rejects(store.commit([document('b')]), withCode('StoreUnavailable'));
      await assert.rejects(store.pruneRuns({ olderThan: 1 }), withCode('StoreUnavailable'));
      await store.close();
    }));
});

describe('data folder: secrets', () => {
  const secret = 'correct-horse-battery-staple';

  test('no file holds a secret in plain text', () =>
    inFolder(async (folder) => {
      const store = await open(folder);
      await store.commit([document('a', { p: secret }), resource('/a/b', { p: secret })]);
      assert.equal(store.resources.get('/a/b')?.secrets?.['p'], secret);
      const holds = (): string[] =>
        readdirSync(folder)
          .filter((name) => name !== 'lock')
          .filter((name) => readFileSync(join(folder, name)).includes(secret));
      // The log still holds the newest pages while the store is open.
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.endsWith('-wal')),
        ['tocsin.db-wal'],
      );
      assert.deepEqual(holds(), []);
      await store.close();
      assert.deepEqual(holds(), []);
    }));

  test('a changed or moved secret is an error, not a wrong value', () =>
    inFolder(async (folder) => {
      const store = await open(folder);
      await store.commit([document('a', { p: '1' }), document('b', { p: '2' }), resource('/a/b', { p: '3' })]);
      await store.close();
      tamper(folder, "UPDATE documents SET secrets = (SELECT secrets FROM documents WHERE key = 'b') WHERE key = 'a'");
      tamper(folder, "UPDATE resources SET secrets = substr(secrets, 1, length(secrets) - 1) || x'00'");
      const again = await open(folder);
      assert.throws(() => again.documents.get('c', 'a'), withCode('StoreKeyInvalid', 'c a'));
      assert.deepEqual(again.documents.get('c', 'b')?.secrets, { p: '2' });
      const [listed] = again.resources.list({});
      assert.throws(() => listed?.secrets, withCode('StoreKeyInvalid', '/a/b'));
      await again.close();
    }));
});

describe('data folder: migrations', () => {
  /** A released migration is never edited: a change is a new file and a new line here. */
  const released: Readonly<Record<string, string>> = {
    '0001-tables.sql': 'be38feb7ade0fc9b5eab3eb4946e43f6a7f1390bc733cf07fe896bdc1cc9f1d3',
    '0002-labels.sql': '80f145531990758ac2dc4b2535d962ce9819d10da457c36b4f7a1024498de9e5',
    '0003-retention.sql': 'e4f8ccb23bc74e82d6a281cd15eebbd8fbfd43681a65ff884b113ade0c31aad8',
    '0004-policy-records.sql': '894f1a7ec9fb05f442108e920a71f8ab1119e287de53701055149270245b1ea5',
    '0005-log-tables.sql': '4766826b00bf024dbdfae34a7903229d5bcfbf9ea87a27c948b6d072f5ad027e',
    '0006-tallies.sql': 'd8f4a0e917b641b891a36827110ef324ee8364683c8af087c10cf5ca07a79ec0',
    '0007-origins.sql': '6991babc4014a3e29e729f6e708991c76801cb30239f7b0111cffe1c221ff1fe',
    '0008-alert-orders.sql': '90d9dbe4db5a84c878a0547bf91c3103fa7e453fb531fad7149eb37436329079',
    '0009-resource-kinds.sql': 'f701719636c09b607d325c817645e92fe12537dd5276ab80ae891986fdfe8b23',
    '0010-alert-subjects.sql': '10b796438b0c72a622fd93d764d3d0739a24bbeb456d56487904df3a87bea9d6',
  };

  const migration = (name: string): string =>
    readFileSync(new URL(`../../src/store/sqlite/migrations/${name}`, import.meta.url), 'utf8');

  /** Takes a folder back to before its rows were counted. */
  function forgetTallies(folder: string): void {
    tamper(
      folder,
      [
        'DROP INDEX documents_by_tally',
        ...['by_title', 'by_resource', 'by_type', 'by_start', 'of_title', 'of_resource', 'of_type'].map(
          (name) => `DROP INDEX alerts_${name}`,
        ),
        'DROP INDEX assessments_of_kind',
        ...['document_tallies', 'document_subjects', 'run_tallies'].map((name) => `DROP TABLE ${name}`),
        ...['tally', 'subject'].map((name) => `ALTER TABLE documents DROP COLUMN ${name}`),
      ].join(';'),
    );
  }

  test('what was stored before rows were counted is counted afterwards, as what comes then is', () =>
    inFolder(async (folder) => {
      mkdirSync(folder, { recursive: true });
      const first = await open(folder);
      const put = (collection: string, key: string, status: string, body: JsonObject): Write => ({
        kind: 'putDocument',
        document: { collection, key, parent: 'p', time: 7_200_000, status, body },
      });
      const assessment = '/s/vm/providers/microsoft.security/assessments/k';
      const workflow = '/s/rg/w';
      const run = { key: `${workflow}/runs/1`, workflow, name: '1', status: 'Failed', startTime: 1, endTime: 2 };
      await first.commit([
        put('alerts', 'a', 'Active', { event: { Severity: 'High' } }),
        put('assessments', assessment, 'Unhealthy', { id: '/S/vm/providers/Microsoft.Security/assessments/K' }),
        put('assessments', `${assessment}2`, 'Unhealthy', { id: '/S/vm/providers/Microsoft.Security/assessments/K2' }),
        put('deliveries', 'd', 'Failed', {}),
        { kind: 'putRun', run: { ...run, clientTrackingId: '1', body: {} } },
      ]);
      await first.close();
      forgetTallies(folder);
      tamper(folder, migration('0006-tallies.sql'));
      const again = await open(folder);
      const { tallies } = again;
      const place = { parent: 'p', label: '' };
      assert.deepEqual(tallies.documents('alerts'), [{ ...place, status: 'Active', tally: 'High', count: 1 }]);
      assert.deepEqual(
        tallies.documents('assessments').map(({ tally }) => tally),
        ['k', 'k2'],
      );
      assert.deepEqual(tallies.subjects('assessments'), [{ ...place, status: 'Unhealthy', count: 1 }]);
      assert.equal(tallies.documentsInTime('deliveries', { from: 7_200_000, hours: 1, parts: 1 })[0]?.count, 1);
      assert.equal(tallies.runsInTime({ from: 0, hours: 24, parts: 1 }, workflow)[0]?.status, 'Failed');
      await again.commit([{ kind: 'deleteDocument', collection: 'assessments', key: assessment }]);
      assert.deepEqual(tallies.subjects('assessments'), [{ ...place, status: 'Unhealthy', count: 1 }]);
      assert.equal(tallies.documents('assessments').length, 1);
      await again.close();
    }));

  test('recommendations stored before kinds of resources were kept are found by their kinds afterwards', () =>
    inFolder(async (folder) => {
      mkdirSync(folder, { recursive: true });
      const first = await open(folder);
      const put = (subject: string, source?: string): Write => {
        const body = { event: { properties: { count: 1.5, ...(source ? { resourceDetails: { source } } : {}) } } };
        const place = { collection: 'assessments', key: subject, parent: 's', subject, tally: 'k' };
        return { kind: 'putDocument', document: { ...place, time: 1, status: 'Unhealthy', body } };
      };
      const group = '/subscriptions/s/resourcegroups/rg';
      await first.commit([
        put(`${group}/providers/microsoft.compute/virtualmachines/vm-1`, 'Aws'),
        put(`${group}/providers/microsoft.sql/servers/a/databases/b`),
        put('/subscriptions/s'),
        put(group),
      ]);
      await first.close();
      tamper(folder, 'DROP INDEX assessments_of_kind');
      tamper(folder, migration('0009-resource-kinds.sql'));
      const again = await open(folder);
      const groups = again.documents.groups({ collection: 'assessments', by: { members: ['resourceKind'] }, top: 9 });
      assert.deepEqual(
        groups.map(({ value }) => value),
        [
          'aws|microsoft.compute/virtualmachines',
          'azure|microsoft.resources/resourcegroups',
          'azure|microsoft.resources/subscriptions',
          'azure|microsoft.sql/servers',
        ],
      );
      assert.deepEqual(
        groups[0]?.counts.map(({ tally, count }) => [tally, count]),
        [['k', 1]],
      );
      await again.close();
    }));

  test('the resources of alerts stored before they were counted are counted afterwards, each once', () =>
    inFolder(async (folder) => {
      mkdirSync(folder, { recursive: true });
      const first = await open(folder);
      const put = (key: string, event: JsonObject): Write => ({
        kind: 'putDocument',
        document: { collection: 'alerts', key, parent: 'p', time: 1, status: 'Active', tally: 'High', body: { event } },
      });
      const resource = { AzureResourceId: '/subscriptions/S/resourceGroups/g/providers/Microsoft.Sql/servers/a' };
      await first.commit([
        put('a', resource),
        put('b', resource),
        put('c', { CompromisedEntity: 'VM-1' }),
        put('d', {}),
      ]);
      await first.close();
      tamper(folder, migration('0010-alert-subjects.sql'));
      const again = await open(folder);
      const active = { parent: 'p', label: '', status: 'Active' };
      assert.deepEqual(again.tallies.subjects('alerts'), [{ ...active, count: 2 }]);
      assert.equal(again.documents.get('alerts', 'c')?.subject, '/vm-1');
      await again.commit([{ kind: 'deleteDocument', collection: 'alerts', key: 'a' }]);
      assert.deepEqual(again.tallies.subjects('alerts'), [{ ...active, count: 2 }]);
      await again.close();
    }));

  test('alerts stored before documents had labels are found by their resource group afterwards', () =>
    inFolder(async (folder) => {
      mkdirSync(folder, { recursive: true });
      const first = await open(folder);
      const body = { resourceGroup: 'RG-One' };
      const alert = { collection: 'alerts', key: 'a', parent: 'p', time: 1, status: 'Active', body };
      await first.commit([{ kind: 'putDocument', document: alert }, document('other')]);
      await first.close();
      forgetTallies(folder);
      tamper(folder, 'DROP INDEX documents_by_label; ALTER TABLE documents DROP COLUMN label');
      for (const name of ['0002-labels.sql', '0006-tallies.sql']) tamper(folder, migration(name));
      const again = await open(folder);
      assert.equal(again.documents.list({ collection: 'alerts', parent: 'p', label: 'rg-one' }).length, 1);
      assert.equal(again.documents.get('c', 'other')?.label, undefined);
      await again.close();
    }));

  test('released migrations are as they were released', () => {
    const folder = fileURLToPath(new URL('../../src/store/sqlite/migrations/', import.meta.url));
    const found = readdirSync(folder).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]);
    assert.deepEqual(Object.fromEntries(found), released);
  });
});

describe('data folder: backup and restore', () => {
  test('a backup taken under load is one moment of the store, and restores', () =>
    inFolder(async (folder) => {
      const data = join(folder, 'data');
      const store = await open(data);
      await store.commit([document('first', { p: 'x' })]);
      let running = true;
      const load = (async () => {
        for (let index = 0; running; index += 1) await store.commit([document(`d${index}`), document(`e${index}`)]);
      })();
      await store.backup(join(folder, 'copy'));
      running = false;
      await load;
      await store.close();
      const check = restoreStore(join(folder, 'copy'), join(folder, 'restored'));
      assert.equal(check.documents % 2, 1);
      const restored = await open(join(folder, 'restored'));
      assert.deepEqual(restored.documents.get('c', 'first')?.secrets, { p: 'x' });
      assert.equal(restored.documents.count({ collection: 'c' }), check.documents);
      await restored.close();
    }));

  test('a key kept elsewhere, behind a link, opens the store; copies hold the link and never the key', () =>
    inFolder(async (folder) => {
      const [data, key, copy] = [join(folder, 'data'), join(folder, 'vault-key'), join(folder, 'copy')];
      writeFileSync(key, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
      mkdirSync(data);
      symlinkSync('../vault-key', join(data, 'secret-key'));
      const store = await open(data);
      await store.commit([document('a', { password: 'x' })]);
      await store.backup(copy);
      await store.close();
      assert.ok(lstatSync(join(copy, 'secret-key')).isSymbolicLink());
      restoreStore(copy, join(folder, 'again'));
      const restored = await open(join(folder, 'again'));
      assert.deepEqual(restored.documents.get('c', 'a')?.secrets, { password: 'x' });
      await restored.close();
      rmSync(key);
      await assert.rejects(open(data), withCode('StoreKeyInvalid'));
    }));

  test('nothing is written over: not a backup, not a data folder with a store', () =>
    inFolder(async (folder) => {
      const data = join(folder, 'data');
      await (await open(data)).close();
      await backupStore(data, join(folder, 'copy'));
      await assert.rejects(backupStore(data, join(folder, 'copy')), withCode('Conflict'));
      assert.throws(() => restoreStore(join(folder, 'copy'), data), withCode('Conflict'));
    }));

  test('what is no sound backup is refused and restores nothing', () =>
    inFolder(async (folder) => {
      const data = join(folder, 'data');
      const copy = join(folder, 'copy');
      assert.throws(() => restoreStore(folder, data), withCode('StoreDamaged'));
      await assert.rejects(backupStore(join(folder, 'nothing'), copy), withCode('StoreDamaged'));
      await (await open(data)).close();
      await backupStore(data, copy);
      writeFileSync(join(copy, 'secret-key'), Buffer.alloc(32, 1).toString('base64'));
      assert.throws(() => restoreStore(copy, join(folder, 'new')), withCode('StoreKeyInvalid'));
      assert.throws(() => checkStore(copy), withCode('StoreKeyInvalid'));
      assert.ok(!existsSync(join(folder, 'new', 'tocsin.db')));
    }));

  test('a store in use is not restored over', () =>
    inFolder(async (folder) => {
      const data = join(folder, 'data');
      const store = await open(data);
      await store.backup(join(folder, 'copy'));
      assert.throws(() => restoreStore(join(folder, 'copy'), data), withCode('StoreInUse'));
      await store.close();
    }));
});
