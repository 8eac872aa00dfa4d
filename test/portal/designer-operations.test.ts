/** Changing a definition as the designer does: what is asked for changes, and nothing else does. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  apply,
  type Doc,
  type Edit,
  inverse,
  parse,
  type Path,
  sourceOf,
  valueAt,
} from '../../portal/src/designer/core/document.ts';
import { type Graph, graph } from '../../portal/src/designer/core/graph.ts';
import { record, redo, startHistory, undo } from '../../portal/src/designer/core/history.ts';
import { valueOf } from '../../portal/src/designer/core/json-value.ts';
import {
  addAction,
  addCase,
  removeCase,
  replaceOperation,
  setTrigger,
} from '../../portal/src/designer/core/operations/add.ts';
import { copySteps, paste, readClipboard } from '../../portal/src/designer/core/operations/clipboard.ts';
import { lostLoops, moveNode } from '../../portal/src/designer/core/operations/move.ts';
import { freeName } from '../../portal/src/designer/core/operations/names.ts';
import { bodiesOf, type Place } from '../../portal/src/designer/core/operations/place.ts';
import { lostReferences, removeNode, removeNodes } from '../../portal/src/designer/core/operations/remove.ts';
import { rename } from '../../portal/src/designer/core/operations/rename.ts';
import { possiblePredecessors, setRunAfter } from '../../portal/src/designer/core/operations/run-after.ts';
import {
  replaceAllText,
  replaceNodeText,
  setBeside,
  setValue,
} from '../../portal/src/designer/core/operations/set-value.ts';
import { unwrap, wrap } from '../../portal/src/designer/core/operations/wrap.ts';
import { problemText, type Result } from '../../portal/src/designer/core/problem.ts';
import { findReferences } from '../../portal/src/designer/core/references.ts';
import { changeValue } from '../../portal/src/designer/core/text-edits.ts';
import { corpusDefinitions, corpusMissing } from './corpus-definitions.ts';
import { bounds, madeDefinition } from './made-definitions.ts';

function docOf(value: unknown, indent: number | string = 2): Doc {
  const read = parse(typeof value === 'string' ? value : JSON.stringify(value, undefined, indent));
  assert.ok(read.ok);
  return read.value;
}

function done<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? '' : result.problems.map(problemText).join(' '));
  return result.value;
}

const after = (doc: Doc, edit: Result<Edit>): Doc => done(apply(doc, done(edit)));
const json = (doc: Doc): unknown => JSON.parse(doc.text);

/** What stands at a path of the definition. */
function at(doc: Doc, path: Path): unknown {
  const found = valueAt(doc, path);
  return found === undefined ? undefined : valueOf(found);
}
/** Faults of a definition, but for that of nesting too deep, which any step put deep down brings along. */
const faultsOf = (drawn: Graph): readonly string[] =>
  drawn.problems.map(problemText).filter((text) => !text.startsWith('Nesting depth'));

const chain = {
  triggers: { manual: { type: 'Request', kind: 'Http' } },
  actions: {
    A: { type: 'Compose', inputs: 1, runAfter: {} },
    B: { type: 'Compose', inputs: "@outputs('A')", runAfter: { A: ['Failed', 'TimedOut'] } },
    Loop: {
      type: 'Foreach',
      foreach: "@outputs('B')",
      actions: { In: { type: 'Compose', inputs: "@items('Loop')?['x']" } },
      runAfter: { B: ['Succeeded'] },
    },
  },
};

const places = (drawn: Graph): readonly Place[] => [
  ...[...drawn.nodes.values()].flatMap((node): readonly Place[] =>
    node.kind === 'trigger'
      ? [{ kind: 'after', path: node.path }]
      : [
          { kind: 'after', path: node.path },
          { kind: 'after', path: node.path, parallel: true },
          { kind: 'before', path: node.path },
        ],
  ),
  ...[...bodiesOf(drawn).keys()].flatMap((body): readonly Place[] => [
    { kind: 'start', body },
    { kind: 'start', body, parallel: true },
  ]),
];

const keysAt = (doc: Doc, path: Path): readonly string[] => {
  const found = valueAt(doc, path);
  return found?.kind === 'object' ? found.members.map(({ key }) => key) : [];
};

