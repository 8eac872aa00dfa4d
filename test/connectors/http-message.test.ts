/** From evaluated inputs to a request: addresses, headers, bodies of every kind. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { actionAnswer, actionRequest } from '#connectors';
import { isFault, type Json, type JsonObject, type OutboundRequest } from '#foundation';

function request(more: JsonObject): OutboundRequest {
  const made = actionRequest({ method: 'POST', uri: 'https://a.test/p?x=1', ...more });
  assert.ok(!isFault(made), JSON.stringify(made));
  return made;
}

const sent = (more: JsonObject): readonly [string | undefined, string | undefined] => {
  const { headers, body } = request(more);
  return [headers['content-type'], body === undefined ? undefined : Buffer.from(body).toString()];
};

describe('a request', () => {
  test('has its queries behind those of the URI, encoded', () => {
    assert.equal(
      request({ queries: { a: 'b c', d: true, e: [1], f: null } }).url,
      'https://a.test/p?x=1&a=b%20c&d=True&e=%5B1%5D&f=',
    );
  });

  test('has none of the headers an author may not set, and the cookie from its own member', () => {
    const { headers } = request({
      cookie: 'a=1',
      headers: {
        Accept: 'x/y',
        'Accept-Language': 'de',
        Host: 'evil',
        'Content-Length': '1',
        'Content-Disposition': 'inline',
        Cookie: 'b=2',
        'X-Mine': 'line\r\nbreak',
        'bad name': 'x',
        Expect: '100-continue',
      },
    });
    assert.deepEqual(
      { ...headers },
      { accept: 'x/y', 'content-disposition': 'inline', 'x-mine': 'line break', cookie: 'a=1' },
    );
  });

  const bodies: readonly (readonly [string, JsonObject, string, string])[] = [
    ['an object', { body: { a: 1 } }, 'application/json; charset=utf-8', '{"a":1}'],
    ['a number', { body: 5 }, 'application/json; charset=utf-8', '5'],
    ['a text', { body: 'äö' }, 'text/plain; charset=utf-8', 'äö'],
    ['content', { body: { '$content-type': 'image/png', $content: 'AQI=' } }, 'image/png', '\u0001\u0002'],
    ['a form', { body: { $formdata: [{ key: 'a', value: 'b c' }] } }, 'application/x-www-form-urlencoded', 'a=b+c'],
    ['an explicit type', { headers: { 'Content-Type': 'application/xml' }, body: '<a/>' }, 'application/xml', '<a/>'],
  ];
  for (const [title, more, type, text] of bodies) {
    test(`of ${title} has the right type and bytes`, () => assert.deepEqual(sent(more), [type, text]));
  }

  test('without a body has neither', () => assert.deepEqual(sent({ body: null }), [undefined, undefined]));

  const multipart = (body: string, header?: string): JsonObject => ({
    ...(header === undefined ? {} : { headers: { 'Content-Type': header } }),
    body: {
      '$content-type': 'multipart/form-data',
      $multipart: [{ headers: { 'Content-Disposition': 'form-data; name=a\r\nX-Evil: 1' }, body }],
    },
  });

  test('of parts has a boundary that no part can contain, the same for the same parts', () => {
    const [type = '', text = ''] = sent(multipart('value'));
    const boundary = /boundary=(\S+)$/.exec(type)?.[1] ?? '';
    assert.equal(
      text,
      `--${boundary}\r\nContent-Disposition: form-data; name=a  X-Evil: 1\r\n\r\nvalue\r\n--${boundary}--\r\n`,
    );
    assert.deepEqual(sent(multipart('value')), [type, text]);
    assert.notEqual(sent(multipart(`--${boundary}--`))[0], type);
  });

  test('of parts with an explicit type has the boundary given there, or gets one', () => {
    const [given, text] = sent(multipart('v', 'multipart/mixed; boundary=own'));
    assert.equal(given, 'multipart/mixed; boundary=own');
    assert.match(text ?? '', /^--own\r\n/);
    assert.match(sent(multipart('v', 'multipart/form-data'))[0] ?? '', /^multipart\/form-data; boundary=tocsin-/);
  });

  test('to an address that is none, too long, or with a method that is none is refused', () => {
    for (const more of [
      { uri: 'relative' },
      { uri: 'file:///etc/passwd' },
      { uri: `https://a.test/${'x'.repeat(17_000)}` },
      { method: 'GE T' },
      { method: '' },
    ]) {
      assert.ok(isFault(actionRequest({ method: 'GET', uri: 'https://a.test', ...more })));
    }
  });

  test('is authorised by Basic and Raw, and an explicit header counts only without authentication', () => {
    const header = (authentication: Json): string | undefined =>
      request({ headers: { Authorization: 'own' }, authentication }).headers.authorization;
    assert.equal(header({ type: 'Basic', username: 'u', password: 'p' }), 'Basic dTpw');
    assert.equal(header({ type: 'raw', value: 'Custom x' }), 'Custom x');
    assert.equal(header({ type: 'Raw', scheme: 'S', parameter: 'P' }), 'S P');
    assert.equal(header(null), 'own');
    assert.equal(header({ type: 'ManagedServiceIdentity' }), undefined);
  });
});

describe('an answer', () => {
  const body = (contentType: string | undefined, bytes: Uint8Array): unknown => {
    const answer = actionAnswer({
      headers: contentType === undefined ? {} : { 'content-type': contentType },
      body: bytes,
    });
    return answer.kind === 'malformed' ? 'malformed' : answer.body;
  };
  const latin = Buffer.from('{"a":"\xe4"}', 'latin1');

  test('is decoded by its content type, in its character set', () => {
    assert.deepEqual(body('application/problem+json', Buffer.from('\ufeff{"a":1}')), { a: 1 });
    assert.deepEqual(body('application/json; charset=iso-8859-1', latin), { a: 'ä' });
    assert.equal(body('text/plain; charset=utf-16le', Buffer.from('ä', 'utf16le')), 'ä');
    assert.deepEqual(body(undefined, Buffer.from('x')), {
      '$content-type': 'application/octet-stream',
      $content: 'eA==',
    });
    assert.equal(body('application/json', Buffer.alloc(0)), undefined);
    assert.equal(body('application/json', Buffer.from('{broken')), 'malformed');
  });
});
