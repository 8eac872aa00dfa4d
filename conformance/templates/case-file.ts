/**
 * The shape of a conformance file and how one case is judged.
 *
 * Owns: reading case files, running a case. Does not own: the cases (`*.json`), registering tests (`templates.test.ts`).
 *
 * A case is `{name, expression | template, …, expected | error, source}`. An `expression` is any JSON value as it stands in a
 * template; beside it may stand the sections `parameters`, `variables` and `functions`, and `given` parameter values. A
 * `template` is `resources` and `outputs` (the required members are added); its `expected` may have `resources` (`id`,
 * `body`, `dependsOn` as last segments of ids) and `outputs`. `scope` is `group` (default), `subscription`,
 * `managementGroup` or `tenant`; `cloud` the name of one (default `AzureCloud`); `answers` maps ids to what `reference` finds there. `error` is a part of the message.
 */
import {
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  parseJson,
  stringifyJson,
  textMember,
} from '#foundation';
import {
  cloudNames,
  type DeploymentPlace,
  type ExpandedTemplate,
  expandTemplate,
  isStop,
  outlineTemplate,
  type RuntimeQuestion,
} from '#templates';

export interface ConformanceCase {
  readonly name: string;
  readonly body: JsonObject;
  readonly source: string;
}

/** Reads a case file's text; throws with the case's name where it is malformed. */
export function readCases(text: string): readonly ConformanceCase[] {
  const json = parseJson(text);
  if (!Array.isArray(json)) throw new Error('A case file is an array of cases.');
  return json.map((entry: Json) => {
    const name = textMember(entry, 'name');
    const source = textMember(entry, 'source');
    if (!isJsonObject(entry) || name === undefined || source === undefined) {
      throw new Error(`A case needs name and source: ${stringifyJson(entry)}`);
    }
    const inputs = ['expression', 'template'].filter((kind) => Object.hasOwn(entry, kind));
    const ends = ['expected', 'error'].filter((kind) => Object.hasOwn(entry, kind));
    if (inputs.length !== 1 || ends.length !== 1) {
      throw new Error(`The case '${name}' needs one of expression and template, and one of expected and error.`);
    }
    return { name, body: entry, source };
  });
}

const subscriptionId = '11111111-2222-4333-8444-555555555555';
const scopeOf = {
  subscription: `/subscriptions/${subscriptionId}`,
  group: `/subscriptions/${subscriptionId}/resourceGroups/rg`,
  managementGroup: '/providers/Microsoft.Management/managementGroups/mg',
  tenant: '',
};

function placeOf(scope: string, cloud: string): DeploymentPlace {
  const above: DeploymentPlace = {
    scope: scopeOf[scope as keyof typeof scopeOf],
    cloud: cloudNames.find((name) => name === cloud) ?? 'AzureCloud',
    deployment: { name: 'deploy', properties: { mode: 'Incremental' } },
    tenant: { id: '/tenants/tenant', tenantId: 'tenant', displayName: 'Tenant', countryCode: '' },
    deployer: { objectId: 'object', tenantId: 'tenant' },
    providers: new Map([['contoso.widgets', { namespace: 'Contoso.Widgets', resourceTypes: [widgetType] }]]),
    now: '2026-01-02T03:04:05.0000000Z',
    newGuid: () => '99999999-8888-4777-8666-555555555555',
  };
  if (scope === 'tenant') return above;
  if (scope === 'managementGroup') {
    const properties = { displayName: 'Group', tenantId: 'tenant', details: { version: 1 } };
    const type = '/providers/Microsoft.Management/managementGroups';
    return { ...above, managementGroup: { id: scopeOf.managementGroup, name: 'mg', type, properties } };
  }
  const subscription = { id: scopeOf.subscription, subscriptionId, tenantId: 'tenant', displayName: 'Local' };
  if (scope === 'subscription') return { ...above, subscription };
  const resourceGroup = {
    id: scopeOf.group,
    name: 'rg',
    type: 'Microsoft.Resources/resourceGroups',
    location: 'westeurope',
    tags: { team: 'soc' },
    properties: { provisioningState: 'Succeeded' },
  };
  return { ...above, subscription, resourceGroup };
}

