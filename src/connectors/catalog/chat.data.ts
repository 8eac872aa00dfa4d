/** Connectors that post to people: Teams, Slack. Source: connectors reference 3.1, 3.3, 3.6. */
import { isFault, isJsonObject, type Json, type JsonObject, memberIgnoringCase } from '#foundation';
import { cardOf, cardQuestion } from './adaptive-card.ts';
import { mentionToken } from './teams-mentions.ts';
import { postBelow, postToTeams, type TeamsMessage } from './teams.ts';
import {
  action,
  type Connector,
  entra,
  objectOf,
  type Operation,
  type OperationInput,
  secret,
  token,
  type ServiceMapping,
} from './connector.ts';
import { teamsTriggers } from './graph-triggers.ts';

const graph = 'https://graph.microsoft.com';

const posted = {
  status: 201,
  body: {
    id: '1763630400000',
    messageLink: 'https://teams.example/l/message/19:0a1b2c3d4e5f@thread.tacv2/1763630400000',
    conversationId: '19:0a1b2c3d4e5f@thread.tacv2',
  },
} as const;

const responded = {
  responseTime: '2026-11-20T09:20:11.004Z',
  responder: {
    objectId: '6f0b5f3e-6d0e-4f9a-9c51-3d0e7a6f1b11',
    tenantId: '00000000-0000-4000-8000-000000000000',
    email: 'ana.ferreira@example.com',
    userPrincipalName: 'ana.ferreira@example.com',
    displayName: 'Ana Ferreira',
  },
  submitActionId: 'Submit',
  messageId: '1763630400000',
  messageLink: null,
  data: {},
} as const;

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** `messageBody` with `subject` or `messageTitle`; older forms have the content in `body`. */
function messageOf({ body }: OperationInput): TeamsMessage {
  const content = memberIgnoringCase(body ?? null, 'body');
  const html = memberIgnoringCase(body ?? null, 'messageBody') ?? memberIgnoringCase(content ?? null, 'content');
  const subject = memberIgnoringCase(body ?? null, 'subject') ?? memberIgnoringCase(body ?? null, 'messageTitle');
  return { html: textOf(html), ...(typeof subject === 'string' && subject !== '' ? { subject } : {}) };
}

const message: Pick<Operation, 'perform'> = { perform: (send, input) => postToTeams(send, input, messageOf(input)) };

const card: Pick<Operation, 'perform'> = {
  perform: (send, input) => {
    const content = cardOf(memberIgnoringCase(input.body ?? null, 'messageBody'));
    return isFault(content) ? Promise.resolve(content) : postToTeams(send, input, { html: '', card: content });
  },
};

/** What a message of a channel is answered with, or changed to. */
function below(how: 'reply' | 'update', what: 'message' | 'card'): Pick<Operation, 'perform'> {
  return {
    perform: (send, input) => {
      if (what === 'message') return postBelow(send, input, messageOf(input), how);
      const content = cardOf(memberIgnoringCase(input.body ?? null, 'messageBody'));
      return isFault(content) ? Promise.resolve(content) : postBelow(send, input, { html: '', card: content }, how);
    },
  };
}

function cardAndWait(id: string, path: string, summary: string, answer: Operation['answer']): Operation {
  const question: Operation['question'] = ({ body }) => cardQuestion(body);
  return action(id, `POST ${path}`, summary, answer, { kind: 'subscription', callback: responded, question });
}

const conversation = '/teams/conversation';
const channelPath = '/beta/teams/{groupId}/channels/{channelId}';
const team = { id: '02bd9fd6-8f93-4758-87c3-1fb73740a315', displayName: 'SOC', description: '' } as const;
const channel = { id: '19:0a1b2c3d4e5f@thread.tacv2', displayName: 'Incidents', membershipType: 'standard' } as const;
const channelMessage = {
  id: '1763630400000',
  messageType: 'message',
  createdDateTime: '2026-11-20T09:20:00Z',
  importance: 'normal',
  subject: null,
  body: { contentType: 'html', content: '<p>Looking at it</p>' },
  from: { user: { id: '6f0b5f3e-6d0e-4f9a-9c51-3d0e7a6f1b11', displayName: 'Ana Ferreira' } },
} as const;

