/** How mailboxes are asked: the connector's questions as Microsoft Graph reads them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findOperation, type ServiceRequest, shippedConnector } from '#connectors';
import type { Json, JsonObject } from '#foundation';

/** What Graph is asked for, and the ids of the mails that are answered. */
async function mails(
  query: Readonly<Record<string, string>>,
  found: readonly JsonObject[] = [],
): Promise<{ readonly path: string; readonly query: Readonly<Record<string, string>>; readonly ids: readonly Json[] }> {
  const office = shippedConnector('office365');
  assert.ok(office !== undefined);
  const perform = findOperation(office, 'GET', '/v3/Mail')?.operation.perform;
  assert.ok(perform !== undefined);
  const requests: ServiceRequest[] = [];
  const input = { key: 'k', path: {}, query, headers: {}, body: undefined, connection: {} };
  const answer = await perform(async (request) => {
    requests.push(request);
    return { status: 200, headers: {}, body: { value: [...found] } };
  }, input);
  assert.ok('headers' in answer, JSON.stringify(answer));
  const url = new URL(requests[0]?.path ?? '', 'https://graph.test');
  const { value } = answer.body as { readonly value: readonly JsonObject[] };
  return { path: url.pathname, query: Object.fromEntries(url.searchParams), ids: value.map(({ id }) => id ?? null) };
}

test('mails are the unread ones of the inbox unless told otherwise', async () => {
  const usual = await mails({});
  assert.equal(usual.path, '/v1.0/me/mailFolders/inbox/messages');
  assert.deepEqual(usual.query, { $top: '50', $filter: 'isRead eq false' });
  const told = await mails({ folderPath: 'Sent Items', fetchOnlyUnread: 'false', top: '3', importance: 'High' });
  assert.equal(told.path, '/v1.0/me/mailFolders/sentitems/messages');
  assert.deepEqual(told.query, { $top: '50' });
});

test('behind a search, what does not fit is taken out of the answer', async () => {
  const { query, ids } = await mails({ searchQuery: 'say "hi"', fetchOnlyWithAttachment: 'true' }, [
    { id: '1', isRead: false, hasAttachments: true },
    { id: '2', isRead: true, hasAttachments: true },
    { id: '3', isRead: false, hasAttachments: false },
  ]);
  assert.deepEqual(query, { $top: '50', $search: String.raw`"say \"hi\""` });
  assert.deepEqual(ids, ['1']);
});
