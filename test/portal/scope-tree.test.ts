import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  branchesOf,
  type ScopeNode,
  scopeTree,
  tickOf,
  toggled,
  type TreeEntity,
} from '../../portal/src/model/scope-tree.ts';

const group = (name: string, ...above: string[]): TreeEntity => ({
  id: `/providers/Microsoft.Management/managementGroups/${name}`,
  name,
  displayName: name,
  isGroup: true,
  above,
});
const subscription = (name: string, ...above: string[]): TreeEntity => ({
  id: `/subscriptions/${name}`,
  name,
  displayName: `The ${name}`,
  isGroup: false,
  above,
});

const entities = [
  subscription('s3', 'root'),
  group('Root'),
  group('Team', 'root'),
  subscription('s1', 'root', 'team'),
  subscription('s2', 'root', 'team'),
  group('Empty', 'root'),
];

const outline = (nodes: readonly ScopeNode[]): unknown[] =>
  nodes.map(({ text, children }) => [text, ...outline(children)]);
const nodeOf = (text: string, nodes = scopeTree(entities)): ScopeNode => {
  const all = (list: readonly ScopeNode[]): ScopeNode[] => list.flatMap((node) => [node, ...all(node.children)]);
  const found = all(nodes).find((node) => node.text === text);
  assert.ok(found !== undefined);
  return found;
};

describe('the tree of scopes', () => {
  it('has groups in front of subscriptions, each below the nearest group that is seen', () => {
    assert.deepEqual(outline(scopeTree(entities)), [['Root', ['Empty'], ['Team', ['The s1'], ['The s2']], ['The s3']]]);
    assert.deepEqual(
      outline(scopeTree(entities.filter(({ name }) => name !== 'Root' && name !== 'Team'))),
      [['Empty'], ['The s1'], ['The s2'], ['The s3']],
      'whoever sees no group sees subscriptions',
    );
  });

  it('shows what has the text, with what stands above it and all that is below', () => {
    assert.deepEqual(outline(scopeTree(entities, 's2')), [['Root', ['Team', ['The s2']]]]);
    assert.deepEqual(outline(scopeTree(entities, 'TEAM')), [['Root', ['Team', ['The s1'], ['The s2']]]]);
    assert.deepEqual(scopeTree(entities, 'nothing of that kind'), []);
  });

  it('ticks a group by its subscriptions, those too that the text hides', () => {
    const [one, two] = ['/subscriptions/s1', '/subscriptions/s2'];
    assert.equal(tickOf(nodeOf('Team'), new Set([one ?? ''])), 'mixed');
    assert.equal(tickOf(nodeOf('Team'), new Set([one ?? '', two ?? ''])), true);
    assert.equal(tickOf(nodeOf('Empty'), new Set([one ?? ''])), false);
    assert.deepEqual([...toggled(nodeOf('Team', scopeTree(entities, 's2')), new Set())].toSorted(), [one, two]);
    assert.deepEqual(
      [...toggled(nodeOf('Team'), new Set([one ?? '', two ?? '', '/subscriptions/s3']))],
      ['/subscriptions/s3'],
    );
  });

  it('comes to the same after two clicks on whatever was ticked as a whole or not at all', () => {
    const ids = ['/subscriptions/s1', '/subscriptions/s2', '/subscriptions/s3'];
    const names = ['Root', 'Team', 'The s1', 'The s3'];
    fc.assert(
      fc.property(fc.subarray(ids), fc.constantFrom(...names), (ticked, name) => {
        const before = new Set(ticked);
        const node = nodeOf(name);
        const again = toggled(node, toggled(node, before));
        const expected = tickOf(node, before) === 'mixed' ? false : tickOf(node, before);
        assert.equal(tickOf(node, again), expected);
      }),
    );
  });

  it('knows its branches', () => {
    assert.deepEqual(branchesOf(scopeTree(entities)), [group('Root').id, group('Team').id]);
  });
});