describe('adding a step', () => {
  it('puts it into the chain, and what followed runs after it with its statuses', () => {
    const doc = docOf(chain);
    const next = after(
      doc,
      addAction(doc, graph(doc), { kind: 'after', path: '/actions/A' }, 'New one', { type: 'Compose', inputs: '' }),
    );
    assert.deepEqual(at(next, '/actions/New_one'), { type: 'Compose', inputs: '', runAfter: { A: ['Succeeded'] } });
    assert.deepEqual(at(next, '/actions/B/runAfter'), { New_one: ['Failed', 'TimedOut'] });
    assert.deepEqual(keysAt(next, '/actions'), ['A', 'New_one', 'B', 'Loop']);
  });

  it('leaves the others alone when it is a parallel branch', () => {
    const doc = docOf(chain);
    const next = after(
      doc,
      addAction(doc, graph(doc), { kind: 'after', path: '/actions/A', parallel: true }, 'P', {
        type: 'Compose',
        inputs: '',
      }),
    );
    assert.deepEqual(at(next, '/actions/P/runAfter'), { A: ['Succeeded'] });
    assert.deepEqual(at(next, '/actions/B/runAfter'), { A: ['Failed', 'TimedOut'] });
  });

  it('makes the branch of a condition that is not there yet, in the text’s own layout', () => {
    const text =
      '{\r\n\t"actions": {\r\n\t\t"If": {\r\n\t\t\t"type": "If",\r\n\t\t\t"actions": {}\r\n\t\t}\r\n\t}\r\n}';
    const doc = docOf(text);
    const next = after(
      doc,
      addAction(doc, graph(doc), { kind: 'start', body: '/actions/If/else/actions' }, 'No', {
        type: 'Compose',
        inputs: 1,
      }),
    );
    assert.equal(
      next.text,
      [
        '{',
        '\t"actions": {',
        '\t\t"If": {',
        '\t\t\t"type": "If",',
        '\t\t\t"actions": {},',
        '\t\t\t"else": {',
        '\t\t\t\t"actions": {',
        '\t\t\t\t\t"No": {',
        '\t\t\t\t\t\t"type": "Compose",',
        '\t\t\t\t\t\t"inputs": 1,',
        '\t\t\t\t\t\t"runAfter": {}',
        '\t\t\t\t\t}',
        '\t\t\t\t}',
        '\t\t\t}',
        '\t\t}',
        '\t}',
        '}',
      ].join('\r\n'),
    );
  });

  it('I2 I6 at every place of any definition: one step more, no new fault, and taken back byte for byte', () => {
    fc.assert(
      fc.property(madeDefinition, fc.nat(), fc.constantFrom(0, 2, '\t'), (made, at, indent) => {
        const doc = docOf(made, indent);
        const drawn = graph(doc);
        const all = places(drawn);
        const place = all[at % all.length];
        assert.ok(place !== undefined);
        const edit = done(addAction(doc, drawn, place, 'Step', { type: 'Compose', inputs: { a: [1] } }));
        const next = done(apply(doc, edit));
        const redrawn = graph(next);
        assert.equal(redrawn.nodes.size, drawn.nodes.size + 1);
        assert.deepEqual(faultsOf(redrawn), faultsOf(drawn));
        assert.ok(redrawn.nodes.has(edit.select ?? ''), edit.select);
        assert.equal(done(apply(next, inverse(doc, edit))).text, doc.text);
        if (indent !== 0) assert.equal(next.text, JSON.stringify(JSON.parse(next.text), undefined, indent));
      }),
      bounds,
    );
  });

  it('gives free names over the whole definition, whatever their case', () => {
    assert.equal(freeName(new Set(['send_an_email', 'send_an_email_2']), 'Send an email'), 'Send_an_email_3');
    assert.ok(freeName(new Set(), 'x'.repeat(200)).length <= 80);
  });

  it('adds cases, and triggers in place of the one before', () => {
    const doc = docOf({
      triggers: {},
      actions: { S: { type: 'Switch', expression: '', cases: {}, default: { actions: {} } } },
    });
    const one = after(doc, addCase(doc, graph(doc), '/actions/S'));
    const two = after(one, addCase(one, graph(one), '/actions/S'));
    assert.deepEqual(keysAt(two, '/actions/S/cases'), ['Case', 'Case_2']);
    assert.equal(after(two, removeCase(two, graph(two), '/actions/S', 'Case_2')).text, one.text);
    const set = after(two, setTrigger(two, graph(two), 'Recurrence', { type: 'Recurrence' }));
    const changed = after(set, setTrigger(set, graph(set), 'manual', { type: 'Request' }));
    assert.deepEqual(at(changed, '/triggers'), { manual: { type: 'Request' } });
  });
});

