/** Polling triggers over connections with real credentials: nothing twice, nothing lost over a kill; no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { basicOnly, FakeAuthority, FakeService } from '../fakes/service.ts';
import { jiraSearch } from '../fakes/ticket-systems.ts';
import { actionOf, connect, connectionId } from './connector-runs.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';
import { saveWorkflow } from './workflow-runs.ts';

const logic = 'api-version=2019-05-01';

describe('a logic app that polls', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '60' });
  const authority = new FakeAuthority();
  const issues: JsonObject[] = [];
  const assigned: JsonObject[] = [];
  const service: FakeService = new FakeService({
    ...authority.routes(),
    'GET /rest/api/2/search/jql': basicOnly('ana@example.com', 'jira-hush', jiraSearch(issues)),
    'GET /issues': authority.guarded(() => ({ body: assigned.toReversed() })),
    'GET /feed': () => ({
      headers: { 'content-type': 'application/rss+xml' },
      body: `<rss version="2.0"><channel>${assigned.map((_, at) => `<item><guid>${at}</guid><title>item ${at}</title></item>`).join('')}</channel></rss>`,
    }),
  });
  before(async () => {
    await Promise.all([server.start(), service.start()]);
    await connect(server, 'jira', {
      parameterValues: { jirainstance: service.url, username: 'ana@example.com', password: 'jira-hush' },
    });
  });
  after(() => Promise.all([server.remove(), service.stop()]));

  const save = (api: string, path: string, queries: JsonObject, splitOn: string, seen: string): Promise<string> => {
    const host = { connection: { name: `@parameters('$connections')['${api}']['connectionId']` } };
    const t = {
      type: 'ApiConnection',
      inputs: { host, method: 'get', path, queries },
      recurrence: { frequency: 'Second', interval: 20 },
      splitOn,
    };
    const value = { [api]: { connectionId: connectionId(api), connectionName: api, id: 'api' } };
    return saveWorkflow(
      server,
      {
        parameters: { $connections: { type: 'Object', defaultValue: {} } },
        triggers: { t },
        actions: { Seen: { type: 'Compose', inputs: seen } },
      },
      { properties: { parameters: { $connections: { value } } } },
    );
  };

  async function seen(id: string): Promise<readonly string[]> {
    const { body } = await server.call('GET', `${id}/runs?${logic}`);
    const runs = (body.value ?? []).map((run) => textOf(run, 'id'));
    for (const run of runs) await server.finishedRun(run);
    return (
      await Promise.all(runs.map(async (run) => textOf(await actionOf(server, run, 'Seen'), 'outputs')))
    ).toSorted();
  }

  const polls = (path: string): number => service.on(`GET ${path}`).length;
  const morePolls = async (path: string, count: number): Promise<void> => {
    const until = polls(path) + count;
    await server.eventually(async () => (polls(path) >= until ? true : undefined), `${count} more polls of ${path}`);
  };
  const until = (id: string, count: number): Promise<unknown> =>
    server.eventually(async () => ((await seen(id)).length >= count ? true : undefined), `${count} runs`);

  const newIssue = (key: string): JsonObject => ({
    id: key,
    key,
    fields: { summary: `about ${key}`, created: new Date().toISOString() },
  });

  test('Jira starts one run for each new issue, also over a kill in between', async () => {
    issues.push(newIssue('SOC-1'));
    const id = await save(
      'jira',
      '/new_issue_trigger/search',
      { projectKey: 'SOC' },
      '@triggerBody()',
      "@triggerBody()?['key']",
    );
    await morePolls('/rest/api/2/search/jql', 1);
    issues.push(newIssue('SOC-2'), newIssue('SOC-3'));
    await until(id, 2);
    await server.stop('SIGKILL');
    issues.push(newIssue('SOC-4'));
    await server.start();
    await until(id, 3);
    await morePolls('/rest/api/2/search/jql', 2);
    assert.deepEqual(await seen(id), ['SOC-2', 'SOC-3', 'SOC-4']);
    await server.call('POST', `${id}/disable?${logic}`);
  });

  test('GitHub asks as the person who signed in, and a feed is read at its own address', async () => {
    await server.call('PUT', '/tocsin/v1/connectorProfiles/github', {
      body: {
        endpoint: service.url,
        authorizationUrl: `${service.url}/authorize`,
        tokenUrl: `${service.url}/token`,
        ...authority.client,
      },
    });
    await connect(server, 'github');
    await connect(server, 'rss');
    const listed = await server.call('POST', `${connectionId('github')}/listConsentLinks?api-version=2016-06-01`, {
      body: { parameters: [{ parameterName: 'token' }] },
    });
    const sent = await fetch(textOf(listed.body.value?.[0], 'link'), { redirect: 'manual' });
    assert.equal((await fetch(sent.headers.get('location') ?? '', { method: 'POST' })).status, 200);
    const opened = await save('github', '/trigger/issueOpened', {}, '@triggerBody()', "@triggerBody()?['title']");
    const feedUrl = `${service.url}/feed`;
    const fed = await save('rss', '/OnNewFeed', { feedUrl }, "@triggerBody()?['value']", "@triggerBody()?['title']");
    await Promise.all([morePolls('/issues', 1), morePolls('/feed', 1)]);
    assigned.push({ id: 1, title: 'one', state: 'open', created_at: new Date().toISOString() });
    await Promise.all([until(opened, 1), until(fed, 1)]);
    await Promise.all([morePolls('/issues', 2), morePolls('/feed', 2)]);
    assert.deepEqual([await seen(opened), await seen(fed)], [['one'], ['item 0']]);
    for (const id of [opened, fed]) await server.call('POST', `${id}/disable?${logic}`);
  });

  test('a trigger that no connector has is named by preflight, and fails with its first poll', async () => {
    const id = await save('jira', '/updated_issue_trigger/search', {}, '@triggerBody()', 'x');
    const { body } = await server.call('POST', '/tocsin/v1/preflight', { body: { workflowIds: [id] } });
    assert.match(JSON.stringify(body), /updated_issue_trigger/);
    const failed = await server.eventually(async () => {
      const histories = await server.call('GET', `${id}/triggers/t/histories?${logic}`);
      return histories.body.value?.[0];
    }, 'a poll');
    assert.deepEqual([textOf(failed.properties, 'status'), textOf(failed.properties, 'code')], ['Failed', 'NotFound']);
  });
});
