/**
 * Posting to Microsoft Teams: through Graph with a consent, or through the webhook of a channel.
 *
 * Owns: the requests. Does not own: credentials (`service-client.ts`), waiting for answers (`#service`).
 * Source: connectors reference 3.3.
 */
import {
  type Fault,
  fault,
  isFault,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  type OutboundFailure,
  textMember,
} from '#foundation';
import type { OperationInput, SendToService, ServiceAnswer } from './connector.ts';
import type { CardQuestion } from './question.ts';
import { linkedCard } from './adaptive-card.ts';
import { cardMentions, withMentions } from './teams-mentions.ts';

type Posted = Promise<ServiceAnswer | OutboundFailure | Fault>;

/** Where a message goes. */
type Recipient =
  | { readonly kind: 'channel'; readonly team: string; readonly channel: string }
  | { readonly kind: 'chat'; readonly chat: string }
  | { readonly kind: 'user'; readonly user: string };

export interface TeamsMessage {
  readonly subject?: string;
  readonly html: string;
  readonly card?: JsonObject;
}

const cardType = 'application/vnd.microsoft.card.adaptive';

/** Posts a message where the operation's path, queries and `recipient` say. */
export function postToTeams(send: SendToService, input: OperationInput, message: TeamsMessage): Posted {
  const webhook = input.connection['webhookUrl'] ?? '';
  if (webhook !== '') return postToWebhook(send, webhook, message);
  const recipient = recipientOf(input);
  if (isFault(recipient)) return Promise.resolve(recipient);
  return postByGraph(send, recipient, message);
}

/** Answers a message of a channel (`reply`), or puts a card in the place of one (`update`). */
export async function postBelow(
  send: SendToService,
  input: OperationInput,
  message: TeamsMessage,
  how: 'reply' | 'update',
): Posted {
  if ((input.connection['webhookUrl'] ?? '') !== '') {
    const what = how === 'reply' ? 'answers' : 'changes';
    return fault('InvalidRequestContent', `A webhook ${what} no message; the connection needs a consent for that.`);
  }
  const name = how === 'reply' ? 'parentMessageId' : 'messageId';
  const id = memberIgnoringCase(input.body ?? null, name) ?? memberIgnoringCase(input.body ?? null, 'messageId');
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '')
    return fault('InvalidRequestContent', `The request has no '${name}'.`);
  const recipient = recipientOf(input);
  if (isFault(recipient)) return recipient;
  const place = await placeOf(send, recipient);
  if (typeof place !== 'string') return place;
  const one = `${place}/${encodeURIComponent(String(id))}`;
  if (how === 'reply') return postAt(send, `${one}/replies`, recipient, message);
  const body = await bodyOf(send, message);
  if (!isMessage(body)) return body;
  const answer = await send({ method: 'PATCH', path: one, body: body.message });
  if ('kind' in answer || answer.status >= 300) return answer;
  return {
    status: 200,
    headers: answer.headers,
    body: { id: String(id), conversationId: conversationOf(recipient, place) },
  };
}

