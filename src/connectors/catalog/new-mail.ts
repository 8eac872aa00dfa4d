/**
 * New mail of a mailbox at Microsoft Graph, asked for again and again.
 *
 * Owns: where a poll goes on from the last one, which mails fit, the forms that triggers give them.
 * Does not own: when polls are made and what they start (`#service`), sending. Source: connectors reference 2, 3.2; the published
 * REST description of messages.
 *
 * Invariants
 * NM1. The first poll fires nothing: it notes the newest mail, and only what comes later is new.
 * NM2. Every later mail is answered once: polls overlap by two minutes, since mails may show late, and the state names those
 *      of the overlap that were answered.
 * NM3. A poll that failed changes no state.
 */
import { createHash } from 'node:crypto';
import {
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type OutboundFailure,
  parseJson,
  textMember,
} from '#foundation';
import { objectOf, type OperationInput, type SendToService, type ServiceAnswer } from './connector.ts';

/** How a mail looks: `V2` in capitals as the older triggers have it, `V3` as the newest has it. */
export type MailForm = 'V2' | 'V3';

interface PollState {
  /** Nothing that was received before is new, RFC 3339. */
  readonly base: string;
  /** The newest mail that was looked at. */
  readonly since: string;
  /** Digests of ids that were looked at and that the next poll meets again. */
  readonly seen: readonly string[];
}

const overlapMilliseconds = 120_000;
const pageSize = 50;
const mostPages = 20;
/** Mails that one answer holds; more come with the next poll, at once. */
const mostAnswered = 25;
const mostSeen = 1_000;
/** Where nothing is new, seconds until it is worth asking again. */
const pause = '30';

const members =
  'id,subject,bodyPreview,body,from,toRecipients,ccRecipients,bccRecipients,replyTo,receivedDateTime,importance,isRead,hasAttachments,internetMessageId,conversationId';

/** The poll of a trigger at `path`, as an operation performs it. */
export function pollNewMail(path: string, form: MailForm) {
  return async (send: SendToService, input: OperationInput): Promise<ServiceAnswer | OutboundFailure> => {
    const box = boxOf(input);
    const state = stateOf(input.query['triggerState']);
    if (state === undefined) return begin(send, input, path, box);
    const found = await search(send, input, box, state);
    if ('kind' in found || 'status' in found) return found;
    const mails: Json[] = [];
    for (const mail of found.mails) {
      const attachments = await attachmentsOf(send, input, box, mail);
      if ('kind' in attachments || 'status' in attachments) return attachments;
      mails.push(form === 'V3' ? mailV3(mail, attachments.list) : mailV2(mail, attachments.list));
    }
    const location = nextPlace(path, input, found.state);
    if (mails.length === 0) return nothingNew(location, found.more ? '1' : pause);
    const headers = { location, ...jsonType, ...(found.more ? { 'retry-after': '1' } : {}) };
    return { status: 200, headers, body: { value: mails } };
  };
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' } as const;

function nothingNew(location: string, wait: string): ServiceAnswer {
  return { status: 202, headers: { location, 'retry-after': wait } };
}

// --- Where a poll goes on ---------------------------------------------------------------------------------------

function boxOf({ query }: OperationInput): { readonly user: string; readonly folder: string } {
  const address = query['mailboxAddress'] ?? '';
  const folder = query['folderPath'] ?? query['folderId'] ?? '';
  return {
    user: address === '' ? '/v1.0/me' : `/v1.0/users/${encodeURIComponent(address)}`,
    folder: encodeURIComponent(folder === '' ? 'Inbox' : folder),
  };
}

function stateOf(text: string | undefined): PollState | undefined {
  if (text === undefined || text === '') return undefined;
  const value = readJson(Buffer.from(text, 'base64url').toString());
  const base = textMember(value, 'base');
  const since = textMember(value, 'since');
  const seen = memberOf(value, 'seen');
  if (base === undefined || since === undefined || !isJsonArray(seen)) return undefined;
  return { base, since, seen: seen.filter((one) => typeof one === 'string') };
}

function readJson(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    // A state that somebody else wrote: the trigger begins anew (NM1).
    return null;
  }
}

