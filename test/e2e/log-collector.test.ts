/** A playbook that signs its records for the data collector of a workspace that is kept here. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { memberOf, textMember } from '#foundation';
import { TocsinServer, textOf } from './tocsin-server.ts';
import { runsGroup, runWorkflow, saveWorkflow } from './workflow-runs.ts';

const server = new TocsinServer();
before(() => server.start());
after(() => server.remove());

test('records that are sent to the address of a local workspace are rows of it; another address is not ours', async () => {
  const Send = {
    type: 'Http',
    inputs: {
      method: 'POST',
      uri: "https://@{triggerBody()?['customer']}.ods.opinsights.azure.com/api/logs?api-version=2016-04-01",
      headers: {
        Authorization: "@{triggerBody()?['authorization']}",
        'Content-Type': 'application/json',
        'Log-Type': 'Seen',
        'x-ms-date': "@{triggerBody()?['date']}",
      },
      body: "@triggerBody()?['records']",
    },
  };
  const id = await saveWorkflow(server, { actions: { Send } });
  const workspace = `${runsGroup}/providers/Microsoft.OperationalInsights/workspaces/law`;
  const version = 'api-version=2022-10-01';
  const made = await server.call('PUT', `${workspace}?${version}`, { body: { location: 'westeurope' } });
  const customer = textMember(made.body.properties, 'customerId') ?? '';
  const keys = await server.call('POST', `${workspace}/sharedKeys?${version}`);
  const records = [{ Host: 'a', Score: 3 }];
  const date = new Date().toUTCString();
  const signed = `POST\n${JSON.stringify(records).length}\napplication/json\nx-ms-date:${date}\n/api/logs`;
  const key = Buffer.from(textOf(keys.body, 'primarySharedKey'), 'base64');
  const signature = createHmac('sha256', key).update(signed, 'utf8').digest('base64');
  const body = { customer, date, records, authorization: `SharedKey ${customer}:${signature}` };
  const run = await runWorkflow(server, id, body);
  assert.equal(run.status, 'Succeeded');
  const asked = { query: 'Seen_CL | project Host_s, Score_d' };
  const answer = await server.call('POST', `/v1${workspace}/query`, { body: asked });
  const tables = memberOf(answer.body, 'tables');
  assert.deepEqual(memberOf((tables as never[])[0], 'rows'), [['a', 3]]);
  const forged = await runWorkflow(server, id, { ...body, authorization: `SharedKey ${customer}:${'A'.repeat(43)}=` });
  assert.equal(forged.status, 'Failed');
});
