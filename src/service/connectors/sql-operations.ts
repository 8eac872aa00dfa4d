/**
 * Operations of the SQL Server connector.
 *
 * Owns: which server a connection means, the connector's results. Does not own: statements (`sql-statements.ts`), the
 * protocol (`#connectors`). Source: connectors reference 2, 3.1.
 *
 * Invariants
 * SO1. A workflow names a database of the connection's server and no other server: the credential goes where the connection says.
 */
import { type SqlCommand, type SqlOutcome, type SqlParameter, type SqlServer, sqlValue, typeFault } from '#connectors';
import type { OperationOutcome, ServiceAnswer } from '#connectors';
import {
  type Fault,
  fault,
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  textMember,
} from '#foundation';
import type { LocalOperation, OperationCall } from './operation-call.ts';
import { rowTrigger, type RunRows } from './sql-triggers.ts';
import { deleteRow, insertRow, manyRows, nameParts, oneRow, quoted, type Table, updateRow } from './sql-statements.ts';

type Rows = Extract<SqlOutcome, { readonly kind: 'rows' }>;

const json = { 'content-type': 'application/json; charset=utf-8' } as const;

function answer(status: number, body?: Json): ServiceAnswer {
  return { status, headers: json, ...(body === undefined ? {} : { body }) };
}

function refused(status: number, message: string): ServiceAnswer {
  return answer(status, { status, message, source: 'sql', error: { code: status, message } });
}

// --- Which server -----------------------------------------------------------------------------------------------

interface Address {
  readonly host: string;
  readonly port: number;
}

/** `tcp:host,1433`, `host:1433`, `host`; an instance needs its port, which only the server's browser service knows. */
function addressOf(server: string): Address | Fault {
  const match = /^(?:tcp:)?\s*([\w.-]+|\[[0-9a-f:]+\])(\\[\w$]+)?\s*(?:[,:]\s*(\d{1,5}))?$/i.exec(server.trim());
  if (match === null) return fault('InvalidRequestContent', `'${server.slice(0, 200)}' is no address of a SQL server.`);
  const [, host = '', instance, port] = match;
  if (instance !== undefined && port === undefined) {
    return fault('InvalidRequestContent', `The instance of '${server.slice(0, 200)}' needs its port: 'host,port'.`);
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? 1433) };
}

/** Parts of a connection string, under the names of the connection's parameters. */
function fromConnectionString(text: string): ReadonlyMap<string, string> {
  const names: Readonly<Record<string, string>> = {
    'data source': 'server',
    address: 'server',
    'initial catalog': 'database',
    'user id': 'username',
    uid: 'username',
    user: 'username',
    pwd: 'password',
    encrypt: 'encryptconnection',
  };
  return new Map(
    text.split(';').flatMap((part) => {
      const [name = '', ...value] = part.split('=');
      const key = name.trim().toLowerCase();
      return value.length === 0 ? [] : [[names[key] ?? key, value.join('=').trim()] as const];
    }),
  );
}

function serverOf({ values, input: { path } }: OperationCall): SqlServer | Fault {
  const parts = fromConnectionString(values.get('sqlconnectionstring') ?? '');
  const value = (name: string): string => values.get(name) ?? parts.get(name) ?? '';
  const address = addressOf(value('server'));
  if (isFault(address)) return address;
  const named = path['server'] ?? 'default';
  const asked = /^default$/i.test(named) ? address : addressOf(named);
  if (isFault(asked)) return asked;
  if (asked.host.toLowerCase() !== address.host.toLowerCase() || asked.port !== address.port) {
    return fault(
      'InvalidRequestContent',
      `The connection is to '${value('server')}', not to '${named.slice(0, 200)}'.`,
    );
  }
  const token = values.get('token');
  const user = value('username');
  if (token === undefined && user === '') {
    return fault('InvalidRequestContent', 'The connection has neither a user name nor a token for its SQL server.');
  }
  const database = path['database'] ?? 'default';
  const tls = value('encryptconnection').toLowerCase();
  return {
    ...address,
    database: /^default$/i.test(database) ? value('database') : database,
    encrypt: tls === 'strict' ? 'strict' : !/^(false|no|0|optional)$/.test(tls),
    credential:
      token === undefined ? { kind: 'password', user, password: value('password') } : { kind: 'token', token },
  };
}

// --- Running ----------------------------------------------------------------------------------------------------

/** Errors of the server that say something of the credential, of time, of the moment. */
const logins = new Set([18456, 18452, 18470, 4060, 40615]);
const passing = new Set([1205, 10928, 10929, 40197, 40501, 40613, 49918, 49919, 49920]);

async function run(call: OperationCall, command: SqlCommand | Fault): Promise<Rows | OperationOutcome> {
  if (isFault(command)) return command;
  const server = serverOf(call);
  if (isFault(server)) return server;
  const outcome = await call.services.sql.run(server, command, call.signal);
  if (outcome.kind !== 'refused') return outcome;
  if (logins.has(outcome.number)) return refused(401, outcome.message);
  if (passing.has(outcome.number)) {
    return { kind: 'failure', code: 'ServiceUnavailable', message: outcome.message, retryable: true };
  }
  return refused(outcome.number === 229 || outcome.number === 230 ? 403 : 400, outcome.message);
}