function nextPlace(path: string, { query }: OperationInput, state: PollState): string {
  const { triggerState: _, ...own } = query;
  const triggerState = Buffer.from(JSON.stringify(state)).toString('base64url');
  return `${path}?${new URLSearchParams({ ...own, triggerState }).toString()}`;
}

function digestOf(mail: JsonObject): string {
  return createHash('sha256')
    .update(textMember(mail, 'id') ?? '')
    .digest('base64url')
    .slice(0, 16);
}

const receivedAt = (mail: JsonObject): string => textMember(mail, 'receivedDateTime') ?? '';

/** NM1. */
async function begin(
  send: SendToService,
  input: OperationInput,
  path: string,
  { user, folder }: ReturnType<typeof boxOf>,
): Promise<ServiceAnswer | OutboundFailure> {
  const query = new URLSearchParams({
    $orderby: 'receivedDateTime desc',
    $top: String(pageSize),
    $select: 'id,receivedDateTime',
  });
  const answer = await send({ method: 'GET', path: `${user}/mailFolders/${folder}/messages?${query.toString()}` });
  if ('kind' in answer || answer.status >= 300) return answer;
  const newest = mailsIn(answer);
  const since = newest[0] === undefined ? '1970-01-01T00:00:00Z' : receivedAt(newest[0]);
  return nothingNew(nextPlace(path, input, { base: since, since, seen: newest.map(digestOf) }), pause);
}

