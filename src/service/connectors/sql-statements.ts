/**
 * Statements on rows of SQL Server's tables, out of what a call of the connector asks for.
 *
 * Owns: names, `$filter`, `$orderby`, `$select`, `$top` and `$skip` as Transact-SQL. Does not own: who runs them
 * (`sql-operations.ts`). Source: connectors reference 2; OData 4.0 URL conventions 5.1.1.
 *
 * Invariants
 * SS1. No value is part of a statement's text: each is a parameter. Names are quoted, whatever they hold.
 */
import { type SqlCommand, type SqlParameter, sqlValue } from '#connectors';
import { type Fault, fault, isFault, type Json, type JsonObject } from '#foundation';
import { type FilterNode, parseFilter } from '#query';

export const mostRows = 2_048;

/** Parts of `[dbo].[a.b]`, `dbo.a` or `a`, unquoted; the schema is `dbo` unless named. */
export function nameParts(name: string): readonly [schema: string, name: string] | Fault {
  const parts: string[] = [];
  const expression = /\s*(?:\[((?:[^\]]|\]\])+)\]|([^.[\]]+))\s*(\.|$)/y;
  while (expression.lastIndex < name.length) {
    const match = expression.exec(name);
    if (match === null) return wrongName(name);
    parts.push((match[1]?.replaceAll(']]', ']') ?? match[2] ?? '').trim());
  }
  const [first = '', second] = parts;
  if (parts.length === 0 || parts.length > 2 || first === '') return wrongName(name);
  return second === undefined ? ['dbo', first] : [first, second];
}

function wrongName(name: string): Fault {
  return fault('InvalidRequestContent', `'${name.slice(0, 200)}' is no name of a table or procedure.`);
}

export function quoted(...parts: readonly string[]): string {
  return parts.map((part) => `[${part.replaceAll(']', ']]')}]`).join('.');
}

/** Collects the values of one statement (SS1). */
class Values {
  readonly parameters: SqlParameter[] = [];

  add(value: Json | undefined): string {
    const name = `p${this.parameters.length}`;
    this.parameters.push({ name, value: sqlValue(value) });
    return `@${name}`;
  }
}

function statement(text: string, { parameters }: Values): SqlCommand {
  return { kind: 'statement', text, parameters };
}

// --- Rows -------------------------------------------------------------------------------------------------------

export type Table = readonly [schema: string, name: string];

/** Members of a body that are columns. */
function columnsOf(row: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(row).filter(([name]) => !name.startsWith('@') && name !== 'ItemInternalId');
}

export function insertRow(table: Table, row: JsonObject): SqlCommand {
  const values = new Values();
  const columns = columnsOf(row);
  if (columns.length === 0)
    return statement(`INSERT INTO ${quoted(...table)} OUTPUT inserted.* DEFAULT VALUES`, values);
  const names = columns.map(([name]) => quoted(name)).join(', ');
  const given = columns.map(([, value]) => values.add(value)).join(', ');
  return statement(`INSERT INTO ${quoted(...table)} (${names}) OUTPUT inserted.* VALUES (${given})`, values);
}

export function updateRow(table: Table, row: JsonObject, key: JsonObject): SqlCommand | Fault {
  const values = new Values();
  const columns = columnsOf(row);
  if (columns.length === 0) return fault('InvalidRequestContent', 'The row has no column to change.');
  const changes = columns.map(([name, value]) => `${quoted(name)} = ${values.add(value)}`).join(', ');
  return statement(`UPDATE ${quoted(...table)} SET ${changes} OUTPUT inserted.* WHERE ${keyed(key, values)}`, values);
}

export function deleteRow(table: Table, key: JsonObject): SqlCommand {
  const values = new Values();
  return statement(`DELETE FROM ${quoted(...table)} WHERE ${keyed(key, values)}`, values);
}

export function oneRow(table: Table, key: JsonObject): SqlCommand {
  const values = new Values();
  return statement(`SELECT * FROM ${quoted(...table)} WHERE ${keyed(key, values)}`, values);
}

function keyed(key: JsonObject, values: Values): string {
  return Object.entries(key)
    .map(([name, value]) => `${quoted(name)} = ${values.add(value)}`)
    .join(' AND ');
}

/** The rows that queries ask for, with one more than asked, which tells whether there are others. */
export function manyRows(table: Table, query: Readonly<Record<string, string>>): SqlCommand | Fault {
  const values = new Values();
  const columns = namesOf(query['$select']).map((name) => quoted(name));
  const top = countOf(query['$top'], mostRows);
  const skip = countOf(query['$skip'], 0);
  if (isFault(top) || isFault(skip)) return fault('InvalidParameter', "'$top' and '$skip' are numbers of rows.");
  const filter = query['$filter'] ?? '';
  const condition = filter.trim() === '' ? '' : conditionOf(parseFilter(filter), values);
  if (isFault(condition)) return condition;
  const order = orderOf(query['$orderby']);
  if (isFault(order)) return order;
  const what = `${columns.length === 0 ? '*' : columns.join(', ')} FROM ${quoted(...table)}`;
  const where = condition === '' ? '' : ` WHERE ${condition}`;
  const rows = Math.min(top, mostRows);
  const text =
    skip === 0
      ? `SELECT TOP (${values.add(rows)}) ${what}${where}${order === '' ? '' : ` ORDER BY ${order}`}`
      : `SELECT ${what}${where} ORDER BY ${order === '' ? '(SELECT NULL)' : order} OFFSET ${values.add(skip)} ROWS FETCH NEXT ${values.add(rows)} ROWS ONLY`;
  return statement(text, values);
}

