/**
 * The shape of a conformance file of the policy language and how one case is judged.
 *
 * Owns: reading case files, running a case. Does not own: the cases (`*.json`), registering tests (`policy.test.ts`).
 *
 * A case is `{name, source, …}` with one of
 * - `if`: a condition on `resource` (`{type, properties …}`; id, name and location have defaults), with `parameters` values;
 *   `expected` is a Boolean, `error` a part of the evaluation error's message. `related`: the field conditions read this one;
 * - `definition`: the properties of a definition; `faults` are the codes found, in order, `[]` for none;
 * - `applies`: a condition, with `mode` and `effect`; `expected` says whether a policy with it applies to `resource`;
 * - `modify` or `append`: details; `expected` is the changed resource (its `body` members that are named), `conflict` the field;
 * - `assign`: parameter declarations, and `values`; `faults` are the codes, `[]` for none;
 * - `candidates`: details of an existence effect; `expected` is the query.
 */
import {
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseJson,
  stringifyJson,
  textMember,
} from '#foundation';
import {
  appendToResource,
  applies,
  candidateQuery,
  effectiveParameters,
  effectNamed,
  evaluateRule,
  modifyResource,
  parseDeclarations,
  planDefinition,
  type PolicyPlan,
  type Surroundings,
} from '#policy';
import { isStop } from '#templates';

export interface PolicyCase {
  readonly name: string;
  readonly source: string;
  readonly body: JsonObject;
}

const kinds = ['if', 'definition', 'applies', 'modify', 'append', 'assign', 'candidates'] as const;
type Kind = (typeof kinds)[number];

/** Reads a case file's text; throws with the case's name where it is malformed. */
export function readCases(text: string): readonly PolicyCase[] {
  const json = parseJson(text);
  if (!isJsonArray(json)) throw new Error('A case file is an array of cases.');
  return json.map((entry) => {
    const [name, source] = [textMember(entry, 'name'), textMember(entry, 'source')];
    if (!isJsonObject(entry) || name === undefined || source === undefined) {
      throw new Error(`A case needs name and source: ${stringifyJson(entry)}`);
    }
    if (kinds.filter((kind) => Object.hasOwn(entry, kind)).length !== 1) {
      throw new Error(`The case '${name}' needs one of ${kinds.join(', ')}.`);
    }
    return { name, source, body: entry };
  });
}

const subscriptionId = '11111111-2222-4333-8444-555555555555';
const now = Date.UTC(2026, 0, 31, 12);

