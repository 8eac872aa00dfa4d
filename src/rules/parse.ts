/**
 * From an automation's `properties` as JSON to its conditions as typed values.
 *
 * Owns: shapes and enumerations (any case in, canonical spelling out).
 * Does not own: whether the conditions make sense (`check.ts`), the automation's actions (`#service`).
 *
 * Invariants
 * A1. `ruleSets` and `rules` that are absent, null or empty mean the same: no condition.
 * A2. The order and the text of everything given are kept.
 * Source: management API reference 5.1; domain reference 5 and 6.
 */
import { type Json, type JsonObject, isJsonArray, isJsonObject, memberOf } from '#foundation';
import { eventSources, operators, propertyTypes } from './contract.data.ts';
import type {
  DefinitionFault,
  ParsedConditions,
  ParsedRule,
  ParsedRuleSet,
  ParsedScope,
  ParsedSource,
} from './model.ts';

type Faults = DefinitionFault[];

/** The conditions, or everything wrong with their shape. `target` paths start with `prefix`, e.g. `properties.`. */
export function parseConditions(properties: JsonObject, prefix = ''): ParsedConditions | readonly DefinitionFault[] {
  const faults: Faults = [];
  const isEnabled = memberOf(properties, 'isEnabled');
  if (isEnabled !== undefined && isEnabled !== null && typeof isEnabled !== 'boolean') {
    faults.push({ target: `${prefix}isEnabled`, message: 'isEnabled must be true or false.' });
  }
  const scopes = parseList(memberOf(properties, 'scopes'), `${prefix}scopes`, faults, parseScope);
  const sources = parseList(memberOf(properties, 'sources'), `${prefix}sources`, faults, parseSource);
  if (faults.length > 0) return faults;
  return { ...(typeof isEnabled === 'boolean' ? { isEnabled } : {}), scopes, sources };
}

function parseList<T>(
  value: Json | undefined,
  target: string,
  faults: Faults,
  parseItem: (item: JsonObject, target: string, faults: Faults) => T | undefined,
): readonly T[] {
  if (value === undefined || value === null) return [];
  if (!isJsonArray(value)) {
    faults.push({ target, message: `${lastName(target)} must be an array.` });
    return [];
  }
  return value.flatMap((item, index) => {
    const at = `${target}[${index}]`;
    if (!isJsonObject(item)) {
      faults.push({ target: at, message: `${lastName(target)} must hold objects.` });
      return [];
    }
    const parsed = parseItem(item, at, faults);
    return parsed === undefined ? [] : [parsed];
  });
}

function lastName(target: string): string {
  return target.slice(target.lastIndexOf('.') + 1);
}

function parseScope(item: JsonObject, target: string, faults: Faults): ParsedScope | undefined {
  const scopePath = requiredText(item, 'scopePath', target, faults);
  const description = memberOf(item, 'description');
  if (scopePath === undefined) return undefined;
  return { ...(typeof description === 'string' ? { description } : {}), scopePath };
}

function parseSource(item: JsonObject, target: string, faults: Faults): ParsedSource | undefined {
  const eventSource = oneOf(item, 'eventSource', eventSources, target, faults);
  const ruleSets = parseList(memberOf(item, 'ruleSets'), `${target}.ruleSets`, faults, parseRuleSet);
  return eventSource === undefined ? undefined : { eventSource, ruleSets };
}

function parseRuleSet(item: JsonObject, target: string, faults: Faults): ParsedRuleSet {
  return { rules: parseList(memberOf(item, 'rules'), `${target}.rules`, faults, parseRule) };
}

function parseRule(item: JsonObject, target: string, faults: Faults): ParsedRule | undefined {
  const propertyJPath = requiredText(item, 'propertyJPath', target, faults);
  const propertyType = oneOf(item, 'propertyType', propertyTypes, target, faults);
  const expectedValue = requiredText(item, 'expectedValue', target, faults);
  const operator = oneOf(item, 'operator', operators, target, faults);
  if (
    propertyJPath === undefined ||
    propertyType === undefined ||
    expectedValue === undefined ||
    operator === undefined
  ) {
    return undefined;
  }
  return { propertyJPath, propertyType, expectedValue, operator };
}

function requiredText(item: JsonObject, name: string, target: string, faults: Faults): string | undefined {
  const value = memberOf(item, name);
  if (typeof value === 'string') return value;
  const message = value === undefined || value === null ? `${name} is required.` : `${name} must be a string.`;
  faults.push({ target: `${target}.${name}`, message });
  return undefined;
}

function oneOf<T extends string>(
  item: JsonObject,
  name: string,
  allowed: readonly T[],
  target: string,
  faults: Faults,
): T | undefined {
  const text = requiredText(item, name, target, faults);
  if (text === undefined) return undefined;
  const wanted = text.toLowerCase();
  const found = allowed.find((value) => value.toLowerCase() === wanted);
  if (found === undefined) {
    const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
    faults.push({ target: `${target}.${name}`, message: `'${shown}' is not one of ${allowed.join(', ')}.` });
  }
  return found;
}
