/**
 * The effects that change a request's body: `modify` and `append`.
 *
 * Owns: what an operation does to a body, and when it conflicts. Does not own: which of several assignments wins, writing.
 *
 * Invariants
 * CH1. The given body is not touched; every change is a new document along its path.
 * CH2. A property whose parent object is not in the body is left out of a change, as in Azure; tags are made when missing.
 *
 * Source: policy reference 3, 10.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  jsonEquals,
  type JsonObject,
  memberIgnoringCase,
  textMember,
} from '#foundation';
import { evaluateValue, type EvaluationStop, isStop, stop } from '#templates';
import { aliasSteps, parseField, type Step } from './alias.ts';
import type { AppendDetails, ModifyDetails, ModifyOperation } from './effect.ts';
import { contextOf, type Surroundings } from './functions.ts';

/** A value set, added or removed at a place in a resource. */
export interface Change {
  /** The field as the definition names it. */
  readonly field: string;
  readonly operation: ModifyOperation['operation'] | 'append';
  readonly value: Json | undefined;
}

export interface Changed {
  readonly resource: JsonObject;
  readonly changes: readonly Change[];
}

/** Carries out the operations of `modify` whose condition holds. */
export function modifyResource(details: ModifyDetails, surroundings: Surroundings): Changed | EvaluationStop {
  let resource: JsonObject = surroundings.resource;
  const changes: Change[] = [];
  for (const operation of details.operations) {
    const change = changeOf(operation, surroundings);
    if (isStop(change)) return change;
    if (change === undefined) continue;
    const next = applyChange(resource, change);
    if (isStop(next)) return next;
    if (next === resource) continue;
    resource = next;
    changes.push(change);
  }
  return { resource, changes };
}

/** The operation with its values; undefined when its condition does not hold. */
function changeOf(operation: ModifyOperation, surroundings: Surroundings): Change | EvaluationStop | undefined {
  const context = contextOf(surroundings, undefined);
  const condition = operation.condition === undefined ? true : evaluateValue(operation.condition, context);
  if (isStop(condition)) return condition;
  if (condition !== true) return undefined;
  const field = evaluateValue(operation.field, context);
  if (isStop(field)) return field;
  const value = operation.value === undefined ? undefined : evaluateValue(operation.value, context);
  if (isStop(value)) return value;
  if (typeof field !== 'string') return stop("The 'field' of an operation must be a text.");
  return { field, operation: operation.operation, value };
}

/** What `append` adds; `conflict` when another value is there already, which denies the request. */
export function appendToResource(
  details: AppendDetails,
  surroundings: Surroundings,
): Changed | { readonly conflict: string } | EvaluationStop {
  let resource: JsonObject = surroundings.resource;
  const changes: Change[] = [];
  const context = contextOf(surroundings, undefined);
  for (const entry of details.entries) {
    const [field, value] = [evaluateValue(entry.field, context), evaluateValue(entry.value, context)];
    if (isStop(field)) return field;
    if (isStop(value)) return value;
    if (typeof field !== 'string') return stop("The 'field' of a detail must be a text.");
    const place = placeOf(resource, field);
    if (isStop(place)) return place;
    const present = place === undefined || place.append ? undefined : readAt(resource, place.steps);
    if (present !== undefined && present !== null) {
      if (!jsonEquals(present, value)) return { conflict: field };
      continue;
    }
    const next = applyChange(resource, { field, operation: 'append', value });
    if (isStop(next)) return next;
    if (next === resource) continue;
    resource = next;
    changes.push({ field, operation: 'append', value });
  }
  return { resource, changes };
}

interface Place {
  readonly steps: readonly string[];
  /** The field ends in `[*]`: a member is added to the array. */
  readonly append: boolean;
  /** Parents may be made: tags and identity. */
  readonly makesParents: boolean;
}

/** One change on a resource; the resource itself when there is nothing to do. */
export function applyChange(resource: JsonObject, change: Change): JsonObject | EvaluationStop {
  const place = placeOf(resource, change.field);
  if (isStop(place)) return place;
  if (place === undefined) return resource;
  const present = readAt(resource, place.steps);
  switch (change.operation) {
    case 'remove':
      return present === undefined ? resource : writeAt(resource, place, undefined);
    case 'add':
      return present === undefined || present === null ? writeAt(resource, place, change.value) : resource;
    case 'addOrReplace':
      return present !== undefined && jsonEquals(present, change.value ?? null)
        ? resource
        : writeAt(resource, place, change.value);
    case 'append': {
      if (!place.append) return writeAt(resource, place, change.value);
      const list = isJsonArray(present) ? present : [];
      return writeAt(resource, place, [...list, change.value ?? null]);
    }
  }
}

/** Where a field stands in the resource's document; undefined when the resource has no such field. */
function placeOf(resource: JsonObject, text: string): Place | EvaluationStop | undefined {
  const field = parseField(text);
  if (field === undefined) return stop(`'${text}' is not a field or an alias.`);
  if (field.kind === 'tag') return { steps: ['tags', field.name], append: false, makesParents: true };
  if (field.kind === 'tags') return { steps: ['tags'], append: false, makesParents: true };
  if (field.kind === 'identityType') return { steps: ['identity', 'type'], append: false, makesParents: true };
  if (field.kind === 'location') return { steps: ['location'], append: false, makesParents: true };
  if (field.kind !== 'alias') return stop(`The field '${text}' cannot be changed by a policy.`);
  const steps = aliasSteps(field.alias, textMember(resource, 'type') ?? '');
  return steps === undefined ? undefined : placeOfAlias(resource, steps, text);
}

function placeOfAlias(resource: JsonObject, steps: readonly Step[], text: string): Place | EvaluationStop {
  const names = steps.map((step) => (step.kind === 'name' ? step.name : '[*]'));
  const append = names.at(-1) === '[*]';
  const path = append ? names.slice(0, -1) : names;
  if (path.includes('[*]')) return stop(`The alias '${text}' names the members of an array and cannot be changed.`);
  const [first = ''] = path;
  const properties = memberIgnoringCase(resource, 'properties');
  const isTop =
    memberIgnoringCase(properties, first) === undefined && memberIgnoringCase(resource, first) !== undefined;
  return { steps: isTop ? path : ['properties', ...path], append, makesParents: false };
}

function readAt(resource: Json, steps: readonly string[]): Json | undefined {
  return steps.reduce<Json | undefined>((value, name) => memberIgnoringCase(value, name), resource);
}

/** CH1, CH2. */
function writeAt(resource: JsonObject, place: Place, value: Json | undefined): JsonObject {
  return write(resource, place.steps, value, place.makesParents) ?? resource;
}

function write(
  target: Json | undefined,
  steps: readonly string[],
  value: Json | undefined,
  makesParents: boolean,
): JsonObject | undefined {
  const [step = '', ...rest] = steps;
  if (!isJsonObject(target) && !(target === undefined && makesParents)) return undefined;
  const members = isJsonObject(target) ? target : {};
  const name = Object.keys(members).find((key) => key.toLowerCase() === step.toLowerCase()) ?? step;
  const inner = rest.length === 0 ? value : write(members[name], rest, value, makesParents);
  if (rest.length > 0 && inner === undefined) return undefined;
  const entries = Object.entries(members).filter(([key]) => key !== name);
  if (inner === undefined) return Object.fromEntries(entries);
  return name in members ? { ...members, [name]: inner } : Object.fromEntries([...entries, [name, inner]]);
}