const teamsOperations: readonly Operation[] = [
  action(
    'PostMessageToChannelV3',
    'POST /v3/beta/teams/{groupId}/channels/{channelId}/messages',
    'Post a message (V3)',
    {
      status: 201,
      body: {
        id: '1763630400000',
        messageType: 'message',
        importance: 'normal',
        subject: null,
        body: { contentType: 'html', content: '' },
      },
    },
    message,
  ),
  action(
    'PostMessageToChannelV2',
    'POST /v2/beta/teams/{groupId}/channels/{channelId}/messages',
    'Post a message (V2)',
    posted,
    message,
  ),
  action(
    'PostMessageToChannel',
    'POST /beta/teams/{groupId}/channels/{channelId}/messages',
    'Post a message',
    posted,
    message,
  ),
  action(
    'PostReplyToMessageV2',
    'POST /v2/beta/teams/{groupId}/channels/{channelId}/messages/{messageId}/replies',
    'Reply to a message (V2)',
    posted,
    {
      call: { to: 'POST /v1.0/teams/{groupId}/channels/{channelId}/messages/{messageId}/replies' },
    },
  ),
  action(
    'PostMessageToConversation',
    `POST /beta${conversation}/message/poster/{poster}/location/{location}`,
    'Post message in a chat or channel',
    posted,
    message,
  ),
  action(
    'PostCardToConversation',
    `POST /v1.0${conversation}/adaptivecard/poster/{poster}/location/{location}`,
    'Post card in a chat or channel',
    posted,
    card,
  ),
  action(
    'ReplyWithMessageToConversation',
    `POST /v1.0${conversation}/replyWithMessage/poster/{poster}/location/{location}`,
    'Reply with a message in a channel',
    posted,
    below('reply', 'message'),
  ),
  action(
    'ReplyWithCardToConversation',
    `POST /v1.0${conversation}/replyWithAdaptivecard/poster/{poster}/location/{location}`,
    'Reply with an adaptive card in a channel',
    posted,
    below('reply', 'card'),
  ),
  action(
    'UpdateCardInConversation',
    `POST /v1.0${conversation}/updateAdaptivecard/poster/{poster}/location/{location}`,
    'Update an adaptive card in a chat or channel',
    { status: 200, body: { id: '1763630400000', conversationId: '19:0a1b2c3d4e5f@thread.tacv2' } },
    below('update', 'card'),
  ),
  action(
    'AtMentionUser',
    'GET /v1.0/users/{userId}',
    'Get an @mention token for a user',
    { status: 200, body: { atMention: '<at>ana.ferreira@example.com</at>' } },
    {
      call: {
        query: () => ({ $select: 'id,displayName,userPrincipalName' }),
        answer: (answer) =>
          answer.status >= 300 ? answer : { ...answer, body: { atMention: mentionToken(answer.body) } },
      },
    },
  ),
  action(
    'PostChannelNotification',
    'POST /flowbot/actions/notification/recipienttypes/channel',
    'Post a message as the bot to a channel',
    { status: 201 },
    message,
  ),
  action(
    'PostUserNotification',
    'POST /flowbot/actions/notification/recipienttypes/user',
    'Post a message as the bot to a user',
    { status: 201 },
    message,
  ),
  action(
    'PostChannelAdaptiveCard',
    'POST /flowbot/actions/adaptivecard/recipienttypes/channel',
    'Post an adaptive card to a channel',
    posted,
    card,
  ),
  action(
    'PostUserAdaptiveCard',
    'POST /flowbot/actions/adaptivecard/recipienttypes/user',
    'Post an adaptive card to a user',
    posted,
    card,
  ),
  cardAndWait(
    'SubscribeChannelFlowContinuation',
    '/flowbot/actions/flowcontinuation/recipienttypes/channel/$subscriptions',
    'Post an Adaptive Card to a Teams channel and wait for a response',
    { status: 201 },
  ),
  cardAndWait(
    'SubscribeUserFlowContinuation',
    '/flowbot/actions/flowcontinuation/recipienttypes/user/$subscriptions',
    'Post an Adaptive Card to a Teams user and wait for a response',
    { status: 201 },
  ),
  cardAndWait(
    'PostCardAndWaitForResponse',
    `/v1.0${conversation}/gatherinput/poster/{poster}/location/{location}/$subscriptions`,
    'Post adaptive card and wait for a response',
    posted,
  ),
  action(
    'GetAllTeams',
    'GET /beta/me/joinedTeams',
    'List teams',
    { status: 200, body: { value: [{ id: '0f1e2d3c-0000-4000-8000-000000000001', displayName: 'Security' }] } },
    { call: { to: 'GET /v1.0/me/joinedTeams' } },
  ),
  action(
    'GetChannelsForGroup',
    'GET /beta/groups/{groupId}/channels',
    'List channels',
    { status: 200, body: { value: [{ id: '19:0a1b2c3d4e5f@thread.tacv2', displayName: 'Incidents' }] } },
    {
      call: { to: 'GET /v1.0/teams/{groupId}/channels' },
    },
  ),
  action(
    'GetTeam',
    'GET /beta/teams/{teamId}',
    'Get a team',
    { status: 200, body: team },
    {
      call: { to: 'GET /v1.0/teams/{teamId}' },
    },
  ),
  action('GetAllAssociatedTeams', 'GET /v1.0/me/teamwork/associatedTeams', 'List associated teams', {
    status: 200,
    body: { value: [team] },
  }),
  action(
    'GetChannel',
    `GET ${channelPath}`,
    'Get details for a specific channel in a team',
    { status: 200, body: channel },
    {
      call: { to: `GET ${channelPath.replace('beta', 'v1.0')}` },
    },
  ),
  action(
    'CreateChannel',
    'POST /beta/groups/{groupId}/channels',
    'Create a channel',
    { status: 201, body: channel },
    { call: { to: 'POST /v1.0/teams/{groupId}/channels' } },
  ),
  action(
    'GetMessagesFromChannel',
    `GET ${channelPath}/messages`,
    'Get messages in a channel',
    { status: 200, body: { value: [channelMessage] } },
    { call: { to: `GET ${channelPath.replace('beta', 'v1.0')}/messages` } },
  ),
  action(
    'ListRepliesToMessage',
    'GET /v1.0/teams/{groupId}/channels/{channelId}/messages/{messageId}/replies',
    'List replies of a channel message',
    { status: 200, body: { value: [channelMessage] } },
  ),
];

