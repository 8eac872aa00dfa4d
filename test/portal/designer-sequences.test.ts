/** Any commands of the designer one after another, on any workflow: what holds after each, and the way back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Doc, type Edit, parse } from '../../portal/src/designer/core/document.ts';
import { type Graph, graph, inside, type NodeInfo } from '../../portal/src/designer/core/graph.ts';
import { type History, record, redo, startHistory, undo } from '../../portal/src/designer/core/history.ts';
import { addAction, addCase, removeCase, replaceOperation } from '../../portal/src/designer/core/operations/add.ts';
import { copySteps, paste, readClipboard } from '../../portal/src/designer/core/operations/clipboard.ts';
import { moveNode } from '../../portal/src/designer/core/operations/move.ts';
import { groupNodes, moveNodes } from '../../portal/src/designer/core/operations/move-many.ts';
import { bodiesOf, type Place } from '../../portal/src/designer/core/operations/place.ts';
import { removeNodes } from '../../portal/src/designer/core/operations/remove.ts';
import { rename } from '../../portal/src/designer/core/operations/rename.ts';
import { possiblePredecessors, setRunAfter } from '../../portal/src/designer/core/operations/run-after.ts';
import { setValue } from '../../portal/src/designer/core/operations/set-value.ts';
import { setStaticResult } from '../../portal/src/designer/core/operations/static-result.ts';
import { setParameter } from '../../portal/src/designer/core/operations/workflow-parameters.ts';
import { unwrap, wrap } from '../../portal/src/designer/core/operations/wrap.ts';
import { problemText, type Result } from '../../portal/src/designer/core/problem.ts';
import { corpusDefinitions, corpusMissing } from './corpus-definitions.ts';
import { bounds, madeDefinition } from './made-definitions.ts';

interface Around {
  readonly doc: Doc;
  readonly drawn: Graph;
  readonly node: NodeInfo;
  readonly other: NodeInfo;
  readonly place: Place;
  readonly number: number;
}

/** Every command that a person has. */
const commands: Readonly<Record<string, (around: Around) => Result<Edit> | undefined>> = {
  add: ({ doc, drawn, place, number }) => addAction(doc, drawn, place, 'Added', { type: 'Compose', inputs: number }),
  addContainer: ({ doc, drawn, place }) =>
    addAction(doc, drawn, place, 'Choice', { type: 'If', expression: {}, actions: {}, else: { actions: {} } }),
  remove: ({ doc, drawn, node }) => removeNodes(doc, drawn, [node.path]),
  removeTwo: ({ doc, drawn, node, other }) => removeNodes(doc, drawn, [node.path, other.path]),
  rename: ({ doc, drawn, node, number }) => rename(doc, drawn, node.path, `It's ${number}`),
  move: ({ doc, drawn, node, place }) => moveNode(doc, drawn, node.path, place),
  moveTwo: ({ doc, drawn, node, other, place }) => moveNodes(doc, drawn, [node.path, other.path], place),
  copy: ({ doc, drawn, node, place }) => {
    const clip = readClipboard(copySteps(doc, drawn, [node.path]));
    return clip === undefined ? undefined : paste(doc, drawn, place, clip);
  },
  group: ({ doc, drawn, node, other }) => groupNodes(doc, drawn, [node.path, other.path]),
  wrap: ({ doc, drawn, node }) =>
    wrap(doc, drawn, node.path, 'For each', { type: 'Foreach', foreach: '@triggerBody()' }),
  unwrap: ({ doc, drawn, node }) => unwrap(doc, drawn, node.path),
  runAfter: ({ doc, drawn, node }) => {
    const [first] = possiblePredecessors(drawn, node);
    return setRunAfter(doc, drawn, node.path, first === undefined ? {} : { [first.name]: ['Succeeded', 'Failed'] });
  },
  value: ({ doc, node, number }) =>
    setValue(doc, node.path, ['inputs', 'deep', 'value'], number % 2 === 0 ? number : undefined),
  description: ({ doc, node, number }) => setValue(doc, node.path, ['description'], `n ${number}\n"x"`),
  replace: ({ doc, drawn, node }) =>
    node.kind === 'container'
      ? undefined
      : replaceOperation(doc, drawn, node.path, { type: 'Http', inputs: { method: 'GET', uri: 'u' } }),
  addCase: ({ doc, drawn, node }) => addCase(doc, drawn, node.path),
  removeCase: ({ doc, drawn, node }) => removeCase(doc, drawn, node.path, 'A'),
  mock: ({ doc, drawn, node }) => setStaticResult(doc, drawn, node.path, true, { status: 'Succeeded' }),
  parameter: ({ doc, number }) => setParameter(doc, `p${number % 3}`, { type: 'String', defaultValue: number }),
};

const names = Object.keys(commands);

const placesIn = (drawn: Graph): readonly Place[] => [
  ...[...drawn.nodes.values()].flatMap(({ path, kind }): readonly Place[] =>
    kind === 'trigger'
      ? []
      : [
          { kind: 'after', path },
          { kind: 'after', path, parallel: true },
          { kind: 'before', path },
        ],
  ),
  ...[...bodiesOf(drawn).keys()].map((body): Place => ({ kind: 'start', body })),
];