function recipientOf({ path, query, body }: OperationInput): Recipient | Fault {
  const envelope = memberIgnoringCase(body ?? null, 'body') ?? body ?? null;
  const recipient = memberIgnoringCase(envelope, 'recipient') ?? null;
  const text = (name: string): string => {
    const value = memberIgnoringCase(recipient, name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const location = (path['location'] ?? '').toLowerCase();
  const user = text('to') || (typeof recipient === 'string' ? recipient.trim() : '');
  if (user !== '') return { kind: 'user', user: user.replace(/;+$/, '') };
  const chat = text('chatId') || (location === 'group chat' && typeof recipient === 'string' ? recipient : '');
  if (chat !== '') return { kind: 'chat', chat };
  const team = path['groupId'] ?? (text('groupId') || (query['groupId'] ?? ''));
  const channel = path['channelId'] ?? text('channelId');
  if (team !== '' && channel !== '') return { kind: 'channel', team, channel };
  return fault('InvalidRequestContent', "The message names no recipient: neither 'channelId' with 'groupId' nor 'to'.");
}

async function postToWebhook(send: SendToService, url: string, { subject, html, card }: TeamsMessage): Posted {
  const text = markdownText(html);
  const content: JsonObject = card ?? {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.4',
    body: [
      ...(subject === undefined || subject === ''
        ? []
        : [{ type: 'TextBlock', text: subject, weight: 'Bolder', size: 'Medium', wrap: true }]),
      { type: 'TextBlock', text, wrap: true },
    ],
    ...cardMentions(text),
  };
  const body = { type: 'message', attachments: [{ contentType: cardType, contentUrl: null, content }] };
  const answer = await send({ method: 'POST', path: url, body, bare: true });
  return 'kind' in answer || answer.status >= 300 ? answer : { status: 201, headers: answer.headers, body: { id: '' } };
}

async function postByGraph(send: SendToService, recipient: Recipient, message: TeamsMessage): Posted {
  const place = await placeOf(send, recipient);
  return typeof place === 'string' ? postAt(send, place, recipient, message) : place;
}

async function postAt(send: SendToService, place: string, recipient: Recipient, message: TeamsMessage): Posted {
  const made = await bodyOf(send, message);
  if (!isMessage(made)) return made;
  const answer = await send({ method: 'POST', path: place, body: made.message });
  if ('kind' in answer || answer.status >= 300) return answer;
  const id = textMember(answer.body ?? null, 'id') ?? '';
  const messageLink = textMember(answer.body ?? null, 'webUrl') ?? '';
  const conversationId = conversationOf(recipient, place);
  const body: Json = { ...(answer.body as JsonObject), id, messageLink, conversationId };
  return { status: 201, headers: answer.headers, body };
}

function conversationOf(recipient: Recipient, place: string): string {
  return recipient.kind === 'channel' ? recipient.channel : decodeURIComponent(place.split('/')[3] ?? '');
}

interface MadeMessage {
  readonly message: JsonObject;
}

function isMessage(value: MadeMessage | ServiceAnswer | OutboundFailure): value is MadeMessage {
  return !('status' in value) && !('kind' in value);
}

async function bodyOf(
  send: SendToService,
  message: TeamsMessage,
): Promise<MadeMessage | ServiceAnswer | OutboundFailure> {
  if (message.card !== undefined) return { message: chatMessage(message) };
  const found = await withMentions(send, message.html);
  if (!('mentions' in found)) return found;
  const { html, mentions } = found;
  const made = chatMessage({ ...message, html });
  return { message: mentions.length === 0 ? made : { ...made, mentions: [...mentions] } };
}

/** The path messages of the recipient are posted to; with a user a chat is made, or the one there is comes back. */
async function placeOf(send: SendToService, recipient: Recipient): Promise<string | ServiceAnswer | OutboundFailure> {
  if (recipient.kind === 'channel') {
    return `/v1.0/teams/${encodeURIComponent(recipient.team)}/channels/${encodeURIComponent(recipient.channel)}/messages`;
  }
  if (recipient.kind === 'chat') return `/v1.0/chats/${encodeURIComponent(recipient.chat)}/messages`;
  const me = await send({ method: 'GET', path: '/v1.0/me' });
  if ('kind' in me || me.status >= 300) return me;
  const member = (user: string): JsonObject => ({
    '@odata.type': '#microsoft.graph.aadUserConversationMember',
    roles: ['owner'],
    'user@odata.bind': `https://graph.microsoft.com/v1.0/users('${user.replaceAll("'", "''")}')`,
  });
  const members: Json = [member(textMember(me.body ?? null, 'id') ?? ''), member(recipient.user)];
  const chat = await send({ method: 'POST', path: '/v1.0/chats', body: { chatType: 'oneOnOne', members } });
  if ('kind' in chat || chat.status >= 300) return chat;
  return `/v1.0/chats/${encodeURIComponent(textMember(chat.body ?? null, 'id') ?? '')}/messages`;
}

/** A `chatMessage` resource; a card is an attachment that the body names. */
export function chatMessage({ subject, html, card }: TeamsMessage): JsonObject {
  const title = subject === undefined || subject === '' ? {} : { subject };
  if (card === undefined) return { ...title, body: { contentType: 'html', content: html } };
  const id = '74d20c7f34aa4a7fb74e2b30004247c5';
  return {
    ...title,
    body: { contentType: 'html', content: `${html}<attachment id="${id}"></attachment>` },
    attachments: [{ id, contentType: cardType, contentUrl: null, content: JSON.stringify(card) }],
  };
}

/** Text of HTML with the links, emphasis and mentions that a card's text can show. */
function markdownText(html: string): string {
  const kept = html
    .replace(/<a\s[^>]*href="([^"<>]*)"[^>]*>([^<]*)<\/a>/gi, (_, url: string, text: string) => `[${text}](${url})`)
    .replace(/<\/?(?:b|strong)>/gi, '**')
    .replace(/<at(?:\s[^>]*)?>([^<]*)<\/at>/gi, '\u0001$1\u0002');
  return plainText(kept).replaceAll('\u0001', '<at>').replaceAll('\u0002', '</at>');
}

/** Text of HTML, for places that show none: tags go, the usual entities are read. */
export function plainText(html: string): string {
  return html
    .replace(/<(br|\/p|\/div|\/li|\/tr)\b[^>]*>/gi, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .trim();
}

/** Posts the card of a question with a link to the page where it is answered. */
export function cardQuestionPost(
  send: SendToService,
  input: OperationInput,
  { card }: CardQuestion,
  url: string,
): Posted {
  return postToTeams(send, input, { html: '', card: linkedCard(card, url) });
}
