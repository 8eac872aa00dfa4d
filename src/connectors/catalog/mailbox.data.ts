/**
 * Operations of mail connectors on what a mailbox has: mails, calendars, contacts.
 * Source: the published contract of Office 365 Outlook; connectors reference 3.2.
 */
import { fault, type Json, memberIgnoringCase, memberOf } from '#foundation';
import { calendarOf, calendarView, changeEvent, createEvent, listEvents, readEvent } from './calendar.ts';
import { action, objectOf, type Operation, type OperationParameter, type ServiceMapping } from './connector.ts';
import {
  assignCategory,
  attachmentOf,
  changeMail,
  deleteMail,
  draftMail,
  forwardMail,
  listMails,
  messageOf,
  moveMail,
  readMail,
  replyTo,
  sendDraft,
} from './mailbox.ts';

const mailV3 = {
  id: 'AAMk',
  subject: 's',
  body: '<p>x</p>',
  bodyPreview: 'x',
  isHtml: true,
  from: 'sender@contoso.com',
  toRecipients: 'soc@contoso.com',
  ccRecipients: '',
  bccRecipients: '',
  replyTo: '',
  receivedDateTime: '2026-11-20T09:00:00Z',
  internetMessageId: '<1@contoso.com>',
  conversationId: 'AAQk',
  importance: 'normal',
  isRead: false,
  hasAttachments: false,
  attachments: [],
} as const;

const mailV2 = {
  Id: 'AAMk',
  Subject: 's',
  From: 'sender@contoso.com',
  To: 'soc@contoso.com',
  Cc: '',
  Bcc: '',
  Body: '<p>x</p>',
  BodyPreview: 'x',
  IsHtml: true,
  DateTimeReceived: '2026-11-20T09:00:00Z',
  HasAttachment: false,
  Attachments: [],
  Importance: 1,
  IsRead: false,
  ConversationId: 'AAQk',
  InternetMessageId: '<1@contoso.com>',
} as const;

const attachment = {
  id: 'AAMk-1',
  name: 'report.csv',
  contentType: 'text/csv',
  size: 12,
  isInline: false,
  lastModifiedDateTime: '2026-11-20T09:00:00Z',
  contentId: null,
  contentBytes: 'YSxiCjEsMgo=',
} as const;

const answered = { status: 200 } as const;
const isWritten = (value: Json | undefined, name: string): Json | undefined => memberIgnoringCase(value ?? null, name);

const markRead = changeMail(({ body }) => ({ isRead: isWritten(body, 'isRead') ?? true }));

/** Marked to be followed up, unless the body says otherwise. */
const flag = changeMail(({ body }) => {
  const status = memberOf(isWritten(body, 'flag') ?? null, 'flagStatus') ?? 'flagged';
  if (typeof status !== 'string' || !['flagged', 'complete', 'notFlagged'].includes(status))
    return fault('InvalidRequestContent', "'flag.flagStatus' is 'flagged', 'complete' or 'notFlagged'.");
  return { flag: { flagStatus: status } };
});

/** What both accounts have, at work and at home. */
export const mailboxOperations: readonly Operation[] = [
  action('GetEmails', 'GET /Mail', 'Get emails', { status: 200, body: [mailV2] }, { perform: listMails('V2', true) }),
  action(
    'GetEmailsV2',
    'GET /v2/Mail',
    'Get emails (V2)',
    { status: 200, body: { value: [mailV2] } },
    { perform: listMails('V2') },
  ),
  action('GetEmail', 'GET /Mail/{messageId}', 'Get email', { status: 200, body: mailV2 }, { perform: readMail('V2') }),
  action('DeleteEmail', 'DELETE /Mail/{messageId}', 'Delete email', answered, { perform: deleteMail }),
  action(
    'Move',
    'POST /Mail/Move/{messageId}',
    'Move email',
    { status: 200, body: mailV3 },
    {
      perform: moveMail,
    },
  ),
  action(
    'MoveV2',
    'POST /v2/Mail/Move/{messageId}',
    'Move email (V2)',
    { status: 200, body: mailV3 },
    { perform: moveMail },
  ),
  action('Flag', 'POST /Mail/Flag/{messageId}', 'Flag email', answered, { perform: flag }),
  action('MarkAsRead', 'POST /Mail/MarkAsRead/{messageId}', 'Mark as read', answered, { perform: markRead }),
  ...(['', '/v2', '/v3'] as const).map((version, index) =>
    action(
      ['ReplyTo', 'ReplyToV2', 'ReplyToV3'][index] ?? '',
      `POST ${version}/Mail/ReplyTo/{messageId}`,
      ['Reply to email', 'Reply to email (V2)', 'Reply to email (V3)'][index] ?? '',
      answered,
      { perform: replyTo },
    ),
  ),
  action(
    'GetAttachment',
    'GET /Mail/{messageId}/Attachments/{attachmentId}',
    'Get attachment',
    { status: 200, body: { '$content-type': 'text/csv', $content: attachment.contentBytes } },
    { perform: attachmentOf('content') },
  ),
];

