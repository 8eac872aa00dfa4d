/**
 * The properties of a policy assignment as they may be stored.
 *
 * Owns: the shape of every member and its limits. Does not own: whether the definition takes the values
 * (`compile-assignment.ts`).
 *
 * Source: policy reference 12, 19; management API reference 10.1.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, raise, textMember } from '#foundation';
import { effectNamed } from '#policy';
import { isVersionPattern } from './definition-version.ts';

const limits = { notScopes: 400, selectors: 10, values: 50, overrides: 10 } as const;

/** Checked and in canonical words. @throws TocsinError `InvalidPolicyAssignment`. */
export function checkedProperties(given: JsonObject, scope: string): JsonObject {
  const mode = textMember(given, 'enforcementMode') ?? 'Default';
  const enforcementMode = ['Default', 'DoNotEnforce'].find((each) => each.toLowerCase() === mode.toLowerCase());
  if (enforcementMode === undefined) wrong("'enforcementMode' is 'Default' or 'DoNotEnforce'.", 'enforcementMode');
  const version = textMember(given, 'definitionVersion');
  if (version !== undefined && !isVersionPattern(version)) {
    wrong("'definitionVersion' is of the form '1.*.*'.", 'definitionVersion');
  }
  const parameters = memberOf(given, 'parameters') ?? {};
  checkParameters(parameters);
  checkNotScopes(memberOf(given, 'notScopes'));
  checkMessages(memberOf(given, 'nonComplianceMessages'));
  checkResourceSelectors(memberOf(given, 'resourceSelectors'), 'resourceSelectors');
  checkOverrides(memberOf(given, 'overrides'));
  return {
    ...given,
    displayName: textMember(given, 'displayName') ?? '',
    scope,
    notScopes: memberOf(given, 'notScopes') ?? [],
    parameters,
    enforcementMode: enforcementMode ?? 'Default',
  };
}

function wrong(message: string, target: string): never {
  return raise('InvalidPolicyAssignment', message, { target: `properties.${target}` });
}

function checkParameters(parameters: Json): void {
  if (!isJsonObject(parameters)) wrong("'parameters' must be an object.", 'parameters');
  const bare = Object.entries(parameters).find(([, held]) => memberOf(held, 'value') === undefined);
  if (bare !== undefined) wrong(`The parameter '${bare[0]}' needs a 'value'.`, `parameters.${bare[0]}`);
}

function checkNotScopes(notScopes: Json | undefined): void {
  if (notScopes === undefined || notScopes === null) return;
  if (!isJsonArray(notScopes) || !notScopes.every((each) => typeof each === 'string' && each.startsWith('/'))) {
    wrong("'notScopes' must be an array of scopes, each starting with '/'.", 'notScopes');
  }
  if (notScopes.length > limits.notScopes) wrong(`There are at most ${limits.notScopes} 'notScopes'.`, 'notScopes');
}

function checkMessages(messages: Json | undefined): void {
  if (messages === undefined || messages === null) return;
  if (!isJsonArray(messages) || messages.some((each) => !textMember(each, 'message'))) {
    wrong("'nonComplianceMessages' must be an array of objects with a 'message'.", 'nonComplianceMessages');
  }
}

const resourceKinds = new Set(['resourcelocation', 'resourcetype', 'resourcewithoutlocation']);
const overrideKinds = new Set(['policydefinitionreferenceid', 'resourcelocation']);

/** @throws TocsinError `InvalidPolicyAssignment`. */
export function checkResourceSelectors(json: Json | undefined, target: string): void {
  if (json === undefined || json === null) return;
  if (!isJsonArray(json) || json.length > limits.selectors) {
    wrong(`'${target}' must be an array of at most ${limits.selectors} entries.`, target);
  }
  for (const entry of json) checkSelectors(memberOf(entry, 'selectors'), resourceKinds, target);
}

function checkSelectors(json: Json | undefined, kinds: ReadonlySet<string>, target: string): void {
  if (!isJsonArray(json)) wrong("Each entry needs an array 'selectors'.", target);
  for (const selector of json) {
    const kind = textMember(selector, 'kind')?.toLowerCase() ?? '';
    if (!kinds.has(kind)) wrong(`'${textMember(selector, 'kind') ?? ''}' is no kind of selector here.`, target);
    const lists = ['in', 'notIn'].flatMap((name) => memberOf(selector, name) ?? []);
    const given = ['in', 'notIn'].filter((name) => (memberOf(selector, name) ?? null) !== null);
    if (given.length !== 1 || lists.some((each) => typeof each !== 'string') || lists.length > limits.values) {
      wrong(`A selector has either 'in' or 'notIn', with at most ${limits.values} texts.`, target);
    }
  }
}

function checkOverrides(json: Json | undefined): void {
  if (json === undefined || json === null) return;
  if (!isJsonArray(json) || json.length > limits.overrides) {
    wrong(`'overrides' must be an array of at most ${limits.overrides} entries.`, 'overrides');
  }
  for (const entry of json) {
    const kind = textMember(entry, 'kind')?.toLowerCase() ?? '';
    const value = textMember(entry, 'value') ?? '';
    if (kind === 'policyeffect' && effectNamed(value) === undefined) {
      wrong(`The effect '${value}' of an override is not known.`, 'overrides');
    }
    if (kind === 'definitionversion' && !isVersionPattern(value)) {
      wrong(`The version '${value}' of an override is not of the form '1.*.*'.`, 'overrides');
    }
    if (kind !== 'policyeffect' && kind !== 'definitionversion') {
      wrong("The kind of an override is 'policyEffect' or 'definitionVersion'.", 'overrides');
    }
    const selectors = memberOf(entry, 'selectors');
    if (selectors !== undefined && selectors !== null) checkSelectors(selectors, overrideKinds, 'overrides');
  }
}
