/**
 * Runs the scenarios of this folder against the engine, in virtual time.
 *
 * Scenarios listed in `expected-failures.json` (`file/name`: reason) must fail: one that passes fails the run, so the list
 * only shrinks.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parseJson } from '#foundation';
import { runScenario } from './run-scenario.ts';
import type { ScenarioFile } from './scenario.ts';

function read(name: string): unknown {
  return parseJson(readFileSync(`${import.meta.dirname}/${name}`, 'utf8'));
}

const expectedFailures = new Map(Object.entries(read('expected-failures.json') as Record<string, string>));
const names = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.json') && name !== 'expected-failures.json')
  .sort();

let count = 0;
for (const file of names) {
  const { source, scenarios } = read(file) as ScenarioFile;
  describe(`${file} (${source})`, () => {
    for (const scenario of scenarios) {
      count += 1;
      const id = `${file}/${scenario.name}`;
      test(scenario.name, async () => {
        const found = await runScenario(scenario);
        if (expectedFailures.has(id)) assert.notDeepEqual(found, [], 'passes now: take it off the list');
        else assert.deepEqual(found, []);
        expectedFailures.delete(id);
      });
    }
  });
}

test('at least a hundred scenarios were read, and every expected failure names one of them', () => {
  assert.ok(count >= 100, `only ${count} scenarios`);
  assert.deepEqual([...expectedFailures.keys()], []);
});
