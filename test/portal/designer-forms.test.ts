/** Forms of the designer: what a step says as fields, what it may read, and what the server will say of it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planWorkflow } from '#workflow';
import { parseJson } from '#foundation';
import fc from 'fast-check';
import { catalogueOf, operationOfNode, pathFormOf } from '../../portal/src/designer/catalogue/catalogue.ts';
import { readPath, writePath } from '../../portal/src/designer/catalogue/operation-path.ts';
import { searchOperations } from '../../portal/src/designer/catalogue/search-operations.ts';
import { shapeOf } from '../../portal/src/designer/catalogue/operation.ts';
import { type Doc, parse } from '../../portal/src/designer/core/document.ts';
import { evaluateExpression, expressionProblems } from '../../portal/src/designer/core/evaluate.ts';
import { alone, expressionsIn, fromText, toText } from '../../portal/src/designer/core/field-text.ts';
import { type Graph, graph } from '../../portal/src/designer/core/graph.ts';
import { insertPoints } from '../../portal/src/designer/core/insert-points.ts';
import type { JsonData } from '../../portal/src/designer/core/json-value.ts';
import { LayoutMaker } from '../../portal/src/designer/core/layout.ts';
import { mergeTexts } from '../../portal/src/designer/core/merge.ts';
import { addAction } from '../../portal/src/designer/core/operations/add.ts';
import { definitionText, resourceText } from '../../portal/src/designer/core/resource-text.ts';
import { readHere, tokensFor } from '../../portal/src/designer/core/tokens.ts';
import { readSeverities, severities, writeSeverities } from '../../portal/src/designer/core/severity-choice.ts';
import { placeOf, validate } from '../../portal/src/designer/core/validate.ts';
import { corpusDefinitions, corpusMissing } from './corpus-definitions.ts';
import { bounds, madeDefinition } from './made-definitions.ts';
import { serverApis, serverDocuments, serverOperations } from './server-catalogue.ts';

function docOf(value: unknown): Doc {
  const read = parse(typeof value === 'string' ? value : JSON.stringify(value, undefined, 2));
  assert.ok(read.ok);
  return read.value;
}

const apis = [...serverApis, { name: 'unheard', title: 'Unheard of', colour: '#0078d4' }];
const all = catalogueOf(apis, serverOperations, serverDocuments);

describe('the catalogue', () => {
  it('finds the Security Center triggers by the old and the new name of the product, and by severity of words', () => {
    const titles = (query: string): readonly string[] =>
      searchOperations(all, 'trigger', query).map(({ title }) => title);
    for (const query of ['security center', 'defender for cloud', 'security']) {
      assert.deepEqual(titles(query).slice(0, 2), [
        'When an Azure Security Center Alert is created or triggered',
        'When an Azure Security Center Recommendation is created or triggered',
      ]);
    }
    assert.equal(searchOperations(all, 'action', 'send an email')[0]?.title, 'Send an email (V2)');
    assert.equal(searchOperations(all, 'action', 'foreach')[0]?.title, 'For each');
    assert.equal(searchOperations(all, 'action', 'unheard')[0]?.title, 'Call any operation of Unheard of');
    assert.deepEqual(searchOperations(all, 'action', 'no such thing'), []);
  });

  it('gives every operation a value that becomes that operation again', () => {
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    for (const operation of all) {
      const { role, value, api } = operation;
      const inputs = value['inputs'];
      const host =
        api === undefined
          ? {}
          : { host: { connection: { name: `@parameters('$connections')['${api}']['connectionId']` } } };
      const node = api === undefined ? value : { ...value, inputs: { ...host, ...(inputs as object) } };
      const doc = docOf({
        definition: role === 'trigger' ? { triggers: { X: node } } : { actions: { X: node } },
        parameters: { $connections: { value: { [api ?? 'none']: { id: `/x/managedApis/${api ?? 'none'}` } } } },
      });
      const found = [...graph(doc).nodes.values()][0];
      assert.ok(found !== undefined);
      const again = operationOfNode(all, doc, found);
      // Two rows of one connector may ask the same path with the same method.
      assert.equal(again?.api, api, operation.id);
      if (api === undefined) assert.equal(again?.id, operation.id);
      else if (!operation.id.endsWith(' any'))
        assert.equal(again === undefined ? '' : pathFormOf(again).toLowerCase(), pathFormOf(operation).toLowerCase());
    }
  });

  it('writes path parameters encoded, and reads them back', () => {
    const form = '/v3/beta/teams/{groupId}/channels/{channelId}/messages';
    const path = writePath(form, { groupId: "it's", channelId: "@{triggerBody()?['c']}" });
    assert.equal(
      path,
      "/v3/beta/teams/@{encodeURIComponent('it''s')}/channels/@{encodeURIComponent(triggerBody()?['c'])}/messages",
    );
    assert.deepEqual(readPath(form, path), { groupId: "it's", channelId: "@{triggerBody()?['c']}" });
    assert.deepEqual(readPath(form, '/V3/beta/teams/a/channels/b/messages'), { groupId: 'a', channelId: 'b' });
    assert.equal(readPath(form, '/v2/Mail'), undefined);
  });

  it('knows most connector calls of published playbooks', { skip: corpusMissing }, () => {
    let known = 0;
    let calls = 0;
    for (const { definition } of corpusDefinitions()) {
      const doc = docOf({ definition, parameters: {} });
      for (const node of graph(doc).nodes.values()) {
        if (node.type.toLowerCase() !== 'apiconnection') continue;
        calls += 1;
        if (operationOfNode(all, doc, node)?.fields.length !== undefined) known += 1;
      }
    }
    assert.ok(known / calls > 0.6, `${known} of ${calls}`);
  });

  it('reads shapes of answers', () => {
    assert.deepEqual(shapeOf('value[].id count:number tags[]'), {
      type: 'object',
      properties: {
        value: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } },
        count: { type: 'number' },
        tags: { type: 'array', items: {} },
      },
    });
  });
});

describe('fields', () => {
  it('F1 write a value that was not changed as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const data = JSON.parse(JSON.stringify(value)) as JsonData;
        assert.deepEqual(fromText(toText(data), data), data);
      }),
      bounds,
    );
    assert.deepEqual(fromText('[1]', ''), [1]);
    assert.equal(fromText('12', '1'), '12');
    assert.equal(fromText('12', 1), 12);
    assert.equal(alone("@{body('x')}"), "@body('x')");
    assert.equal(alone("@{body('x')} "), "@{body('x')} ");
    assert.deepEqual(
      expressionsIn("a @{b('}')} @@{c}").map(({ expression }) => expression),
      ["b('}')"],
    );
  });

  it('keep the severity choice as one trigger condition', () => {
    fc.assert(
      fc.property(fc.subarray(severities, { minLength: 1 }), (chosen) => {
        assert.deepEqual(readSeverities(writeSeverities(chosen)), chosen);
      }),
      bounds,
    );
    assert.equal(writeSeverities(severities), undefined);
    assert.equal(readSeverities([{ expression: "@equals(triggerBody()?['Status'],'New')" }]), undefined);
  });
});

describe('expressions', () => {
  it('are judged and evaluated by the server’s own code, with places', () => {
    assert.deepEqual(expressionProblems("concat('a', triggerBody())"), []);
    const [unknown] = expressionProblems('  nosuch(1)');
    assert.match(unknown?.message ?? '', /nosuch/);
    assert.equal(unknown?.start, 2);
    assert.deepEqual(evaluateExpression("toUpper(triggerBody()?['a'])", { triggerBody: { a: 'x' } }), {
      ok: true,
      text: '"X"',
    });
    assert.equal(evaluateExpression("body('None')", {}).ok, false);
  });
});

describe('tokens', () => {
  const doc = docOf({
    triggers: {
      t: {
        type: 'Request',
        inputs: {
          schema: { properties: { list: { type: 'array', items: { properties: { n: { type: 'string' } } } } } },
        },
      },
    },
    actions: {
      V: { type: 'InitializeVariable', inputs: { variables: [{ name: 'v', type: 'string' }] } },
      A: { type: 'Compose', inputs: 1, runAfter: { V: ['Succeeded'] } },
      Loop: {
        type: 'Foreach',
        foreach: "@triggerBody()?['list']",
        actions: {
          In: { type: 'Compose', inputs: '' },
          After: { type: 'Compose', inputs: '', runAfter: { In: ['Succeeded'] } },
        },
        runAfter: { A: ['Succeeded'] },
      },
      Beside: { type: 'Compose', inputs: '', runAfter: { A: ['Succeeded'] } },
      End: { type: 'Compose', inputs: '', runAfter: { Loop: ['Succeeded'] } },
    },
  });
  const drawn = graph(doc);
  const source = {
    parameters: ['p'],
    titleOf: ({ name }: { readonly name: string }) => name,
    answerOf: (node: { readonly kind: string; readonly type: string }) => ({
      shape:
        node.kind === 'trigger'
          ? { properties: { list: { type: 'array', items: { properties: { n: { type: 'string' } } } } } }
          : undefined,
      bare: node.type === 'Compose',
    }),
  };
  const expressions = (path: string): readonly string[] =>
    tokensFor(drawn, path, source).map(({ expression }) => expression);

  it('I9 K1 are those of steps that have surely ended, of loops around, and of nothing else', () => {
    const inside = expressions('/actions/Loop/actions/After');
    for (const each of [
      "outputs('In')",
      "outputs('A')",
      "items('Loop')",
      "items('Loop')?['n']",
      "variables('v')",
      "parameters('p')",
      'triggerBody()',
    ]) {
      assert.ok(inside.includes(each), each);
    }
    for (const each of ["outputs('Beside')", "outputs('End')", "outputs('After')"])
      assert.ok(!inside.includes(each), each);
    assert.equal(new Set(inside).size, inside.length);
    const end = expressions('/actions/End');
    assert.ok(end.includes("outputs('Loop')"));
    assert.ok(!end.includes("outputs('In')"));
    assert.ok(!expressions('/actions/V').includes("variables('v')"));
  });

  it('I9 never name a step that the server would refuse to read there', () => {
    fc.assert(
      fc.property(madeDefinition, fc.nat(), (made, which) => {
        const any = docOf(made);
        const graphed = graph(any);
        const nodes = [...graphed.nodes.values()].filter(({ type }) => type === 'Compose');
        const node = nodes[which % Math.max(1, nodes.length)];
        if (node === undefined) return;
        const read = tokensFor(graphed, node.path, { ...source, parameters: [] }).map(
          ({ expression }) => `@${expression}`,
        );
        const text = `${any.text.slice(0, node.json.start)}${JSON.stringify({ type: 'Compose', inputs: read, runAfter: runAfterOf(graphed, node.path) })}${any.text.slice(node.json.end)}`;
        const faults = validate(docOf(text), graph(docOf(text))).filter(
          ({ path, message }) => path === node.path && /cannot reference/.test(message),
        );
        assert.deepEqual(faults, []);
      }),
      { numRuns: 60, ...bounds },
    );
  });

  it('read a list’s items through the loop around, else ask for one', () => {
    const token = tokensFor(drawn, '/actions/End', source).find(({ list }) => list !== undefined);
    assert.ok(token !== undefined);
    assert.deepEqual(readHere(drawn, '/actions/End', token), {
      expression: "first(triggerBody()?['list'])?['n']",
      needsLoop: "triggerBody()?['list']",
    });
    assert.deepEqual(readHere(drawn, '/actions/Loop/actions/In', token), {
      expression: "items('Loop')?['n']",
      needsLoop: undefined,
    });
  });
});

const runAfterOf = (drawn: Graph, path: string): Record<string, readonly string[]> =>
  Object.fromEntries(
    (drawn.nodes.get(path)?.after ?? []).map(({ name, statuses }) => [
      name,
      statuses.length === 0 ? ['Succeeded'] : statuses,
    ]),
  );

describe('the judgement of a definition', () => {
  it('I12 is the server’s, on the whole corpus', { skip: corpusMissing }, () => {
    for (const { definition, file } of corpusDefinitions()) {
      const doc = docOf({ definition, parameters: {} });
      const here = validate(doc, graph(doc));
      const there = planWorkflow({
        definition: parseJson(JSON.stringify(definition)),
        parameters: {},
        now: Date.now(),
      });
      const codes = here.filter(({ severity }) => severity === 'error').map(({ code }) => code);
      if (there.kind === 'planned') assert.deepEqual(codes, [], file);
      else assert.equal(codes[0], there.fault.options.details?.[0]?.code ?? there.fault.code, file);
    }
  });

  it('leads to the step and the member', () => {
    const doc = docOf({ triggers: {}, actions: { 'a b': { type: 'Compose', inputs: { x: "@outputs('none')" } } } });
    const [finding] = validate(doc, graph(doc));
    assert.equal(finding?.path, '/actions/a b');
    assert.deepEqual(placeOf(graph(doc), "actions['a b'].inputs.x"), { path: '/actions/a b', at: ['inputs', 'x'] });
  });
});

describe('what is read and saved', () => {
  it('T1 T2 keeps spellings, orders and what is not edited', () => {
    const answer =
      '{"properties":{"state":"Disabled","version":"1","definition":{"2":1.50,"1":"\\u00e9","a":[]},"parameters":{"p":{"value":1e3}}},"location":"x","tags":{"t":"1"},"id":"/i"}';
    const text = definitionText(answer);
    assert.equal(
      text,
      '{\n  "definition": {\n    "2": 1.50,\n    "1": "\\u00e9",\n    "a": []\n  },\n  "parameters": {\n    "p": {\n      "value": 1e3\n    }\n  }\n}',
    );
    const body = resourceText(answer, text);
    assert.deepEqual(JSON.parse(body), {
      location: 'x',
      tags: { t: '1' },
      properties: { state: 'Disabled', definition: { 1: 'é', 2: 1.5, a: [] }, parameters: { p: { value: 1000 } } },
    });
    assert.match(body, /"2": 1\.50,\n {4}"1": "\\u00e9"/);
  });

  it('M1 brings changes of two people together where they do not contradict', () => {
    const base = '{"a": {"x": 1, "y": 2}, "b": [1]}';
    assert.equal(
      mergeTexts(base, '{"a": {"x": 5, "y": 2}, "b": [1]}', '{"a": {"x": 1, "z": 3}, "b": [1]}'),
      '{"a": {"x": 5,"z":3}, "b": [1]}',
    );
    assert.equal(mergeTexts(base, '{"a": {"x": 5, "y": 2}, "b": [1]}', '{"a": {"x": 6, "y": 2}, "b": [1]}'), undefined);
    assert.equal(mergeTexts(base, '{"a": 1, "b": [1]}', base), '{"a": 1, "b": [1]}');
  });
});

describe('points to put something in', () => {
  it('J1 are on every line, behind every last step, and each works', () => {
    fc.assert(
      fc.property(madeDefinition, (made) => {
        const doc = docOf(made);
        const drawn = graph(doc);
        const points = insertPoints(drawn, new LayoutMaker().layout(drawn, new Set()));
        assert.equal(new Set(points.map(({ id }) => id)).size, points.length);
        for (const { place } of points)
          assert.ok(addAction(doc, drawn, place, 'New', { type: 'Compose', inputs: '' }).ok);
      }),
      { numRuns: 50, ...bounds },
    );
  });
});