function isRows(value: Rows | OperationOutcome): value is Rows {
  return 'kind' in value && value.kind === 'rows';
}

async function rowsOf(call: OperationCall, command: SqlCommand): ReturnType<RunRows> {
  const found = await run(call, command);
  return isRows(found) ? { rows: found.sets[0] ?? [] } : { outcome: found };
}

/** An operation that is one statement, and what its rows mean. */
function single(
  commandOf: (call: OperationCall) => SqlCommand | Fault | Promise<SqlCommand | OperationOutcome>,
  read: (rows: Rows, call: OperationCall) => OperationOutcome,
): LocalOperation {
  return async (call) => {
    const command = await commandOf(call);
    if (!('text' in command)) return command;
    const rows = await run(call, command);
    return isRows(rows) ? read(rows, call) : rows;
  };
}

function resultSets({ sets, output }: Rows): JsonObject {
  const tables = sets.map((rows, index) => [`Table${index + 1}`, rows] as const);
  return { ResultSets: Object.fromEntries(tables), OutputParameters: output };
}

function bodyOf({ input: { body } }: OperationCall): JsonObject {
  return isJsonObject(body) ? body : {};
}

function tableOf({ input: { path } }: OperationCall): Table | Fault {
  return nameParts(path['table'] ?? '');
}

// --- Statements and procedures ----------------------------------------------------------------------------------

