/** What an answer of the management surface is to the action that asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArmResponse } from '#foundation';
import type { Services } from '#service';
import { anonymous, callArm } from '../../src/service/call-arm.ts';

async function bodyOf(response: ArmResponse): Promise<unknown> {
  // A call needs nothing but the surface itself.
  const services = { arm: () => Promise.resolve(response) } as unknown as Services;
  const request = { method: 'GET', url: 'https://management.azure.com/x', headers: {} };
  const outcome = await callArm(services, request, anonymous);
  return outcome.kind === 'response' && outcome.body !== undefined && 'value' in outcome.body
    ? outcome.body.value
    : undefined;
}

test('bytes of a real cloud reach the action: text as text, files in their envelope, nothing as nothing', async () => {
  const bytes = new TextEncoder().encode('blocked 203.0.113.7');
  const answer = (type: string, rawBody: Uint8Array): ArmResponse => ({
    status: 200,
    headers: { 'content-type': type },
    rawBody,
  });
  assert.equal(await bodyOf(answer('text/plain', bytes)), 'blocked 203.0.113.7');
  assert.deepEqual(await bodyOf(answer('application/pdf', bytes)), {
    '$content-type': 'application/pdf',
    $content: Buffer.from(bytes).toString('base64'),
  });
  assert.equal(await bodyOf({ status: 204 }), undefined);
});
