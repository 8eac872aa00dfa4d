/** The mock that a captured call proposes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mockOfItem, Mocks } from '#service';

const mail = {
  connector: 'office365',
  operation: 'SendEmailV2',
  action: 'Send_an_email',
  request: { method: 'POST', path: '/v2/Mail', body: { To: 'a@contoso.example' } },
  response: { status: 200, headers: { 'content-type': 'application/json' }, body: { id: 7 }, source: 'schema' },
};

test('a mock goes by connector, operation and action, and answers as the call was answered', () => {
  assert.deepEqual(mockOfItem(mail), {
    match: { connector: 'office365', operation: 'SendEmailV2', action: 'Send_an_email' },
    respond: { status: 200, headers: { 'content-type': 'application/json' }, body: { id: 7 } },
  });
});

test('of a call without a known operation it goes by method, host and path', () => {
  const { operation: _, ...plain } = mail;
  const item = { ...plain, request: { method: 'GET', host: 'api.contoso.example', path: '/v1/things' } };
  assert.deepEqual(mockOfItem(item).match, { method: 'GET', host: 'api.contoso.example', path: '/v1/things' });
});

test('the sandbox takes it, and answers the same call by it', () => {
  const mocks = new Mocks();
  mocks.replace([mockOfItem(mail)]);
  const { connector, operation, action } = mail;
  assert.deepEqual(mocks.answer({ connector, operation, action })?.body, { id: 7 });
  assert.equal(mocks.answer({ connector, operation, action: 'Another' }), undefined);
});