describe('deleting a step', () => {
  it('D1 joins its neighbours, each with its own statuses', () => {
    const doc = docOf(chain);
    const next = after(doc, removeNode(doc, graph(doc), '/actions/B'));
    assert.deepEqual(at(next, '/actions/Loop/runAfter'), { A: ['Succeeded'] });
    assert.equal(at(next, '/actions/B'), undefined);
  });

  it('says who still reads it', () => {
    const doc = docOf(chain);
    const lost = lostReferences(doc, graph(doc), ['/actions/B']);
    assert.deepEqual(
      lost.map(({ by, name }) => [by, name]),
      [['/actions/Loop', 'B']],
    );
    assert.deepEqual(lostReferences(doc, graph(doc), ['/actions/Loop']), []);
  });

  it('I6 leaves no fault behind but for references, whatever goes; undone it is what it was', () => {
    fc.assert(
      fc.property(
        madeDefinition,
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0, 2),
        (made, chosen, indent) => {
          const doc = docOf(made, indent);
          const drawn = graph(doc);
          const actions = [...drawn.nodes.values()].filter(({ kind }) => kind !== 'trigger');
          if (actions.length === 0) return;
          const paths = [...new Set(chosen.map((at) => actions[at % actions.length]?.path ?? ''))];
          const edit = done(removeNodes(doc, drawn, paths));
          const next = done(apply(doc, edit));
          const redrawn = graph(next);
          assert.deepEqual(faultsOf(redrawn), []);
          for (const path of paths) assert.ok(!redrawn.nodes.has(path));
          assert.equal(done(apply(next, inverse(doc, edit))).text, doc.text);
        },
      ),
      bounds,
    );
  });
});

