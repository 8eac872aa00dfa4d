/**
 * SQL Server over its own protocol (TDS): statements with parameters, procedures, everything they give back.
 *
 * Owns: pools of connections, limits, what an outcome means. Does not own: the statements (`#service`), values
 * (`sql-values.ts`), the protocol (`mssql`).
 *
 * Invariants
 * SQ1. Every socket passes the guard, also where a server sends its clients elsewhere.
 * SQ2. A value reaches the server as a parameter and never as text of a statement.
 * SQ3. An answer above the limit is a failure, never a cut one; nothing of it is kept.
 * SQ4. No message holds the password.
 */
import { createHash } from 'node:crypto';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { ConnectionPool, Request } from 'mssql';
import type { JsonObject, OutboundFailure } from '#foundation';
import type { AddressGuard } from './address-guard.ts';
import { answerLimit } from './content-encodings.ts';
import { ForbiddenAddress, guardedLookup } from './guarded-lookup.ts';
import { jsonOfSql, type SqlParameter, sqlTypeOf } from './sql-values.ts';

export interface SqlServer {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** `strict` begins with TLS (TDS 8); true after the first message, as servers have long done; false not at all. */
  readonly encrypt: boolean | 'strict';
  readonly credential:
    | { readonly kind: 'password'; readonly user: string; readonly password: string }
    | { readonly kind: 'token'; readonly token: string };
}

export interface SqlCommand {
  /** A statement, or a procedure's name as quoted parts: `[dbo].[find]`. */
  readonly kind: 'statement' | 'procedure';
  readonly text: string;
  readonly parameters: readonly SqlParameter[];
}

export interface SqlRows {
  readonly kind: 'rows';
  readonly sets: readonly (readonly JsonObject[])[];
  readonly output: JsonObject;
  readonly returned: number;
  /** Rows changed, by statement. */
  readonly affected: readonly number[];
}

/** What the server itself says of a statement, with its own number: 2627 a duplicate key, 18456 a refused login. */
export interface SqlRefusal {
  readonly kind: 'refused';
  readonly number: number;
  readonly message: string;
}

export type SqlOutcome = SqlRows | SqlRefusal | OutboundFailure;

const connectMilliseconds = 15_000;
const requestMilliseconds = 110_000;
const idleMilliseconds = 60_000;
const mostConnections = 10;
const mostPools = 50;

/** Connects a socket for the driver, which hands in where it really goes. */
type Dial = (target: { readonly host: string; readonly port: number }) => Promise<Socket>;

export class SqlClient {
  readonly #guard: AddressGuard;
  readonly #lookup: LookupFunction;
  readonly #largest: number;
  readonly #pools = new Map<string, Promise<ConnectionPool>>();

  /** @param largest bytes of an answer, as JSON. */
  constructor(guard: AddressGuard, largest = answerLimit) {
    this.#guard = guard;
    this.#lookup = guardedLookup(guard);
    this.#largest = largest;
  }

