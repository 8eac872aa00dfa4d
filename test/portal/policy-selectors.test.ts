import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  overrideBodies,
  type OverrideForm,
  readOverrides,
  readResourceSelectors,
  resourceSelectorBodies,
  selectorFaults,
  type SelectorForm,
  selectorText,
} from '../../portal/src/model/policy-selectors.ts';
import { bounds } from './made-definitions.ts';

const selector = fc
  .record({
    kind: fc.constantFrom('resourceLocation', 'resourceType', 'resourceWithoutLocation', 'policyDefinitionReferenceId'),
    values: fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
    operator: fc.constantFrom('in', 'notIn'),
  })
  .map(({ kind, operator, values }) => ({ kind, [operator]: values }));

describe('resource selectors and overrides', () => {
  it('are written as they were read, members that the form does not know included', () => {
    const given = fc.array(fc.record({ name: fc.string(), selectors: fc.array(selector), note: fc.string() }));
    fc.assert(
      fc.property(given, (all) => {
        assert.equal(sorted(resourceSelectorBodies(readResourceSelectors(all))), sorted(all));
      }),
      bounds,
    );
    const overrides = [
      { kind: 'policyEffect', value: 'Disabled', selectors: [{ kind: 'policyDefinitionReferenceId', in: ['a'] }] },
      { kind: 'definitionVersion', value: '1.*.*' },
    ];
    assert.deepEqual(overrideBodies(readOverrides(overrides)), overrides);
    for (const other of [undefined, null, 'text', [5], {}]) assert.deepEqual(readResourceSelectors(other), []);
  });

  it('say what is missing, in a sentence each', () => {
    const location: SelectorForm = { kind: 'resourceLocation', operator: 'in', values: [] };
    const west: SelectorForm = { ...location, values: ['westeurope'] };
    assert.deepEqual(selectorFaults([{ name: '', selectors: [location], others: {} }], []), [
      'Resource selector 1 needs a name.',
      'Resource selector 1: choose at least one resource location.',
    ]);
    assert.deepEqual(
      selectorFaults(
        [
          { name: 'first', selectors: [west], others: {} },
          { name: 'First', selectors: [], others: {} },
        ],
        [],
      ),
      ["The resource selector 'First' is there twice.", "The resource selector 'First' selects nothing."],
    );
    const override: OverrideForm = { kind: 'policyEffect', value: '', selectors: [], others: {} };
    assert.deepEqual(selectorFaults([], [override, { ...override, kind: 'definitionVersion', value: '1' }]), [
      'Override 1 needs an effect.',
      'Override 2: a version is of the form 1.*.*',
    ]);
    assert.deepEqual(
      selectorFaults([{ name: 'a', selectors: [west], others: {} }], [{ ...override, value: 'Audit' }]),
      [],
    );
  });

  it('are told in words', () => {
    assert.equal(
      selectorText({ kind: 'resourceType', operator: 'notIn', values: ['a/b', 'c/d'] }),
      'Resource type not in a/b, c/d',
    );
  });
});

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : each,
  );
