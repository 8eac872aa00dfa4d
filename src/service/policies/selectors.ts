/**
 * Which resources an assignment or exemption selects, and which effect an override gives.
 *
 * Owns: reading `resourceSelectors` and `overrides`, and testing them. Source: policy reference 12.
 *
 * Invariants
 * SE1. Selectors of one entry are joined by and, entries by or; no entries select everything.
 * SE2. Overrides are asked in their order; the first that fits wins.
 */
import { isJsonArray, type Json, memberIgnoringCase } from '#foundation';

export interface Selector {
  /** Lower case: `resourcelocation`, `resourcetype`, `resourcewithoutlocation`, `policydefinitionreferenceid`. */
  readonly kind: string;
  /** Lower case. */
  readonly in?: ReadonlySet<string>;
  readonly notIn?: ReadonlySet<string>;
}

/** The selectors of each entry. */
export type ResourceSelectors = readonly (readonly Selector[])[];

export interface PolicyOverride {
  readonly kind: 'policyEffect' | 'definitionVersion';
  readonly value: string;
  readonly selectors: readonly Selector[];
}

/** What selectors look at. */
export interface Selectable {
  readonly type: string;
  /** `westeurope`, any spelling; absent for resources without one. */
  readonly location?: string;
}

export function readResourceSelectors(json: Json | undefined): ResourceSelectors {
  return isJsonArray(json) ? json.map((each) => readSelectors(memberIgnoringCase(each, 'selectors'))) : [];
}

function readSelectors(json: Json | undefined): readonly Selector[] {
  if (!isJsonArray(json)) return [];
  return json.map((each) => {
    const [inside, outside] = [memberIgnoringCase(each, 'in'), memberIgnoringCase(each, 'notIn')];
    return {
      kind: textOf(memberIgnoringCase(each, 'kind')).toLowerCase(),
      ...(isJsonArray(inside) ? { in: textSet(inside) } : {}),
      ...(isJsonArray(outside) ? { notIn: textSet(outside) } : {}),
    };
  });
}

function textSet(values: readonly Json[]): ReadonlySet<string> {
  return new Set(values.map((value) => plain(textOf(value))));
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Locations are written with and without blanks. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(' ', '');
}

export function readOverrides(json: Json | undefined): readonly PolicyOverride[] {
  if (!isJsonArray(json)) return [];
  return json.map((each) => ({
    kind:
      textOf(memberIgnoringCase(each, 'kind')).toLowerCase() === 'policyeffect' ? 'policyEffect' : 'definitionVersion',
    value: textOf(memberIgnoringCase(each, 'value')),
    selectors: readSelectors(memberIgnoringCase(each, 'selectors')),
  }));
}

/** SE1. */
export function selects(selectors: ResourceSelectors, resource: Selectable): boolean {
  return selectors.length === 0 || selectors.some((entry) => entry.every((each) => meets(each, resource)));
}

function meets(selector: Selector, { type, location }: Selectable): boolean {
  switch (selector.kind) {
    case 'resourcetype':
      return isAmong(selector, type);
    case 'resourcelocation':
      return location !== undefined && isAmong(selector, location);
    case 'resourcewithoutlocation':
      return location === undefined || location === '';
    default:
      return true;
  }
}

function isAmong(selector: Selector, text: string): boolean {
  const value = plain(text);
  return selector.in?.has(value) !== false && selector.notIn?.has(value) !== true;
}

/** Whether an override is for the member of a set, or for every definition; locations are left to `overriddenEffect`. */
export function concernsMember(override: PolicyOverride, referenceId: string | undefined): boolean {
  return override.selectors.every(
    (each) => each.kind !== 'policydefinitionreferenceid' || isAmong(each, referenceId ?? ''),
  );
}

/** Whether an override depends on where a resource is. */
export function looksAtLocation({ selectors }: PolicyOverride): boolean {
  return selectors.some(({ kind }) => kind === 'resourcelocation');
}

/** Whether an override is for a resource of this location. */
export function concernsLocation(override: PolicyOverride, location: string | undefined): boolean {
  return override.selectors.every(
    (each) => each.kind !== 'resourcelocation' || (location !== undefined && isAmong(each, location)),
  );
}
