/** What stands in a step where a field of its form is. Source: portal reference 5.7. */
import { toText } from '../core/field-text.ts';
import { type Json, looseMemberOf } from '../core/json-tree.ts';
import { type JsonData, valueOf } from '../core/json-value.ts';
import { pathFormOf } from './catalogue.ts';
import { readPath } from './operation-path.ts';
import type { Field, Operation } from './operation.ts';

/** What stands at member names of a step, found ignoring case. */
export function readAt(json: Json | undefined, names: readonly string[]): JsonData | undefined {
  let at = json;
  for (const name of names) {
    at = at?.kind === 'array' ? at.items[Number(name)] : looseMemberOf(at, name)?.value;
    if (at === undefined) return undefined;
  }
  return at === undefined ? undefined : valueOf(at);
}

/** The value of a field; of one that is a part of the path, that part. */
export function fieldValue(operation: Operation, field: Field, json: Json | undefined): JsonData | undefined {
  const value = readAt(json, field.at);
  if (field.parameter === undefined) return value;
  return readPath(pathFormOf(operation), toText(value))?.[field.parameter] ?? '';
}