  /** Runs one command; never rejects. */
  async run(server: SqlServer, command: SqlCommand, signal?: AbortSignal): Promise<SqlOutcome> {
    const refusal = isIP(server.host) === 0 ? undefined : this.#guard.refusal(server.host, server.host);
    if (refusal !== undefined) return failure('OutboundAddressForbidden', refusal, false);
    try {
      const pool = await this.#poolOf(server);
      return await execute(pool.request(), command, this.#largest, signal);
    } catch (error) {
      return outcomeOf(error, server);
    }
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.allSettled(pools.map(async (pool) => (await pool).close()));
  }

  async #poolOf(server: SqlServer): Promise<ConnectionPool> {
    const key = createHash('sha256').update(JSON.stringify(server)).digest('hex');
    const kept = this.#pools.get(key);
    if (kept !== undefined) {
      // The latest used is the last to go.
      this.#pools.delete(key);
      this.#pools.set(key, kept);
      return kept;
    }
    const opened = this.#open(server);
    this.#pools.set(key, opened);
    opened.catch(() => this.#pools.delete(key));
    const [oldest, pool] = [...this.#pools][0] ?? [];
    if (this.#pools.size > mostPools && oldest !== undefined && pool !== undefined) {
      this.#pools.delete(oldest);
      void pool.then((one) => one.close()).catch(() => {});
    }
    return opened;
  }

  async #open({ host, port, database, encrypt, credential }: SqlServer): Promise<ConnectionPool> {
    // Loaded with the first statement: most servers run none.
    const { default: sql } = await import('mssql');
    const dial: Dial = (target) => this.#dial(target);
    const pool = new sql.ConnectionPool({
      server: host,
      port,
      database,
      ...(credential.kind === 'password'
        ? { user: credential.user, password: credential.password }
        : { authentication: { type: 'azure-active-directory-access-token', options: { token: credential.token } } }),
      connectionTimeout: connectMilliseconds,
      requestTimeout: requestMilliseconds,
      pool: { max: mostConnections, min: 0, idleTimeoutMillis: idleMilliseconds },
      options: {
        encrypt: encrypt as boolean,
        trustServerCertificate: false,
        appName: 'tocsin',
        enableArithAbort: true,
        useUTC: true,
        connector: dial as () => Promise<Socket>,
      },
    });
    // A connection that breaks while it is idle is replaced; the next command says what is wrong, if anything is.
    pool.on('error', () => {});
    return pool.connect();
  }

  async #dial({ host, port }: { readonly host: string; readonly port: number }): Promise<Socket> {
    const refusal = isIP(host) === 0 ? undefined : this.#guard.refusal(host, host);
    if (refusal !== undefined) throw new ForbiddenAddress(refusal);
    const { promise, resolve, reject } = Promise.withResolvers<Socket>();
    const socket = connect({ host, port, lookup: this.#lookup }, () => resolve(socket));
    socket.setTimeout(connectMilliseconds, () => socket.destroy(new Error('no answer in time')));
    socket.once('error', reject);
    const connected = await promise;
    connected.setTimeout(0);
    return connected;
  }
}

interface DriverColumn {
  readonly type?: { readonly declaration?: string };
}

async function execute(
  request: Request,
  command: SqlCommand,
  largest: number,
  signal: AbortSignal | undefined,
): Promise<SqlOutcome> {
  for (const parameter of command.parameters) {
    const type = await sqlTypeOf(parameter);
    if (parameter.output === true) request.output(parameter.name, type, parameter.value);
    else request.input(parameter.name, type, parameter.value);
  }
  request.stream = true;
  const sets: JsonObject[][] = [];
  const errors: unknown[] = [];
  let size = 0;
  let tooLarge = false;
  let long: ReadonlySet<string> = new Set();
  // While rows come one by one the driver tells errors so, and its promise knows of none.
  request.on('error', (error: unknown) => errors.push(error));
  request.on('recordset', (columns: Readonly<Record<string, DriverColumn>>) => {
    long = new Set(Object.keys(columns).filter((name) => columns[name]?.type?.declaration === 'bigint'));
    if (!tooLarge) sets.push([]);
  });
  request.on('row', (row: Record<string, unknown>) => {
    if (tooLarge) return;
    const object = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, jsonOfSql(value, long.has(name))] as const),
    );
    size += JSON.stringify(object).length;
    if (size > largest) {
      tooLarge = true;
      sets.length = 0;
      request.cancel();
    } else sets.at(-1)?.push(object);
  });
  const abort = (): void => request.cancel();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const result = await (command.kind === 'procedure' ? request.execute(command.text) : request.query(command.text));
    if (errors.length > 0) throw errors[0];
    const { output, rowsAffected } = result;
    const returned = Number((result as { readonly returnValue?: unknown }).returnValue ?? 0);
    return { kind: 'rows', sets, output: outputOf(output, command), returned, affected: rowsAffected };
  } catch (error) {
    if (tooLarge) return failure('BadRequest', `The answer is larger than the limit of ${largest} bytes.`, false);
    if (signal?.aborted === true) return failure('ActionAborted', 'The call was aborted.', false);
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function outputOf(values: Readonly<Record<string, unknown>>, { parameters }: SqlCommand): JsonObject {
  const long = new Set(parameters.flatMap(({ name, type }) => (type?.toLowerCase() === 'bigint' ? [name] : [])));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, jsonOfSql(value, long.has(name))] as const),
  );
}

// --- Faults -----------------------------------------------------------------------------------------------------

function failure(code: string, message: string, retryable: boolean): OutboundFailure {
  return { kind: 'failure', code, message, retryable };
}

interface DriverError extends Error {
  readonly code?: string;
  readonly number?: number;
  readonly originalError?: unknown;
}

/** The chain of an error, outermost first. */
function chainOf(error: unknown): readonly DriverError[] {
  const chain: DriverError[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; ) {
    chain.push(at);
    const { originalError, cause } = at as DriverError;
    at = originalError ?? (at as { readonly info?: unknown }).info ?? cause;
  }
  return chain;
}

function outcomeOf(error: unknown, { host, port }: SqlServer): SqlOutcome {
  const chain = chainOf(error);
  const forbidden = chain.find((one) => one instanceof ForbiddenAddress || one.code === 'TOCSIN_FORBIDDEN');
  if (forbidden !== undefined) return failure('OutboundAddressForbidden', forbidden.message, false);
  const [first] = chain;
  const message = (first?.message ?? String(error)).slice(0, 2_000);
  const codes = chain.flatMap(({ code }) => code ?? []);
  if (codes.includes('ELOGIN')) return { kind: 'refused', number: 18456, message };
  if (codes.includes('ETIMEOUT')) {
    return failure('GatewayTimeout', `The SQL server '${host}:${port}' did not answer in time: ${message}`, true);
  }
  const numbered = chain.find((one) => typeof one.number === 'number');
  if (numbered !== undefined) return { kind: 'refused', number: Number(numbered.number), message };
  if (codes.some((code) => code === 'EARGS' || code === 'EPARAM')) return { kind: 'refused', number: 0, message };
  if (codes.includes('ENOTFOUND')) {
    return failure('UnresolvableHostName', `The host name '${host}' could not be resolved.`, true);
  }
  return failure('BadGateway', `The SQL server '${host}:${port}' could not be used: ${message}`, true);
}
