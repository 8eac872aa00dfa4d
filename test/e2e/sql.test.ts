/** The SQL Server connector against a server that speaks its protocol; no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Json, type JsonObject, textMember } from '#foundation';
import { FakeSqlServer } from '../fakes/sql-server.ts';
import { connect, connectionState, over, runOver } from './connector-runs.ts';
import { TocsinServer } from './tocsin-server.ts';

const setUp = `
  CREATE TABLE dbo.alerts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, severity TEXT, score REAL, seen BIGINT);
  INSERT INTO dbo.alerts VALUES (1, 'Brute force', 'High', 0.5, 9007199254740993), (2, 'Scan', 'Low', 1.0, NULL),
    (3, 'It''s 100% [bad]', 'High', NULL, 7);
  CREATE TABLE dbo.pairs (a TEXT, b TEXT, note TEXT, PRIMARY KEY (a, b));
  INSERT INTO dbo.pairs VALUES ('x', 'y', 'first');
`;

const data =
  "/v2/datasets/@{encodeURIComponent(encodeURIComponent('default'))},@{encodeURIComponent(encodeURIComponent('default'))}";
const table = (name: string): string => `/tables/@{encodeURIComponent(encodeURIComponent('${name}'))}/items`;
const alerts = `${data}${table('[dbo].[alerts]')}`;

describe('a row of SQL Server', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const database = new FakeSqlServer(
    {
      user: 'soc',
      password: 'sql-hush',
      procedures: {
        find: {
          parameters: [
            { name: 'severity', type: 'nvarchar', mode: 'IN' },
            { name: 'total', type: 'int', mode: 'INOUT' },
          ],
          run: (values) => ({
            columns: ['name', 'asked'],
            rows: [['Brute force', values.get('severity') ?? null]],
            output: [['total', 2n]],
            status: 3,
          }),
        },
      },
    },
    setUp,
  );
  before(async () => {
    await Promise.all([server.start(), database.start()]);
    await connect(server, 'sql', {
      parameterValues: {
        server: `127.0.0.1,${database.port}`,
        database: 'soc',
        username: 'soc',
        password: 'sql-hush',
        encryptConnection: 'false',
      },
    });
    assert.equal((await connectionState(server, 'sql')).overallStatus, 'Connected');
  });
  after(() => Promise.all([server.remove(), database.stop()]));

  async function answer(
    method: string,
    path: string,
    more: JsonObject = {},
    name = 'sql',
  ): Promise<{
    readonly status: Json | undefined;
    readonly body: JsonObject;
    readonly shown: string;
    readonly code: string;
    readonly properties: JsonObject;
  }> {
    const { outputs, inputs, properties } = await runOver(server, name, over(name, method, path, more));
    const shown = JSON.stringify([inputs, outputs, properties]);
    assert.doesNotMatch(shown, /sql-hush/);
    const code = textMember(properties.error ?? null, 'code') ?? '';
    return { status: outputs.statusCode, body: (outputs.body ?? {}) as JsonObject, shown, code, properties };
  }

  test('is read by a statement of the workflow, in sets named as playbooks expect, with every digit', async () => {
    const query =
      "select id, name, seen from dbo.alerts where severity = 'High' order by id; select count(*) as n from dbo.alerts";
    const { status, body, shown, properties } = await answer('post', `${data}/query/sql`, { body: { query } });
    assert.equal(status, 200, shown);
    const { uri } = properties.outputsLink as { readonly uri: string };
    assert.match(await (await fetch(uri)).text(), /9007199254740993/);
    const sets = body.ResultSets as Readonly<Record<string, readonly JsonObject[]>>;
    assert.deepEqual(Object.keys(sets), ['Table1', 'Table2']);
    assert.deepEqual(
      sets.Table1?.map(({ name }) => name),
      ['Brute force', "It's 100% [bad]"],
    );
    assert.deepEqual(sets.Table2, [{ n: 3 }]);
    assert.deepEqual(body.OutputParameters, {});
  });

  test('is asked for with parameters that stay values, whatever they hold', async () => {
    const name = "x'; drop table dbo.alerts; --";
    const { body, shown } = await answer('post', `${data}/query/sql`, {
      body: {
        query: 'select @name as given, @count as n',
        formalParameters: { name: 'NVARCHAR(200)', count: 'INT' },
        actualParameters: { name, count: 5 },
      },
    });
    assert.deepEqual((body.ResultSets as JsonObject).Table1, [{ given: name, n: 5 }], shown);
    assert.ok(database.statements.includes('select @name as given, @count as n'));
    const wrong = await answer('post', `${data}/query/sql`, {
      body: { query: 'select 1', formalParameters: { a: 'INT); drop table x' }, actualParameters: { a: 1 } },
    });
    assert.equal(wrong.status, 400, wrong.shown);
  });

  test('is inserted, read, changed and deleted by its key; one that is not there is a 404', async () => {
    const made = await answer('post', alerts, { body: { id: 10, name: "O'Hara", severity: 'High', score: 0.25 } });
    assert.deepEqual(made.body, { id: 10, name: "O'Hara", severity: 'High', score: 0.25, seen: null }, made.shown);
    const twice = await answer('post', alerts, { body: { id: 10, name: 'again' } });
    assert.equal(twice.status, 400, twice.shown);
    const one = `${alerts}/@{encodeURIComponent(encodeURIComponent('10'))}`;
    assert.equal((await answer('patch', one, { body: { severity: 'Low' } })).body.severity, 'Low');
    assert.equal((await answer('get', one)).body.name, "O'Hara");
    assert.equal((await answer('delete', one)).status, 200);
    for (const method of ['get', 'delete'] as const) assert.equal((await answer(method, one)).status, 404);
    const pair = `${data}${table('pairs')}/@{encodeURIComponent(encodeURIComponent('x,y'))}`;
    assert.equal((await answer('get', pair)).body.note, 'first');
    assert.equal((await answer('get', `${data}${table('nothing')}/1`)).status, 404);
    assert.ok(!database.statements.some((text) => text.includes('Hara')), 'values are no part of statements');
  });

  test('is listed by filter, order and number; what a filter cannot say is refused before anything is asked', async () => {
    const names = async (queries: JsonObject) => {
      const { body, status, shown } = await answer('get', alerts, { queries });
      return status === 200
        ? (body.value as readonly JsonObject[]).map(({ name }) => name)
        : [status, shown.length > 0];
    };
    assert.deepEqual(await names({ $filter: "severity eq 'High' and score ne null", $orderby: 'id' }), ['Brute force']);
    assert.deepEqual(await names({ $filter: "contains(name, '% [')" }), ["It's 100% [bad]"]);
    assert.deepEqual(await names({ $filter: "startswith(name, 'Brute') or id gt 2", $orderby: 'id desc' }), [
      "It's 100% [bad]",
      'Brute force',
    ]);
    assert.deepEqual(await names({ $top: 1, $skip: 1, $orderby: 'id' }), ['Scan']);
    assert.deepEqual(await names({ $top: 1, $select: 'name', $orderby: 'id' }), ['Brute force']);
    const before = database.statements.length;
    assert.deepEqual(await names({ $filter: 'severity eq' }), [400, true]);
    assert.deepEqual(await names({ $filter: "geo.distance(name, 'x') lt 5" }), [400, true]);
    assert.equal(database.statements.length, before);
    assert.deepEqual(await names({ $orderby: 'id] desc; drop table dbo.alerts --' }), [400, true]);
    assert.deepEqual(await names({ $top: 1, $orderby: 'id' }), ['Brute force']);
  });

  test('comes out of a stored procedure with its output parameters and return code', async () => {
    const path = `${data}/procedures/@{encodeURIComponent(encodeURIComponent('[dbo].[find]'))}`;
    const { body, shown } = await answer('post', path, { body: { severity: 'High' } });
    assert.deepEqual(
      body,
      {
        ResultSets: { Table1: [{ name: 'Brute force', asked: 'High' }] },
        OutputParameters: { total: 2 },
        ReturnCode: 3,
      },
      shown,
    );
    assert.equal((await answer('post', path, { body: { other: 1 } })).status, 400);
  });

  test('has a table, a database and a server that can be listed', async () => {
    const list = async (path: string) =>
      ((await answer('get', path)).body.value as readonly JsonObject[]).map(({ Name }) => Name);
    assert.deepEqual(await list(`${data}/tables`), ['[dbo].[alerts]', '[dbo].[pairs]']);
    assert.deepEqual(await list(`${data}/procedures`), ['[dbo].[find]']);
    assert.deepEqual(await list('/v2/databases'), ['master', 'soc']);
    assert.deepEqual(await list('/v2/servers'), ['127.0.0.1']);
  });

  test('stays where the connection says: no other server, no wrong password, no plain text unless asked for', async () => {
    const elsewhere = data.replace("'default'", "'evil.example.net'");
    assert.equal((await answer('post', `${elsewhere}/query/sql`, { body: { query: 'select 1' } })).status, 400);
    const values = { server: `127.0.0.1,${database.port}`, database: 'soc', username: 'soc' };
    await connect(
      server,
      'sql',
      { parameterValues: { ...values, password: 'wrong', encryptConnection: 'false' } },
      'thief',
    );
    const refused = await answer('post', `${data}/query/sql`, { body: { query: 'select 1' } }, 'thief');
    assert.equal(refused.status, 401, refused.shown);
    await connect(server, 'sql', { parameterValues: { ...values, password: 'sql-hush' } }, 'careful');
    const before = database.logins;
    const plain = await answer('post', `${data}/query/sql`, { body: { query: 'select 1' } }, 'careful');
    assert.match(plain.shown, /did not negotiate encryption/);
    assert.equal(database.logins, before, 'no password went out in plain text');
    const metadata = { ...values, server: '169.254.169.254,1433', password: 'sql-hush', encryptConnection: 'false' };
    await connect(server, 'sql', { parameterValues: metadata }, 'away');
    const away = await answer('post', `${data}/query/sql`, { body: { query: 'select 1' } }, 'away');
    assert.equal(away.code, 'OutboundAddressForbidden', away.shown);
  });
});
