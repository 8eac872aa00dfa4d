/** The activity log through `@azure/arm-monitor`. Rules: `Microsoft.Insights/eventtypes/management/values`. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MonitorClient } from '@azure/arm-monitor';
import { AzureCloud, roleIds, subscription, subscriptionId } from './azure-cloud.ts';
import { all, Watch } from './watched-client.ts';

const cloud = new AzureCloud();
const watch = new Watch('@azure/arm-monitor', 'MonitorClient');
const since = `eventTimestamp ge '${new Date(Date.now() - 3_600_000).toISOString()}'`;
let client: MonitorClient;

before(async () => {
  await cloud.start();
  client = watch.over(new MonitorClient(await cloud.signedIn(), subscriptionId, { endpoint: cloud.endpoint }));
  await cloud.group('rg');
});
after(() => cloud.stop());

test('what was written shows in the activity log of the subscription, with who did it and when', async () => {
  const group = `${subscription}/resourceGroups/rg`;
  const events = await all(client.activityLogs.list(`${since} and resourceGroupName eq 'rg'`));
  const written = events.find(({ resourceId }) => resourceId?.toLowerCase() === group.toLowerCase());
  assert.equal(written?.operationName?.value, 'Microsoft.Resources/subscriptions/resourceGroups/write');
  assert.ok(written.eventTimestamp instanceof Date);
  assert.notEqual(written.caller, undefined);
});

test('the log of the tenant is for those who may read there', async () => {
  assert.ok((await all(client.tenantActivityLogs.list({ filter: since }))).length > 0);
  const credential = await cloud.signedIn(roleIds.reader, subscription);
  const reader = new MonitorClient(credential, subscriptionId, { endpoint: cloud.endpoint });
  assert.ok((await all(reader.activityLogs.list(since))).length > 0);
  await assert.rejects(
    all(reader.tenantActivityLogs.list({ filter: since })),
    (error: { statusCode?: number }) => error.statusCode === 403,
  );
});
