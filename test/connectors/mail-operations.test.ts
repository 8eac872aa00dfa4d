/** How mailboxes are asked: the connector's questions as Microsoft Graph reads them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findOperation, shippedConnector } from '#connectors';

function mails(query: Readonly<Record<string, string>>) {
  const office = shippedConnector('office365');
  assert.ok(office !== undefined);
  const call = findOperation(office, 'GET', '/v3/Mail')?.operation.call;
  assert.ok(call !== undefined && typeof call.to === 'function');
  const input = { key: 'k', path: {}, query, headers: {}, body: undefined, connection: {} };
  return { call, input, to: call.to(input), query: call.query?.(input) };
}

test('mails are the unread ones of the inbox unless told otherwise', () => {
  const usual = mails({});
  assert.equal(usual.to, 'GET /v1.0/me/mailFolders/Inbox/messages');
  assert.deepEqual(usual.query, { $top: '10', $filter: 'isRead eq false' });
  const told = mails({ folderPath: 'Sent Items', fetchOnlyUnread: 'false', top: '3', importance: 'High' });
  assert.equal(told.to, 'GET /v1.0/me/mailFolders/Sent%20Items/messages');
  assert.deepEqual(told.query, { $top: '3', $filter: "importance eq 'high'" });
});

test('behind a search, what does not fit is taken out of the answer', () => {
  const { call, input, query } = mails({ searchQuery: 'say "hi"', fetchOnlyWithAttachment: 'true' });
  assert.deepEqual(query, { $top: '10', $search: String.raw`"say \"hi\""` });
  const value = [
    { id: '1', isRead: false, hasAttachments: true },
    { id: '2', isRead: true, hasAttachments: true },
    { id: '3', isRead: false, hasAttachments: false },
  ];
  const answer = call.answer?.({ status: 200, headers: {}, body: { value } }, input);
  assert.deepEqual(answer?.body, { value: [value[0]] });
});
