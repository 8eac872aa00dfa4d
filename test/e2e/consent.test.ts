/** Connections that people sign in: consent with PKCE, refresh, profiles; Teams, Slack and mail through them, no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { FakeGraph } from '../fakes/graph.ts';
import { FakeAuthority, FakeService } from '../fakes/service.ts';
import {
  actionOf,
  connect,
  connectionId,
  connectionState,
  over,
  runOver,
  saveConnected,
  startWaiting,
} from './connector-runs.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';

describe('connections that people sign in', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const authority = new FakeAuthority();
  const graph = new FakeGraph(authority);
  const service: FakeService = new FakeService({
    ...authority.routes(),
    ...graph.routes(() => service.url),
    'POST /api/chat.postMessage': authority.guarded(({ body }) =>
      (body as JsonObject).channel === 'C1'
        ? { body: { ok: true, channel: 'C1', ts: '1.2', message: { text: (body as JsonObject).text ?? '' } } }
        : { body: { ok: false, error: 'channel_not_found' } },
    ),
  });
  const version = 'api-version=2016-06-01';

  before(async () => {
    await Promise.all([server.start(), service.start()]);
  });
  after(() => Promise.all([server.remove(), service.stop()]));

  const putProfile = (api: string, more: JsonObject = {}) =>
    server.call('PUT', `/tocsin/v1/connectorProfiles/${api}`, {
      body: {
        endpoint: service.url,
        authorizationUrl: `${service.url}/authorize`,
        tokenUrl: `${service.url}/token`,
        ...authority.client,
        ...more,
      },
    });

  /** Goes to the service as a browser does; the answer is where it was sent back to. */
  async function visit(link: string): Promise<string> {
    const response = await fetch(link, { redirect: 'manual' });
    assert.equal(response.status, 302, await response.text());
    return response.headers.get('location') ?? '';
  }

  async function consentLink(name: string, more: JsonObject = {}): Promise<string> {
    const listed = await server.call('POST', `${connectionId(name)}/listConsentLinks?${version}`, {
      body: { parameters: [{ parameterName: 'token', ...more }] },
    });
    assert.equal(listed.status, 200, listed.text);
    return textOf(listed.body.value?.[0], 'link');
  }

  async function signIn(name: string): Promise<void> {
    const back = await visit(await consentLink(name));
    const page = await fetch(back);
    assert.match(await page.text(), /<form method="post">/);
    const confirmed = await fetch(back, { method: 'POST' });
    assert.equal(confirmed.status, 200, await confirmed.text());
  }

  test('need an application, named once in a profile that shows no secret', async () => {
    await connect(server, 'teams');
    const refused = await server.call('POST', `${connectionId('teams')}/listConsentLinks?${version}`, {
      body: { parameters: [] },
    });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /connectorProfiles\/teams.*oauth\/callback/);
    const put = await putProfile('teams');
    assert.equal(put.status, 201, put.text);
    assert.doesNotMatch(put.text, /app-hush/);
    assert.equal(put.body.hasClientSecret, true);
    const unknown = await server.call('PUT', '/tocsin/v1/connectorProfiles/teams', { body: { clientsecrets: 'x' } });
    assert.equal(unknown.status, 400);
  });

  test('are signed in by going to the link and pressing the button', async () => {
    await signIn('teams');
    const state = await connectionState(server, 'teams');
    assert.equal(state.overallStatus, 'Connected');
    assert.deepEqual(state.authenticatedUser, { name: 'ana@example.com' });
    assert.doesNotMatch(JSON.stringify(state), /access-|refresh-/);
    const link = textOf((state.testLinks as readonly JsonObject[])[0], 'requestUri');
    assert.equal((await server.call('GET', link)).status, 200);
  });

  test('post messages to channels and to people', async () => {
    const channel = '/beta/teams/conversation/message/poster/Flow bot/location/Channel';
    const body = {
      recipient: { groupId: 'g-1', channelId: '19:c@thread.tacv2' },
      messageBody: '<p>hi</p>',
      subject: 's',
    };
    const { outputs } = await runOver(server, 'teams', over('teams', 'post', channel, { body }));
    assert.equal(outputs.statusCode, 201, JSON.stringify(outputs));
    assert.equal((outputs.body as JsonObject).id, '1763630400000');
    assert.equal(graph.messages.at(-1)?.place, 'g-1/19:c@thread.tacv2');
    const user = await runOver(
      server,
      'teams',
      over('teams', 'post', '/flowbot/actions/notification/recipienttypes/user', {
        body: { recipient: { to: 'bo@example.com' }, messageTitle: 't', messageBody: 'm' },
      }),
    );
    assert.equal(user.outputs.statusCode, 201, JSON.stringify(user.outputs));
    assert.equal(graph.messages.at(-1)?.place, 'chat 19:chat@unq.gbl.spaces');
  });

  test('refuse a card whose text is broken by what was put into it', async () => {
    const path = '/v1.0/teams/conversation/adaptivecard/poster/Flow bot/location/Channel';
    const body = {
      recipient: { groupId: 'g', channelId: 'c' },
      messageBody: '{"type":"AdaptiveCard","body":[{"text":"a "quoted" name"}]}',
    };
    const sent = graph.messages.length;
    const { outputs } = await runOver(server, 'teams', over('teams', 'post', path, { body }));
    assert.equal(outputs.statusCode, 400);
    assert.match(JSON.stringify(outputs.body), /not valid JSON/);
    assert.equal(graph.messages.length, sent);
  });

  test('wait for the answer to a card, given on a page with its inputs', async () => {
    const card = {
      type: 'AdaptiveCard',
      version: '1.2',
      body: [
        { type: 'TextBlock', size: 'Large', text: 'Incident <1>' },
        { type: 'FactSet', facts: [{ title: 'Host', value: 'sql01' }] },
        {
          type: 'Input.ChoiceSet',
          id: 'incidentSeverity',
          value: 'Low',
          choices: [
            { title: 'High', value: 'High' },
            { title: 'Low', value: 'Low' },
          ],
        },
        { type: 'Input.Toggle', id: 'isolate', title: 'Isolate', valueOn: 'yes', valueOff: 'no' },
      ],
      actions: [
        { type: 'Action.Submit', title: 'Ignore', data: { x: 'ignore' } },
        { type: 'Action.Submit', title: 'Change', data: { x: 'change' } },
      ],
    };
    const body = {
      notificationUrl: '@{listCallbackUrl()}',
      body: {
        messageBody: JSON.stringify(card),
        recipient: { channelId: '19:c@thread.tacv2' },
        updateMessage: 'Noted.',
      },
    };
    const ask = over(
      'teams',
      'post',
      '/flowbot/actions/flowcontinuation/recipienttypes/channel/$subscriptions',
      { body, queries: { groupId: 'g-2' } },
      'ApiConnectionWebhook',
    );
    const run = await startWaiting(server, await saveConnected(server, ['teams'], { Ask: ask }));
    const posted = await server.eventually(
      async () => graph.messages.find(({ place }) => place.startsWith('g-2')),
      'the card',
    );
    const attachment = ((posted.request.body as JsonObject).attachments as readonly JsonObject[])[0];
    const shown = JSON.parse(textOf(attachment, 'content')) as {
      readonly actions: readonly { readonly url: string }[];
    };
    assert.doesNotMatch(JSON.stringify(shown), /Input\.|Action\.Submit/);
    const link = shown.actions[0]?.url ?? '';
    const page = await (await fetch(link)).text();
    assert.match(page, /<h1>Incident &lt;1&gt;<\/h1><dl><dt>Host<\/dt><dd>sql01<\/dd><\/dl>/);
    assert.match(page, /<option value="Low" selected>Low<\/option>/);
    const fields = new URLSearchParams([
      ['incidentSeverity', 'High'],
      ['isolate', 'no'],
      ['isolate', 'yes'],
      ['$by', 'bo@example.com'],
      ['$action', '1'],
    ]);
    const pressed = await (await fetch(link, { method: 'POST', body: fields })).text();
    assert.match(pressed, /Noted\.\s+Answered by bo@example.com/);
    assert.equal(((await server.finishedRun(run)).properties as JsonObject).status, 'Succeeded');
    const { outputs } = await actionOf(server, run, 'Ask');
    const answer = (outputs as JsonObject).body as JsonObject;
    assert.equal(answer.submitActionId, 'Change');
    assert.deepEqual(answer.data, { x: 'change', incidentSeverity: 'High', isolate: 'yes' });
  });

  test('send mail through Graph, large attachments in pieces and without the token', async () => {
    await putProfile('office365');
    await connect(server, 'office365');
    await signIn('office365');
    const small = {
      To: 'bo@example.com',
      Subject: 's',
      Body: 'x',
      Attachments: [{ Name: 'a.txt', ContentBytes: 'aGk=' }],
    };
    const sent = await runOver(server, 'office365', over('office365', 'post', '/v2/Mail', { body: small }));
    assert.equal(sent.outputs.statusCode, 200, JSON.stringify(sent.outputs));
    assert.match(graph.mails.at(-1)?.text ?? '', /"contentId":"a.txt"/);
    const content = `@base64(replace('${'x'.repeat(35)}', 'x', variables('Block')))`;
    const id = await saveConnected(server, ['office365'], {
      Block: {
        type: 'InitializeVariable',
        inputs: { variables: [{ name: 'Block', type: 'string', value: 'y'.repeat(100_000) }] },
      },
      Send: {
        ...over('office365', 'post', '/v2/Mail', {
          body: { ...small, Attachments: [{ Name: 'big.bin', ContentBytes: content }] },
        }),
        runAfter: { Block: ['Succeeded'] },
      },
    });
    const run = await startWaiting(server, id);
    assert.equal(((await server.finishedRun(run)).properties as JsonObject).status, 'Succeeded');
    assert.equal(graph.uploads.get('big.bin'), 3_500_000);
    assert.equal(graph.sentDrafts, 1);
  });

  test('renew their token before it ends, and say when that is refused', async () => {
    authority.expiresIn = 60;
    await putProfile('slack');
    await connect(server, 'slack');
    await signIn('slack');
    const post = () =>
      runOver(server, 'slack', over('slack', 'post', '/chat.postMessage', { queries: { channel: 'C1', text: 'hi' } }));
    const { outputs } = await post();
    assert.equal((outputs.body as JsonObject).ts, '1.2', JSON.stringify(outputs));
    assert.equal(authority.refreshes, 1);
    const missing = await runOver(
      server,
      'slack',
      over('slack', 'post', '/v2/chat.postMessage', { body: { channel: 'C9', text: 'hi' } }),
    );
    assert.equal(missing.outputs.statusCode, 400);
    authority.refuseRefresh = true;
    const refused = await post();
    assert.equal(refused.outputs.statusCode, 401);
    const { statuses } = await connectionState(server, 'slack');
    assert.match(
      JSON.stringify(statuses),
      /"status":"Error","target":"token","error":\{"code":"Unauthorized","message":"Failed to refresh access token for service: Slack/,
    );
    authority.refuseRefresh = false;
    authority.expiresIn = 3600;
    await signIn('slack');
    assert.equal((await connectionState(server, 'slack')).overallStatus, 'Connected');
  });

  test('give their code to the caller that asked with a redirect, once, for that connection only', async () => {
    await connect(server, 'slack', {}, 'slack-2');
    const back = await visit(await consentLink('slack-2', { redirectUrl: 'http://localhost:9/done' }));
    const done = new URL(await visit(back));
    assert.equal(done.host, 'localhost:9');
    const code = done.searchParams.get('code') ?? '';
    const confirm = (name: string) =>
      server.call('POST', `${connectionId(name)}/confirmConsentCode?${version}`, { body: { code } });
    assert.equal((await confirm('slack')).status, 400);
    const confirmed = await confirm('slack-2');
    assert.equal(confirmed.status, 200, confirmed.text);
    assert.equal((confirmed.body.properties as JsonObject).overallStatus, 'Connected');
    assert.equal((await confirm('slack-2')).status, 400);
  });

  test('without credentials take those of a profile that is shared with them, and no others', async () => {
    await connect(server, 'slack', {}, 'slack-3');
    assert.equal((await connectionState(server, 'slack-3')).overallStatus, 'Error');
    await putProfile('slack', { sharedWith: ['/'], grantType: 'client_credentials', scopes: ['x'] });
    assert.equal((await connectionState(server, 'slack-3')).overallStatus, 'Connected');
    const { outputs } = await runOver(
      server,
      'slack-3',
      over('slack-3', 'post', '/chat.postMessage', { queries: { channel: 'C1', text: 'hi' } }),
    );
    assert.equal(outputs.statusCode, 200, JSON.stringify(outputs));
    await putProfile('service-now', { sharedWith: ['/'], parameterValues: { username: 'soc', password: 'hush' } });
    await connect(server, 'service-now', { parameterValues: { instance: 'http://127.0.0.1:9' } });
    const lured = await runOver(server, 'service-now', over('service-now', 'get', '/api/now/v2/table/incident', {}));
    // The profile says where its credential goes, whatever the connection names.
    assert.equal(lured.outputs.statusCode, 404, JSON.stringify(lured));
    assert.equal(service.requests.at(-1)?.headers.authorization, `Basic ${Buffer.from('soc:hush').toString('base64')}`);
  });
});
