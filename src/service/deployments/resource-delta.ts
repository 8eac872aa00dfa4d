/**
 * What differs between a resource as it is and as a template wants it.
 *
 * Owns: the comparison and its form in what-if answers. Source: template reference 16.
 *
 * Invariants
 * RD1. Of a resource whose provider is not known, members that it alone has are compared only inside of what the template
 *      names: whether the provider fills the others in or somebody set them cannot be told apart. Tags are compared whole.
 * RD2. Masked and unresolved values, and members that are never answered, are left out of the comparison.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  jsonEquals,
  type JsonObject,
  memberIgnoringCase,
  setMember,
} from '#foundation';
import { isMasked } from './masked-expansion.ts';

export interface Comparison {
  /** Both sides are whole: what is gone is deleted, wherever it was. */
  readonly whole: boolean;
  /** Lower-case type of the resource. */
  readonly type: string;
  /** Texts of expressions that nobody can answer yet. */
  readonly unresolved: ReadonlySet<string>;
}

/** Members that providers take and never answer, or answer in their own words: lower-case paths by type. */
const unansweredMembers: Readonly<Record<string, RegExp>> = {
  'microsoft.web/connections':
    /^properties\.(?:parametervalues|customparametervalues|parametervalueset|nonsecretparametervalues|statuses|overallstatus|connectionstate|authenticateduser|test(?:links|requests)|c(?:reated|hanged)time|api\.(?!id$).*)$/,
  'microsoft.security/automations': /^properties\.actions\.\d+\.(?:saspolicyname|connectionstring|uri)$/,
  'microsoft.keyvault/vaults/secrets': /^properties\.value$/,
};

/** Words whose case their provider settles: lower-case paths by type. */
const wordMembers: Readonly<Record<string, RegExp>> = {
  'microsoft.security/automations': /\.(?:propertytype|operator|eventsource|actiontype)$/,
};

/** Members that are the server's own. */
const serversOwn: ReadonlySet<string> = new Set(['id', 'name', 'type', 'systemdata']);
const serversOwnAnywhere =
  /(?:^|\.)(?:etag|provisioningstate)$|^identity\.(?:principalid|tenantid|userassignedidentities\..*\.(?:principalid|clientid))$/;

export function resourceDelta(before: Json, after: JsonObject, comparison: Comparison): readonly Json[] {
  return new Comparer(comparison).members(before, after, '');
}

class Comparer {
  readonly #comparison: Comparison;
  readonly #unanswered: RegExp | undefined;

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
    this.#unanswered = unansweredMembers[comparison.type];
  }

  members(before: Json, after: JsonObject, path: string): readonly Json[] {
    const changes: Json[] = [];
    for (const [name, wanted] of Object.entries(after)) {
      const at = path === '' ? name : `${path}.${name}`;
      if (this.#isSkipped(at, wanted)) continue;
      const found = memberIgnoringCase(before, name);
      if (found !== undefined) changes.push(...this.#value(found, wanted, at));
      else if (!isEmpty(wanted)) changes.push({ path: at, propertyChangeType: 'Create', after: wanted });
    }
    if (!isJsonObject(before) || !this.#countsGone(path)) return changes;
    for (const [name, found] of Object.entries(before)) {
      const at = path === '' ? name : `${path}.${name}`;
      if (memberIgnoringCase(after, name) !== undefined || isEmpty(found) || this.#isSkipped(at, found)) continue;
      changes.push({ path: at, propertyChangeType: 'Delete', before: found });
    }
    return changes;
  }

  /** RD1. */
  #countsGone(path: string): boolean {
    if (this.#comparison.whole || path === 'tags') return true;
    return path.toLowerCase().startsWith('properties.');
  }

  /** RD2. */
  #isSkipped(at: string, value: Json): boolean {
    const key = at.toLowerCase();
    return (
      serversOwn.has(key) ||
      serversOwnAnywhere.test(key) ||
      this.#unanswered?.test(key) === true ||
      this.#isUnknown(value)
    );
  }

  #isUnknown(value: Json): boolean {
    return isMasked(value) || (typeof value === 'string' && this.#comparison.unresolved.has(value));
  }

  #value(found: Json, wanted: Json, at: string): readonly Json[] {
    if (this.#isUnknown(wanted)) return [];
    if (at === 'location' && regionOf(found) === regionOf(wanted)) return [];
    if (isJsonObject(wanted) && isJsonObject(found)) return this.members(found, wanted, at);
    if (isJsonArray(wanted) && isJsonArray(found)) return this.#array(found, wanted, at);
    if (jsonEquals(found, wanted) || (isEmpty(found) && isEmpty(wanted)) || this.#isSameWord(found, wanted, at))
      return [];
    return [{ path: at, propertyChangeType: 'Modify', before: found, after: wanted }];
  }

  #isSameWord(found: Json, wanted: Json, at: string): boolean {
    if (typeof found !== 'string' || typeof wanted !== 'string') return false;
    const isWord = wordMembers[this.#comparison.type]?.test(at.toLowerCase()) === true;
    return isWord && found.toLowerCase() === wanted.toLowerCase();
  }

  /** Arrays compare by position. */
  #array(before: readonly Json[], after: readonly Json[], path: string): readonly Json[] {
    const children: Json[] = [];
    for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
      const found = before[index];
      const wanted = after[index];
      if (found === undefined) children.push({ path: `${index}`, propertyChangeType: 'Create', after: wanted ?? null });
      else if (wanted === undefined) children.push({ path: `${index}`, propertyChangeType: 'Delete', before: found });
      else {
        // What lies in an array is named by the template as a whole.
        const inner = this.#value(found, wanted, `${path}.${index}`);
        const own = `${path}.${index}`;
        children.push(...inner.map((child) => moved(child, own, `${index}`)));
      }
    }
    return children.length === 0 ? [] : [{ path, propertyChangeType: 'Array', before, after, children }];
  }
}

/** Children of an array name their places from the array on. */
function moved(change: Json, from: string, to: string): Json {
  if (!isJsonObject(change)) return change;
  const made: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(change)) setMember(made, name, value);
  const path = made['path'];
  if (typeof path === 'string' && path.startsWith(from)) made['path'] = `${to}${path.slice(from.length)}`;
  return made;
}

function isEmpty(value: Json): boolean {
  return (
    value === null ||
    (isJsonObject(value) && Object.keys(value).length === 0) ||
    (isJsonArray(value) && value.length === 0)
  );
}

function regionOf(value: Json): string {
  return typeof value === 'string' ? value.replaceAll(' ', '').toLowerCase() : '';
}