describe('renaming a step', () => {
  const reading = {
    actions: {
      Old: { type: 'Compose', inputs: 1 },
      Each: {
        type: 'Foreach',
        foreach: "@body('old')",
        actions: {
          In: {
            type: 'Compose',
            inputs: {
              whole: "@outputs('Old')",
              mixed: "Old \"quoted\" @{body('Old')?['Old']} and @{concat('Old', actions('Old').name)} é",
              item: "@items('Each')?['Old']",
              dynamic: "@body(concat('O', 'ld'))",
              text: "body('Old')",
              escaped: "@@body('Old')",
              "@{outputs('Old')}": 'key',
            },
          },
        },
        runAfter: { OLD: ['Succeeded'] },
      },
      Script: {
        type: 'JavaScriptCode',
        inputs: {
          code: "var a = workflowContext.actions.Old.outputs;\nreturn workflowContext.actions['Old'].outputs + workflowContext.actions.Older;",
          explicitDependencies: { actions: ['Old'] },
        },
        runAfter: { Each: ['Succeeded'] },
      },
      Results: { type: 'Compose', inputs: "@result('Each')", runAfter: { Script: ['Succeeded'] } },
    },
    outputs: { o: { type: 'String', value: "@{outputs('Old')}" } },
  };

  it('I7 follows every form of reference, and nothing that only looks like one', () => {
    const doc = docOf(reading);
    const renamed = done(rename(doc, graph(doc), '/actions/Old', "It's new"));
    const next = done(apply(doc, renamed));
    const inputs = at(next, '/actions/Each/actions/In/inputs') as Record<string, string>;
    assert.equal(at(next, '/actions/Each/foreach'), "@body('It''s new')");
    assert.deepEqual(at(next, '/actions/Each/runAfter'), { "It's new": ['Succeeded'] });
    assert.equal(inputs['whole'], "@outputs('It''s new')");
    assert.equal(
      inputs['mixed'],
      "Old \"quoted\" @{body('It''s new')?['Old']} and @{concat('Old', actions('It''s new').name)} é",
    );
    assert.equal(inputs['item'], "@items('Each')?['Old']");
    assert.equal(inputs['text'], "body('Old')");
    assert.equal(inputs['escaped'], "@@body('Old')");
    assert.ok("@{outputs('It''s new')}" in inputs);
    assert.equal(
      at(next, '/actions/Script/inputs/code'),
      String.raw`var a = workflowContext.actions['It\'s new'].outputs;` +
        '\n' +
        String.raw`return workflowContext.actions['It\'s new'].outputs + workflowContext.actions.Older;`,
    );
    assert.deepEqual(at(next, '/actions/Script/inputs/explicitDependencies'), { actions: ["It's new"] });
    assert.equal(at(next, '/outputs/o/value'), "@{outputs('It''s new')}");
    assert.deepEqual(renamed.warnings.map(problemText), ['Could not follow 1 dynamic references.']);
    const loop = done(apply(doc, done(rename(doc, graph(doc), '/actions/Each', 'Loop'))));
    assert.equal(at(loop, '/actions/Loop/actions/In/inputs/item'), "@items('Loop')?['Old']");
    assert.equal(at(loop, '/actions/Results/inputs'), "@result('Loop')");
  });

  it('refuses names that are empty, too long or taken', () => {
    const doc = docOf(reading);
    const why = (name: string): string => {
      const result = rename(doc, graph(doc), '/actions/Old', name);
      return result.ok ? '' : result.problems.map(problemText).join();
    };
    assert.equal(why(' '), 'Enter a name.');
    assert.equal(why('x'.repeat(81)), 'A name has at most 80 characters.');
    assert.equal(why('in'), "Name must be unique. There is already 'In'.");
    assert.equal(why('OLD'), '');
  });

  it('I7 renamed and renamed back, every step of every corpus definition is what it was', {
    skip: corpusMissing,
  }, () => {
    let renames = 0;
    for (const { definition, file } of corpusDefinitions()) {
      const doc = docOf({ definition, parameters: {} });
      const drawn = graph(doc);
      const before = findReferences(doc, drawn);
      // A third of the steps of large ones says as much as all.
      for (const [index, node] of [...drawn.nodes.values()].entries()) {
        if (drawn.nodes.size > 12 && index % 3 > 0) continue;
        if ((drawn.byName.get(node.name.toLowerCase())?.length ?? 1) > 1) continue;
        const there = done(apply(doc, done(rename(doc, drawn, node.path, "Another 'name'"))));
        const path = `${node.path.slice(0, node.path.lastIndexOf('/'))}/Another 'name'`;
        const redrawn = graph(there);
        assert.equal(
          findReferences(there, redrawn).filter(({ name }) => name === "Another 'name'").length,
          before.filter(
            ({ name, to }) =>
              node.kind !== 'trigger' &&
              (to === 'action' || to === 'loop') &&
              name?.toLowerCase() === node.name.toLowerCase(),
          ).length,
          file,
        );
        const spelled = before.every(
          ({ name, form }) =>
            form === 'expression' &&
            (name === undefined || name === node.name || name.toLowerCase() !== node.name.toLowerCase()),
        );
        const keys = [...drawn.nodes.values()].every(({ after: before }) =>
          before.every(({ name }) => name === node.name || name.toLowerCase() !== node.name.toLowerCase()),
        );
        if (!spelled || !keys) continue;
        renames += 1;
        assert.equal(
          done(apply(there, done(rename(there, redrawn, path, node.name)))).text,
          doc.text,
          `${file} ${node.path}`,
        );
      }
    }
    assert.ok(renames > 300, String(renames));
  });
});

