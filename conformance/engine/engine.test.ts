/**
 * Runs the scenarios of this folder against the engine, in virtual time.
 *
 * Scenarios listed in `expected-failures.json` must fail; the list is empty and a ratchet.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runScenario } from './run-scenario.ts';
import { expectedFailures, scenarioFiles } from './scenario-files.ts';

const failing = expectedFailures('expected-failures.json');

let count = 0;
for (const [file, { source, scenarios }] of scenarioFiles()) {
  describe(`${file} (${source})`, () => {
    for (const scenario of scenarios.filter(({ onlyOverHttp }) => onlyOverHttp === undefined)) {
      count += 1;
      const id = `${file}/${scenario.name}`;
      test(scenario.name, async () => {
        const found = await runScenario(scenario);
        if (failing.has(id)) assert.notDeepEqual(found, [], 'passes now: take it off the list');
        else assert.deepEqual(found, []);
        failing.delete(id);
      });
    }
  });
}

test('at least 360 scenarios were read, and every expected failure names one of them', () => {
  assert.ok(count >= 360, `only ${count} scenarios`);
  assert.deepEqual([...failing.keys()], []);
});
