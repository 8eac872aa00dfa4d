/** The live demonstration, as `npm run demo` runs it: its counts are equal. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';

test('four logs followed at once over rotation and kills start exactly one run per event', () => {
  const demo = join(import.meta.dirname, '../../tools/demo.ts');
  const done = spawnSync(process.execPath, [demo, '--lines', '80'], { encoding: 'utf8', timeout: 170_000 });
  assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
  const rows = done.stdout.split('\n').filter((line) => line.trimEnd().endsWith('yes'));
  assert.deepEqual(
    rows.map((row) => row.trim().split(/\s+/).slice(0, 3)),
    [
      ['Falco', '80', '80'],
      ['Suricata', '54', '54'],
      ['Wazuh', '80', '80'],
      ['Prowler', '80', '80'],
    ],
  );
});