const codeless = '/codeless/v1.0/me/messages/{messageId}';

const mails: readonly Operation[] = [
  ...mailboxOperations,
  action(
    'GetEmailsV3',
    'GET /v3/Mail',
    'Get emails (V3)',
    { status: 200, body: { value: [mailV3] } },
    { perform: listMails('V3') },
  ),
  action(
    'GetEmailV2',
    'GET /v2/Mail/{messageId}',
    'Get email (V2)',
    { status: 200, body: mailV3 },
    { perform: readMail('V3') },
  ),
  action(
    'ExportEmail_V2',
    'GET /codeless/beta/me/messages/{messageId}/$value',
    'Export email (V2)',
    { status: 200, body: 'MIME text' },
    { call: { to: (input) => `GET ${messageOf(input)}/$value`, query: () => ({}) } },
  ),
  action('MarkAsRead_V2', `PATCH ${codeless}/markAsRead`, 'Mark as read or unread (V2)', answered, {
    perform: markRead,
  }),
  action(
    'MarkAsRead_V3',
    'PATCH /codeless/v3/v1.0/me/messages/{messageId}/markAsRead',
    'Mark as read or unread (V3)',
    answered,
    { perform: markRead },
  ),
  action('Flag_V2', `PATCH ${codeless}/flag`, 'Flag email (V2)', answered, { perform: flag }),
  action('DeleteEmail_V2', `DELETE ${codeless}`, 'Delete email (V2)', answered, { perform: deleteMail }),
  action(
    'GetAttachment_V2',
    `GET ${codeless}/attachments/{attachmentId}`,
    'Get Attachment (V2)',
    { status: 200, body: attachment },
    { perform: attachmentOf('whole') },
  ),
  action(
    'ForwardEmail_V2',
    'POST /codeless/v1.0/me/messages/{message_id}/forward',
    'Forward an email (V2)',
    { status: 202 },
    { perform: forwardMail },
  ),
  action('AssignCategory', 'POST /Mail/Category', 'Assigns an Outlook category', answered, {
    perform: assignCategory,
  }),
  action('DraftEmail', 'POST /Draft', 'Draft an email message', { status: 200, body: mailV3 }, { perform: draftMail }),
  action('SendDraftEmail', 'POST /Draft/Send/{messageId}', 'Send a Draft message', answered, { perform: sendDraft }),
  action(
    'GetMailTips_V2',
    'POST /codeless/v1.0/me/getMailTips',
    'Get mail tips for a mailbox (V2)',
    { status: 200, body: { value: [{ mailboxFull: false, automaticReplies: { message: '' } }] } },
    { call: { to: 'POST /v1.0/me/getMailTips' } },
  ),
];

// --- Calendars --------------------------------------------------------------------------------------------------

const event = {
  id: 'AAMk-e',
  subject: 'Review',
  start: '2026-11-20T10:00:00.0000000',
  end: '2026-11-20T11:00:00.0000000',
  startWithTimeZone: '2026-11-20T10:00:00.0000000+00:00',
  endWithTimeZone: '2026-11-20T11:00:00.0000000+00:00',
  timeZone: 'UTC',
  body: '<p>x</p>',
  isHtml: true,
  location: 'Room 1',
  organizer: 'ana.ferreira@example.com',
  requiredAttendees: 'soc@contoso.com',
  optionalAttendees: '',
  resourceAttendees: '',
  isAllDay: false,
  importance: 'normal',
  showAs: 'busy',
  responseType: 'organizer',
  isReminderOn: true,
  reminderMinutesBeforeStart: 15,
  categories: [],
  webLink: 'https://outlook.office365.com/owa/?itemid=AAMk-e',
  iCalUId: '040000008200E00074C5B7101A82E008',
  createdDateTime: '2026-11-19T10:00:00Z',
  lastModifiedDateTime: '2026-11-19T10:00:00Z',
} as const;

const calendar = { id: 'AAMk-c', name: 'Calendar', isDefaultCalendar: true, canEdit: true } as const;
const oneEvent = { status: 200, body: event } as const;
const events = { status: 200, body: { value: [event] } } as const;
const tables = '/datasets/calendars/v{}/tables/{table}/items';
/** Names and ids of data sets come encoded twice. */
const parameters: readonly OperationParameter[] = ['table', 'id'].map((name) => ({
  name,
  in: 'path',
  type: 'string',
  required: true,
  encoding: 'double',
}));
const table = (version: number): string => tables.replace('{}', String(version));