describe('moving, copying and grouping steps', () => {
  it('moves a step with its text, and closes the gap', () => {
    const doc = docOf(chain);
    const next = after(doc, moveNode(doc, graph(doc), '/actions/B', { kind: 'start', body: '/actions/Loop/actions' }));
    assert.deepEqual(at(next, '/actions/Loop/runAfter'), { A: ['Succeeded'] });
    assert.deepEqual(at(next, '/actions/Loop/actions'), {
      B: { type: 'Compose', inputs: "@outputs('A')", runAfter: {} },
      In: { type: 'Compose', inputs: "@items('Loop')?['x']", runAfter: { B: ['Succeeded'] } },
    });
    assert.equal(
      moveNode(doc, graph(doc), '/actions/Loop', { kind: 'after', path: '/actions/Loop/actions/In' }).ok,
      false,
    );
    assert.deepEqual(lostLoops(doc, graph(doc), '/actions/Loop/actions/In', { kind: 'after', path: '/actions/A' }), [
      'Loop',
    ]);
  });

  it('I6 moves anything anywhere without a fault, and back by undo', () => {
    fc.assert(
      fc.property(madeDefinition, fc.nat(), fc.nat(), fc.constantFrom(0, 2), (made, which, where, indent) => {
        const doc = docOf(made, indent);
        const drawn = graph(doc);
        const actions = [...drawn.nodes.values()].filter(({ kind }) => kind !== 'trigger');
        const node = actions[which % Math.max(1, actions.length)];
        const all = places(drawn);
        const place = all[where % all.length];
        if (node === undefined || place === undefined) return;
        const moved = moveNode(doc, drawn, node.path, place);
        const target: Path = place.kind === 'start' ? place.body : place.path;
        assert.equal(moved.ok, !target.startsWith(`${node.path}/`));
        if (!moved.ok) return;
        const next = done(apply(doc, moved.value));
        assert.deepEqual(faultsOf(graph(next)), []);
        assert.equal(graph(next).nodes.size, drawn.nodes.size);
        assert.equal(done(apply(next, inverse(doc, moved.value))).text, doc.text);
      }),
      bounds,
    );
  });

  it('I10 pastes with free names, and references among what is pasted follow', () => {
    const doc = docOf({ definition: chain, parameters: {} });
    const clip = readClipboard(copySteps(doc, graph(doc), ['/actions/B', '/actions/Loop']));
    assert.ok(clip !== undefined);
    const next = after(doc, paste(doc, graph(doc), { kind: 'after', path: '/actions/A' }, clip));
    assert.equal(at(next, '/actions/B_2/inputs'), "@outputs('A')");
    assert.deepEqual(at(next, '/actions/B_2/runAfter'), { A: ['Succeeded'] });
    assert.equal(at(next, '/actions/Loop_2/foreach'), "@outputs('B_2')");
    assert.deepEqual(at(next, '/actions/Loop_2/runAfter'), { B_2: ['Succeeded'] });
    assert.equal(at(next, '/actions/Loop_2/actions/In_2/inputs'), "@items('Loop_2')?['x']");
    assert.deepEqual(at(next, '/actions/B/runAfter'), { Loop_2: ['Failed', 'TimedOut'] });
  });

  it('takes a single action and a map of actions from the clipboard too, and brings connections along', () => {
    assert.ok(readClipboard('{"type":"Compose","inputs":1}') !== undefined);
    assert.ok(readClipboard('{"X":{"type":"Compose","inputs":1}}') !== undefined);
    assert.equal(readClipboard('{"a":1}'), undefined);
    assert.equal(readClipboard('hello'), undefined);
    const send = {
      type: 'ApiConnection',
      inputs: { host: { connection: { name: "@parameters('$connections')['office365']['connectionId']" } } },
    };
    const from = docOf({
      definition: { actions: { Send: send } },
      parameters: { $connections: { value: { office365: { connectionId: '/c' }, other: {} } } },
    });
    const clip = readClipboard(copySteps(from, graph(from), ['/actions/Send']));
    assert.ok(clip !== undefined);
    const doc = docOf({ definition: { actions: {} }, parameters: {} });
    const next = after(doc, paste(doc, graph(doc), { kind: 'start', body: '/actions' }, clip));
    assert.deepEqual((json(next) as { parameters: unknown }).parameters, {
      $connections: { value: { office365: { connectionId: '/c' } } },
    });
    assert.deepEqual(at(next, '/parameters'), { $connections: { defaultValue: {}, type: 'Object' } });
  });

  it('I10 pastes anything anywhere without a fault', () => {
    fc.assert(
      fc.property(madeDefinition, madeDefinition, fc.nat(), fc.nat(), (made, other, which, where) => {
        const source = docOf(other);
        const nodes = [...graph(source).nodes.values()].filter(({ kind }) => kind !== 'trigger');
        const node = nodes[which % Math.max(1, nodes.length)];
        if (node === undefined) return;
        const clip = readClipboard(copySteps(source, graph(source), [node.path]));
        assert.ok(clip !== undefined);
        const doc = docOf(made);
        const all = places(graph(doc));
        const place = all[where % all.length];
        assert.ok(place !== undefined);
        const edit = done(paste(doc, graph(doc), place, clip));
        const next = done(apply(doc, edit));
        assert.deepEqual(faultsOf(graph(next)), []);
        assert.equal(done(apply(next, inverse(doc, edit))).text, doc.text);
      }),
      bounds,
    );
  });

  it('puts a step into a loop, and takes the loop away again', () => {
    const doc = docOf(chain);
    const wrapped = after(
      doc,
      wrap(doc, graph(doc), '/actions/B', 'For each', { type: 'Foreach', foreach: "@triggerBody()?['x']" }),
    );
    assert.deepEqual(at(wrapped, '/actions/For_each'), {
      type: 'Foreach',
      foreach: "@triggerBody()?['x']",
      actions: { B: { type: 'Compose', inputs: "@outputs('A')", runAfter: {} } },
      runAfter: { A: ['Failed', 'TimedOut'] },
    });
    assert.deepEqual(at(wrapped, '/actions/Loop/runAfter'), { For_each: ['Succeeded'] });
    assert.equal(wrapped.text, JSON.stringify(json(wrapped), undefined, 2));
    const back = after(wrapped, unwrap(wrapped, graph(wrapped), '/actions/For_each'));
    assert.equal(back.text, doc.text);
  });

  it('I11 wraps and unwraps anything without a fault', () => {
    fc.assert(
      fc.property(madeDefinition, fc.nat(), fc.constantFrom(0, 2), (made, which, indent) => {
        const doc = docOf(made, indent);
        const drawn = graph(doc);
        const nodes = [...drawn.nodes.values()].filter(({ kind }) => kind !== 'trigger');
        const node = nodes[which % Math.max(1, nodes.length)];
        if (node === undefined) return;
        const edit = done(wrap(doc, drawn, node.path, 'Scope', { type: 'Scope' }));
        const next = done(apply(doc, edit));
        assert.deepEqual(faultsOf(graph(next)), []);
        assert.equal(done(apply(next, inverse(doc, edit))).text, doc.text);
        const open = done(apply(next, done(unwrap(next, graph(next), `${node.body}/Scope`))));
        assert.deepEqual(faultsOf(graph(open)), []);
        assert.equal(graph(open).nodes.size, drawn.nodes.size);
      }),
      bounds,
    );
  });
});

