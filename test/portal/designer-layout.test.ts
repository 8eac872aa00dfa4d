/** A graph becomes a picture. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from '../../portal/src/designer/core/document.ts';
import { type Graph, graph } from '../../portal/src/designer/core/graph.ts';
import { initiallyCollapsed, LayoutMaker } from '../../portal/src/designer/core/layout.ts';
import { corpusDefinitions, corpusMissing } from './corpus-definitions.ts';
import { bounds, madeDefinition } from './made-definitions.ts';
import { faultsOfPicture } from './pictures.ts';

function graphOf(definition: unknown): Graph {
  const read = parse(JSON.stringify(definition));
  assert.ok(read.ok);
  return graph(read.value);
}

const none: ReadonlySet<string> = new Set();

const step = (after?: string): object => ({
  type: 'Compose',
  ...(after === undefined ? {} : { runAfter: { [after]: ['Succeeded'] } }),
});

/** Nine levels of scopes, each with a chain beside the next level. */
function large(actions: number): object {
  let count = 0;
  const body = (depth: number): object => {
    const chain: Record<string, object> = {};
    let before: string | undefined;
    for (let index = 0; index < 34 && count < actions; index++) {
      const name = `S${++count}`;
      const inner = index === 3 && depth < 9 ? { type: 'Scope', actions: body(depth + 1) } : {};
      chain[name] = { ...step(before), ...inner };
      before = name;
    }
    return chain;
  };
  return { triggers: { t: { type: 'Request' } }, actions: body(1) };
}

describe('a layout', () => {
  it('puts each step below what it runs after, and branches side by side', () => {
    const { boxes, lines } = new LayoutMaker().layout(
      graphOf({
        triggers: { t: { type: 'Request' } },
        actions: {
          A: step(),
          B: step('A'),
          C: step('A'),
          D: { type: 'Compose', runAfter: { B: ['Failed'], C: ['Succeeded'] } },
        },
      }),
      none,
    );
    const at = (name: string): readonly number[] => {
      const box = boxes.find(({ path }) => path.endsWith(`/${name}`));
      return [box?.x ?? -1, box?.y ?? -1];
    };
    assert.deepEqual(at('t'), [116, 0]);
    assert.deepEqual(at('A'), [116, 84]);
    assert.deepEqual(at('B'), [0, 168]);
    assert.deepEqual(at('C'), [232, 168]);
    assert.deepEqual(at('D'), [116, 252]);
    assert.deepEqual(lines.find(({ id }) => id === '/actions/B /actions/D')?.statuses, ['Failed']);
  });

  it('I8 has no overlap, no line over a card and one result for one graph', () => {
    fc.assert(
      fc.property(madeDefinition, fc.boolean(), (made, fold) => {
        const one = graphOf(made);
        const containers = [...one.nodes.values()].filter(({ kind }) => kind === 'container').map(({ path }) => path);
        const collapsed = new Set(fold ? containers.slice(1) : []);
        const picture = new LayoutMaker().layout(one, collapsed);
        assert.deepEqual(faultsOfPicture(picture, one), []);
        assert.deepEqual(new LayoutMaker().layout(graphOf(made), collapsed), picture);
        if (!fold) {
          assert.equal(picture.boxes.filter(({ kind }) => /card|trigger|frame/.test(kind)).length, one.nodes.size);
        }
      }),
      { numRuns: 300, ...bounds },
    );
  });

  it('I8 draws a cycle and a step that runs after nothing there', () => {
    const one = graphOf({ actions: { A: step('B'), B: step('A'), C: step('B'), D: step('Gone'), E: step('E') } });
    const picture = new LayoutMaker().layout(one, none);
    assert.equal(picture.boxes.length, 5);
    assert.deepEqual(faultsOfPicture(picture, one), []);
  });

  it('draws every playbook of the corpus', { skip: corpusMissing }, () => {
    for (const { file, definition } of corpusDefinitions()) {
      const one = graphOf(definition);
      assert.deepEqual(faultsOfPicture(new LayoutMaker(56).layout(one, none), one), [], file);
    }
  });

  it('Y1 lays out again only what changed and what is around it', () => {
    const definition = large(300);
    const maker = new LayoutMaker();
    const before = maker.layout(graphOf(definition), none);
    const all = maker.bodiesMade;
    assert.equal(all, 8);
    assert.deepEqual(maker.layout(graphOf(definition), none), before);
    assert.equal(maker.bodiesMade, all);
    const one = graphOf(definition);
    const scopes = [...one.nodes.values()].filter(({ kind }) => kind === 'container');
    const folded = maker.layout(one, new Set([scopes[1]?.path ?? '']));
    assert.equal(maker.bodiesMade, all + 2);
    assert.ok(folded.height < before.height);
  });

  it('collapses the inner levels of a large workflow, and none of a small one', () => {
    assert.equal(initiallyCollapsed(graphOf(large(140))).size, 0);
    const one = graphOf(large(300));
    const collapsed = initiallyCollapsed(one);
    assert.ok(collapsed.size > 0);
    const { boxes } = new LayoutMaker().layout(one, collapsed);
    assert.match(boxes.find((box) => box.collapsed)?.label ?? '', /^\d+ actions$/);
  });
});
