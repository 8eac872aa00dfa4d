import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFault, type Json, jsonEquals, type JsonObject } from '#foundation';
import {
  changeTags,
  checkGroupName,
  checkResourceName,
  embeddedChildOf,
  finishEmbedded,
  knownTypes,
  locations,
  mergePatch,
  normalLocation,
  parseResourceInput,
  parseTags,
  resourceListItem,
  resourcePlace,
  typeDefaults,
  withDefaults,
  withEmbeddedEntry,
} from '#inventory';

const json = fc.jsonValue() as fc.Arbitrary<Json>;
const object = fc.dictionary(fc.string(), json) as fc.Arbitrary<JsonObject>;

test('a merge patch follows RFC 7396', () => {
  const cases: readonly (readonly [Json, Json, Json])[] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, expected] of cases) assert.deepEqual(mergePatch(target, patch), expected);
});

test('patching twice is patching once, and an empty patch changes nothing', () => {
  fc.assert(
    fc.property(object, object, (target, patch) => {
      const once = mergePatch(target, patch);
      assert.ok(jsonEquals(mergePatch(once, patch), once));
      assert.ok(jsonEquals(mergePatch(target, {}), target));
    }),
  );
});

test('defaults never replace what was given', () => {
  fc.assert(
    fc.property(object, object, (value, defaults) => {
      const full = withDefaults(value, defaults) as JsonObject;
      for (const name of Object.keys(defaults)) assert.ok(Object.hasOwn(full, name));
      for (const [name, content] of Object.entries(value)) {
        if (typeof content !== 'object' || content === null || Array.isArray(content)) {
          assert.deepEqual(full[name], content);
        }
      }
    }),
  );
});

test('tags keep their limits and compare without case', () => {
  assert.deepEqual(parseTags({ a: '1', b: null }), { a: '1', b: '' });
  for (const bad of [{ '': 'x' }, { a: 5 }, { 'a/b': 'x' }, { a: 'x'.repeat(257) }, { A: '1', a: '2' }, 'tags']) {
    assert.ok(isFault(parseTags(bad)), JSON.stringify(bad));
  }
  assert.deepEqual(parseTags({ 'hidden-link:/subscriptions/x': 'Resource' }), {
    'hidden-link:/subscriptions/x': 'Resource',
  });
  assert.deepEqual(changeTags({ Owner: 'a' }, 'Merge', { owner: 'b' }), { Owner: 'b' });
  assert.deepEqual(changeTags({ Owner: 'a', x: '1' }, 'Delete', { OWNER: 'a', x: '2' }), { x: '1' });
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${index}`, '']));
  const more = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`b${index}`, '']));
  assert.ok(isFault(changeTags(many, 'Merge', more)));
});

test("a body's own id, name and type are the server's to say", () => {
  const input = parseResourceInput({ id: 'x', name: 'y', type: 'z', systemData: {}, location: 'West US', kind: 'k' });
  assert.deepEqual(input, { body: { kind: 'k' }, location: 'westus' });
  assert.ok(isFault(parseResourceInput([1])));
  assert.ok(isFault(parseResourceInput({ location: 5 })));
  assert.deepEqual(parseResourceInput(undefined), { body: {} });
});

test('names of groups and resources follow the published rules', () => {
  for (const good of ['a', 'rg-1_(x).y', 'ärger', 'x'.repeat(90)]) assert.equal(checkGroupName(good), undefined, good);
  for (const bad of ['', 'a.', 'a b', 'a/b', 'x'.repeat(91), 'a*']) assert.ok(checkGroupName(bad), bad);
  for (const good of ['a', 'VM;iaasvmcontainer;rg;vm', 'a b', '__proto__'])
    assert.equal(checkResourceName(good), undefined, good);
  for (const bad of ['a.', 'a?', 'a%', 'x'.repeat(261), 'a#b', 'a ']) assert.ok(checkResourceName(bad), bad);
});

test('an id is taken apart with its parents, what it extends, and the canonical case of known types', () => {
  const group = '/subscriptions/s/resourceGroups/g';
  const place = resourcePlace(`${group}/providers/microsoft.sql/SERVERS/s1/DATABASES/d1`);
  assert.ok(!isFault(place));
  assert.equal(place.type, 'Microsoft.Sql/servers/databases');
  assert.equal(place.parentId, `${group}/providers/microsoft.sql/servers/s1`);
  assert.equal(place.extendedId, undefined);
  const extension = resourcePlace(`${group}/providers/A.B/c/d/providers/Microsoft.Insights/diagnosticSettings/x`);
  assert.ok(!isFault(extension));
  assert.equal(extension.extendedId, `${group}/providers/A.B/c/d`);
  assert.ok(isFault(resourcePlace(group)));
  assert.ok(isFault(resourcePlace('nonsense')));
});

test('entries of a parent get their ids, and unnamed or clashing ones are refused', () => {
  const type = 'Microsoft.Network/networkSecurityGroups';
  const rule = (name: string, priority: number): JsonObject => ({
    name,
    properties: { priority, direction: 'Inbound' },
  });
  const body = (rules: readonly Json[]): JsonObject => ({ properties: { securityRules: rules } });
  assert.ok(isFault(finishEmbedded(type, '/x', body([{ properties: {} }]), 'e')));
  assert.ok(isFault(finishEmbedded(type, '/x', body([rule('a', 1), rule('b', 1)]), 'e')));
  assert.ok(!isFault(finishEmbedded(type, '/x', body([rule('a', 1), rule('b', 2)]), 'e')));
  const child = embeddedChildOf('microsoft.network/networksecuritygroups/SECURITYRULES');
  assert.ok(child !== undefined);
  const once = withEmbeddedEntry(body([rule('a', 1)]), child, rule('A', 5));
  assert.ok(!isFault(once));
  assert.equal(
    (once['properties'] as { securityRules: readonly Json[] }).securityRules.length,
    1,
    'case does not matter',
  );
});

test('a child type is listed with the names of its whole chain', () => {
  const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/s1/databases/d1';
  const document = {
    id,
    type: 'Microsoft.Sql/servers/databases',
    name: 'd1',
    body: {},
    etag: '',
    createdTime: 0,
    changedTime: 0,
  };
  assert.equal(resourceListItem(document, new Set())['name'], 's1/d1');
});

test('the tables are in order: locations unique and paired, types unique, defaults keyed in lower case', () => {
  const names = locations.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, displayName } of locations) assert.equal(normalLocation(displayName), name);
  const types = knownTypes.map(({ namespace, type }) => `${namespace}/${type}`.toLowerCase());
  assert.equal(new Set(types).size, types.length);
  for (const key of Object.keys(typeDefaults)) assert.equal(key, key.toLowerCase());
});
