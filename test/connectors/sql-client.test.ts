/** The client of SQL Server against a server that speaks its protocol. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { AddressGuard, SqlClient, type SqlServer } from '#connectors';
import { FakeSqlServer } from '../fakes/sql-server.ts';
import { selfSigned } from './local-servers.ts';

const setUp = `
  CREATE TABLE dbo.many (id INTEGER PRIMARY KEY, text TEXT);
  INSERT INTO dbo.many WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i, hex(randomblob(50)) FROM n;
`;

const all = { kind: 'statement', text: 'select * from dbo.many', parameters: [] } as const;

describe('a SQL server', () => {
  const trusted = getCACertificates('default');
  let database: FakeSqlServer;
  const serverAt = (more: Partial<SqlServer> = {}): SqlServer => ({
    host: 'localhost',
    port: database.port,
    database: 'soc',
    encrypt: 'strict',
    credential: { kind: 'password', user: 'soc', password: 'sql-hush' },
    ...more,
  });
  let authority = '';
  before(async () => {
    const { certificate, key } = await selfSigned('localhost');
    authority = certificate;
    database = await new FakeSqlServer(
      { user: 'soc', password: 'sql-hush', tls: { cert: certificate, key } },
      setUp,
    ).start();
  });
  after(async () => {
    setDefaultCACertificates(trusted);
    await database.stop();
  });

  test('is trusted by its certificate only; then rows come through TLS from the first byte', async () => {
    const client = new SqlClient(new AddressGuard());
    const stranger = await client.run(serverAt(), all);
    assert.equal(stranger.kind, 'failure');
    assert.match(JSON.stringify(stranger), /certificate/);
    setDefaultCACertificates([...trusted, authority]);
    const rows = await client.run(serverAt(), all);
    assert.equal(rows.kind === 'rows' ? rows.sets[0]?.length : JSON.stringify(rows), 500);
    const { logins } = database;
    await client.run(serverAt(), all);
    await client.close();
    assert.equal(database.logins, logins, 'a connection is used again');
  });

  test('gives at most so many bytes: a larger answer is a failure as a whole, and the next one works', async () => {
    setDefaultCACertificates([...trusted, authority]);
    const client = new SqlClient(new AddressGuard(), 10_000);
    const large = await client.run(serverAt(), all);
    assert.equal(large.kind === 'failure' ? large.code : large.kind, 'BadRequest');
    const small = await client.run(serverAt(), { ...all, text: 'select id from dbo.many where id < 3' });
    assert.deepEqual(small.kind === 'rows' ? small.sets : small, [[{ id: 1 }, { id: 2 }]]);
    await client.close();
  });

  test('is not reached where the guard forbids its address, under whatever name', async () => {
    const client = new SqlClient(new AddressGuard([], false));
    const before = database.logins;
    for (const host of ['localhost', '127.0.0.1']) {
      const outcome = await client.run(serverAt({ host }), all);
      assert.equal(outcome.kind === 'failure' ? outcome.code : outcome.kind, 'OutboundAddressForbidden');
    }
    assert.equal(database.logins, before);
    await client.close();
  });

  test('that is not there is a failure worth another try, told without the password', async () => {
    const client = new SqlClient(new AddressGuard());
    const outcome = await client.run(serverAt({ port: 1 }), all);
    assert.deepEqual(outcome.kind === 'failure' ? [outcome.code, outcome.retryable] : outcome, ['BadGateway', true]);
    assert.doesNotMatch(JSON.stringify(outcome), /hush/);
    await client.close();
  });
});
