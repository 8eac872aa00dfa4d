/** Connectors of ticket systems, alarms and intelligence against services that behave as theirs do; no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { basicOnly, FakeService, headerOnly, member, type FakeRoute } from '../fakes/service.ts';
import { azureDevOps, jira, serviceNow } from '../fakes/ticket-systems.ts';
import { connect, connectionState, over, runOver } from './connector-runs.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';

/** One organization, signed in to by an access token. */
const devOps = azureDevOps((route) => basicOnly('', 'pat-hush', route));

const others: Readonly<Record<string, FakeRoute>> = {
  'POST /repos/{}/{}/issues': headerOnly('authorization', 'Bearer gh-hush', ({ body }, [owner, name]) => ({
    status: 201,
    body: { number: 7, title: (body as JsonObject).title ?? null, html_url: `${owner}/${name}` },
  })),
  'POST /incidents': headerOnly('authorization', 'Token token=pd-hush', ({ body }) => ({
    status: 201,
    body: { incident: { id: 'P1', ...member(body, 'incident') } },
  })),
  'POST /v2/alerts': headerOnly('authorization', 'GenieKey og-hush', () => ({
    status: 202,
    body: { result: 'Request will be processed', requestId: 'r-1' },
  })),
  'POST /v3/mail/send': headerOnly('authorization', 'Bearer SG.hush', ({ body }) =>
    (body as JsonObject).personalizations === undefined ? { status: 400 } : { status: 202 },
  ),
  'GET /api/v3/ip_addresses/{}': headerOnly('x-apikey', 'vt-hush', (_, [address]) => ({
    body: { data: { id: address ?? '', attributes: { last_analysis_stats: { malicious: 5 } } } },
  })),
  'GET /api/v2/check': headerOnly('key', 'ab-hush', ({ query }) => ({
    body: { data: { ipAddress: query.get('ipAddress'), abuseConfidenceScore: 100 } },
  })),
  'GET /v3/community/{}': headerOnly('key', 'gn-hush', (_, [ip]) => ({
    status: 404,
    body: { ip: ip ?? '', noise: false, message: 'IP not observed' },
  })),
};