const calendars: readonly Operation[] = [
  action(
    'CalendarGetTables_V2',
    'GET /codeless/v1.0/me/calendars',
    'Get calendars (V2)',
    { status: 200, body: { value: [calendar] } },
    {
      call: {
        to: 'GET /v1.0/me/calendars',
        query: ({ query }) => ({
          $top: query['top'] ?? '100',
          ...(query['skip'] === undefined ? {} : { $skip: query['skip'] }),
          ...(query['orderBy'] === undefined ? {} : { $orderby: query['orderBy'] }),
        }),
      },
    },
  ),
  action('V4CalendarGetItems', `GET ${table(4)}`, 'Get events (V4)', events, { parameters, perform: listEvents }),
  action('V3CalendarGetItems', `GET ${table(3)}`, 'Get events (V3)', events, { parameters, perform: listEvents }),
  action(
    'GetEventsCalendarViewV3',
    'GET /datasets/calendars/v3/tables/items/calendarview',
    'Get calendar view of events (V3)',
    events,
    { perform: calendarView },
  ),
  action('V3CalendarGetItem', `GET ${table(3)}/{id}`, 'Get event (V3)', oneEvent, { parameters, perform: readEvent }),
  action('V4CalendarPostItem', `POST ${table(4)}`, 'Create event (V4)', oneEvent, { parameters, perform: createEvent }),
  action('V3CalendarPostItem', `POST ${table(3)}`, 'Create event (V3)', oneEvent, { parameters, perform: createEvent }),
  action('V4CalendarPatchItem', `PATCH ${table(4)}/{id}`, 'Update event (V4)', oneEvent, {
    parameters,
    perform: changeEvent,
  }),
  action('V3CalendarPatchItem', `PATCH ${table(3)}/{id}`, 'Update event (V3)', oneEvent, {
    parameters,
    perform: changeEvent,
  }),
  action(
    'CalendarDeleteItem_V2',
    'DELETE /codeless/v1.0/me/calendars/{calendar}/events/{event}',
    'Delete event (V2)',
    { status: 204 },
    {
      call: {
        to: ({ path }) =>
          `DELETE ${calendarOf(path['calendar'] ?? '')}/events/${encodeURIComponent(path['event'] ?? '')}`,
      },
    },
  ),
  action(
    'RespondToEvent_V2',
    'POST /codeless/v1.0/me/events/{event_id}/{response}',
    'Respond to an event invite (V2)',
    { status: 202 },
    {
      call: {
        to: 'POST /v1.0/me/events/{event_id}/{response}',
        body: ({ body }) => ({
          comment: isWritten(body, 'Comment') ?? '',
          sendResponse: isWritten(body, 'SendResponse') ?? true,
        }),
      },
    },
  ),
];

// --- Contacts ---------------------------------------------------------------------------------------------------

const contact = {
  id: 'AAMk-k',
  displayName: 'Ana Ferreira',
  givenName: 'Ana',
  surname: 'Ferreira',
  emailAddresses: [{ name: 'Ana Ferreira', address: 'ana.ferreira@example.com' }],
  businessPhones: [],
  companyName: null,
  jobTitle: null,
} as const;

const folder = '/codeless/v1.0/me/contactFolders/{folder}/contacts';
const oneContact = { status: 200, body: contact } as const;

/** The folder that everybody has is none by its id. */
function ofContacts(method: string, below = ''): { readonly call: ServiceMapping } {
  return {
    call: {
      to: ({ path }) => {
        const name = path['folder'] ?? '';
        const place = /^contacts?$/i.test(name) ? '/me' : `/me/contactFolders/${encodeURIComponent(name)}`;
        return `${method} /v1.0${place}/contacts${below === '' ? '' : `/${encodeURIComponent(path['id'] ?? '')}`}`;
      },
      body: ({ body }) => (body === undefined ? undefined : objectOf(body)),
    },
  };
}

const contacts: readonly Operation[] = [
  action(
    'ContactGetTablesV2',
    'GET /v2/datasets/contacts/tables',
    'Get contact folders (V2)',
    { status: 200, body: { value: [{ id: 'AAMk-f', displayName: 'Vendors' }] } },
    { call: { to: 'GET /v1.0/me/contactFolders' } },
  ),
  action(
    'ContactGetItems_V2',
    `GET ${folder}`,
    'Get contacts (V2)',
    { status: 200, body: { value: [contact] } },
    ofContacts('GET'),
  ),
  action('ContactGetItem_V2', `GET ${folder}/{id}`, 'Get contact (V2)', oneContact, ofContacts('GET', 'id')),
  action(
    'ContactPostItem_V2',
    `POST ${folder}`,
    'Create contact (V2)',
    { status: 201, body: contact },
    ofContacts('POST'),
  ),
  action('ContactPatchItem_V2', `PATCH ${folder}/{id}`, 'Update contact (V2)', oneContact, ofContacts('PATCH', 'id')),
  action(
    'ContactDeleteItem_V2',
    `DELETE ${folder}/{id}`,
    'Delete contact (V2)',
    { status: 204 },
    ofContacts('DELETE', 'id'),
  ),
];

/** What an account at work has. */
export const workMailboxOperations: readonly Operation[] = [...mails, ...calendars, ...contacts];
