/** Messages to Teams as Microsoft Graph and webhooks take them: answers, changed cards, mentions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  callOperation,
  findOperation,
  type OperationOutcome,
  type ServiceAnswer,
  type ServiceRequest,
  shippedConnector,
} from '#connectors';
import { isFault, type JsonObject } from '#foundation';

const people: Readonly<Record<string, JsonObject>> = {
  'ana@example.com': { id: 'u-1', displayName: 'Ana & Co', userPrincipalName: 'ana@example.com' },
};

/** A Graph that knows Ana, and takes messages into channels. */
function graph(requests: ServiceRequest[]) {
  return async (request: ServiceRequest): Promise<ServiceAnswer> => {
    requests.push(request);
    const name = decodeURIComponent(/^\/v1\.0\/users\/([^?/]+)/.exec(request.path)?.[1] ?? '');
    if (name !== '') {
      const user = people[name];
      return user === undefined
        ? { status: 404, headers: {}, body: { error: { code: 'Request_ResourceNotFound' } } }
        : { status: 200, headers: {}, body: user };
    }
    if (request.method === 'PATCH') return { status: 204, headers: {} };
    return { status: 201, headers: {}, body: { id: '17', webUrl: 'https://teams.test/m/17' } };
  };
}

async function call(
  method: string,
  path: string,
  body: JsonObject = {},
  connection: Readonly<Record<string, string>> = {},
): Promise<{ readonly outcome: OperationOutcome; readonly requests: readonly ServiceRequest[] }> {
  const teams = shippedConnector('teams');
  const found = teams === undefined ? undefined : findOperation(teams, method, path);
  assert.ok(found !== undefined, path);
  const requests: ServiceRequest[] = [];
  const input = { key: 'k', path: found.path, query: {}, headers: {}, body, connection };
  const outcome = await callOperation(graph(requests), found.operation, input);
  return { outcome, requests };
}

const channel = { groupId: 'g', channelId: '19:c@thread.tacv2' };
const at = (name: string): string => `/v1.0/teams/conversation/${name}/poster/Flow bot/location/Channel`;
const messages = '/v1.0/teams/g/channels/19%3Ac%40thread.tacv2/messages';
const card = JSON.stringify({ type: 'AdaptiveCard', version: '1.4', body: [] });

test('a message of a channel is answered below it, and a card is put in the place of another', async () => {
  const reply = await call('POST', at('replyWithMessage'), {
    parentMessageId: '9',
    recipient: channel,
    messageBody: '<p>ok</p>',
  });
  assert.deepEqual(
    reply.requests.map(({ method, path }) => `${method} ${path}`),
    [`POST ${messages}/9/replies`],
  );
  const shown = await call('POST', at('replyWithAdaptivecard'), {
    parentMessageId: '9',
    recipient: channel,
    messageBody: card,
  });
  assert.match(JSON.stringify(shown.requests[0]?.body), /vnd\.microsoft\.card\.adaptive/);
  const update = await call('POST', at('updateAdaptivecard'), {
    messageId: '9',
    recipient: channel,
    messageBody: card,
  });
  assert.deepEqual(
    update.requests.map(({ method, path }) => `${method} ${path}`),
    [`PATCH ${messages}/9`],
  );
  assert.ok('status' in update.outcome && update.outcome.status === 200);
  const none = await call('POST', at('replyWithMessage'), { recipient: channel, messageBody: 'x' });
  assert.ok(isFault(none.outcome) && none.requests.length === 0, 'which message is not said');
});

test('a token mentions a person whom Graph knows; one of nobody stays text', async () => {
  const token = await call('GET', '/v1.0/users/ana%40example.com');
  assert.ok('body' in token.outcome);
  assert.deepEqual(token.outcome.body, { atMention: '<at>ana@example.com</at>' });
  const { requests } = await call('POST', '/beta/teams/conversation/message/poster/User/location/Channel', {
    recipient: channel,
    messageBody: '<p><at>ana@example.com</at> and <at>nobody</at></p>',
  });
  const body = requests.at(-1)?.body as JsonObject;
  assert.deepEqual(body['body'], {
    contentType: 'html',
    content: '<p><at id="0">Ana &amp; Co</at> and <at>nobody</at></p>',
  });
  assert.deepEqual(body['mentions'], [
    {
      id: 0,
      mentionText: 'Ana & Co',
      mentioned: { user: { id: 'u-1', displayName: 'Ana & Co', userIdentityType: 'aadUser' } },
    },
  ]);
});

test('a webhook gets an envelope with a card that keeps links, emphasis and mentions, and answers nothing below', async () => {
  const webhook = { webhookUrl: 'https://prod.example.com/workflows/hook?sig=s' };
  const sent = await call(
    'POST',
    '/beta/teams/conversation/message/poster/Flow bot/location/Channel',
    {
      recipient: channel,
      subject: 'Alert',
      messageBody: '<p><b>High</b> on <a href="https://p.example.com/a">sql01</a>, <at>ana@example.com</at></p>',
    },
    webhook,
  );
  const [request] = sent.requests;
  assert.deepEqual([request?.path, request?.bare, sent.requests.length], [webhook.webhookUrl, true, 1]);
  const { type, attachments } = (request?.body ?? {}) as {
    readonly type: string;
    readonly attachments: readonly JsonObject[];
  };
  const content = attachments[0]?.['content'] as JsonObject;
  assert.equal(type, 'message');
  assert.deepEqual(
    (content['body'] as readonly JsonObject[]).at(-1)?.['text'],
    '**High** on [sql01](https://p.example.com/a), <at>ana@example.com</at>',
  );
  assert.deepEqual(content['msteams'], {
    entities: [
      {
        type: 'mention',
        text: '<at>ana@example.com</at>',
        mentioned: { id: 'ana@example.com', name: 'ana@example.com' },
      },
    ],
  });
  const reply = await call(
    'POST',
    at('replyWithMessage'),
    { parentMessageId: '9', recipient: channel, messageBody: 'x' },
    webhook,
  );
  assert.ok(isFault(reply.outcome) && reply.requests.length === 0);
});
