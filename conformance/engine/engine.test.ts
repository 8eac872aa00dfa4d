/**
 * Runs the scenarios of this folder against the engine, and its stories against a whole server without sockets, in virtual time.
 *
 * Those listed in `expected-failures.json` must fail; the list is empty and a ratchet.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MemoryStage, memoryGroup } from './memory-stage.ts';
import { playStory } from './play-story.ts';
import { runScenario } from './run-scenario.ts';
import { expectedFailures, scenarioFiles } from './scenario-files.ts';

const failing = expectedFailures('expected-failures.json');

let count = 0;
/** A scenario or story that must hold, unless it is listed as failing. */
function expectToHold(id: string, name: string, run: () => Promise<readonly string[]>): void {
  count += 1;
  test(name, async () => {
    const found = await run();
    if (failing.has(id)) assert.notDeepEqual(found, [], 'passes now: take it off the list');
    else assert.deepEqual(found, []);
    failing.delete(id);
  });
}

for (const [file, { source, scenarios = [], stories = [] }] of scenarioFiles()) {
  describe(`${file} (${source})`, () => {
    for (const scenario of scenarios.filter(({ onlyOverHttp }) => onlyOverHttp === undefined)) {
      expectToHold(`${file}/${scenario.name}`, scenario.name, () => runScenario(scenario));
    }
    for (const story of stories.filter(({ onlyOverHttp }) => onlyOverHttp === undefined)) {
      expectToHold(`${file}/${story.name}`, story.name, async () => {
        const stage = await MemoryStage.open(story);
        try {
          return await playStory(story, 'w', stage, memoryGroup);
        } finally {
          stage.close();
        }
      });
    }
  });
}

test('at least 560 scenarios and stories were read, and every expected failure names one of them', () => {
  assert.ok(count >= 560, `only ${count} of them`);
  assert.deepEqual([...failing.keys()], []);
});
