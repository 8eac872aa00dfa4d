/**
 * Values between JSON and SQL Server.
 *
 * Owns: which type a parameter is sent as, how a column's value shows. Does not own: the connection (`sql-client.ts`).
 *
 * Invariants
 * SV1. An integer beyond 2^53 keeps its digits both ways.
 */
import type { ISqlType } from 'mssql';
import { type Fault, fault, type Json, JsonNumber, numberFromText, stringifyJson } from '#foundation';

export interface SqlParameter {
  /** Without `@`. */
  readonly name: string;
  /** As SQL declares it: `nvarchar(50)`, `decimal(10,2)`; the value decides without it. */
  readonly type?: string;
  readonly value: string | number | boolean | null;
  /** The server gives a value back. */
  readonly output?: true;
}

type MakeType = (...sizes: number[]) => ISqlType;

const withLength = new Set(['varchar', 'nvarchar', 'varbinary', 'char', 'nchar', 'binary']);
const typeNames =
  'BigInt Int SmallInt TinyInt Bit Float Real Decimal Numeric Money SmallMoney Date DateTime DateTime2 DateTimeOffset ' +
  'SmallDateTime Time UniqueIdentifier Xml Char NChar VarChar NVarChar Text NText Binary VarBinary';
const known = new Map(typeNames.split(' ').map((name) => [name.toLowerCase(), name] as const));

const declared = /^\s*(\w+)\s*(?:\(\s*(max|\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*$/i;

/** What is wrong with a declared type; undefined when it can be sent. */
export function typeFault(type: string): Fault | undefined {
  const name = declared.exec(type)?.[1]?.toLowerCase() ?? '';
  return known.has(name)
    ? undefined
    : fault('InvalidRequestContent', `'${type.slice(0, 100)}' is no type of a parameter.`);
}

/** The driver's type of a parameter. */
export async function sqlTypeOf({ type, value }: SqlParameter): Promise<ISqlType> {
  const { default: sql } = await import('mssql');
  const [, name = '', first, second] = declared.exec(type ?? usualType(value)) ?? [];
  const lower = name.toLowerCase();
  const make = sql.TYPES[(known.get(lower) ?? 'NVarChar') as keyof typeof sql.TYPES] as unknown as MakeType;
  if (first === undefined) return withLength.has(lower) && !/^n?char$|^binary$/.test(lower) ? make(sql.MAX) : make();
  const sizes = [
    first.toLowerCase() === 'max' ? sql.MAX : Number(first),
    ...(second === undefined ? [] : [Number(second)]),
  ];
  return make(...sizes);
}

function usualType(value: SqlParameter['value']): string {
  if (typeof value === 'boolean') return 'bit';
  if (typeof value !== 'number') return 'nvarchar(max)';
  if (!Number.isInteger(value)) return 'float';
  return Math.abs(value) < 2 ** 31 ? 'int' : 'bigint';
}

/** A JSON value as the value of a parameter; what JSON nests is its text. */
export function sqlValue(value: Json | undefined): SqlParameter['value'] {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  return value instanceof JsonNumber ? value.text : stringifyJson(value);
}

/** A column's value as JSON: times in ISO form, bytes in base64. @param long the driver gives its digits as text (SV1). */
export function jsonOfSql(value: unknown, long = false): Json {
  if (value === null || value === undefined) return null;
  if (long && typeof value === 'string') return numberFromText(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return numberFromText(String(value));
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return JSON.parse(JSON.stringify(value)) as Json;
}
