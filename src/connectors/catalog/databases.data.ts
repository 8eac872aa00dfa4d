/** Connectors of databases. Source: connectors reference 2, 3.1. */
import type { Json } from '#foundation';
import {
  action,
  type Connector,
  entra,
  type Operation,
  type OperationParameter,
  secret,
  servicePrincipal,
  text,
  usualThrottle,
} from './connector.ts';

const parameters = ['server', 'database', 'table', 'id', 'procedure'].map(
  (name): OperationParameter => ({ name, in: 'path', type: 'string', required: true, encoding: 'double' }),
);

const row = { id: 1, name: 'x' } as const;
const results = { ResultSets: { Table1: [row] }, OutputParameters: {} } as const;
const names = { value: [{ Name: '[dbo].[alerts]', DisplayName: 'alerts' }] } as const;

/** Id, method, path below the data set, summary, example of the answer. */
const rows: readonly (readonly [id: string, method: string, tail: string, summary: string, body?: Json])[] = [
  ['ExecutePassThroughNativeQuery', 'POST', '/query/sql', 'Execute a SQL query', results],
  ['ExecuteProcedure', 'POST', '/procedures/{procedure}', 'Execute stored procedure', { ...results, ReturnCode: 0 }],
  ['GetItems', 'GET', '/tables/{table}/items', 'Get rows', { value: [row] }],
  ['GetItem', 'GET', '/tables/{table}/items/{id}', 'Get row', row],
  ['PostItem', 'POST', '/tables/{table}/items', 'Insert row', row],
  ['PatchItem', 'PATCH', '/tables/{table}/items/{id}', 'Update row', row],
  ['DeleteItem', 'DELETE', '/tables/{table}/items/{id}', 'Delete row'],
  ['OnNewItems', 'GET', '/tables/{table}/onnewitems', 'When an item is created', { value: [row] }],
  ['OnUpdatedItems', 'GET', '/tables/{table}/onupdateditems', 'When an item is modified', { value: [row] }],
  ['GetTables', 'GET', '/tables', 'Get tables', names],
  ['GetProcedures', 'GET', '/procedures', 'Get stored procedures', names],
];
/** Triggers that ask the server again and again. */
const polled = new Set(['OnNewItems', 'OnUpdatedItems']);
/** Callers decide what comes back of these. */
const shapeless = new Set([
  'ExecutePassThroughNativeQuery',
  'ExecuteProcedure',
  'GetItems',
  'GetItem',
  'PostItem',
  'PatchItem',
]);

/** Both generations of a path: with server and database, and `default` for the connection's own. */
function operations(): readonly Operation[] {
  return rows.flatMap(([id, method, tail, summary, body]) => {
    const answer = { status: 200, ...(body === undefined ? {} : { body }) };
    const more = {
      parameters,
      ...(polled.has(id) ? { kind: 'trigger' as const } : {}),
      ...(shapeless.has(id) ? { shapeless: true as const } : {}),
    };
    return [
      action(`${id}_V2`, `${method} /v2/datasets/{server},{database}${tail}`, `${summary} (V2)`, answer, more),
      action(id, `${method} /datasets/default${tail}`, summary, answer, more),
    ];
  });
}

const where = [text('server', 'Server'), text('database', 'Database')] as const;
const encryption = text('encryptConnection', 'Encrypt connection', {
  optional: true,
  description: '`true` unless given; `strict` for TDS 8; `false` for a server on a network of your own.',
});

export const databaseConnectors: readonly Connector[] = [
  {
    name: 'sql',
    displayName: 'SQL Server',
    brandColor: '#BA141A',
    description:
      'Speaks TDS to SQL Server and Azure SQL. Values are parameters of statements, never their text. `server` may name its port: `host,1433`.',
    parameters: [...where, text('username', 'User name'), secret('password', 'Password'), encryption],
    alternatives: [
      {
        name: 'connectionString',
        displayName: 'Connection string',
        parameters: [secret('sqlConnectionString', 'Connection string'), encryption],
      },
      { ...servicePrincipal, parameters: [...where, ...servicePrincipal.parameters, encryption] },
    ],
    oauth: entra('https://database.windows.net', ['https://database.windows.net/user_impersonation']),
    service: { kind: 'local' },
    throttle: usualThrottle,
    operations: [
      ...operations(),
      action('GetServers_V2', 'GET /v2/servers', 'Get servers (V2)', { status: 200, body: names }),
      action('GetDatabases_V2', 'GET /v2/databases', 'Get databases (V2)', { status: 200, body: names }),
    ],
  },
];
