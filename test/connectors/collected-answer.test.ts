/** One exchange over a connection: collected whole, given up at once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Agent } from 'undici';
import { collectAnswer } from '../../src/connectors/collected-answer.ts';
import { serve } from './local-servers.ts';

const never = new AbortController().signal;

describe('an exchange', () => {
  test('gives the whole answer, however many pieces it comes in, as bytes of its own', async (context) => {
    const server = await serve(context, (_, response) => {
      response.writeHead(200, { 'x-two': ['a', 'b'] });
      response.write('one ');
      setImmediate(() => response.end('two'));
    });
    const agent = new Agent();
    context.after(() => agent.close());
    const answer = await collectAnswer(agent, { origin: server.url, path: '/', method: 'GET' }, never);
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(answer.headers['x-two'], ['a', 'b']);
    assert.equal(Buffer.from(answer.body).toString(), 'one two');
    assert.equal(answer.body.byteLength, answer.body.buffer.byteLength);
  });

  test('that is given up while it waits for a connection ends at once and is never sent', async (context) => {
    const held: (() => void)[] = [];
    const reached = Promise.withResolvers<void>();
    const server = await serve(context, (_, response) => {
      held.push(() => response.end());
      reached.resolve();
    });
    const agent = new Agent({ connections: 1, pipelining: 1 });
    const options = { origin: server.url, path: '/', method: 'GET' } as const;
    const first = collectAnswer(agent, options, never);
    await reached.promise;
    const giving = new AbortController();
    const second = collectAnswer(agent, { ...options, path: '/second' }, giving.signal);
    giving.abort();
    await assert.rejects(second, { name: 'AbortError' });
    held[0]?.();
    assert.equal((await first).statusCode, 200);
    await agent.close();
    assert.deepEqual(
      server.seen.map(({ url }) => url),
      ['/'],
    );
  });

  test('that is given up before it begins is not made', async (context) => {
    const server = await serve(context, (_, response) => void response.end());
    const agent = new Agent();
    context.after(() => agent.close());
    const call = collectAnswer(agent, { origin: server.url, path: '/', method: 'GET' }, AbortSignal.abort());
    await assert.rejects(call, { name: 'AbortError' });
    assert.equal(server.seen.length, 0);
  });
});
