/**
 * What connectors do in a mailbox at Microsoft Graph: mails listed, read, moved, answered.
 *
 * Owns: whose mailbox and which folder a call means, and the requests. Does not own: the forms of mails (`new-mail.ts`), sending new
 * ones (`graph-mail.ts`), the table (`mailbox.data.ts`).
 * Source: connectors reference 3.2; the published contract of Office 365 Outlook; Microsoft Graph v1.0, message.
 *
 * Invariants
 * MB1. Of a list that is filtered no more than twenty pages are looked at; what fits of them is answered.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  textMember,
} from '#foundation';
import {
  isFine,
  objectOf,
  type OperationInput,
  type OperationOutcome,
  type SendToService,
  type ServiceAnswer,
} from './connector.ts';
import { graphItems, isGraphItems } from './graph-pages.ts';
import { graphMessage } from './graph-mail.ts';
import { addressesOf, bareAddress, mailOf } from './mail-message.ts';
import { fits, mailV2, mailV3, type MailForm } from './new-mail.ts';

const pageSize = 50;
const mostPages = 20;
const jsonType = { 'content-type': 'application/json; charset=utf-8' } as const;

/** `/v1.0/me`, or the mailbox that the call names. */
export function userOf({ query }: OperationInput): string {
  const address = (query['mailboxAddress'] ?? '').trim();
  return address === '' ? '/v1.0/me' : `/v1.0/users/${encodeURIComponent(address)}`;
}

export function messageOf(input: OperationInput): string {
  const id = input.path['messageId'] ?? input.path['message_id'] ?? input.query['messageId'] ?? '';
  return `${userOf(input)}/messages/${encodeURIComponent(id)}`;
}

// --- Folders ----------------------------------------------------------------------------------------------------

const wellKnown: ReadonlySet<string> = new Set([
  'archive',
  'conversationhistory',
  'deleteditems',
  'drafts',
  'inbox',
  'junkemail',
  'outbox',
  'sentitems',
]);