/** What is wrong in the structure, but for nesting too deep, which a step that goes deep down brings along. */
const faultsOf = (drawn: Graph): readonly string[] =>
  drawn.problems.filter(({ code }) => code !== 'DepthExceeded').map(problemText);

const step = fc.tuple(fc.constantFrom(...names), fc.nat(), fc.nat(), fc.nat());
type Step = readonly [name: string, which: number, other: number, where: number];

/** Does one of them; a refusal changes nothing. */
function doStep(history: History, [name, which, second, where]: Step): History {
  const { doc } = history;
  const drawn = graph(doc);
  const actions = [...drawn.nodes.values()].filter(({ kind }) => kind !== 'trigger');
  const places = placesIn(drawn);
  const node = actions[which % Math.max(1, actions.length)];
  const other = actions[second % Math.max(1, actions.length)];
  const place = places[where % Math.max(1, places.length)];
  if (node === undefined || other === undefined || place === undefined) return history;
  const edit = commands[name]?.({ doc, drawn, node, other, place, number: where });
  if (edit?.ok !== true) return history;
  // Each at a time of its own, so that no two become one step of undo.
  const next = record(history, edit.value, history.done.length * 5000);
  assert.ok(next.ok, `${name}: ${next.ok ? '' : next.problems.map(problemText).join(' ')}`);
  holds(name, drawn, next.value.doc);
  return next.value;
}

/** I5, I6: the text is JSON, every action is one node, and no fault came. */
function holds(name: string, before: Graph, doc: Doc): void {
  const after = graph(doc);
  assert.doesNotThrow(() => JSON.parse(doc.text) as unknown, name);
  const known = new Set(faultsOf(before));
  assert.deepEqual(
    faultsOf(after).filter((text) => !known.has(text)),
    [],
    name,
  );
  const actions = [...after.nodes.values()].filter(({ kind }) => kind !== 'trigger');
  assert.equal(inside(after, after.root).length, actions.length, name);
  const all = actions.map((each) => each.name.toLowerCase());
  if (known.size === 0) assert.equal(new Set(all).size, all.length, name);
}

/** I3: all the way back and all the way on. */
function thereAndBack(first: string, history: History): void {
  let now = history;
  for (let on = redo(now); on !== undefined; on = redo(now)) now = on.history;
  const last = now.doc.text;
  for (let back = undo(now); back !== undefined; back = undo(now)) now = back.history;
  assert.equal(now.doc.text, first);
  for (let on = redo(now); on !== undefined; on = redo(now)) now = on.history;
  assert.equal(now.doc.text, last);
}

const docOf = (text: string): Doc => {
  const read = parse(text);
  assert.ok(read.ok);
  return read.value;
};

describe('commands one after another', () => {
  it('keep the structure whole, and are all taken back to the first byte, in every layout', () => {
    const layouts = fc.constantFrom(0, 2, 4, '\t');
    const ends = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(madeDefinition, layouts, ends, fc.array(step, { maxLength: 14 }), (made, indent, eol, steps) => {
        const text = JSON.stringify(made, undefined, indent).replaceAll('\n', eol);
        const history = steps.reduce(doStep, startHistory(docOf(text)));
        thereAndBack(text, history);
      }),
      { ...bounds, numRuns: 80 },
    );
  });

  it('go on from anywhere on the way back: what was undone is gone then, and the way back is whole', () => {
    const someSteps = fc.array(step, { maxLength: 6 });
    fc.assert(
      fc.property(madeDefinition, someSteps, fc.nat(5), someSteps, (made, before, backwards, behind) => {
        const text = JSON.stringify(made, undefined, 2);
        let history = before.reduce(doStep, startHistory(docOf(text)));
        for (let count = 0; count < backwards; count += 1) history = undo(history)?.history ?? history;
        const { doc } = history;
        history = behind.reduce(doStep, history);
        if (history.doc !== doc) assert.equal(history.undone.length, 0);
        thereAndBack(text, history);
      }),
      { ...bounds, numRuns: 40 },
    );
  });

  it('hold on every playbook of the corpus', { skip: corpusMissing }, () => {
    const steps = fc.sample(step, { numRuns: 24, seed: 7 });
    for (const { definition } of corpusDefinitions()) {
      const text = JSON.stringify({ definition, parameters: {} }, undefined, 4);
      thereAndBack(text, steps.reduce(doStep, startHistory(docOf(text))));
    }
  });

  it('leave every byte of the corpus alone when a step is set to what it says already', { skip: corpusMissing }, () => {
    for (const { definition } of corpusDefinitions()) {
      const text = JSON.stringify({ definition, parameters: {} }, undefined, 2);
      const doc = docOf(text);
      for (const { path, json } of graph(doc).nodes.values()) {
        const value = JSON.parse(text.slice(json.start, json.end)) as Record<string, never>;
        for (const [name, each] of Object.entries(value)) {
          const edit = setValue(doc, path, [name], each);
          assert.ok(edit.ok && edit.value.patches.length === 0, `${path} ${name}`);
        }
      }
    }
  });
});
