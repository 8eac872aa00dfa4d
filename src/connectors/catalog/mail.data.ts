/** Connectors that send mail. Source: connectors reference 3.1, 3.2. */
import { isFault, memberIgnoringCase } from '#foundation';
import { bareAddress, mailOf } from './mail-message.ts';
import { mailboxOperations, workMailboxOperations } from './mailbox.data.ts';
import { type MailForm, newMail } from './new-mail.ts';
import { calendarTriggers } from './graph-triggers.ts';
import { newsTrigger } from './news.ts';
import { mailQuestion } from './question.ts';
import {
  type Connector,
  entra,
  mailServer,
  type Operation,
  secret,
  servicePrincipal,
  text,
  token,
} from './connector.ts';

const sent = { status: 200 } as const;
const graph = 'https://graph.microsoft.com';

const sending: readonly Operation[] = [
  {
    id: 'SendEmailV2',
    method: 'POST',
    path: '/v2/Mail',
    summary: 'Send an email (V2)',
    answer: sent,
    mail: ({ body }) => mailOf(body),
  },
  {
    id: 'SendEmail',
    method: 'POST',
    path: '/Mail',
    summary: 'Send an email',
    answer: sent,
    mail: ({ body }) => mailOf(body),
  },
  {
    id: 'SendHighImportanceEmail',
    method: 'POST',
    path: '/HighImportance/Mail',
    summary: 'Send an email of high importance',
    answer: sent,
    mail: ({ body }) => {
      const mail = mailOf(body);
      return isFault(mail) ? mail : { ...mail, importance: 'high' };
    },
  },
  ...(['/v2/SharedMailbox/Mail', '/v2/SharedMailbox', '/SharedMailbox/Mail'] as const).map(
    (path): Operation => ({
      id: path === '/SharedMailbox/Mail' ? 'SharedMailboxSendEmail' : 'SharedMailboxSendEmailV2',
      method: 'POST',
      path,
      summary: 'Send an email from a shared mailbox (V2)',
      answer: sent,
      mail: ({ body }) => mailOf(body, { from: 'MailboxAddress' }),
    }),
  ),
];

const asked = {
  status: 201,
  body: {
    id: '5d0b1f4b-0d0f-4c9e-8b3f-0f1c2d3e4a5b',
    resource: null,
    notificationType: 'Approval',
    notificationUrl: null,
  },
} as const;

const chosen = {
  SelectedOption: 'Approve',
  UserEmailAddress: 'ana.ferreira@example.com',
  UserTenantId: '00000000-0000-4000-8000-000000000000',
  UserId: '6f0b5f3e-6d0e-4f9a-9c51-3d0e7a6f1b11',
} as const;

const asking: readonly Operation[] = [
  {
    id: 'SendApprovalMail',
    method: 'POST',
    path: '/approvalmail/$subscriptions',
    summary: 'Send approval email',
    kind: 'subscription',
    answer: asked,
    callback: chosen,
    question: ({ body }) => mailQuestion(body, { subject: 'Approval Request', options: 'Approve, Reject' }),
  },
  {
    id: 'SendMailWithOptions',
    method: 'POST',
    path: '/mailwithoptions/$subscriptions',
    summary: 'Send email with options',
    kind: 'subscription',
    answer: asked,
    callback: { ...chosen, SelectedOption: 'Choice1' },
    question: ({ body }) =>
      mailQuestion(body, { subject: 'Your input is required', options: 'Choice1, Choice2, Choice3' }),
  },
];

const newMailV3 = {
  id: 'AAMk',
  subject: 's',
  body: '<p>x</p>',
  bodyPreview: 'x',
  isHtml: true,
  from: 'sender@contoso.com',
  toRecipients: 'soc@contoso.com',
  ccRecipients: '',
  receivedDateTime: '2026-11-20T09:00:00Z',
  internetMessageId: '<1@contoso.com>',
  importance: 'normal',
  isRead: false,
  hasAttachments: false,
  attachments: [],
} as const;

const newMailV2 = {
  Id: 'AAMk',
  Subject: 's',
  From: 'sender@contoso.com',
  To: 'soc@contoso.com',
  Body: '<p>x</p>',
  DateTimeReceived: '2026-11-20T09:00:00Z',
  HasAttachment: false,
  Attachments: [],
  Importance: 1,
  IsRead: false,
} as const;

/** A trigger that asks the mailbox for what is new. */
function onNewMail(id: string, path: string, form: MailForm, summary: string): Operation {
  return newsTrigger(id, path, summary, form === 'V3' ? newMailV3 : newMailV2, newMail(form));
}

const triggers: readonly Operation[] = [
  onNewMail('OnNewEmail', '/Mail/OnNewEmail', 'V2', 'When a new email arrives'),
  onNewMail('OnNewEmailV2', '/v2/Mail/OnNewEmail', 'V2', 'When a new email arrives (V2)'),
  onNewMail('OnNewEmailV3', '/v3/Mail/OnNewEmail', 'V3', 'When a new email arrives (V3)'),
  {
    id: 'CreateGraphMailPokeSubscription',
    method: 'POST',
    path: '/GraphMailSubscriptionPoke/$subscriptions',
    summary: 'When a new email arrives (V3)',
    kind: 'trigger',
    answer: { status: 201 },
    polled: true,
  },
];