/** The id of a folder: a well-known name, `Id::…` as designers keep it, an id, or names from the top down. */
async function folderId(
  send: SendToService,
  user: string,
  text: string,
): Promise<{ readonly id: string } | OperationOutcome> {
  const given = text.trim().replace(/^Id::/i, '');
  if (given === '') return { id: 'inbox' };
  const plain = given.replaceAll(' ', '').toLowerCase();
  if (wellKnown.has(plain)) return { id: plain };
  if (/^[\w=+-]{40,}$/.test(given)) return { id: given };
  let at = `${user}/mailFolders`;
  let id = '';
  for (const name of given.split('/').filter((part) => part !== '')) {
    const lower = name.replaceAll(' ', '').toLowerCase();
    if (id === '' && wellKnown.has(lower)) id = lower;
    else {
      const filter = encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`);
      const answer = await send({ method: 'GET', path: `${at}?$filter=${filter}&$select=id` });
      if (!isFine(answer)) return answer;
      const value = memberOf(answer.body ?? null, 'value');
      const found = isJsonArray(value) ? textMember(value[0] ?? null, 'id') : undefined;
      if (found === undefined) return notFound(`The mailbox has no folder '${given.slice(0, 200)}'.`);
      id = found;
    }
    at = `${user}/mailFolders/${encodeURIComponent(id)}/childFolders`;
  }
  return { id };
}

function notFound(message: string): ServiceAnswer {
  return {
    status: 404,
    headers: jsonType,
    body: { status: 404, message, error: { code: 'ErrorItemNotFound', message } },
  };
}

// --- Lists and single mails -------------------------------------------------------------------------------------

const is = (query: OperationInput['query'], name: string, usual: boolean): boolean =>
  (query[name] ?? String(usual)).toLowerCase() === 'true';

/** Microsoft Graph takes a search or a filter, not both: what it was not asked for is looked at here. */
function listQuery({ query }: OperationInput): string {
  const search = (query['searchQuery'] ?? '').trim();
  const conditions = [
    ...(is(query, 'fetchOnlyUnread', true) ? ['isRead eq false'] : []),
    ...(is(query, 'fetchOnlyWithAttachment', false) ? ['hasAttachments eq true'] : []),
  ];
  const asked: Record<string, string> = { $top: String(pageSize) };
  if (search !== '') asked['$search'] = `"${search.replaceAll('"', String.raw`\"`)}"`;
  else if (conditions.length > 0) asked['$filter'] = conditions.join(' and ');
  if (is(query, 'includeAttachments', false)) asked['$expand'] = 'attachments';
  return new URLSearchParams(asked).toString().replaceAll('%24', '$');
}

function isAskedFor(mail: JsonObject, input: OperationInput): boolean {
  const { query } = input;
  const flag = textMember(memberOf(mail, 'flag') ?? null, 'flagStatus');
  return (
    (!is(query, 'fetchOnlyUnread', true) || mail['isRead'] === false) &&
    (!is(query, 'fetchOnlyFlagged', false) || flag === 'flagged') &&
    fits(mail, input)
  );
}

function formed(form: MailForm, mail: JsonObject): Json {
  const { '@odata.etag': _, attachments, ...rest } = mail;
  const list = (isJsonArray(attachments) ? attachments : []).map(objectOf);
  return form === 'V3' ? mailV3(rest, list) : mailV2(rest, list);
}

/** Mails of a folder that fit, the newest first; `bare` answers the list itself, as the oldest form does. */
export function listMails(form: MailForm, bare = false) {
  return async (send: SendToService, input: OperationInput): Promise<OperationOutcome> => {
    const user = userOf(input);
    const folder = await folderId(send, user, input.query['folderPath'] ?? '');
    if (!('id' in folder)) return folder;
    const top = Math.min(Math.max(Number(input.query['top'] ?? 10) || 10, 1), 1_000);
    const path = `${user}/mailFolders/${encodeURIComponent(folder.id)}/messages?${listQuery(input)}`;
    const found = await graphItems(send, { path }, { pages: mostPages, items: top }, (one) => {
      const mail = objectOf(one);
      return isAskedFor(mail, input) ? formed(form, mail) : undefined;
    });
    if (!isGraphItems(found)) return found;
    return { status: 200, headers: jsonType, body: bare ? found.items : { value: found.items } };
  };
}

export function readMail(form: MailForm) {
  return async (send: SendToService, input: OperationInput): Promise<OperationOutcome> => {
    const expand = is(input.query, 'includeAttachments', false) ? '?$expand=attachments' : '';
    const answer = await send({ method: 'GET', path: `${messageOf(input)}${expand}` });
    return isFine(answer) ? { ...answer, body: formed(form, objectOf(answer.body)) } : answer;
  };
}

// --- Changes ----------------------------------------------------------------------------------------------------

/** The same answer for whatever Graph says of success. */
function done(answer: OperationOutcome, status = 200): OperationOutcome {
  return isFine(answer) ? { status, headers: answer.headers } : answer;
}

export async function moveMail(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const folder = await folderId(send, userOf(input), input.query['folderPath'] ?? '');
  if (!('id' in folder)) return folder;
  const body = { destinationId: folder.id };
  const answer = await send({ method: 'POST', path: `${messageOf(input)}/move`, body });
  return isFine(answer) ? { ...answer, status: 200, body: formed('V3', objectOf(answer.body)) } : answer;
}

/** PATCH of the message with what the operation means. */
export function changeMail(change: (input: OperationInput) => JsonObject | Fault) {
  return async (send: SendToService, input: OperationInput): Promise<OperationOutcome> => {
    const body = change(input);
    return isFault(body) ? body : done(await send({ method: 'PATCH', path: messageOf(input), body }));
  };
}

export async function deleteMail(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  return done(await send({ method: 'DELETE', path: messageOf(input) }));
}

/** A category beside those that the mail has. */
export async function assignCategory(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const category = input.query['category'] ?? '';
  if (category === '') return fault('InvalidRequestContent', "The request has no 'category'.");
  const read = await send({ method: 'GET', path: `${messageOf(input)}?$select=categories` });
  if (!isFine(read)) return read;
  const known = memberOf(read.body ?? null, 'categories');
  const categories = [...new Set([...(isJsonArray(known) ? known : []), category])];
  return done(await send({ method: 'PATCH', path: messageOf(input), body: { categories } }));
}

function recipients(value: Json | undefined): JsonObject[] {
  return addressesOf(value).map((address) => ({ emailAddress: { address: bareAddress(address) } }));
}

/** `comment` alone, or a whole answer with its own recipients and attachments. */
export async function replyTo(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const given = (name: string): Json | undefined => memberIgnoringCase(input.body ?? null, name);
  const all = given('ReplyAll') ?? input.query['replyAll'];
  const isAll = all === true || (typeof all === 'string' && all.toLowerCase() === 'true');
  const verb = isAll ? 'replyAll' : 'reply';
  const path = `${messageOf(input)}/${verb}`;
  const comment = input.query['comment'];
  if (comment !== undefined) return done(await send({ method: 'POST', path, body: { comment } }));
  const mail = mailOf({ To: 'nobody@example.com', Subject: 'x', ...objectOf(input.body) });
  if (isFault(mail)) return mail;
  const whole = graphMessage(mail, mail.attachments);
  const message: JsonObject = {
    ...(given('To') === undefined ? {} : { toRecipients: whole['toRecipients'] ?? [] }),
    ...(given('Subject') === undefined ? {} : { subject: mail.subject }),
    ...(mail.cc.length === 0 ? {} : { ccRecipients: whole['ccRecipients'] ?? [] }),
    ...(mail.bcc.length === 0 ? {} : { bccRecipients: whole['bccRecipients'] ?? [] }),
    ...(given('Importance') === undefined ? {} : { importance: mail.importance }),
    ...(mail.attachments.length === 0 ? {} : { attachments: whole['attachments'] ?? [] }),
    body: whole['body'] ?? null,
  };
  return done(await send({ method: 'POST', path, body: { message } }));
}

export async function forwardMail(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const to = recipients(memberIgnoringCase(input.body ?? null, 'ToRecipients'));
  if (to.length === 0) return fault('InvalidRequestContent', "The request has no 'ToRecipients'.");
  const comment = memberIgnoringCase(input.body ?? null, 'Comment') ?? '';
  return done(
    await send({ method: 'POST', path: `${messageOf(input)}/forward`, body: { comment, toRecipients: to } }),
    202,
  );
}

export async function draftMail(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  const mail = mailOf(input.body);
  if (isFault(mail)) return mail;
  const body = graphMessage(mail, mail.attachments);
  const answer = await send({ method: 'POST', path: `${userOf(input)}/messages`, body });
  return isFine(answer) ? { ...answer, status: 200, body: formed('V3', objectOf(answer.body)) } : answer;
}

export async function sendDraft(send: SendToService, input: OperationInput): Promise<OperationOutcome> {
  return done(await send({ method: 'POST', path: `${messageOf(input)}/send` }));
}

// --- Attachments ------------------------------------------------------------------------------------------------

export function attachmentOf(what: 'whole' | 'content') {
  return async (send: SendToService, input: OperationInput): Promise<OperationOutcome> => {
    const id = encodeURIComponent(input.path['attachmentId'] ?? '');
    const path = `${messageOf(input)}/attachments/${id}${what === 'content' ? '/$value' : ''}`;
    const answer = await send({ method: 'GET', path });
    if (!isFine(answer) || what === 'content') return answer;
    const { '@odata.context': _, '@odata.type': __, '@odata.mediaContentType': ___, ...body } = objectOf(answer.body);
    return { ...answer, body };
  };
}