const widgetType = { resourceType: 'widgets', apiVersions: ['2020-01-01'], locations: [] };

/** A template around an expression: its value is a member of an output, so any type will do. */
function templateOf(body: JsonObject): JsonObject {
  const whole = memberOf(body, 'template');
  const head = {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
  };
  if (isJsonObject(whole)) return { ...head, resources: [], ...whole };
  const sections = ['parameters', 'variables', 'functions'].filter((name) => Object.hasOwn(body, name));
  return {
    ...head,
    ...Object.fromEntries(sections.map((name) => [name, memberOf(body, name) ?? null])),
    resources: [],
    outputs: { out: { type: 'object', value: { value: memberOf(body, 'expression') ?? null } } },
  };
}

type Outcome = { readonly value: Json } | { readonly reason: string };

function outcomeOf(body: JsonObject): Outcome {
  const known = memberOf(body, 'answers');
  const answers = (question: RuntimeQuestion): Json | undefined => {
    const found = memberOf(known, question.id);
    return question.kind === 'reference' && !question.full && isJsonObject(found)
      ? memberOf(found, 'properties')
      : found;
  };
  const outline = outlineTemplate(templateOf(body));
  if (isFault(outline)) return { reason: outline.message };
  const place = placeOf(textMember(body, 'scope') ?? 'group', textMember(body, 'cloud') ?? 'AzureCloud');
  const expanded = expandTemplate(outline, place, memberOf(body, 'given'));
  if (isFault(expanded)) return { reason: expanded.message };
  const outputs = expanded.outputs(answers);
  if (isStop(outputs)) return { reason: outputs.message };
  if (Object.hasOwn(body, 'template')) return shownTemplate(expanded, outputs, answers);
  return { value: memberOf(memberOf(memberOf(outputs, 'out'), 'value'), 'value') ?? null };
}

function shownTemplate(
  expanded: ExpandedTemplate,
  outputs: JsonObject,
  answers: (question: RuntimeQuestion) => Json | undefined,
): Outcome {
  const resources: Json[] = [];
  for (const { id, dependsOn, body: bodyOf } of expanded.resources) {
    const body = bodyOf(answers);
    if (isStop(body)) return { reason: body.message };
    const names = [...dependsOn]
      .map((key) => key.split('/').at(-1) ?? '')
      .sort((left, right) => left.localeCompare(right));
    resources.push({ id, body, dependsOn: names });
  }
  return { value: { resources, outputs } };
}

/** Why the case does not hold, or undefined when it does. */
export function judgeCase({ body }: ConformanceCase): string | undefined {
  const outcome = outcomeOf(body);
  const error = textMember(body, 'error');
  if ('reason' in outcome) {
    if (error === undefined) return `gave the error: ${outcome.reason}`;
    return outcome.reason.includes(error) ? undefined : `has the message: ${outcome.reason}`;
  }
  if (error !== undefined) return `gave ${stringifyJson(outcome.value)}, not an error`;
  return differs(outcome.value, memberOf(body, 'expected') ?? null, Object.hasOwn(body, 'template'));
}

/** Compares texts, so that the order of members and number texts count; of templates only what the case names. */
function differs(value: Json, expected: Json, partly: boolean): string | undefined {
  const actual = stringifyJson(partly ? narrowed(value, expected) : value);
  const wanted = stringifyJson(expected);
  return actual === wanted ? undefined : `gave ${actual}, not ${wanted}`;
}

/** The parts of a template's outcome that the expectation names, in its order. */
function narrowed(value: Json, expected: Json): Json {
  if (!isJsonObject(expected)) return value;
  return Object.fromEntries(
    Object.entries(expected).map(([name, wanted]) => {
      const found = memberOf(value, name) ?? null;
      if (name !== 'resources' || !Array.isArray(wanted) || !Array.isArray(found)) return [name, found];
      return [name, found.map((one: Json, index) => narrowed(one, (wanted[index] as Json | undefined) ?? one))];
    }),
  );
}