function nativeQuery(call: OperationCall): SqlCommand | Fault {
  const body = bodyOf(call);
  const text = textMember(body, 'query') ?? (typeof call.input.body === 'string' ? call.input.body : '');
  if (text.trim() === '') return fault('InvalidRequestContent', "The call has no 'query'.");
  const formal = memberIgnoringCase(body, 'formalParameters');
  const actual = memberIgnoringCase(body, 'actualParameters');
  const parameters: SqlParameter[] = [];
  for (const [given, type] of Object.entries(isJsonObject(formal) ? formal : {})) {
    const name = given.replace(/^@/, '');
    const declared = typeof type === 'string' ? type : '';
    const wrong = typeFault(declared);
    if (wrong !== undefined) return wrong;
    if (!/^[\w$#@]+$/u.test(name)) return fault('InvalidRequestContent', `'${name}' is no name of a parameter.`);
    const value = memberIgnoringCase(actual, given) ?? memberIgnoringCase(actual, name);
    parameters.push({ name, type: declared, value: sqlValue(value) });
  }
  return { kind: 'statement', text, parameters };
}

/** What the server says of a procedure's parameters: their directions and types. */
const parametersOf: SqlCommand['text'] =
  'SELECT PARAMETER_NAME, PARAMETER_MODE, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH FROM INFORMATION_SCHEMA.PARAMETERS ' +
  'WHERE SPECIFIC_SCHEMA = @schema AND SPECIFIC_NAME = @name AND IS_RESULT = @result';

async function procedure(call: OperationCall): Promise<SqlCommand | OperationOutcome> {
  const name = nameParts(call.input.path['procedure'] ?? '');
  if (isFault(name)) return name;
  const asked = [
    { name: 'schema', value: name[0] },
    { name: 'name', value: name[1] },
    { name: 'result', value: 'NO' },
  ];
  const known = await run(call, { kind: 'statement', text: parametersOf, parameters: asked });
  if (!isRows(known)) return known;
  const body = bodyOf(call);
  const parameters = (known.sets[0] ?? []).flatMap((row): SqlParameter[] => {
    const parameter = (textMember(row, 'PARAMETER_NAME') ?? '').replace(/^@/, '');
    const given = memberIgnoringCase(body, parameter);
    const output = textMember(row, 'PARAMETER_MODE') !== 'IN';
    if (given === undefined && !output) return [];
    const type = declarationOf(row);
    return [{ name: parameter, value: sqlValue(given), type, ...(output ? { output: true } : {}) }];
  });
  const names = new Set(parameters.map((one) => one.name.toLowerCase()));
  const unknown = Object.keys(body).find((one) => !names.has(one.replace(/^@/, '').toLowerCase()));
  if (unknown !== undefined) {
    return fault('InvalidRequestContent', `The procedure '${name[1]}' is not there, or has no parameter '${unknown}'.`);
  }
  return { kind: 'procedure', text: quoted(...name), parameters };
}

function declarationOf(row: JsonObject): string {
  const type = textMember(row, 'DATA_TYPE') ?? 'nvarchar';
  const length = Number(row['CHARACTER_MAXIMUM_LENGTH'] ?? Number.NaN);
  const declared =
    /char$|binary$/.test(type) && Number.isInteger(length) ? `${type}(${length < 1 ? 'max' : length})` : type;
  return typeFault(declared) === undefined ? declared : 'nvarchar(max)';
}

// --- Rows -------------------------------------------------------------------------------------------------------

const keyColumns =
  'SELECT k.COLUMN_NAME FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS c JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE k ' +
  'ON k.CONSTRAINT_NAME = c.CONSTRAINT_NAME AND k.TABLE_SCHEMA = c.TABLE_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME ' +
  'WHERE c.CONSTRAINT_TYPE = @kind AND c.TABLE_SCHEMA = @schema AND c.TABLE_NAME = @name ORDER BY k.ORDINAL_POSITION';

/** The row that the path's `id` means, by the table's primary key; columns of a key are separated by commas. */
async function keyOf(call: OperationCall, table: Table): Promise<{ readonly key: JsonObject } | OperationOutcome> {
  const parameters = [
    { name: 'kind', value: 'PRIMARY KEY' },
    { name: 'schema', value: table[0] },
    { name: 'name', value: table[1] },
  ];
  const rows = await run(call, { kind: 'statement', text: keyColumns, parameters });
  if (!isRows(rows)) return rows;
  const columns = (rows.sets[0] ?? []).map((row) => textMember(row, 'COLUMN_NAME') ?? '');
  if (columns.length === 0) return refused(404, `The table '${quoted(...table)}' is not there, or has no primary key.`);
  const id = call.input.path['id'] ?? '';
  const given = columns.length === 1 ? [id] : id.split(',');
  if (given.length !== columns.length) return refused(400, `The key of the table has ${columns.length} columns.`);
  return { key: Object.fromEntries(columns.map((column, index) => [column, given[index] ?? ''])) };
}

function byKey(commandOf: (table: Table, key: JsonObject, call: OperationCall) => SqlCommand | Fault) {
  return async (call: OperationCall): Promise<SqlCommand | OperationOutcome> => {
    const table = tableOf(call);
    if (isFault(table)) return table;
    const found = await keyOf(call, table);
    return 'key' in found ? commandOf(table, found.key, call) : found;
  };
}

const noRow = refused(404, 'There is no such row.');

function firstRow({ sets }: Rows): OperationOutcome {
  const row = sets[0]?.[0];
  return row === undefined ? noRow : answer(200, row);
}

function withTable(commandOf: (table: Table, call: OperationCall) => SqlCommand | Fault) {
  return (call: OperationCall): SqlCommand | Fault => {
    const table = tableOf(call);
    return isFault(table) ? table : commandOf(table, call);
  };
}

// --- Lists ------------------------------------------------------------------------------------------------------

function listing(text: string): SqlCommand {
  return { kind: 'statement', text, parameters: [] };
}

function named({ sets }: Rows): OperationOutcome {
  const value = (sets[0] ?? []).map((row) => {
    const [schema, name] = [textMember(row, 'parent') ?? '', textMember(row, 'name') ?? ''];
    return {
      Name: schema === '' ? name : quoted(schema, name),
      DisplayName: schema === 'dbo' || schema === '' ? name : `${schema}.${name}`,
    };
  });
  return answer(200, { value });
}

const operations: Readonly<Record<string, LocalOperation>> = {
  ExecutePassThroughNativeQuery: single(nativeQuery, (rows) => answer(200, resultSets(rows))),
  ExecuteProcedure: single(procedure, (rows) => answer(200, { ...resultSets(rows), ReturnCode: rows.returned })),
  GetItems: single(
    withTable((table, { input }) => manyRows(table, input.query)),
    ({ sets }) => answer(200, { value: sets[0] ?? [] }),
  ),
  GetItem: single(byKey(oneRow), firstRow),
  PostItem: single(
    withTable((table, call) => insertRow(table, bodyOf(call))),
    firstRow,
  ),
  PatchItem: single(
    byKey((table, key, call) => updateRow(table, bodyOf(call), key)),
    firstRow,
  ),
  DeleteItem: single(byKey(deleteRow), ({ affected }) => ((affected[0] ?? 0) === 0 ? noRow : answer(200))),
  GetTables: single(
    () =>
      listing(
        'SELECT TABLE_SCHEMA AS parent, TABLE_NAME AS name FROM INFORMATION_SCHEMA.TABLES ORDER BY TABLE_SCHEMA, TABLE_NAME',
      ),
    named,
  ),
  GetProcedures: single(
    () =>
      listing(
        "SELECT ROUTINE_SCHEMA AS parent, ROUTINE_NAME AS name FROM INFORMATION_SCHEMA.ROUTINES WHERE ROUTINE_TYPE = 'PROCEDURE' ORDER BY ROUTINE_SCHEMA, ROUTINE_NAME",
      ),
    named,
  ),
  OnNewItems: rowTrigger('inserted', tableOf, rowsOf),
  OnUpdatedItems: rowTrigger('changed', tableOf, rowsOf),
  GetDatabases: single(() => listing('SELECT name FROM sys.databases ORDER BY name'), named),
  GetServers: async (call) => {
    const server = serverOf(call);
    if (isFault(server)) return server;
    return answer(200, { value: [{ Name: server.host, DisplayName: server.host }] });
  },
};

/** Both generations of each operation's name. */
export const sqlOperations: Readonly<Record<string, LocalOperation>> = Object.fromEntries(
  Object.entries(operations).flatMap(([name, operation]) => [
    [name, operation],
    [`${name}_V2`, operation],
  ]),
);
