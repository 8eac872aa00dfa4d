/** Triggers on rows of SQL Server: which column tells news, where each poll goes on. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findOperation, shippedConnector, type SqlCommand } from '#connectors';
import { isJsonArray, type JsonObject, memberOf } from '#foundation';
import type { OperationCall } from '../../src/service/connectors/operation-call.ts';
import { rowTrigger } from '../../src/service/connectors/sql-triggers.ts';

interface Row {
  id: number;
  version: number;
}

const hex = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(16, '0')}`;

/** A table as the statements of the triggers see it; `active` is the oldest version of an open transaction. */
function tableOf(kind: 'inserted' | 'changed', rows: Row[], active = (): number => 1_000, columns = ['c]x']) {
  const statements: string[] = [];
  const run = async (_: OperationCall, { text, parameters }: SqlCommand) => {
    statements.push(text);
    const value = (name: string): string => String(parameters.find((one) => one.name === name)?.value ?? '');
    if (text.includes('FROM sys.')) {
      assert.equal(value('table'), '[dbo].[my table]');
      return { rows: columns.map((name) => ({ name })) };
    }
    if (text.startsWith('SELECT CONVERT(varchar(18), MIN')) return { rows: [{ last: hex(active()) }] };
    if (text.includes('MAX('))
      return { rows: [{ last: rows.length === 0 ? null : String(Math.max(...rows.map(({ id }) => id))) }] };
    const top = Number(value('top'));
    const last = value('last');
    const found =
      kind === 'inserted'
        ? rows.filter(({ id }) => last === '' || id > Number(last)).toSorted((left, right) => left.id - right.id)
        : rows
            .filter(({ version }) => version >= Number(last) && version < active())
            .toSorted((left, right) => left.version - right.version);
    return { rows: found.slice(0, top).map(({ id, version }) => ({ 'c]x': id, id, __version: hex(version) })) };
  };
  const tail = kind === 'inserted' ? 'onnewitems' : 'onupdateditems';
  let at = `/v2/datasets/db.example.com,soc/tables/${encodeURIComponent(encodeURIComponent('my table'))}/${tail}`;
  let query: Readonly<Record<string, string>> = {};
  const poll = async (): Promise<readonly number[] | number> => {
    const connector = shippedConnector('sql');
    assert.ok(connector);
    const found = findOperation(connector, 'GET', at);
    assert.ok(found);
    const { operation, path } = found;
    assert.deepEqual([operation.kind, path['table']], ['trigger', 'my table']);
    const call = { operation, input: { path, query } } as unknown as OperationCall;
    const outcome = await rowTrigger(kind, () => ['dbo', 'my table'], run)(call);
    assert.ok('headers' in outcome);
    if (outcome.status >= 400) return outcome.status;
    const next = new URL(outcome.headers['location'] ?? '', 'https://c.test');
    [at, query] = [next.pathname, Object.fromEntries(next.searchParams)];
    const list = memberOf(outcome.body, 'value');
    return ((isJsonArray(list) ? list : []) as readonly JsonObject[]).map((row) => {
      assert.equal('__version' in row, false);
      return Number(row['id']);
    });
  };
  return { poll, statements };
}

describe('triggers on rows', () => {
  test('new ones by the identity column: none at first, then each once, many in several answers', async () => {
    const rows: Row[] = [{ id: 1, version: 1 }];
    const { poll, statements } = tableOf('inserted', rows);
    assert.deepEqual(await poll(), []);
    rows.push({ id: 2, version: 2 }, { id: 3, version: 3 });
    assert.deepEqual(await poll(), [2, 3]);
    assert.deepEqual(await poll(), []);
    for (let id = 4; id <= 253; id += 1) rows.push({ id, version: id });
    const answered = [await poll(), await poll(), await poll()].flat();
    assert.deepEqual([answered.length, new Set(answered).size, await poll()], [250, 250, []]);
    assert.match(statements.at(-1) ?? '', /FROM \[dbo\]\.\[my table\] .*\[c\]\]x\] >/);
  });

  test('begin in an empty table with its first row', async () => {
    const rows: Row[] = [];
    const { poll } = tableOf('inserted', rows);
    assert.deepEqual(await poll(), []);
    rows.push({ id: 0, version: 1 });
    assert.deepEqual([await poll(), await poll()], [[0], []]);
  });

  test('changed ones by their version, none that an open transaction may still precede', async () => {
    const rows: Row[] = [{ id: 1, version: 5 }];
    let active = 10;
    const { poll } = tableOf('changed', rows, () => active);
    assert.deepEqual(await poll(), []);
    rows.push({ id: 2, version: 12 });
    assert.deepEqual(await poll(), []);
    rows.push({ id: 3, version: 11 });
    active = 20;
    assert.deepEqual([await poll(), await poll()], [[3, 2], []]);
    rows[0] = { id: 1, version: 21 };
    active = 30;
    assert.deepEqual([await poll(), await poll()], [[1], []]);
  });

  test('need such a column', async () => {
    assert.equal(await tableOf('inserted', [], () => 1, []).poll(), 400);
  });
});
