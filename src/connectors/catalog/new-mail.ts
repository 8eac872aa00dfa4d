/**
 * New mail of a mailbox at Microsoft Graph, asked for again and again.
 *
 * Owns: which mails fit, the forms that triggers give them. Does not own: the cursor (`news.ts`), sending.
 * Source: connectors reference 2, 3.2; the published REST description of messages.
 */
import { isJsonArray, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { objectOf, type OperationInput, type ServiceAnswer } from './connector.ts';
import { type Ask, getPage, isRefused, listIn, type News, type Page, type Refused } from './news.ts';

/** How a mail looks: `V2` in capitals as the older triggers have it, `V3` as the newest has it. */
export type MailForm = 'V2' | 'V3';

const members =
  'id,subject,bodyPreview,body,from,toRecipients,ccRecipients,bccRecipients,replyTo,receivedDateTime,importance,isRead,hasAttachments,internetMessageId,conversationId';

const pageSize = 50;

/** The new mails of the box that a trigger's queries name. */
export function newMail(form: MailForm): News {
  return {
    newest: (ask) =>
      mailPage(ask, { $orderby: 'receivedDateTime desc', $top: String(pageSize), $select: 'id,receivedDateTime' }),
    from: (ask, since, place) =>
      place === undefined
        ? mailPage(ask, {
            $filter: `receivedDateTime ge ${since.toISOString().replace(/\.\d+Z$/, 'Z')}`,
            $orderby: 'receivedDateTime',
            $top: String(pageSize),
            $select: members,
          })
        : getPage(ask, place, pageOf),
    time: (mail) => textMember(mail, 'receivedDateTime') ?? '',
    key: (mail) => textMember(mail, 'id') ?? '',
    fits,
    show: (ask, mails) => shown(ask, mails, form),
  };
}

function mailPage(ask: Ask, query: Readonly<Record<string, string>>): Promise<Page | Refused> {
  const { user, folder } = boxOf(ask.input);
  return getPage(ask, `${user}/mailFolders/${folder}/messages?${new URLSearchParams(query).toString()}`, pageOf);
}

function pageOf(answer: ServiceAnswer): Page {
  return { things: listIn(answer), next: textMember(answer.body ?? null, '@odata.nextLink') };
}

async function shown(ask: Ask, mails: readonly JsonObject[], form: MailForm): Promise<readonly Json[] | Refused> {
  const list: Json[] = [];
  for (const mail of mails) {
    const attachments = await attachmentsOf(ask, mail);
    if (isRefused(attachments)) return attachments;
    list.push(form === 'V3' ? mailV3(mail, attachments.things) : mailV2(mail, attachments.things));
  }
  return list;
}

function boxOf({ query }: OperationInput): { readonly user: string; readonly folder: string } {
  const address = query['mailboxAddress'] ?? '';
  const folder = query['folderPath'] ?? query['folderId'] ?? '';
  return {
    user: address === '' ? '/v1.0/me' : `/v1.0/users/${encodeURIComponent(address)}`,
    folder: encodeURIComponent(folder === '' ? 'Inbox' : folder),
  };
}

// --- Which mails fit --------------------------------------------------------------------------------------------

/** Whether a mail is one that the queries of a trigger or a list ask for. */
export function fits(mail: JsonObject, { query }: OperationInput): boolean {
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

async function attachmentsOf(ask: Ask, mail: JsonObject): Promise<Page | Refused> {
  const isWanted = (ask.input.query['includeAttachments'] ?? '').toLowerCase() === 'true';
  if (!isWanted || mail['hasAttachments'] !== true) return { things: [] };
  const { user } = boxOf(ask.input);
  const path = `${user}/messages/${encodeURIComponent(textMember(mail, 'id') ?? '')}/attachments`;
  return getPage(ask, path, pageOf);
}

export function mailV3(mail: JsonObject, attachments: readonly JsonObject[]): Json {
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

export function mailV2(mail: JsonObject, attachments: readonly JsonObject[]): Json {
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
