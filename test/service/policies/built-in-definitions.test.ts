/** The shipped policy definitions: each plans, and those that Azure publishes do the same as the published file. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  setMember,
  stringifyJson,
  textMember,
} from '#foundation';
import { assignPolicy, isSatisfying, planDefinition, plannedDeployment, type Surroundings } from '#policy';
import { expandTemplate, isStop, outlineTemplate } from '#templates';
import { builtInDefinitions } from '../../../src/service/policies/built-in/definitions.ts';
import { jsonFiles, missing } from '../../suites/corpus.ts';
import { subscriptionPlace } from '../../templates/places.ts';

const published = jsonFiles('policies');
const subscription: JsonObject = {
  id: subscriptionPlace.scope,
  name: '00000000-0000-4000-8000-000000000001',
  type: 'Microsoft.Resources/subscriptions',
};
const identity = { assignmentId: '/assignment', definitionId: '/definition' };

function shipped(name: string): JsonObject {
  const found = builtInDefinitions.find((one) => one.name === name);
  assert.ok(found !== undefined, `${name} is not shipped`);
  return found.properties;
}

/** The published definitions with the shipped one of the same id. */
const pairs = [...published].map(([file, json]) => ({
  file,
  theirs: memberOf(json, 'properties') as JsonObject,
  ours: shipped(textMember(json, 'name') ?? ''),
}));

/** A value without the texts that people read, which are our own, and without lists of dependencies. */
function withoutDescriptions(value: Json): Json {
  if (isJsonArray(value)) return value.map(withoutDescriptions);
  if (!isJsonObject(value)) return value;
  const kept: { [name: string]: Json } = {};
  for (const [name, one] of Object.entries(value)) {
    if (name !== 'description' && name !== 'dependsOn') setMember(kept, name, withoutDescriptions(one));
  }
  return kept;
}

interface Assigned {
  readonly satisfies: (candidate: JsonObject) => unknown;
  /** The bodies of what is deployed by type and name, or that it cannot be deployed. */
  readonly deployed: Json;
}

function assign(properties: JsonObject, values: Readonly<Record<string, Json>>): Assigned {
  const plan = planDefinition(properties);
  assert.ok('condition' in plan, JSON.stringify(plan));
  const assigned = assignPolicy(plan, identity, values);
  assert.ok('effect' in assigned, JSON.stringify(assigned));
  assert.equal(assigned.effect, 'deployIfNotExists');
  const { details } = plan;
  assert.ok(details?.kind === 'existence');
  const { parameters } = assigned;
  const about: Surroundings = {
    resource: subscription,
    parameters,
    now: 0,
    policy: identity,
    requestContext: {},
    subscription,
  };
  const deployment = plannedDeployment(details, about);
  assert.ok(!isStop(deployment));
  return {
    satisfies: (candidate) => isSatisfying(details, about, candidate),
    deployed: deployedBodies(deployment.template, deployment.parameters),
  };
}

const answer = (): Json => ({ value: 'https://localhost/callback', primaryConnectionString: 'Endpoint=sb://hub/' });

function deployedBodies(template: Json, parameters: Json): Json {
  const outline = outlineTemplate(template);
  assert.ok(!isFault(outline), JSON.stringify(outline));
  const place = { ...subscriptionPlace, newGuid: () => '00000000-0000-4000-8000-00000000abcd' };
  const expanded = expandTemplate(outline, place, parameters);
  if (isFault(expanded)) return 'refused';
  const bodies: { [id: string]: Json } = {};
  for (const { id, body } of expanded.resources) {
    const value = body(answer);
    if (isStop(value)) return 'refused';
    setMember(bodies, id, automationOf(value) ?? 'container');
  }
  return withoutDescriptions(bodies);
}

/** The automation in a nested deployment. */
function automationOf(body: Json): Json | undefined {
  const template = memberOf(memberOf(body, 'properties'), 'template');
  const resources = memberOf(template, 'resources');
  return isJsonArray(resources) ? resources[0] : undefined;
}

/** Some members of a list in any order; all of them often. */
const someOf = (values: readonly string[]): fc.Arbitrary<Json> =>
  fc.oneof(fc.constant([...values]), fc.shuffledSubarray([...values]));
