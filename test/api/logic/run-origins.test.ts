/** Runs that events and people start say so from their start. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  alert,
  automationBody,
  group,
  ingest,
  putAutomation,
  putLogicApp,
  securityWorld,
} from '../../service/security-harness.ts';

test('a run of an automation names the automation and the alert', async () => {
  const world = await securityWorld();
  const logicAppResourceId = await putLogicApp(world, 'app');
  await putAutomation(world, 'auto', automationBody([{ actionType: 'LogicApp', logicAppResourceId }]));
  await ingest(world, alert('a'));
  const [run] = world.runs;
  assert.equal(run?.identity.startedBy?.kind, 'Alert');
  assert.match(run?.identity.startedBy?.automationId ?? '', /\/automations\/[^/]+$/);
  assert.match(run?.identity.startedBy?.eventId ?? '', /\/alerts\/a$/);
});

test('a run that somebody starts on an alert names the person and the alert, and no automation', async () => {
  const world = await securityWorld();
  const logicAppResourceId = await putLogicApp(world, 'app');
  await ingest(world, alert('a'));
  const resourceId = `${group}/providers/Microsoft.Security/locations/centralus/alerts/a`;
  const body = { resourceId, logicAppResourceId };
  const answer = await world.call('POST', '/tocsin/v1/manualTriggers', { body });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  assert.deepEqual(world.runs[0]?.identity.startedBy, {
    kind: 'Person',
    principal: 'Administrator',
    eventId: resourceId,
  });
});
