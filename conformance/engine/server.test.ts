/**
 * Runs the scenarios and stories of this folder against a started server: saved, called and read over HTTP, with a local server
 * for their endpoints and the engine's clocks sped up.
 *
 * Those listed in `expected-failures-over-http.json` must fail; the list is empty and a ratchet.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { memberOf } from '#foundation';
import { TocsinServer } from '../../test/e2e/tocsin-server.ts';
import { HttpStage } from './http-stage.ts';
import { playStory } from './play-story.ts';
import { conformanceGroup, onlyInMemory, prepareServer, runOverHttp } from './run-over-http.ts';
import type { Scenario } from './scenario.ts';
import { expectedFailures, scenarioFiles } from './scenario-files.ts';
import { ScriptedEndpoints } from './scripted-endpoints.ts';
import { lengthOf } from './story.ts';

/** Scenarios of seconds and minutes; those that wait for hours and months. Each on a server whose clocks suit it. */
const paces = [
  { timeScale: 60, fits: (seconds: number) => seconds <= 300 },
  { timeScale: 5_000, fits: (seconds: number) => seconds > 300 && seconds <= 30_000 },
  { timeScale: 1_000_000, fits: (seconds: number) => seconds > 30_000 },
] as const;

/** How long the scenario takes in engine time. */
function longest({ expect, events = [] }: Scenario): number {
  const calls = (expect.calls ?? []).map((call) => memberOf(call, 'at'));
  return Math.max(
    expect.elapsedSeconds ?? 0,
    ...events.map(({ at }) => at),
    ...calls.filter((at) => typeof at === 'number'),
  );
}

const failing = expectedFailures('expected-failures-over-http.json');
let played = 0;

for (const { timeScale, fits } of paces) {
  describe(`with clocks ${timeScale} times as fast`, { concurrency: 12 }, () => {
    const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: String(timeScale) });
    const endpoints = new ScriptedEndpoints();
    before(async () => {
      await Promise.all([server.start(), endpoints.start()]);
      await prepareServer(server);
    });
    after(async () => {
      endpoints.stop();
      await server.remove();
    });
    let number = 0;
    const expectToHold = (id: string, run: (name: string) => Promise<readonly string[]>): void => {
      const name = `s${(number += 1)}`;
      played += 1;
      test(id, async () => {
        const found = await run(name);
        if (failing.has(id)) assert.notDeepEqual(found, [], 'passes now: take it off the list');
        else assert.deepEqual(found, []);
        failing.delete(id);
      });
    };
    for (const [file, { scenarios = [], stories = [] }] of scenarioFiles()) {
      for (const scenario of scenarios) {
        if (onlyInMemory(scenario) !== undefined || !fits(longest(scenario))) continue;
        expectToHold(`${file}/${scenario.name}`, (name) =>
          runOverHttp(scenario, name, { server, timeScale, script: endpoints.add(name, scenario.endpoints) }),
        );
      }
      for (const story of stories) {
        if (story.onlyInMemory !== undefined || !fits(lengthOf(story))) continue;
        expectToHold(`${file}/${story.name}`, (name) => {
          const stage = new HttpStage(server, endpoints.add(name, story.endpoints), timeScale);
          return playStory(story, name, stage, conformanceGroup);
        });
      }
    }
  });
}

test('at least 500 scenarios and stories were played, and every expected failure names one of them', () => {
  assert.ok(played >= 500, `only ${played} of them`);
  assert.deepEqual([...failing.keys()], []);
});
