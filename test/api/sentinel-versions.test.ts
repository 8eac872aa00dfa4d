/** Sentinel's own resources at the versions that published playbooks name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { group, securityWorld } from '../service/security-harness.ts';

test('incidents and watchlists answer every published version, previews included, and refuse a made-up one', async () => {
  const made = await securityWorld();
  const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/ws`;
  await made.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  await made.call('PUT', `${workspace}?api-version=2022-10-01`, { body: { location: 'westeurope' } });
  const incidents = `${workspace}/providers/Microsoft.SecurityInsights/incidents`;
  for (const version of ['2019-01-01-preview', '2021-03-01-preview', '2021-10-01-preview', '2023-02-01-preview']) {
    assert.equal((await made.call('GET', `${incidents}?api-version=${version}`)).status, 200, version);
  }
  assert.equal((await made.call('GET', `${incidents}?api-version=2021-10-02`)).status, 400);
  const keys = `${workspace}/listKeys`;
  for (const version of ['2015-11-01-preview', '2017-04-26-preview', '2021-06-01']) {
    assert.equal((await made.call('POST', `${keys}?api-version=${version}`)).status, 200, version);
  }
});