describe('a ticket', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const service = new FakeService({ ...serviceNow('sn-hush'), ...jira('jira-hush'), ...devOps, ...others });
  before(() => Promise.all([server.start(), service.start()]));
  after(() => Promise.all([server.remove(), service.stop()]));

  /** A connection with an address of its own, or by a profile. */
  async function connected(api: string, values: JsonObject, endpoint = true): Promise<void> {
    if (endpoint) await server.call('PUT', `/tocsin/v1/connectorProfiles/${api}`, { body: { endpoint: service.url } });
    await connect(server, api, { parameterValues: values });
    assert.equal((await connectionState(server, api)).overallStatus, 'Connected');
  }

  async function answer(
    api: string,
    method: string,
    path: string,
    more: JsonObject = {},
  ): Promise<{ readonly status: Json | undefined; readonly body: JsonObject; readonly shown: string }> {
    const { outputs, inputs, properties } = await runOver(server, api, over(api, method, path, more));
    return {
      status: outputs.statusCode,
      body: (outputs.body ?? {}) as JsonObject,
      shown: JSON.stringify([inputs, outputs, properties]),
    };
  }

  test('is opened, read and closed in ServiceNow; one that is not there is a 404 to branch on', async () => {
    await connected('service-now', { instance: service.url, username: 'soc', password: 'sn-hush' }, false);
    const made = await answer('service-now', 'post', "/api/now/v2/table/@{encodeURIComponent('incident')}", {
      body: { short_description: 'x' },
      queries: { sysparm_display_value: false },
    });
    assert.equal(made.status, 201, made.shown);
    assert.equal(textOf(made.body.result, 'number'), 'INC0010001');
    assert.doesNotMatch(made.shown + JSON.stringify(await connectionState(server, 'service-now')), /sn-hush|c29jOnNu/);
    const closed = await answer('service-now', 'put', '/api/now/v2/table/incident/sys-1', { body: { state: '6' } });
    assert.equal(textOf(closed.body.result, 'state'), '6');
    const none = await answer('service-now', 'get', '/api/now/v2/table/incident/none');
    assert.equal(none.status, 404);
    assert.equal(textOf(none.body.error, 'message'), 'No Record found');
    assert.match(String(service.on('POST /api/now')[0]?.headers['idempotency-key']), /\/Call$/);
    await connected('service-now', { instance: service.url, username: 'soc', password: 'wrong' }, false);
    assert.equal((await answer('service-now', 'get', '/api/now/v2/table/incident/sys-1')).status, 401);
  });

  test('is an issue in Jira, with its project and its labels where Jira wants them', async () => {
    await connected('jira', { jirainstance: service.url, username: 'ana@example.com', password: 'jira-hush' }, false);
    const body = { fields: { summary: 's', issuetype: { id: '10002' }, labels: 'a b' } };
    const made = await answer('jira', 'post', '/issue', { body, queries: { projectKey: 'SOC' } });
    assert.equal(made.status, 201, made.shown);
    assert.equal(made.body.key, 'SOC-42');
    const refused = await answer('jira', 'post', '/v3/issue', { body });
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.body.errors, { project: 'project is required' });
    const comment = await answer('jira', 'post', "/issue/@{encodeURIComponent('SOC-42')}/comment", {
      body: { body: 'text' },
    });
    assert.deepEqual([comment.status, comment.body.id], [201, 'SOC-42']);
  });

  test('is a work item in Azure DevOps, its members as a JSON Patch', async () => {
    await connected('visualstudioteamservices', { pat: 'pat-hush' });
    const body = {
      title: 't',
      description: 'd',
      priority: '2',
      userEnteredFields: { Severity: '2 - High' },
      dynamicFields: { 'System.Tags': 'mdc' },
    };
    const made = await answer(
      'visualstudioteamservices',
      'patch',
      "/@{encodeURIComponent('SOC')}/_apis/wit/workitems/$@{encodeURIComponent('Bug')}",
      { body, queries: { account: 'contoso' } },
    );
    assert.equal(made.status, 200, made.shown);
    assert.deepEqual(made.body.fields, {
      'add /fields/System.Title': 't',
      'add /fields/System.Description': 'd',
      'add /fields/Microsoft.VSTS.Common.Priority': '2',
      'add /fields/Microsoft.VSTS.Common.Severity': '2 - High',
      'add /fields/System.Tags': 'mdc',
    });
  });

  test('wakes people, or is an issue, where each service takes its key', async () => {
    await connected('github', { token: 'gh-hush' });
    await connected('pagerduty', { api_key: 'pd-hush' });
    await connected('opsgenie', { api_key: 'og-hush' });
    await connected('sendgrid', { apiKey: 'SG.hush' });
    const issue = await answer('github', 'post', '/repos/contoso/soc/issues', { body: { title: 't' } });
    assert.deepEqual([issue.status, issue.body.number], [201, 7], issue.shown);
    const incident = await answer('pagerduty', 'post', '/incidents', { body: { incident: { title: 't' } } });
    assert.equal(textOf(incident.body.incident, 'title'), 't', incident.shown);
    assert.equal((await answer('opsgenie', 'post', '/v2/alerts', { body: { message: 'm' } })).status, 202);
    const mail = await answer('sendgrid', 'post', '/v4/mail/send', {
      body: { from: 'a@example.com', to: 'b@example.com', subject: 's', text: '<p>x</p>' },
    });
    assert.equal(mail.status, 202, mail.shown);
  });

  test('is looked into first: addresses at VirusTotal, AbuseIPDB and GreyNoise', async () => {
    await connected('virustotal', { api_key: 'vt-hush' });
    await connected('abuseipdb', { api_key: 'ab-hush' });
    await connected('greynoise', { api_key: 'gn-hush' });
    const report = await answer(
      'virustotal',
      'get',
      "/api/v3/ip_addresses/connectorV2/@{encodeURIComponent('203.0.113.7')}",
    );
    assert.equal(textOf(report.body.data, 'id'), '203.0.113.7', report.shown);
    const checked = await answer('abuseipdb', 'get', '/api/v2/check', { queries: { ipAddress: '203.0.113.7' } });
    assert.equal(member(checked.body, 'data').abuseConfidenceScore, 100);
    assert.equal((await answer('greynoise', 'get', '/v3/community/203.0.113.7')).status, 404);
  });

  test("of an operation that no connector has is the gateway's own 404", async () => {
    await connected('jira', { jirainstance: service.url, username: 'ana@example.com', password: 'jira-hush' }, false);
    const none = await answer('jira', 'get', '/datasets//files');
    assert.deepEqual([none.status, none.body], [404, { statusCode: 404, message: 'Resource not found' }]);
  });
});