function resourceOf(given: Json | undefined): JsonObject {
  const type = textMember(given, 'type') ?? 'Microsoft.Test/things';
  const name = textMember(given, 'name') ?? 'it';
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/${type}/${name}`,
    name,
    location: 'westeurope',
    ...(isJsonObject(given) ? given : {}),
    type,
  };
}

function surroundingsOf(body: JsonObject): Surroundings {
  const parameters = memberOf(body, 'parameters');
  return {
    resource: resourceOf(memberOf(body, 'resource')),
    parameters: new Map(
      Object.entries(isJsonObject(parameters) ? parameters : {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    now,
    policy: { assignmentId: '/assignment', definitionId: '/definition' },
    requestContext: { apiVersion: '2020-01-01' },
    resourceGroup: { name: 'rg', location: 'westeurope', tags: { owner: 'team' } },
    subscription: { id: `/subscriptions/${subscriptionId}`, displayName: 'Local', tags: {} },
  };
}

/** A definition around a condition or details, planned. */
function planOf(rule: Json, effect: string, details: Json | undefined, body: JsonObject): PolicyPlan {
  const parameters = memberOf(body, 'parameters');
  const declared = Object.entries(isJsonObject(parameters) ? parameters : {}).map(([name, value]) => [
    name,
    {
      type: isJsonArray(value)
        ? 'Array'
        : isJsonObject(value)
          ? 'Object'
          : typeof value === 'boolean'
            ? 'Boolean'
            : typeof value === 'number'
              ? 'Integer'
              : 'String',
    },
  ]);
  const planned = planDefinition({
    mode: memberOf(body, 'mode') ?? 'All',
    parameters: Object.fromEntries(declared) as JsonObject,
    // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
    policyRule: { if: rule, then: { effect, ...(details === undefined ? {} : { details }) } },
  });
  if ('condition' in planned) return planned;
  throw new Error(`the definition is refused: ${planned.map(({ message }) => message).join(' ')}`);
}

/** Why a case fails; undefined when it holds. */
export function judgeCase({ body }: PolicyCase): string | undefined {
  const kind = kinds.find((each) => Object.hasOwn(body, each)) as Kind;
  return judges[kind](body, memberOf(body, kind) ?? null);
}

const anything: Json = { field: 'type', exists: true };

const judges: Readonly<Record<Kind, (body: JsonObject, given: Json) => string | undefined>> = {
  if: (body, given) => {
    const plan = planOf(given, 'audit', undefined, body);
    const related = memberOf(body, 'related');
    const surroundings = surroundingsOf(body);
    const { holds } = evaluateRule(
      plan.condition,
      surroundings,
      related === undefined ? surroundings.resource : resourceOf(related),
    );
    return compare(body, isStop(holds) ? { error: holds.message } : holds);
  },
  definition: (body, given) => {
    const planned = planDefinition(given);
    return same(memberOf(body, 'faults'), 'condition' in planned ? [] : planned.map(({ code }) => code));
  },
  applies: (body, given) => {
    const effect = effectNamed(textMember(body, 'effect') ?? 'audit') ?? 'audit';
    const plan = planOf(given, effect === 'auditIfNotExists' ? effect : 'audit', memberOf(body, 'details'), body);
    return compare(body, applies(plan, effect, surroundingsOf(body)));
  },
  modify: (body, given) => changed(body, planOf(anything, 'modify', given, body)),
  append: (body, given) => changed(body, planOf(anything, 'append', given, body)),
  assign: (body, given) => {
    const declarations = parseDeclarations(given, () => undefined);
    const values = memberOf(body, 'values');
    const result = effectiveParameters(declarations, isJsonObject(values) ? values : {});
    return same(memberOf(body, 'faults'), 'get' in result ? [] : result.map(({ code }) => code));
  },
  candidates: (body, given) => {
    const { details } = planOf(anything, 'auditIfNotExists', given, body);
    if (details?.kind !== 'existence') return 'has no details of existence';
    const query = candidateQuery(details, surroundingsOf(body));
    return compare(body, isStop(query) ? { error: query.message } : (query as unknown as Json));
  },
};

function changed(body: JsonObject, { details }: PolicyPlan): string | undefined {
  const surroundings = surroundingsOf(body);
  const result =
    details?.kind === 'modify'
      ? modifyResource(details, surroundings)
      : details?.kind === 'append'
        ? appendToResource(details, surroundings)
        : undefined;
  if (result === undefined || isFault(result)) return 'has no details to change by';
  if (isStop(result)) return compare(body, { error: result.message });
  if ('conflict' in result) return same(memberOf(body, 'conflict'), result.conflict);
  const expected = memberOf(body, 'expected');
  const named = Object.keys(isJsonObject(expected) ? expected : {});
  return same(expected, Object.fromEntries(named.map((name) => [name, memberOf(result.resource, name) ?? null])));
}

function compare(body: JsonObject, actual: Json): string | undefined {
  const error = textMember(body, 'error');
  if (error === undefined) return same(memberOf(body, 'expected'), actual);
  const message = textMember(actual, 'error');
  return message?.includes(error) === true ? undefined : `gave ${stringifyJson(actual)}, expected the error '${error}'`;
}

function same(expected: Json | undefined, actual: Json): string | undefined {
  const [wanted, got] = [stringifyJson(expected ?? null), stringifyJson(actual)];
  return wanted === got ? undefined : `gave ${got}, expected ${wanted}`;
}