describe('changing a step', () => {
  it('sets what it runs after, and refuses circles, strangers and no status', () => {
    const doc = docOf(chain);
    const drawn = graph(doc);
    const next = after(doc, setRunAfter(doc, drawn, '/actions/Loop', { A: ['Failed'], B: ['Succeeded', 'Skipped'] }));
    assert.deepEqual(at(next, '/actions/Loop/runAfter'), { B: ['Succeeded', 'Skipped'], A: ['Failed'] });
    const why = (path: Path, runAfter: Record<string, string[]>): string => {
      const result = setRunAfter(doc, drawn, path, runAfter);
      return result.ok ? '' : result.problems.map(({ code }) => code).join();
    };
    assert.equal(why('/actions/A', { Loop: ['Succeeded'] }), 'WouldCycle');
    assert.equal(why('/actions/A', { In: ['Succeeded'] }), 'NotBeside');
    assert.equal(why('/actions/B', { A: [] }), 'StatusMissing');
    const loop = drawn.nodes.get('/actions/Loop');
    assert.ok(loop !== undefined);
    assert.deepEqual(
      possiblePredecessors(drawn, loop).map(({ name }) => name),
      ['A', 'B'],
    );
  });

  it('sets settings, makes what they stand in, and takes away what becomes empty', () => {
    const doc = docOf(chain);
    const set = after(
      doc,
      setValue(doc, '/actions/A', ['runtimeConfiguration', 'secureData', 'properties'], ['inputs']),
    );
    assert.deepEqual(at(set, '/actions/A/runtimeConfiguration'), { secureData: { properties: ['inputs'] } });
    const back = after(
      set,
      setValue(set, '/actions/A', ['RuntimeConfiguration', 'securedata', 'properties'], undefined),
    );
    assert.equal(back.text, doc.text);
    const whole = docOf({ definition: {}, parameters: { p: { value: 1 } } });
    const beside = after(whole, setBeside(whole, ['parameters', 'p', 'value'], 2));
    assert.deepEqual(json(beside), { definition: {}, parameters: { p: { value: 2 } } });
    assert.equal(setBeside(doc, ['parameters'], {}).ok, false);
  });

  it('E1 E2 makes any value any other, touching only what differs', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom(0, 2),
        (from, to, indent) => {
          const doc = docOf(JSON.stringify({ a: 1, v: from, z: [true] }, undefined, indent));
          const member = doc.tree.kind === 'object' ? doc.tree.members[1]?.value : undefined;
          assert.ok(member !== undefined);
          const wanted = JSON.parse(JSON.stringify(to)) as never;
          const next = done(apply(doc, { label: '', patches: changeValue(doc, member, wanted) }));
          assert.deepEqual(JSON.parse(next.text), { a: 1, v: wanted, z: [true] });
          const again = next.tree.kind === 'object' ? next.tree.members[1]?.value : undefined;
          assert.ok(again !== undefined);
          assert.deepEqual(changeValue(next, again, valueOf(again)), []);
        },
      ),
      { numRuns: 300, ...bounds },
    );
    const doc = docOf('{"v": {"keep" : 1.50, "x":1e3,\n "y":[ 1,2 ]}}');
    const value = doc.tree.kind === 'object' ? doc.tree.members[0]?.value : undefined;
    assert.ok(value !== undefined);
    const next = done(apply(doc, { label: '', patches: changeValue(doc, value, { keep: 1.5, x: 1000, y: [1, 3] }) }));
    assert.equal(next.text, '{"v": {"keep" : 1.50, "x":1e3,\n "y":[ 1,3 ]}}');
  });

  it('becomes another operation; its order and description stay', () => {
    const doc = docOf({
      actions: { A: { type: 'Http', inputs: { method: 'GET' }, description: 'why', limit: {}, runAfter: {} } },
    });
    const next = after(doc, replaceOperation(doc, graph(doc), '/actions/A', { type: 'Compose', inputs: '' }));
    assert.deepEqual(at(next, '/actions/A'), { type: 'Compose', inputs: '', description: 'why', runAfter: {} });
  });

  it('takes a step’s text as it was typed, and no text that is none', () => {
    const doc = docOf(chain);
    const next = after(
      doc,
      replaceNodeText(doc, graph(doc), '/actions/A', '{\n  "type": "Compose",\n  "inputs": 1.0\n}'),
    );
    assert.equal(sourceOf(next, '/actions/A'), '{\n      "type": "Compose",\n      "inputs": 1.0\n    }');
    assert.equal(replaceNodeText(doc, graph(doc), '/actions/A', '[1]').ok, false);
    assert.equal(replaceAllText(doc, '{').ok, false);
  });
});

