/** Office 365 Outlook on a mailbox at Microsoft Graph: mails, calendar, contacts; the token is asked for, no sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Json, JsonObject } from '#foundation';
import { FakeOutlook } from '../fakes/outlook.ts';
import { FakeAuthority, FakeService } from '../fakes/service.ts';
import { connect, over, saveConnected } from './connector-runs.ts';
import { TocsinServer } from './tocsin-server.ts';
import { runWorkflow } from './workflow-runs.ts';

describe('a mailbox', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const authority = new FakeAuthority();
  const outlook: FakeOutlook = new FakeOutlook(() => service.url);
  const service: FakeService = new FakeService({
    ...authority.routes(),
    ...outlook.routes((route) => authority.guarded(route)),
  });
  before(async () => {
    await Promise.all([server.start(), service.start()]);
    await server.call('PUT', '/tocsin/v1/connectorProfiles/office365', {
      body: {
        ...authority.client,
        grantType: 'client_credentials',
        tokenUrl: `${service.url}/token`,
        endpoint: service.url,
        sharedWith: ['/'],
      },
    });
    await connect(server, 'office365');
    outlook.add('phish', { subject: 'Invoice overdue', importance: 'high' });
    outlook.add('news', { subject: 'Newsletter' });
    outlook.add('old', { subject: 'Seen invoice', isRead: true });
    outlook.add('report', {
      subject: 'Report',
      hasAttachments: true,
      attachments: [
        { id: 'a1', name: 'r.csv', contentType: 'text/csv', size: 4, isInline: false, contentBytes: 'YSxiCg==' },
      ],
    });
  });
  after(() => Promise.all([server.remove(), service.stop()]));

  interface Answer {
    readonly statusCode: number;
    readonly body?: JsonObject;
  }

  async function run(actions: Readonly<Record<string, JsonObject>>): Promise<(name: string) => Promise<Answer>> {
    let last: string | undefined;
    const chained: Record<string, JsonObject> = {};
    for (const [name, action] of Object.entries(actions)) {
      const runAfter: JsonObject = last === undefined ? {} : { [last]: ['Succeeded', 'Failed'] };
      chained[name] = { ...action, runAfter };
      last = name;
    }
    const seen = await runWorkflow(server, await saveConnected(server, ['office365'], chained));
    return async (name) => (await seen.action(name)).outputs as unknown as Answer;
  }
  const call = (method: string, path: string, queries: JsonObject = {}, body?: Json): JsonObject =>
    over('office365', method, path, { queries, ...(body === undefined ? {} : { body }) });
  const subjects = ({ body }: Answer): unknown =>
    ((body?.value ?? []) as readonly JsonObject[]).map(({ subject }) => subject);

  test('is read over pages: unread mails unless told otherwise, filtered, searched, of a folder within another', async () => {
    outlook.add('case', { subject: 'A case' }, 'folder-cases');
    const answers = await run({
      Usual: call('get', '/v3/Mail', { folderPath: 'Inbox' }),
      All: call('get', '/v3/Mail', { fetchOnlyUnread: false, top: 2 }),
      Search: call('get', '/v3/Mail', { searchQuery: 'invoice' }),
      Filtered: call('get', '/v3/Mail', { importance: 'High', subjectFilter: 'invoice', from: 'sender@example.com' }),
      Attached: call('get', '/v3/Mail', { fetchOnlyWithAttachment: true, includeAttachments: true }),
      Within: call('get', '/v3/Mail', { folderPath: 'Inbox/Cases' }),
      Nowhere: call('get', '/v3/Mail', { folderPath: 'No such folder' }),
      Older: call('get', '/Mail', { top: 1 }),
      Shared: call('get', '/v3/Mail', { mailboxAddress: 'soc@example.com', top: 1 }),
    });
    assert.deepEqual(subjects(await answers('Usual')), ['Invoice overdue', 'Newsletter', 'Report']);
    assert.deepEqual(subjects(await answers('All')), ['Invoice overdue', 'Newsletter']);
    assert.deepEqual(subjects(await answers('Search')), ['Invoice overdue']);
    assert.deepEqual(subjects(await answers('Filtered')), ['Invoice overdue']);
    assert.deepEqual(subjects(await answers('Within')), ['A case']);
    assert.equal((await answers('Nowhere')).statusCode, 404);
    const [attached] = ((await answers('Attached')).body?.value ?? []) as readonly JsonObject[];
    assert.match(JSON.stringify(attached), /YSxiCg==/);
    const [older] = (await answers('Older')).body as unknown as readonly JsonObject[];
    assert.deepEqual([older?.Subject, older?.From, older?.Importance], ['Invoice overdue', 'sender@example.com', 2]);
    assert.equal((await answers('Shared')).statusCode, 200);
  });

  test('gives a mail with its addresses as texts, its attachments, and the whole of it', async () => {
    const answers = await run({
      Get: call('get', '/v2/Mail/phish'),
      Attachment: call('get', '/codeless/v1.0/me/messages/report/attachments/a1'),
      Content: call('get', '/Mail/report/Attachments/a1'),
      Export: call('get', '/codeless/beta/me/messages/report/$value', { mailboxAddress: 'soc@example.com' }),
      None: call('get', '/v2/Mail/none'),
    });
    const { body } = await answers('Get');
    assert.deepEqual(
      [body?.from, body?.toRecipients, body?.body, body?.isHtml, body?.['@odata.etag']],
      ['sender@example.com', 'soc@example.com', '<p>phish</p>', true, undefined],
    );
    const attachment = (await answers('Attachment')).body;
    assert.deepEqual(
      [attachment?.name, attachment?.contentBytes, attachment?.['@odata.type']],
      ['r.csv', 'YSxiCg==', undefined],
    );
    assert.match(JSON.stringify((await answers('Content')).body), /a,b|YSxiCg==/);
    assert.equal((await answers('Export')).statusCode, 200);
    assert.equal((await answers('None')).statusCode, 404);
  });

  test('has mails marked, flagged, put into a category, moved and deleted', async () => {
    outlook.add('mail-7', { categories: ['Red'] });
    outlook.add('gone');
    const answers = await run({
      Read: call('patch', '/codeless/v3/v1.0/me/messages/mail-7/markAsRead', {}, { isRead: true }),
      Flag: call('patch', '/codeless/v1.0/me/messages/mail-7/flag', {}, { flag: { flagStatus: 'complete' } }),
      Wrong: call('patch', '/codeless/v1.0/me/messages/mail-7/flag', {}, { flag: { flagStatus: 'maybe' } }),
      Category: call('post', '/Mail/Category', { messageId: 'mail-7', category: 'Phishing' }),
      Move: call('post', '/v2/Mail/Move/mail-7', { folderPath: 'Phishing' }),
      Delete: call('delete', '/codeless/v1.0/me/messages/gone'),
    });
    for (const name of ['Read', 'Flag', 'Category', 'Move', 'Delete'])
      assert.equal((await answers(name)).statusCode, 200, name);
    assert.equal((await answers('Wrong')).statusCode, 400);
    const changed = outlook.mails.get('mail-7');
    assert.deepEqual(
      [changed?.isRead, changed?.flag, changed?.categories, outlook.folderOf.get('mail-7')],
      [true, { flagStatus: 'complete' }, ['Red', 'Phishing'], 'folder-phishing'],
    );
    assert.equal(outlook.mails.has('gone'), false);
  });

  test('has mails answered, forwarded and drafted', async () => {
    const answers = await run({
      Reply: call(
        'post',
        '/v3/Mail/ReplyTo/phish',
        {},
        { Body: '<p>Blocked</p>', ReplyAll: true, Cc: 'lead@example.com' },
      ),
      Comment: call('post', '/Mail/ReplyTo/phish', { comment: 'ok' }),
      Forward: call(
        'post',
        '/codeless/v1.0/me/messages/phish/forward',
        {},
        { Comment: 'see', ToRecipients: 'a@example.com; b@example.com' },
      ),
      Draft: call('post', '/Draft', {}, { To: 'x@example.com', Subject: 'Later', Body: '<p>d</p>' }),
      Send: call('post', "/Draft/Send/@{encodeURIComponent(body('Draft')?['id'])}"),
    });
    for (const name of ['Reply', 'Comment', 'Draft', 'Send']) assert.equal((await answers(name)).statusCode, 200, name);
    assert.equal((await answers('Forward')).statusCode, 202);
    const [reply, comment, forward, send] = outlook.sent;
    assert.deepEqual([reply?.verb, comment?.verb, forward?.verb, send?.verb], ['replyAll', 'reply', 'forward', 'send']);
    const { message } = (reply?.body ?? {}) as { readonly message: JsonObject };
    assert.deepEqual(message.body, { contentType: 'HTML', content: '<p>Blocked</p>' });
    assert.equal(message.toRecipients, undefined, 'who is answered is the service’s to know');
    assert.equal((message.ccRecipients as readonly Json[]).length, 1);
    assert.match(JSON.stringify(forward?.body), /a@example\.com.*b@example\.com/);
    assert.equal(send?.id, 'draft-1');
  });

  test('has events made, changed, listed and deleted, and contacts', async () => {
    const times = {
      start: '2026-11-20T10:00:00',
      end: '2026-11-20T11:00:00',
      timeZone: '(UTC) Coordinated Universal Time',
    };
    const events = "/datasets/calendars/v4/tables/@{encodeURIComponent(encodeURIComponent('Calendar'))}/items";
    const one = "@{encodeURIComponent(encodeURIComponent(body('Create')?['id']))}";
    const answers = await run({
      Create: call(
        'post',
        events,
        {},
        { subject: 'Review', ...times, body: '<p>b</p>', requiredAttendees: 'a@example.com;' },
      ),
      Recurring: call('post', events, {}, { subject: 'Review', ...times, recurrence: 'weekly' }),
      Change: call('patch', `${events}/${one}`, {}, { location: 'Room 1' }),
      List: call('get', events),
      View: call('get', '/datasets/calendars/v3/tables/items/calendarview', {
        calendarId: 'Calendar',
        startDateTimeUtc: '2026-11-20T00:00:00Z',
        endDateTimeUtc: '2026-11-21T00:00:00Z',
      }),
      Delete: call(
        'delete',
        `/codeless/v1.0/me/calendars/Calendar/events/@{encodeURIComponent(body('Create')?['id'])}`,
      ),
      Calendars: call('get', '/codeless/v1.0/me/calendars'),
      Contact: call('post', '/codeless/v1.0/me/contactFolders/Contacts/contacts', {}, { givenName: 'Ana' }),
      Contacts: call('get', '/codeless/v1.0/me/contactFolders/Contacts/contacts'),
    });
    const created = (await answers('Create')).body;
    assert.deepEqual(
      [created?.subject, created?.start, created?.requiredAttendees, created?.body],
      ['Review', '2026-11-20T10:00:00', 'a@example.com', '<p>b</p>'],
      JSON.stringify(await answers('Create')),
    );
    assert.equal((await answers('Recurring')).statusCode, 400);
    const changed = (await answers('Change')).body;
    assert.deepEqual([changed?.location, changed?.subject], ['Room 1', 'Review']);
    assert.deepEqual(subjects(await answers('List')), ['Review']);
    assert.deepEqual(subjects(await answers('View')), ['Review']);
    assert.equal((await answers('Delete')).statusCode, 204);
    assert.equal(outlook.events.size, 0);
    assert.equal((await answers('Contact')).statusCode, 201);
    assert.match(JSON.stringify((await answers('Contacts')).body), /contact-1/);
  });
});
