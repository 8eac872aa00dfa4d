/**
 * A SQL server for tests: the real protocol on a real socket, names and passwords, parameters as parameters; statements run on
 * SQLite, after the few words that differ are put its way.
 */
import { createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { createServer as createTls } from 'node:tls';
import {
  type Call,
  done,
  errorToken,
  loginReply,
  MessageReader,
  messageTypes,
  packets,
  preloginReply,
  readBatch,
  readCall,
  readLogin,
  returnTokens,
  rowTokens,
  type WireParameter,
  type WireValue,
} from './tds-wire.ts';

export interface FakeProcedure {
  readonly parameters: readonly { readonly name: string; readonly type: string; readonly mode: 'IN' | 'INOUT' }[];
  readonly run: (values: ReadonlyMap<string, WireValue>) => {
    readonly columns?: readonly string[];
    readonly rows?: readonly (readonly WireValue[])[];
    readonly output?: readonly (readonly [string, WireValue])[];
    readonly status: number;
  };
}

interface Options {
  readonly user: string;
  readonly password: string;
  /** With a certificate every connection begins with TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly procedures?: Readonly<Record<string, FakeProcedure>>;
}

export class FakeSqlServer {
  /** Texts of statements as they came, without values. */
  readonly statements: string[] = [];
  logins = 0;
  readonly #options: Options;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #database = new DatabaseSync(':memory:');
  port = 0;

  constructor(options: Options, setUp: string) {
    this.#options = options;
    const serve = (socket: Socket): void => this.#serve(socket);
    this.#server =
      options.tls === undefined ? createPlain(serve) : createTls({ ...options.tls, ALPNProtocols: ['tds/8.0'] }, serve);
    for (const schema of ['dbo', 'INFORMATION_SCHEMA', 'sys']) this.#database.exec(`ATTACH ':memory:' AS ${schema}`);
    this.#functions();
    this.#database.exec(setUp);
    this.#catalogue();
  }

  #functions(): void {
    const define = (name: string, act: (...values: never[]) => SQLInputValue): void =>
      this.#database.function(name, { deterministic: true }, act as (...values: SQLInputValue[]) => SQLInputValue);
    define('CHARINDEX', (part: string, text: string) => text.toLowerCase().indexOf(part.toLowerCase()) + 1);
    define('LEFT', (text: string, length: number) => text.slice(0, length));
    define('RIGHT', (text: string, length: number) => (length === 0 ? '' : text.slice(-length)));
    define('LEN', (text: string) => text.length);
  }

  /** What `INFORMATION_SCHEMA` tells. */
  #catalogue(): void {
    const database = this.#database;
    database.exec(`
      CREATE TABLE INFORMATION_SCHEMA.TABLES (TABLE_SCHEMA, TABLE_NAME);
      CREATE TABLE INFORMATION_SCHEMA.TABLE_CONSTRAINTS (CONSTRAINT_NAME, CONSTRAINT_TYPE, TABLE_SCHEMA, TABLE_NAME);
      CREATE TABLE INFORMATION_SCHEMA.KEY_COLUMN_USAGE (CONSTRAINT_NAME, TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION);
      CREATE TABLE INFORMATION_SCHEMA.PARAMETERS (SPECIFIC_SCHEMA, SPECIFIC_NAME, PARAMETER_NAME, PARAMETER_MODE, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, IS_RESULT);
      CREATE TABLE INFORMATION_SCHEMA.ROUTINES (ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE);
      CREATE TABLE sys.databases (name);
      INSERT INTO sys.databases VALUES ('master'), ('soc');
      INSERT INTO INFORMATION_SCHEMA.TABLES SELECT 'dbo', name FROM dbo.sqlite_schema WHERE type = 'table';
      INSERT INTO INFORMATION_SCHEMA.TABLE_CONSTRAINTS SELECT 'PK_' || TABLE_NAME, 'PRIMARY KEY', 'dbo', TABLE_NAME FROM INFORMATION_SCHEMA.TABLES;
      INSERT INTO INFORMATION_SCHEMA.KEY_COLUMN_USAGE
        SELECT 'PK_' || t.TABLE_NAME, 'dbo', t.TABLE_NAME, c.name, c.pk FROM INFORMATION_SCHEMA.TABLES t, pragma_table_info(t.TABLE_NAME, 'dbo') c WHERE c.pk > 0;
    `);
    for (const [name, { parameters }] of Object.entries(this.#options.procedures ?? {})) {
      database.prepare("INSERT INTO INFORMATION_SCHEMA.ROUTINES VALUES ('dbo', ?, 'PROCEDURE')").run(name);
      const insert = database.prepare(
        "INSERT INTO INFORMATION_SCHEMA.PARAMETERS VALUES ('dbo', ?, ?, ?, ?, NULL, 'NO')",
      );
      for (const one of parameters) insert.run(name, `@${one.name}`, one.mode, one.type);
    }
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#database.close();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    const reader = new MessageReader();
    let signedIn = false;
    socket.on('data', (bytes: Buffer) => {
      for (const { type, body } of reader.add(bytes)) {
        if (type === messageTypes.prelogin) socket.write(packets(messageTypes.reply, preloginReply));
        else if (type === messageTypes.login) {
          const { user, password } = readLogin(body);
          signedIn = user === this.#options.user && password === this.#options.password;
          this.logins += 1;
          const refusal = Buffer.concat([errorToken(18456, `Login failed for user '${user}'.`), done(0xfd, 2, 0)]);
          socket.write(packets(messageTypes.reply, signedIn ? loginReply() : refusal));
          if (!signedIn) socket.end();
        } else if (type === messageTypes.attention) socket.write(packets(messageTypes.reply, done(0xfd, 0x20, 0)));
        else if (signedIn) socket.write(packets(messageTypes.reply, this.#answer(type, body)));
        else socket.destroy();
      }
    });
  }

  #answer(type: number, body: Buffer): Buffer {
    const ends = type === messageTypes.batch ? ([0xfd, 0xfd] as const) : ([0xff, 0xfe] as const);
    try {
      if (type === messageTypes.batch) return this.#batch(readBatch(body), [], ends[0], Buffer.alloc(0));
      const call = readCall(body);
      if (call.name !== 'sp_executesql') return this.#procedure(call);
      const [text, , ...parameters] = call.parameters;
      return this.#batch(
        String(text?.value),
        parameters,
        ends[0],
        Buffer.concat([returnTokens([], 0), done(0xfe, 0, 0)]),
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const number = /UNIQUE/.test(message) ? 2627 : /no such table/.test(message) ? 208 : 102;
      return Buffer.concat([errorToken(number, message), done(ends[1], 2, 0)]);
    }
  }

  #batch(text: string, parameters: readonly WireParameter[], kind: number, tail: Buffer): Buffer {
    if (/^\s*set /i.test(text)) return done(kind, 0, 0);
    this.statements.push(text);
    const parts = text.split(';').filter((part) => part.trim() !== '');
    const answers = parts.map((part, index) => {
      const last = index === parts.length - 1 && tail.length === 0;
      return this.#statement(part, parameters, kind, last ? 0 : 1);
    });
    return Buffer.concat([...answers, tail]);
  }

  #statement(text: string, parameters: readonly WireParameter[], kind: number, more: number): Buffer {
    const statement = this.#database.prepare(translated(text));
    statement.setReadBigInts(true);
    const values = Object.fromEntries(
      parameters
        .filter(({ name }) => new RegExp(`${name.replace('$', '\\$')}\\b`, 'i').test(text))
        .map(({ name, value }) => [name, typeof value === 'boolean' ? Number(value) : value]),
    );
    const columns = statement.columns().map(({ name }) => name);
    if (columns.length === 0) {
      const { changes } = statement.run(values);
      return done(kind, 0x10 | more, Number(changes));
    }
    const rows = statement.all(values).map((row) => columns.map((name) => row[name] as WireValue));
    return Buffer.concat([rowTokens(columns, rows), done(kind, 0x10 | more, rows.length)]);
  }

  #procedure({ name, parameters }: Call): Buffer {
    const found = this.#options.procedures?.[name.replace(/^\[?dbo\]?\./i, '').replace(/^\[|\]$/g, '')];
    if (found === undefined) throw new Error(`Could not find stored procedure '${name}'.`);
    const values = new Map(parameters.map((one) => [one.name.replace('@', ''), one.value] as const));
    const { columns, rows = [], output = [], status } = found.run(values);
    const set = columns === undefined ? [] : [rowTokens(columns, rows), done(0xff, 0x11, rows.length)];
    const returned = output.map(([one, value]) => [`@${one}`, value] as const);
    return Buffer.concat([...set, returnTokens(returned, status), done(0xfe, 0, 0)]);
  }
}

/** The few words of Transact-SQL that SQLite has otherwise. */
function translated(text: string): string {
  let tail = '';
  const statement = text
    .replace(/\bTOP \((@\w+)\)/i, (_, count: string) => {
      tail += ` LIMIT ${count}`;
      return '';
    })
    .replace(/\bOFFSET (@\w+) ROWS FETCH NEXT (@\w+) ROWS ONLY/i, 'LIMIT $2 OFFSET $1')
    .replace(/\bOUTPUT inserted\.\*/i, () => {
      tail += ' RETURNING *';
      return '';
    });
  return statement + tail;
}