describe('a history', () => {
  it('I3 goes back to the first byte and forward to the last, over any chain of changes', () => {
    fc.assert(
      fc.property(
        madeDefinition,
        fc.array(fc.tuple(fc.nat(4), fc.nat(), fc.nat()), { maxLength: 8 }),
        (made, steps) => {
          const first = docOf(made);
          let history = startHistory(first);
          for (const [what, which, where] of steps) {
            const { doc } = history;
            const drawn = graph(doc);
            const nodes = [...drawn.nodes.values()].filter(({ kind }) => kind !== 'trigger');
            const node = nodes[which % Math.max(1, nodes.length)];
            const place = places(drawn)[where % places(drawn).length];
            if (node === undefined || place === undefined) continue;
            const edit =
              what === 0
                ? addAction(doc, drawn, place, 'Added', { type: 'Compose', inputs: where })
                : what === 1
                  ? removeNode(doc, drawn, node.path)
                  : what === 2
                    ? rename(doc, drawn, node.path, `Name ${where}`)
                    : what === 3
                      ? moveNode(doc, drawn, node.path, place)
                      : setValue(doc, node.path, ['inputs', 'x'], where);
            if (edit.ok) history = done(record(history, edit.value, which));
          }
          const last = history.doc.text;
          for (let back = undo(history); back !== undefined; back = undo(history)) ({ history } = back);
          assert.equal(history.doc.text, first.text);
          for (let on = redo(history); on !== undefined; on = redo(history)) ({ history } = on);
          assert.equal(history.doc.text, last);
        },
      ),
      bounds,
    );
  });

  it('H1 takes typing in one field within a second as one step', () => {
    let history = startHistory(docOf(chain));
    for (const [text, at] of [
      ['a', 0],
      ['ab', 500],
      ['abc', 2500],
    ] as const) {
      history = done(record(history, done(setValue(history.doc, '/actions/A', ['inputs'], text)), at));
    }
    assert.equal(history.done.length, 2);
    const back = undo(history);
    assert.equal(at(back?.history.doc ?? history.doc, '/actions/A/inputs'), 'ab');
  });
});