/** Numbers and Booleans that came as query text. */
function queryBody(input: OperationInput): JsonObject {
  const given = isJsonObject(input.body) ? input.body : {};
  return { ...Object.fromEntries(Object.entries(input.query).map(([name, value]) => [name, typed(value)])), ...given };
}

function typed(value: string): Json {
  return /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value;
}

const slackPosted = {
  status: 200,
  body: { ok: true, channel: 'C0000000001', ts: '1763630400.000100', message: { type: 'message', text: '' } },
};

/** Slack answers 200 to what it refuses; the connector's status says it. */
function slackMapping(method: string): ServiceMapping {
  return {
    to: `POST /api/${method}`,
    query: () => ({}),
    body: queryBody,
    answer: (answer) => {
      if (objectOf(answer.body)['ok'] !== false || answer.status >= 300) return answer;
      const error = textOf(objectOf(answer.body)['error']);
      const status = /^(invalid_auth|not_authed|account_inactive|token_)/.test(error)
        ? 401
        : error === 'ratelimited'
          ? 429
          : 400;
      return { ...answer, status };
    },
  };
}

const slackOperations: readonly Operation[] = [
  action('PostMessageV2', 'POST /v2/chat.postMessage', 'Post message (V2)', slackPosted, {
    call: slackMapping('chat.postMessage'),
  }),
  action('PostMessage', 'POST /chat.postMessage', 'Post message', slackPosted, {
    call: slackMapping('chat.postMessage'),
  }),
  action(
    'ListChannels',
    'GET /channels.list',
    'List channels',
    { status: 200, body: { ok: true, channels: [{ id: 'C0000000001', name: 'incidents' }] } },
    {
      call: { to: 'GET /api/conversations.list' },
    },
  ),
  action(
    'CreateChannel',
    'POST /channels.create',
    'Create channel',
    { status: 200, body: { ok: true, channel: { id: 'C0000000001', name: 'incident' } } },
    {
      call: slackMapping('conversations.create'),
    },
  ),
  action(
    'JoinChannel',
    'POST /channels.join',
    'Join channel',
    { status: 200, body: { ok: true } },
    { call: slackMapping('conversations.join') },
  ),
];

export const chatConnectors: readonly Connector[] = [
  {
    name: 'teams',
    displayName: 'Microsoft Teams',
    brandColor: '#6264A7',
    description: 'Posts through Microsoft Graph, or through the webhook of a channel (`webhookUrl`).',
    parameters: [token],
    alternatives: [
      { name: 'webhook', displayName: 'Webhook of a channel', parameters: [secret('webhookUrl', 'Webhook URL')] },
    ],
    oauth: entra(
      graph,
      [
        'ChannelMessage.Send',
        'ChannelMessage.Read.All',
        'Chat.ReadWrite',
        'Team.ReadBasic.All',
        'Channel.ReadBasic.All',
        'Channel.Create',
        'User.ReadBasic.All',
        'User.Read',
      ].map((scope) => `${graph}/${scope}`),
    ),
    service: { kind: 'http', endpoint: graph, headers: { authorization: 'Bearer {token}' } },
    throttle: { calls: 100, seconds: 60 },
    test: 'GET /v1.0/me',
    operations: [...teamsTriggers, ...teamsOperations],
  },
  {
    name: 'slack',
    displayName: 'Slack',
    brandColor: '#78D4B6',
    parameters: [token],
    oauth: {
      identityProvider: 'slack',
      authorizationUrl: 'https://slack.com/oauth/v2/authorize',
      tokenUrl: 'https://slack.com/api/oauth.v2.access',
      scopes: ['chat:write', 'chat:write.public', 'channels:read', 'channels:manage', 'channels:join'],
    },
    service: { kind: 'http', endpoint: 'https://slack.com', headers: { authorization: 'Bearer {token}' } },
    throttle: { calls: 60, seconds: 60 },
    test: 'POST /api/auth.test',
    operations: slackOperations,
  },
];
