/**
 * Values of log tables between JSON, the query language and the store's cells.
 *
 * Owns: both directions. Does not own: which column a value goes to.
 *
 * Invariants
 * LV1. A value that cannot be of its column's type becomes the column's empty value; nothing here throws.
 */
import { isJsonArray, isJsonObject, type Json, type LogCell, type LogType, stringifyJson } from '#foundation';
import { convert, DateTime, dynamicOf, jsonOf, parseDynamic, type Value } from '#query';

/** What a column of the type holds for a JSON value. */
export function cellOfJson(json: Json | undefined, type: LogType): LogCell {
  if (json === undefined || json === null) return type === 'string' ? '' : null;
  if (type === 'string' && (isJsonArray(json) || isJsonObject(json))) return stringifyJson(json);
  if (type === 'dynamic') return stringifyJson(typeof json === 'string' ? jsonOf(parseDynamic(json)) : json);
  return cellOf(convert(dynamicOf(json), 'dynamic', type), type);
}

/** What a column of the type holds for a value of the type. */
export function cellOf(value: Value, type: LogType): LogCell {
  if (value === null) return type === 'string' ? '' : null;
  if (value instanceof DateTime) return value.ticks;
  switch (type) {
    case 'bool':
      return value === true ? 1n : 0n;
    case 'int':
    case 'long':
      return BigInt(value as number | bigint);
    case 'real':
      return Number.isFinite(value) ? (value as number) : null;
    case 'dynamic':
      return stringifyJson(jsonOf(value));
    default:
      return value as string;
  }
}

/** A cell as a value of the type. */
export function valueOfCell(cell: LogCell, type: LogType): Value {
  if (cell === null) return type === 'string' ? '' : null;
  switch (type) {
    case 'datetime':
      return new DateTime(cell as bigint);
    case 'bool':
      return cell !== 0n;
    case 'int':
    case 'long': {
      const number = Number(cell);
      return Number.isSafeInteger(number) ? number : cell;
    }
    case 'real':
      return Number(cell);
    case 'dynamic':
      return parseDynamic(cell as string);
    default:
      return cell;
  }
}
