/**
 * Runs the definition cases of this folder against `planWorkflow`.
 *
 * A file is `{source, cases}`; a case is `{name, definition, parameters?}` with `accepted: true` and the codes of its
 * `warnings`, or with `refused: {code, target?, message?}`, where `message` is a part of the first fault's text. Cases
 * listed in `expected-failures.json` as `file/name` must fail: one that passes fails the run, so the list only shrinks.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type JsonObject, parseJson } from '#foundation';
import { planWorkflow } from '#workflow';

interface DefinitionCase {
  readonly name: string;
  readonly definition: JsonObject;
  readonly parameters?: JsonObject;
  readonly accepted?: true;
  readonly warnings?: readonly string[];
  readonly refused?: { readonly code: string; readonly target?: string; readonly message?: string };
}

function read(name: string): unknown {
  return parseJson(readFileSync(`${import.meta.dirname}/${name}`, 'utf8'));
}

const expectedFailures = new Set(read('expected-failures.json') as string[]);
const files = readdirSync(import.meta.dirname).filter(
  (name) => name.endsWith('.json') && name !== 'expected-failures.json',
);

/** The moment at which every case is saved. */
const now = Date.UTC(2026, 0, 1);

function judge({ definition, parameters = {}, accepted, warnings = [], refused }: DefinitionCase): void {
  const result = planWorkflow({ definition, parameters, now });
  if (accepted === true) {
    assert.equal(result.kind, 'planned', result.kind === 'refused' ? result.fault.message : '');
    const codes = result.kind === 'planned' ? result.warnings.map(({ code }) => code) : [];
    assert.deepEqual(codes, warnings);
    return;
  }
  assert.ok(refused !== undefined, 'a case is accepted or refused');
  assert.equal(result.kind, 'refused');
  const { code, message, options } = result.fault;
  assert.equal(code, refused.code, message);
  if (refused.target !== undefined) assert.equal(options.target, refused.target, message);
  if (refused.message !== undefined) assert.ok(message.includes(refused.message), message);
  if (code === 'InvalidTemplate') assert.match(message, /^The template validation failed: '.*'\.$/s);
}

let count = 0;
const names = new Set<string>();
for (const file of files) {
  const { source, cases } = read(file) as { readonly source: string; readonly cases: readonly DefinitionCase[] };
  describe(`${file} (${source})`, () => {
    for (const one of cases) {
      const id = `${file.replace('.json', '')}/${one.name}`;
      names.add(id);
      count += 1;
      test(one.name, () => {
        if (expectedFailures.has(id)) assert.throws(() => judge(one), `${id} passes: take it from the list`);
        else judge(one);
      });
    }
  });
}

test('at least a hundred and eighty definitions were read, and every expected failure names one of them', () => {
  assert.ok(count >= 180, String(count));
  for (const id of expectedFailures) assert.ok(names.has(id), id);
});