const names = fc.oneof(
  fc.constant([]),
  fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 .-]{0,12}$/), {
    maxLength: 5,
    selector: (name) => name.toLowerCase(),
  }),
);

/** Values for the parameters of a definition by their declarations. */
function valuesFor(properties: JsonObject): fc.Arbitrary<Record<string, Json>> {
  const declared = memberOf(properties, 'parameters');
  assert.ok(isJsonObject(declared));
  const arbitraries: Record<string, fc.Arbitrary<Json>> = {};
  for (const [name, declaration] of Object.entries(declared)) {
    if (name !== 'effect') arbitraries[name] = valueFor(name, declaration);
  }
  return fc.record(arbitraries);
}

function valueFor(name: string, declaration: Json): fc.Arbitrary<Json> {
  const allowed = memberOf(declaration, 'allowedValues');
  switch (textMember(declaration, 'type')) {
    case 'Array':
      return isJsonArray(allowed) ? someOf(allowed as readonly string[]) : names;
    case 'Boolean':
      return fc.boolean();
    default:
      if (isJsonArray(allowed)) return fc.constantFrom(...allowed);
      if (name === 'eventHubDetails') return fc.constant(`${hub}/authorizationRules/send`);
      return fc.constantFrom('', 'SQL', "it's", 'rg-1');
  }
}

const hub = `${subscriptionPlace.scope}/resourceGroups/g/providers/Microsoft.EventHub/namespaces/n/eventhubs/h`;

/** An automation as a resource, changed here and there. */
function candidates(deployed: Json): fc.Arbitrary<JsonObject> {
  const automation = Object.values(isJsonObject(deployed) ? deployed : {}).find(isJsonObject);
  const properties = memberOf(automation, 'properties');
  const sources = memberOf(properties, 'sources');
  assert.ok(isJsonArray(sources) && isJsonObject(properties));
  const texts = fc.constantFrom(
    'High',
    'low',
    'healthy',
    'Failed',
    '3.',
    'Severity',
    'name',
    'notapplicable',
    'Alerts',
  );
  const change = fc.record({ isEnabled: fc.boolean(), at: fc.nat(), text: texts, what: fc.nat({ max: 4 }) });
  const id = `${subscriptionPlace.scope}/resourceGroups/rg/providers/Microsoft.Security/automations/it`;
  return change.map(({ isEnabled, at, text, what }) => ({
    id,
    name: 'it',
    type: 'Microsoft.Security/automations',
    properties: {
      ...properties,
      isEnabled: isEnabled || what > 1,
      sources: changed(sources, what === 4 ? { at, text } : undefined),
    },
  }));
}

