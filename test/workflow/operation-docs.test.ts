/** The pages of triggers and actions are those that the catalogue gives, and their examples can be saved. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { test } from 'node:test';
import type { Json } from '#foundation';
import { operationCatalogue, planWorkflow } from '#workflow';
import { exampleDefinition, operationDocs } from '../../tools/generate-operation-docs.ts';

test('the pages equal a fresh generation', () => {
  for (const [path, page] of operationDocs()) {
    const hint = `${basename(path)}: run node tools/generate-operation-docs.ts and commit the pages`;
    assert.ok(readFileSync(path, 'utf8') === page, hint);
  }
});

test('there is no page that is not generated', () => {
  const paths = [...operationDocs().keys()].filter((path) => /triggers|actions/.test(dirname(path)));
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const mine = paths.filter((path) => dirname(path) === folder).map((path) => basename(path));
    assert.deepEqual(readdirSync(folder).toSorted(), mine.toSorted());
  }
});

test('every example of a type that exists is accepted on save, every other is refused for its type', () => {
  for (const operation of operationCatalogue) {
    const definition = exampleDefinition(operation) as Json | undefined;
    if (definition === undefined) {
      assert.equal(operation.supported, false, `${operation.type} needs an example`);
      continue;
    }
    const result = planWorkflow({ definition });
    if (operation.supported) {
      assert.equal(
        result.kind,
        'planned',
        result.kind === 'refused' ? `${operation.type}: ${result.fault.message}` : '',
      );
    } else {
      assert.equal(
        result.kind === 'refused' ? result.fault.code : '',
        'WorkflowActionTypeNotSupported',
        operation.type,
      );
    }
  }
});
