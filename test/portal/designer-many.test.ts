/** Several steps at once, and parameters of the workflow. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { apply, type Doc, inverse, parse } from '../../portal/src/designer/core/document.ts';
import { type Graph, graph } from '../../portal/src/designer/core/graph.ts';
import { addCasePath, LayoutMaker } from '../../portal/src/designer/core/layout.ts';
import { groupNodes, moveNodes } from '../../portal/src/designer/core/operations/move-many.ts';
import {
  removeConnection,
  removeParameter,
  setParameter,
  setParameterValue,
  workflowParameters,
} from '../../portal/src/designer/core/operations/workflow-parameters.ts';
import type { Result } from '../../portal/src/designer/core/problem.ts';
import { within } from '../../portal/src/designer/core/within.ts';
import { bounds, madeDefinition } from './made-definitions.ts';

function done<T>(result: Result<T>): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

const docOf = (value: unknown): Doc => done(parse(JSON.stringify(value, undefined, 2)));

interface Steps {
  readonly [name: string]: { readonly runAfter?: object; readonly actions?: Steps };
}

const actionsOf = (doc: Doc): Steps => {
  const whole = JSON.parse(doc.text) as { readonly actions?: Steps; readonly definition?: { readonly actions: Steps } };
  return whole.definition?.actions ?? whole.actions ?? {};
};

const after = (doc: Doc, edit: ReturnType<typeof moveNodes>): Doc => done(apply(doc, done(edit)));
const faults = ({ problems }: Graph): readonly string[] =>
  problems.filter(({ code }) => code !== 'DepthExceeded').map(({ code }) => code);

const chain = {
  triggers: { t: { type: 'Request' } },
  actions: {
    A: { type: 'Compose', inputs: 1 },
    B: { type: 'Compose', inputs: 2, runAfter: { A: ['Succeeded'] } },
    C: { type: 'Compose', inputs: 3, runAfter: { B: ['Failed', 'TimedOut'] } },
    D: { type: 'Compose', inputs: 4, runAfter: { C: ['Skipped'] } },
    E: { type: 'Scope', actions: { Inner: { type: 'Compose', inputs: 5 } }, runAfter: { D: ['Succeeded'] } },
  },
};

describe('several steps', () => {
  it('MM1 go into one scope, in their order and with what they ran after', () => {
    const doc = docOf(chain);
    const next = after(doc, groupNodes(doc, graph(doc), ['/actions/C', '/actions/B']));
    const { Scope: scope, D: last } = actionsOf(next);
    assert.deepEqual(scope?.runAfter, { A: ['Succeeded'] });
    assert.deepEqual(scope?.actions?.['B']?.runAfter, {});
    assert.deepEqual(scope?.actions?.['C']?.runAfter, { B: ['Failed', 'TimedOut'] });
    assert.deepEqual(last?.runAfter, { Scope: ['Skipped'] });
  });

  it('go into a scope only where they run one after another', () => {
    const doc = docOf(chain);
    for (const paths of [
      ['/actions/A', '/actions/C'],
      ['/actions/D', '/actions/E/actions/Inner'],
    ]) {
      const result = groupNodes(doc, graph(doc), paths);
      assert.deepEqual(result.ok ? [] : result.problems.map(({ code }) => code), ['NotAChain']);
    }
  });

  it('MM1 move together, and the chain closes behind them', () => {
    const doc = docOf(chain);
    const next = after(
      doc,
      moveNodes(doc, graph(doc), ['/actions/B', '/actions/C'], { kind: 'after', path: '/actions/E/actions/Inner' }),
    );
    const { D: behind, E: scope } = actionsOf(next);
    assert.deepEqual(behind?.runAfter, { A: ['Skipped'] });
    assert.deepEqual(scope?.actions?.['B']?.runAfter, { Inner: ['Succeeded'] });
    assert.deepEqual(scope?.actions?.['C']?.runAfter, { B: ['Failed', 'TimedOut'] });
  });

  it('I6 move anywhere without a fault, and one undo takes it back', () => {
    fc.assert(
      fc.property(
        madeDefinition,
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (made, which, where) => {
          const doc = docOf(made);
          const drawn = graph(doc);
          const all = [...drawn.nodes.values()].filter(({ kind }) => kind !== 'trigger');
          const target = all[where % Math.max(1, all.length)];
          const paths = [...new Set(which.map((index) => all[index % Math.max(1, all.length)]?.path ?? ''))];
          if (target === undefined || paths.some((path) => `${target.path}/`.startsWith(`${path}/`))) return;
          const edit = done(moveNodes(doc, drawn, paths, { kind: 'after', path: target.path }));
          const next = done(apply(doc, edit));
          assert.deepEqual(faults(graph(next)), []);
          assert.equal(graph(next).nodes.size, drawn.nodes.size);
          assert.equal(done(apply(next, inverse(doc, edit))).text, doc.text);
        },
      ),
      bounds,
    );
  });

  it('are marked by a rectangle: a frame that is in it as a whole stands for what it holds', () => {
    const doc = docOf(chain);
    const layout = new LayoutMaker().layout(graph(doc), new Set());
    assert.deepEqual(within(layout, { x: -10, y: -10 }, { x: layout.width + 10, y: layout.height + 10 }), [
      '/actions/A',
      '/actions/B',
      '/actions/C',
      '/actions/D',
      '/actions/E',
    ]);
    const frame = layout.boxes.find(({ path }) => path === '/actions/E');
    assert.ok(frame !== undefined);
    const inside = within(layout, { x: frame.x + 1, y: frame.y + 1 }, { x: layout.width, y: layout.height + 10 });
    assert.deepEqual(inside, ['/actions/E/actions/Inner']);
  });
});

describe('a layout that is edited', () => {
  it('has a place for one more case between the cases and the default of a Switch', () => {
    const drawn = graph(
      docOf({
        actions: {
          S: { type: 'Switch', expression: '@1', cases: { One: { case: 1, actions: {} } }, default: { actions: {} } },
        },
      }),
    );
    const at = (editable: boolean): readonly string[] =>
      new LayoutMaker(44, editable)
        .layout(drawn, new Set())
        .boxes.filter(({ kind }) => kind === 'branch' || kind === 'addCase')
        .toSorted((one, two) => one.x - two.x)
        .map(({ path }) => path);
    assert.deepEqual(at(false).length, 2);
    assert.deepEqual(at(true)[1], addCasePath('/actions/S'));
  });
});

describe('parameters of a workflow', () => {
  const whole = {
    definition: {
      parameters: {
        $connections: { type: 'Object', defaultValue: {} },
        to: { type: 'String', defaultValue: 'a', metadata: { x: 1 } },
      },
      actions: {},
    },
    parameters: { $connections: { value: { office365: { connectionId: '/c' } } }, to: { value: 'b' } },
  };

  it('are read with their defaults and values, without the connections', () => {
    assert.deepEqual(workflowParameters(docOf(whole)), [{ name: 'to', type: 'String', defaultValue: 'a', value: 'b' }]);
  });

  it('are added, changed and taken away; what else is declared of them stays', () => {
    const doc = docOf(whole);
    const added = after(doc, setParameter(doc, 'count', { type: 'Int', defaultValue: 3 }));
    const changed = after(added, setParameter(added, 'to', { type: 'SecureString', defaultValue: undefined }));
    const valued = after(changed, setParameterValue(changed, 'count', 4));
    assert.deepEqual(workflowParameters(valued), [
      { name: 'to', type: 'SecureString', defaultValue: undefined, value: 'b' },
      { name: 'count', type: 'Int', defaultValue: 3, value: 4 },
    ]);
    assert.ok(valued.text.includes('"metadata"'));
    const gone = after(valued, removeParameter(valued, 'to'));
    assert.deepEqual(
      workflowParameters(gone).map(({ name }) => name),
      ['count'],
    );
    assert.ok(!gone.text.includes('"to"'));
    const unvalued = after(gone, setParameterValue(gone, 'count', undefined));
    assert.equal(workflowParameters(unvalued)[0]?.value, undefined);
    assert.equal(setParameter(doc, '1x', {}).ok, false);
  });

  it('leave a connection that nothing calls through', () => {
    const doc = docOf(whole);
    assert.ok(!after(doc, removeConnection(doc, 'office365')).text.includes('office365'));
  });
});
