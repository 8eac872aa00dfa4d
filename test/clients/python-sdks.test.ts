/**
 * Azure's Python packages (Debian `python3-azure`, which comes with `az`): they carry many dated API versions side by side,
 * down to those of 2015, which nothing else here sends. Skipped where they are not installed.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { interpreter, missing } from './azure-cli.ts';
import { AzureCloud, subscriptionId } from './azure-cloud.ts';

const cloud = new AzureCloud();

interface Outcome {
  readonly tried: number;
  readonly failures: readonly { readonly package: string; readonly version: string; readonly problem: string }[];
}

describe('python packages', { skip: missing }, () => {
  before(async () => {
    await cloud.start();
    await cloud.group('rg');
  });
  after(() => cloud.stop());

  test('every dated version of them works', async () => {
    const child = spawn(interpreter ?? '', ['-W', 'ignore', join(import.meta.dirname, 'python-versions.py')], {
      env: {
        ...process.env,
        REQUESTS_CA_BUNDLE: cloud.caFile,
        ENDPOINT: cloud.endpoint,
        TOKEN: cloud.server.token,
        SUBSCRIPTION: subscriptionId,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await once(child, 'close');
    const { tried, failures } = JSON.parse(output) as Outcome;
    assert.deepEqual(failures, []);
    assert.ok(tried > 25, `${tried} versions`);
  });
});
