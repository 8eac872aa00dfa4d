/** The command line without a server: `eval` and `match` as scripts use them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, test } from 'node:test';
import { type Json, memberOf, parseJson, stringifyJson, textMember } from '#foundation';
import { readCases } from '../../conformance/expressions/case-file.ts';

const root = join(import.meta.dirname, '../..');

function tocsin(words: readonly string[], input = ''): { readonly code: number | null; readonly output: string } {
  const done = spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...words], {
    input,
    encoding: 'utf8',
    maxBuffer: 256 << 20,
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: done.status, output: done.stdout };
}

function answers(output: string): readonly Json[] {
  return output.trim().split('\n').map(parseJson);
}

describe('tocsin eval --ndjson', () => {
  test('answers the conformance cases of the language as the language itself does, one per line in order', () => {
    const folder = join(root, 'conformance/expressions');
    const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'expected-failures.json');
    const cases = files
      .flatMap((file) => readCases(readFileSync(join(folder, file), 'utf8')))
      .filter(({ kind }) => kind !== 'condition');
    assert.ok(cases.length > 600);
    const lines = cases.map(({ input, context }, id) => stringifyJson({ id, expression: input, context }));
    const { code, output } = tocsin(['eval', '--ndjson'], `${lines.join('\n')}\n`);
    assert.equal(code, 0);
    const given = answers(output);
    assert.equal(given.length, cases.length);
    for (const [index, { name, expected, error }] of cases.entries()) {
      const answer = given[index] as Json;
      assert.equal(memberOf(answer, 'id'), index);
      if (error === undefined) {
        assert.equal(stringifyJson(memberOf(answer, 'value') ?? null), stringifyJson(expected ?? null), name);
      } else {
        assert.equal(textMember(memberOf(answer, 'error'), 'code'), textMember(error, 'code'), name);
      }
    }
  });

  test('goes on after a line that is no JSON', () => {
    const { code, output } = tocsin(
      ['eval', '--ndjson'],
      '{"id":1,"expression":"@add(1,2)"}\nno\n{"id":3,"expression":"@add(2,2)"}\n',
    );
    const [first, second, third] = answers(output);
    assert.equal(code, 0);
    assert.equal(memberOf(first, 'value'), 3);
    assert.equal(textMember(memberOf(second, 'error'), 'code'), 'InvalidRequestContent');
    assert.equal(memberOf(third, 'value'), 4);
  });
});

describe('tocsin eval', () => {
  test('puts a caret under the place of a fault and ends with 1', () => {
    const { code, output } = tocsin(['eval', "@concat('a',, 'b')"]);
    const [text = '', caret = '', message = ''] = output.split('\n');
    assert.equal(code, 1);
    assert.equal(text, "@concat('a',, 'b')");
    assert.equal(caret.trimEnd(), `${' '.repeat(12)}^`);
    assert.match(message, /^InvalidTemplate /);
  });

  test('refuses an unknown option and an unknown command with 2', () => {
    assert.equal(tocsin(['eval', '--nope']).code, 2);
    assert.equal(tocsin(['nope']).code, 2);
    assert.equal(tocsin(['--help']).code, 0);
  });
});

describe('tocsin match --ndjson', () => {
  test('says for each automation whether the event fires it', () => {
    const sources = [{ eventSource: 'Alerts', ruleSets: [] }];
    const line = {
      id: 'x',
      automations: [
        { sources },
        { isEnabled: false, sources },
        { sources: [{ eventSource: 'Assessments', ruleSets: [] }] },
      ],
      event: { AlertType: 'T', Severity: 'High' },
      eventSource: 'Alerts',
    };
    const { output } = tocsin(['match', '--ndjson'], `${JSON.stringify(line)}\n`);
    assert.deepEqual(answers(output), [{ id: 'x', matched: [true, false, false] }]);
  });
});