function mailsIn({ body }: ServiceAnswer): readonly JsonObject[] {
  const value = memberOf(body, 'value');
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

interface Found {
  readonly mails: readonly JsonObject[];
  readonly state: PollState;
  /** There is more than this answer holds. */
  readonly more: boolean;
}

async function search(
  send: SendToService,
  input: OperationInput,
  { user, folder }: ReturnType<typeof boxOf>,
  state: PollState,
): Promise<Found | ServiceAnswer | OutboundFailure> {
  const early = new Date(Date.parse(state.since) - overlapMilliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
  const from = early > state.base ? early : state.base;
  const query = new URLSearchParams({
    $filter: `receivedDateTime ge ${from}`,
    $orderby: 'receivedDateTime',
    $top: String(pageSize),
    $select: members,
  });
  const seen = new Set(state.seen);
  const looked: JsonObject[] = [];
  const mails: JsonObject[] = [];
  let place: string | undefined = `${user}/mailFolders/${folder}/messages?${query.toString()}`;
  let more = false;
  for (let page = 0; place !== undefined && !more; page += 1) {
    const answer = await send({ method: 'GET', path: place });
    if ('kind' in answer || answer.status >= 300) return answer;
    for (const mail of mailsIn(answer)) {
      more = mails.length >= mostAnswered;
      if (more) break;
      looked.push(mail);
      if (!seen.has(digestOf(mail)) && fits(mail, input)) mails.push(mail);
    }
    place = textMember(answer.body ?? null, '@odata.nextLink');
    more ||= place !== undefined && page + 1 >= mostPages;
  }
  return { mails, state: stateAfter(state, looked, more), more };
}

/** NM2. A poll that stopped early did not meet all of the overlap: what was noted of it stays noted. */
function stateAfter(state: PollState, looked: readonly JsonObject[], stopped: boolean): PollState {
  const last = looked.at(-1);
  const since = last === undefined || receivedAt(last) < state.since ? state.since : receivedAt(last);
  const kept = Date.parse(since) - overlapMilliseconds;
  const again = looked.filter((mail) => Date.parse(receivedAt(mail)) >= kept).map(digestOf);
  const seen = stopped ? [...new Set([...state.seen, ...again])] : again;
  return { base: state.base, since, seen: seen.slice(-mostSeen) };
}

// --- Which mails fit --------------------------------------------------------------------------------------------

function fits(mail: JsonObject, { query }: OperationInput): boolean {
  const wanted = (name: string): string => (query[name] ?? '').trim().toLowerCase();
  const importance = wanted('importance');
  const isSet = (name: string): boolean => wanted(name) === 'true';
  const attached = isSet('fetchOnlyWithAttachment') || isSet('hasAttachments') || isSet('hasAttachment');
  const subject = wanted('subjectFilter');
  const to = addressesIn(mail, 'toRecipients');
  const cc = addressesIn(mail, 'ccRecipients');
  return (
    (importance === '' || importance === 'any' || textMember(mail, 'importance')?.toLowerCase() === importance) &&
    (!attached || mail['hasAttachments'] === true) &&
    (textMember(mail, 'subject') ?? '').toLowerCase().includes(subject) &&
    names(wanted('from'), [addressIn(memberOf(mail, 'from'))]) &&
    names(wanted('to'), to) &&
    names(wanted('cc'), cc) &&
    names(wanted('toOrCc'), [...to, ...cc])
  );
}

/** Whether one of the addresses in a list that is separated by `;` or `,` is among the mail's; an empty list names all. */
function names(list: string, addresses: readonly string[]): boolean {
  const wanted = list.split(/[;,\s]+/).filter((one) => one !== '');
  return wanted.length === 0 || wanted.some((one) => addresses.some((address) => address.toLowerCase() === one));
}

function addressIn(recipient: Json | undefined): string {
  return textMember(memberOf(recipient, 'emailAddress') ?? null, 'address') ?? '';
}

function addressesIn(mail: JsonObject, name: string): readonly string[] {
  const list = memberOf(mail, name);
  return (isJsonArray(list) ? list : []).map(addressIn);
}

// --- How they look ----------------------------------------------------------------------------------------------

async function attachmentsOf(
  send: SendToService,
  { query }: OperationInput,
  { user }: ReturnType<typeof boxOf>,
  mail: JsonObject,
): Promise<{ readonly list: readonly JsonObject[] } | ServiceAnswer | OutboundFailure> {
  const isWanted = (query['includeAttachments'] ?? '').toLowerCase() === 'true';
  if (!isWanted || mail['hasAttachments'] !== true) return { list: [] };
  const path = `${user}/messages/${encodeURIComponent(textMember(mail, 'id') ?? '')}/attachments`;
  const answer = await send({ method: 'GET', path });
  if (isFault(answer) || 'kind' in answer || answer.status >= 300) return answer;
  return { list: mailsIn(answer) };
}

function mailV3(mail: JsonObject, attachments: readonly JsonObject[]): Json {
  const { body, from, toRecipients: _, ccRecipients: __, bccRecipients: ___, replyTo: ____, ...plain } = mail;
  const joined = (name: string): string => addressesIn(mail, name).join(';');
  return {
    ...plain,
    from: addressIn(from),
    toRecipients: joined('toRecipients'),
    ccRecipients: joined('ccRecipients'),
    bccRecipients: joined('bccRecipients'),
    replyTo: joined('replyTo'),
    body: textMember(objectOf(body), 'content') ?? '',
    isHtml: textMember(objectOf(body), 'contentType')?.toLowerCase() === 'html',
    attachments: [...attachments],
  };
}

const importances = ['low', 'normal', 'high'];

function mailV2(mail: JsonObject, attachments: readonly JsonObject[]): Json {
  const { body } = mail;
  return {
    Id: mail['id'] ?? '',
    From: addressIn(mail['from']),
    To: addressesIn(mail, 'toRecipients').join(';'),
    Cc: addressesIn(mail, 'ccRecipients').join(';'),
    Bcc: addressesIn(mail, 'bccRecipients').join(';'),
    Subject: mail['subject'] ?? '',
    Body: textMember(objectOf(body), 'content') ?? '',
    BodyPreview: mail['bodyPreview'] ?? '',
    IsHtml: textMember(objectOf(body), 'contentType')?.toLowerCase() === 'html',
    Importance: Math.max(0, importances.indexOf(textMember(mail, 'importance')?.toLowerCase() ?? 'normal')),
    HasAttachment: mail['hasAttachments'] ?? false,
    IsRead: mail['isRead'] ?? false,
    DateTimeReceived: mail['receivedDateTime'] ?? '',
    ConversationId: mail['conversationId'] ?? '',
    InternetMessageId: mail['internetMessageId'] ?? '',
    Attachments: attachments.map((one) => ({
      Id: one['id'] ?? '',
      Name: one['name'] ?? '',
      ContentType: one['contentType'] ?? '',
      ContentBytes: one['contentBytes'] ?? '',
      Size: one['size'] ?? 0,
      IsInline: one['isInline'] ?? false,
      ContentId: one['contentId'] ?? null,
    })),
  };
}
