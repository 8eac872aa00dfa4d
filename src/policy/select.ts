/**
 * Reading the values a field selects from a resource.
 *
 * Owns: paths through documents, members of arrays that a count has bound. Does not own: which path an alias means
 * (`alias.ts`), conditions on the values.
 *
 * Invariants
 * S1. A plain field selects one value, which may be missing; `[*]` selects one per member, none when there is no array.
 * S2. JSON null is a missing value.
 * S3. Nothing is copied: a count binds a member of an array, and every `[*]` of that array then means this member.
 *
 * Source: policy reference 3, 4, 6, 7.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberIgnoringCase, textMember } from '#foundation';
import { aliasSteps, type Field, type Step } from './alias.ts';

/** A member that a count is at: which array, and which of its members. */
export interface Binding {
  readonly key: string;
  readonly index: number;
  readonly outer: Binding | undefined;
}

/** A selected value; undefined when missing. */
export type Selected = Json | undefined;

/** One member of a counted array: its value, and where each `[*]` on the way to it stood. */
export interface Member {
  readonly value: Selected;
  readonly binding: Binding | undefined;
}

/** A resource as ARM answers it: `{id, name, type, location, tags, properties …}`. */
export type ResourceDocument = JsonObject;

/** The values of a field: one for a plain field, one per member for `[*]`. */
export function selectField(
  resource: ResourceDocument,
  field: Field,
  binding: Binding | undefined,
): readonly Selected[] {
  if (field.kind === 'alias') return selectAlias(resource, field.alias, binding).map(({ value }) => value);
  return [plainField(resource, field)];
}

function plainField(resource: ResourceDocument, field: Exclude<Field, { kind: 'alias' }>): Selected {
  const type = textMember(resource, 'type') ?? '';
  switch (field.kind) {
    case 'name':
      return textMember(resource, 'name')?.split('/').at(-1);
    case 'fullName':
      return fullNameOf(resource);
    case 'type':
      return type;
    case 'location': {
      const location = textMember(resource, 'location');
      return location?.toLowerCase().replaceAll(' ', '');
    }
    case 'identityType':
      return present(memberIgnoringCase(memberIgnoringCase(resource, 'identity'), 'type'));
    case 'tag':
      return present(memberIgnoringCase(memberIgnoringCase(resource, 'tags'), field.name));
    case 'kind':
    case 'id':
    case 'tags':
      return present(memberIgnoringCase(resource, field.kind));
  }
}

/** All name segments of the id, joined by `/`. */
export function fullNameOf(resource: ResourceDocument): string | undefined {
  const id = textMember(resource, 'id');
  const tail =
    id === undefined ? undefined : /\/providers\/[^/]+\/((?:[^/]+\/[^/]+\/?)+)$/i.exec(lastProvider(id))?.[1];
  if (tail === undefined) return textMember(resource, 'name');
  return tail
    .split('/')
    .filter((_, index) => index % 2 === 1)
    .join('/');
}

function lastProvider(id: string): string {
  const at = id.toLowerCase().lastIndexOf('/providers/');
  return at < 0 ? id : id.slice(at);
}

function present(value: Json | undefined): Selected {
  return value === null ? undefined : value;
}

/** What an alias selects, with the members of arrays it went through. */
export function selectAlias(
  resource: ResourceDocument,
  alias: string,
  binding: Binding | undefined,
): readonly Member[] {
  const steps = aliasSteps(alias, textMember(resource, 'type') ?? '');
  if (steps === undefined) return alias.includes('[*]') ? [] : [{ value: undefined, binding }];
  const found: Member[] = [];
  walk(startOf(resource, steps), steps, 0, { bound: binding, found }, binding);
  return found;
}

/** `properties` when the first step is there, else the resource itself. */
function startOf(resource: ResourceDocument, steps: readonly Step[]): Json {
  const first = steps[0];
  const properties = memberIgnoringCase(resource, 'properties');
  if (first?.kind !== 'name' || !isJsonObject(properties)) return resource;
  if (memberIgnoringCase(properties, first.name) !== undefined) return properties;
  return memberIgnoringCase(resource, first.name) === undefined ? properties : resource;
}

/** Where a field stands in a resource, as evaluation details show it: `properties.networkAcls.defaultAction`, `tags[owner]`. */
export function shownPath(resource: ResourceDocument, field: string): string {
  const steps = aliasSteps(field, textMember(resource, 'type') ?? '');
  if (steps === undefined) return field;
  const path = steps.map((step) => (step.kind === 'each' ? '[*]' : `.${step.name}`)).join('');
  const [first] = steps;
  const isAtTop = first?.kind === 'name' && memberIgnoringCase(resource, first.name) !== undefined;
  return isAtTop && startOf(resource, steps) === resource ? path.slice(1) : `properties${path}`;
}

interface Walk {
  /** Members bound before the walk began. */
  readonly bound: Binding | undefined;
  readonly found: Member[];
}

function walk(value: Selected, steps: readonly Step[], at: number, to: Walk, binding: Binding | undefined): void {
  const step = steps[at];
  if (step === undefined) {
    to.found.push({ value: present(value ?? null), binding });
    return;
  }
  if (step.kind === 'each') {
    walkMembers(value, step.key, { steps, at, to, binding });
    return;
  }
  if (isJsonArray(value)) {
    // An old alias without `[*]`: every member is read.
    for (const member of value) walk(member, steps, at, to, binding);
    return;
  }
  walk(memberAt(value, step.name), steps, at + 1, to, binding);
}

interface Position {
  readonly steps: readonly Step[];
  readonly at: number;
  readonly to: Walk;
  readonly binding: Binding | undefined;
}

function walkMembers(value: Selected, key: string, { steps, at, to, binding }: Position): void {
  if (!isJsonArray(value)) return;
  const bound = findBinding(to.bound, key);
  if (bound !== undefined) {
    if (bound.index < value.length) walk(value[bound.index], steps, at + 1, to, binding);
    return;
  }
  for (const [index, member] of value.entries()) walk(member, steps, at + 1, to, { key, index, outer: binding });
}

function findBinding(binding: Binding | undefined, key: string): Binding | undefined {
  let at = binding;
  while (at !== undefined && at.key !== key) at = at.outer;
  return at;
}

/** A member by name, exactly, then ignoring case, then inside the object's `properties`. */
function memberAt(value: Selected, name: string): Selected {
  if (!isJsonObject(value)) return undefined;
  const direct = memberIgnoringCase(value, name);
  if (direct !== undefined) return direct;
  const inner = memberIgnoringCase(value, 'properties');
  return isJsonObject(inner) ? memberIgnoringCase(inner, name) : undefined;
}