const mailbox: readonly Operation[] = [
  ...calendarTriggers,
  ...triggers,
  onNewMail(
    'SharedMailboxOnNewEmail',
    '/SharedMailbox/Mail/OnNewEmail',
    'V2',
    'When a new email arrives in a shared mailbox',
  ),
  onNewMail(
    'SharedMailboxOnNewEmailV2',
    '/v2/SharedMailbox/Mail/OnNewEmail',
    'V3',
    'When a new email arrives in a shared mailbox (V2)',
  ),
  ...workMailboxOperations,
];

/** A mail account: one consent at Microsoft, or any mail server by the parameters of SMTP. */
function mailAccount(name: string, displayName: string, more: readonly Operation[]): Connector {
  return {
    name,
    displayName,
    brandColor: '#0078D4',
    description:
      'Mail, calendars and contacts by Microsoft Graph; sends through the mail server that the connection names where it names one.',
    parameters: [token],
    alternatives: [mailServer, servicePrincipal],
    oauth: entra(
      graph,
      ['Mail.Send', 'Mail.ReadWrite', 'Mail.Send.Shared', 'Calendars.ReadWrite', 'Contacts.ReadWrite'].map(
        (scope) => `${graph}/${scope}`,
      ),
    ),
    service: { kind: 'mail', endpoint: graph },
    throttle: { calls: 300, seconds: 60 },
    test: 'GET /v1.0/me',
    operations: [...sending, ...asking, ...more],
  };
}

/** What a SendGrid request asks for, out of the members of the connector's operation. */
const sendGridOperations: readonly Operation[] = ['/v4/mail/send', '/v3/mail/send', '/api/mail.send.json'].map(
  (path, index) => ({
    id: ['SendEmailV4', 'SendEmailV3', 'SendEmail'][index] as string,
    method: 'POST',
    path,
    summary: 'Send email',
    answer: { status: index === 2 ? 200 : 202, ...(index === 2 ? { body: { message: 'success' } } : {}) },
    call: {
      to: 'POST /v3/mail/send',
      query: () => ({}),
      body: ({ body }) => {
        const html = memberIgnoringCase(body ?? null, 'ishtml') === false ? 'text/plain' : 'text/html';
        const mail = mailOf(body, { body: 'text' });
        if (isFault(mail)) return mail;
        const fromName = memberIgnoringCase(body ?? null, 'fromname');
        const list = (addresses: readonly string[]) => addresses.map((email) => ({ email: bareAddress(email) }));
        return {
          personalizations: [
            {
              to: list(mail.to),
              ...(mail.cc.length === 0 ? {} : { cc: list(mail.cc) }),
              ...(mail.bcc.length === 0 ? {} : { bcc: list(mail.bcc) }),
            },
          ],
          from: {
            email: bareAddress(mail.from ?? ''),
            ...(typeof fromName === 'string' && fromName !== '' ? { name: fromName } : {}),
          },
          ...(mail.replyTo[0] === undefined ? {} : { reply_to: { email: mail.replyTo[0] } }),
          subject: mail.subject,
          content: [{ type: html, value: mail.html === '' ? ' ' : mail.html }],
          ...(mail.attachments.length === 0
            ? {}
            : {
                attachments: mail.attachments.map(({ name, content, contentType, inline }) => ({
                  content: Buffer.from(content).toString('base64'),
                  filename: name,
                  ...(contentType === undefined ? {} : { type: contentType }),
                  content_id: name,
                  disposition: inline ? 'inline' : 'attachment',
                })),
              }),
        };
      },
    },
  }),
);

export const mailConnectors: readonly Connector[] = [
  mailAccount('office365', 'Office 365 Outlook', mailbox),
  mailAccount('outlook', 'Outlook.com', [...triggers.slice(0, -1), ...mailboxOperations]),
  {
    name: 'smtp',
    displayName: 'SMTP',
    brandColor: '#F2C80F',
    parameters: [
      text('serverAddress', 'SMTP server address'),
      text('userName', 'User name', { optional: true }),
      secret('password', 'Password', { optional: true }),
      { name: 'port', type: 'int', displayName: 'SMTP server port', optional: true },
      { name: 'enableSSL', type: 'bool', displayName: 'Enable TLS', optional: true },
      text('from', 'Sender where a mail names none', { optional: true }),
    ],
    service: { kind: 'mail' },
    throttle: { calls: 100, seconds: 60 },
    operations: ['/SendEmailV3', '/SendEmailV2', '/SendEmail'].map((path) => ({
      id: path.slice(1),
      method: 'POST',
      path,
      summary: 'Send email',
      answer: sent,
      mail: ({ body }) => mailOf(body),
    })),
  },
  {
    name: 'sendgrid',
    displayName: 'SendGrid',
    brandColor: '#1A82E2',
    parameters: [secret('apiKey', 'API key')],
    service: {
      kind: 'http',
      endpoint: 'https://api.sendgrid.com',
      headers: { authorization: 'Bearer {apiKey}' },
    },
    throttle: { calls: 600, seconds: 60 },
    test: 'GET /v3/scopes',
    operations: sendGridOperations,
  },
];
