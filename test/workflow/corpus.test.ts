import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isJsonArray, isJsonObject, type Json, memberOf, parseJson } from '#foundation';
import { planWorkflow } from '#workflow';

const corpus = join(import.meta.dirname, '../../../shared/corpus');

function definitionsIn(value: Json): readonly { readonly definition: Json; readonly parameters: Json | undefined }[] {
  if (isJsonArray(value)) return value.flatMap(definitionsIn);
  if (!isJsonObject(value)) return [];
  const type = memberOf(value, 'type');
  if (typeof type === 'string' && type.toLowerCase() === 'microsoft.logic/workflows') {
    const definition = memberOf(memberOf(value, 'properties'), 'definition');
    if (isJsonObject(definition)) {
      return [{ definition, parameters: memberOf(memberOf(value, 'properties'), 'parameters') }];
    }
  }
  return Object.values(value).flatMap(definitionsIn);
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesOf(path);
    return name.endsWith('.json') ? [path] : [];
  });
}

function read(path: string): Json | undefined {
  const bytes = readFileSync(path);
  const text = bytes[0] === 0xff ? bytes.toString('utf16le') : bytes.toString('utf8');
  try {
    return parseJson(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

test('definitions of published playbooks are planned, or refused for what does not exist here', (context) => {
  if (!existsSync(corpus)) return context.skip('no corpus beside the checkout');
  const refusals = new Map<string, number>();
  let planned = 0;
  for (const path of filesOf(corpus)) {
    for (const { definition, parameters } of definitionsIn(read(path) ?? null)) {
      const values = isJsonObject(parameters) ? parameters : {};
      const result = planWorkflow({ definition, parameters: values });
      if (result.kind === 'planned') {
        planned += 1;
        continue;
      }
      const line = `${result.fault.code}: ${result.fault.message}`;
      refusals.set(`${path.slice(corpus.length)} ${line}`.slice(0, 260), 1);
    }
  }
  for (const [line] of refusals) context.diagnostic(line);
  context.diagnostic(`${planned} planned, ${refusals.size} refused`);
  assert.ok(planned > 80);
});