/** Sources with the text of one rule or source replaced. */
function changed(sources: readonly Json[], change: { readonly at: number; readonly text: string } | undefined): Json {
  if (change === undefined) return sources;
  const places = [...stringifyJson(sources).matchAll(/"(?:expectedValue|propertyJPath|eventSource)":"[^"]*"/g)];
  const place = places[change.at % Math.max(1, places.length)];
  if (place === undefined) return sources;
  const text = stringifyJson(sources);
  const [name] = place[0].split(':');
  const after = text.slice(place.index + place[0].length);
  return JSON.parse(`${text.slice(0, place.index)}${name}:"${change.text}"${after}`) as Json;
}

describe('the shipped policy definitions', () => {
  it('plan, each with an id of its own, the frame of a built-in and a text for everyone who assigns it', () => {
    assert.ok(builtInDefinitions.length >= 20);
    assert.equal(new Set(builtInDefinitions.map(({ name }) => name)).size, builtInDefinitions.length);
    for (const { name, properties } of builtInDefinitions) {
      assert.match(name, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.ok('condition' in planDefinition(properties), `${name}: ${JSON.stringify(planDefinition(properties))}`);
      assert.equal(textMember(properties, 'policyType'), 'BuiltIn');
      const parameters = memberOf(properties, 'parameters');
      assert.ok(isJsonObject(parameters));
      for (const [parameter, declaration] of Object.entries(parameters)) {
        const metadata = memberOf(declaration, 'metadata');
        assert.ok((textMember(metadata, 'displayName') ?? '') !== '', `${name} ${parameter}`);
        assert.ok((textMember(metadata, 'description') ?? '') !== '', `${name} ${parameter}`);
      }
    }
  });

  it('give 450 rule sets for 50 names, three severities and three states: the state varies fastest', () => {
    const given = Array.from({ length: 50 }, (_, index) => `recommendation-${index}`);
    const { deployed, satisfies } = assign(shipped('73d6ab6c-2475-4850-afd6-43795f3492ef'), {
      automationName: 'it',
      resourceGroupName: 'rg',
      resourceGroupLocation: 'westeurope',
      recommendationNames: given,
      logicAppResourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/w',
      logicAppTrigger: 'Manual (Incoming HTTP request)',
    });
    const automation = Object.values(isJsonObject(deployed) ? deployed : {}).find(isJsonObject);
    const properties = memberOf(automation, 'properties');
    assert.ok(isJsonObject(properties));
    const rule = (propertyJPath: string, operator: string, expectedValue: string): Json => ({
      propertyJPath,
      propertyType: 'string',
      expectedValue,
      operator,
    });
    const expected = given.flatMap((name) =>
      ['High', 'Medium', 'Low'].flatMap((severity) =>
        ['healthy', 'unhealthy', 'notapplicable'].map((state) => ({
          rules: [
            rule('name', 'Contains', name),
            rule('properties.metadata.severity', 'Equals', severity),
            rule('properties.status.code', 'Contains', state),
          ],
        })),
      ),
    );
    assert.deepEqual(memberOf(properties, 'sources'), [{ eventSource: 'Assessments', ruleSets: expected }]);
    const resource = { id: `${subscriptionPlace.scope}/a`, name: 'it', type: 'Microsoft.Security/automations' };
    assert.equal(satisfies({ ...resource, properties }), true);
    const [first] = expected;
    const sources = [{ eventSource: 'Assessments', ruleSets: [...expected.slice(1), first, first] as Json }];
    assert.equal(satisfies({ ...resource, properties: { ...properties, sources } }), false);
  });

  describe('that Azure publishes', { skip: missing('policies') }, () => {
    for (const { file, theirs, ours } of pairs) {
      it(`${file}: have the published parameters and frame, and texts of our own`, () => {
        const frame = (properties: JsonObject): Json =>
          withoutDescriptions(Object.fromEntries(Object.entries(properties).filter(([name]) => name !== 'policyRule')));
        const lower = (text: string): string => text.replaceAll('"type":"string"', '"type":"String"');
        assert.deepEqual(
          JSON.parse(lower(stringifyJson(frame(ours)))),
          JSON.parse(lower(stringifyJson(frame(theirs)))),
        );
        assert.notEqual(textMember(ours, 'description'), textMember(theirs, 'description'));
        const then = (properties: JsonObject): Json | undefined =>
          memberOf(memberOf(memberOf(properties, 'policyRule'), 'then'), 'details');
        for (const name of [
          'type',
          'name',
          'existenceScope',
          'resourceGroupName',
          'deploymentScope',
          'roleDefinitionIds',
        ]) {
          assert.deepEqual(memberIgnoringCase(then(ours), name), memberIgnoringCase(then(theirs), name), name);
        }
      });

      it(`${file}: deploy the same and judge automations alike, whatever the parameters`, () => {
        const outcomes = new Set<boolean | string>();
        fc.assert(
          fc.property(valuesFor(theirs), fc.gen(), (values, generate) => {
            const [own, other] = [assign(ours, values), assign(theirs, values)];
            assert.deepEqual(own.deployed, other.deployed);
            outcomes.add(own.deployed === 'refused');
            if (own.deployed === 'refused') return;
            for (let turn = 0; turn < 8; turn += 1) {
              const candidate = generate(candidates, own.deployed);
              const verdict = own.satisfies(candidate);
              assert.deepEqual(verdict, other.satisfies(candidate));
              outcomes.add(`satisfies: ${String(verdict)}`);
            }
          }),
          { numRuns: 25 },
        );
        assert.deepEqual(outcomes, new Set([false, true, 'satisfies: false', 'satisfies: true']));
      });
    }
  });
});
