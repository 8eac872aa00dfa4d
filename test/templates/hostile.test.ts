/** Templates that would grow without end: they are refused after a bounded number of steps, not of seconds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault, type Json, type JsonObject } from '#foundation';
import { expandTemplate, isStop, outlineTemplate } from '#templates';
import { groupPlace } from './places.ts';

function template(sections: JsonObject): JsonObject {
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    resources: [],
    ...sections,
  };
}

/**
 * The first reason why a template has no outcome: in its expansion, its bodies or its outputs. `seen` is told each
 * resource whose body is asked for.
 */
function reasonOf(given: JsonObject, seen: () => void = () => {}): string {
  const outline = outlineTemplate(given);
  if (isFault(outline)) return outline.message;
  const expanded = expandTemplate(outline, groupPlace, {});
  if (isFault(expanded)) return expanded.message;
  for (const resource of expanded.resources) {
    seen();
    const body = resource.body(() => undefined);
    if (isStop(body)) return body.message;
  }
  const outputs = expanded.outputs(() => undefined);
  return isStop(outputs) ? outputs.message : '';
}

function copies(depth: number): Json {
  return depth === 0 ? 1 : { copy: [{ name: 'c', count: 800, input: copies(depth - 1) }] };
}

test('copies inside of copies end by the steps they take, constant or not', () => {
  assert.match(
    reasonOf(template({ variables: { v: copies(4) }, outputs: { o: { type: 'object', value: "[variables('v')]" } } })),
    /too many steps/,
  );
});

test('many resources share the steps of their template', () => {
  const widget: JsonObject = {
    type: 'Contoso.Widgets/widgets',
    apiVersion: '2020-01-01',
    name: "[concat('w', copyIndex())]",
    copy: { name: 'many', count: 800 },
    properties: { n: "[length(filter(range(0, 9999), lambda('x', less(lambdaVariables('x'), 7))))]" },
  };
  let seen = 0;
  const reason = reasonOf(template({ resources: [widget] }), () => {
    seen += 1;
  });
  assert.match(reason, /too many steps/);
  assert.ok(seen > 1 && seen < 800, `${seen} resources`);
});

test('a long chain of dependencies and a deep nesting of functions are no burden', () => {
  const resources = Array.from({ length: 800 }, (_, index) => ({
    type: 'Contoso.Widgets/widgets',
    apiVersion: '2020-01-01',
    name: `w${799 - index}`,
    ...(index === 799 ? {} : { dependsOn: [`w${798 - index}`] }),
  }));
  assert.equal(reasonOf(template({ resources })), '');
  const deep = `${'add(1, '.repeat(200)}1${')'.repeat(200)}`;
  assert.match(reasonOf(template({ outputs: { o: { type: 'int', value: `[${deep}]` } } })), /nests deeper than '64'/);
});