function namesOf(list: string | undefined): readonly string[] {
  return (list ?? '').split(',').flatMap((name) => (name.trim() === '' || name.trim() === '*' ? [] : [name.trim()]));
}

function countOf(text: string | undefined, usual: number): number | Fault {
  if (text === undefined || text.trim() === '') return usual;
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : fault('InvalidParameter', text);
}

function orderOf(text: string | undefined): string | Fault {
  const parts = namesOf(text).map((part) => /^(.+?)(?:\s+(asc|desc))?$/i.exec(part));
  return parts.map((match) => `${quoted(match?.[1] ?? '')} ${(match?.[2] ?? 'asc').toUpperCase()}`).join(', ');
}

// --- $filter ----------------------------------------------------------------------------------------------------

const comparisons: Readonly<Record<string, string>> = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' };

function conditionOf(node: FilterNode | Fault, values: Values): string | Fault {
  if (isFault(node)) return node;
  switch (node.kind) {
    case 'and':
    case 'or': {
      const left = conditionOf(node.left, values);
      if (isFault(left)) return left;
      const right = conditionOf(node.right, values);
      return isFault(right) ? right : `(${left} ${node.kind.toUpperCase()} ${right})`;
    }
    case 'not': {
      const inner = conditionOf(node.inner, values);
      return isFault(inner) ? inner : `NOT ${inner}`;
    }
    case 'compare':
      return comparisonOf(node.operator, node.left, node.right, values);
    case 'in': {
      const left = operandOf(node.left, values);
      return isFault(left) ? left : `(${left} IN (${node.values.map((value) => values.add(value)).join(', ')}))`;
    }
    case 'call':
      return callOf(node.name, node.args, values);
    case 'path':
      return `(${quoted(node.path)} = 1)`;
    default:
      return unsupported('A condition compares columns and values.');
  }
}

function comparisonOf(operator: string, left: FilterNode, right: FilterNode, values: Values): string | Fault {
  const nothing = [left, right].find((side) => side.kind === 'literal' && side.value === null);
  const other = nothing === left ? right : left;
  if (nothing !== undefined) {
    const operand = operandOf(other, values);
    if (isFault(operand)) return operand;
    if (operator !== 'eq' && operator !== 'ne') return unsupported('Nothing is more or less than null.');
    return `(${operand} IS ${operator === 'eq' ? '' : 'NOT '}NULL)`;
  }
  const first = operandOf(left, values);
  if (isFault(first)) return first;
  const second = operandOf(right, values);
  return isFault(second) ? second : `(${first} ${comparisons[operator] ?? '='} ${second})`;
}

const scalars: Readonly<Record<string, string>> = {
  tolower: 'LOWER',
  toupper: 'UPPER',
  trim: 'TRIM',
  length: 'LEN',
  year: 'YEAR',
  month: 'MONTH',
  day: 'DAY',
};

function operandOf(node: FilterNode, values: Values): string | Fault {
  if (node.kind === 'literal') return values.add(node.value);
  if (node.kind === 'path') return quoted(node.path);
  const [argument] = node.kind === 'call' ? node.args : [];
  if (node.kind === 'call' && Object.hasOwn(scalars, node.name) && argument !== undefined && node.args.length === 1) {
    const inner = operandOf(argument, values);
    return isFault(inner) ? inner : `${scalars[node.name]}(${inner})`;
  }
  return unsupported('A comparison takes a column or a value on each side.');
}

function callOf(name: string, args: readonly FilterNode[], values: Values): string | Fault {
  const [first, second] = name === 'substringof' ? [args[1], args[0]] : [args[0], args[1]];
  if (!/^(contains|startswith|endswith|substringof)$/.test(name) || first === undefined || second === undefined)
    return unsupported(`The function '${name}' cannot be used in this filter.`);
  const text = operandOf(first, values);
  if (isFault(text)) return text;
  const part = operandOf(second, values);
  if (isFault(part)) return part;
  // Without patterns, so that a value's % and _ are themselves.
  if (name === 'startswith') return `(LEFT(${text}, LEN(${part})) = ${part})`;
  if (name === 'endswith') return `(RIGHT(${text}, LEN(${part})) = ${part})`;
  return `(CHARINDEX(${part}, ${text}) > 0)`;
}

function unsupported(message: string): Fault {
  return fault('InvalidParameter', message, { target: '$filter' });
}
