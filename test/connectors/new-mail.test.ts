/** Polls of a mailbox: where each goes on, which mails fit, how they look. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findOperation, shippedConnector } from '#connectors';
import { type JsonObject, memberOf, SeededRandom } from '#foundation';
import { type FakeMail, FakeMailbox, textsOf } from '../fakes/mailbox.ts';

const connector = shippedConnector('office365');

/** A trigger over a mailbox: `poll` answers the mails that it found. */
function trigger(mailbox: FakeMailbox, path = '/v3/Mail/OnNewEmail', queries: Readonly<Record<string, string>> = {}) {
  let query = queries;
  const poll = async (fails = false): Promise<{ readonly mails: readonly JsonObject[]; readonly wait: string }> => {
    assert.ok(connector);
    const found = findOperation(connector, 'GET', path);
    assert.ok(found?.operation.perform);
    const answer = await found.operation.perform(
      async ({ path: asked }) => {
        if (fails) return { status: 503, headers: {} };
        const url = new URL(asked, 'https://graph.test');
        const id = /\/messages\/([^/]+)\/attachments$/.exec(url.pathname)?.[1];
        const body = id === undefined ? mailbox.page(url.searchParams) : mailbox.attachments(decodeURIComponent(id));
        return { status: 200, headers: {}, body };
      },
      { path: {}, query, headers: {}, body: undefined, key: 'k', connection: {} },
    );
    assert.ok('headers' in answer);
    const { location } = answer.headers;
    if (location !== undefined) query = Object.fromEntries(new URL(location, 'https://c.test').searchParams);
    const value = memberOf(answer.body, 'value') as readonly JsonObject[] | undefined;
    return { mails: value ?? [], wait: answer.headers['retry-after'] ?? '' };
  };
  return { poll };
}

const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 10, 20) + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
const mail = (id: string, seconds: number, more: Partial<FakeMail> = {}): FakeMail => ({
  id,
  receivedDateTime: at(seconds),
  ...more,
});

describe('a poll of a mailbox', () => {
  test('NM1: begins with what comes after it, not with what is there', async () => {
    const mailbox = new FakeMailbox();
    mailbox.mails.push(mail('old', 0), mail('same second', 10));
    const { poll } = trigger(mailbox);
    assert.deepEqual(await poll(), { mails: [], wait: '30' });
    mailbox.mails.push(mail('new in that second', 10), mail('before all', -5), mail('later', 20));
    assert.deepEqual(textsOf((await poll()).mails, 'id'), ['new in that second', 'later']);
    assert.deepEqual((await poll()).mails, []);
  });

  test('begins in an empty mailbox with its first mail', async () => {
    const mailbox = new FakeMailbox();
    const { poll } = trigger(mailbox);
    await poll();
    mailbox.mails.push(mail('first', 0));
    assert.deepEqual(textsOf((await poll()).mails, 'id'), ['first']);
  });

  test('NM2: answers every mail once, however late it shows within two minutes, however many come', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const random = new SeededRandom(seed);
      const below = (limit: number): number => Math.floor(random.fraction() * limit);
      const mailbox = new FakeMailbox();
      mailbox.mails.push(mail('old', 0));
      const { poll } = trigger(mailbox);
      await poll();
      const sent: string[] = [];
      const answered: string[] = [];
      for (let now = 130; now < 4_000; now += 1 + below(90)) {
        const burst = below(12) === 0 ? 70 : below(4);
        for (let count = 0; count < burst; count += 1) {
          const id = `${now}-${count}`;
          sent.push(id);
          mailbox.mails.push(mail(id, now - below(110)));
        }
        for (let wait = '1'; wait === '1'; ) {
          const fails = below(5) === 0;
          const found = await poll(fails);
          answered.push(...textsOf(found.mails, 'id').map(String));
          wait = found.wait;
        }
      }
      // The last polls may have failed (NM3).
      for (let wait = '1'; wait === '1'; ) {
        const found = await poll();
        answered.push(...textsOf(found.mails, 'id').map(String));
        wait = found.wait;
      }
      assert.deepEqual(answered.toSorted(), sent.toSorted(), `seed ${seed}`);
    }
  });

  test('takes the mails its trigger asks for', async () => {
    const wanted = async (queries: Readonly<Record<string, string>>): Promise<unknown> => {
      const mailbox = new FakeMailbox();
      const { poll } = trigger(mailbox, '/v3/Mail/OnNewEmail', queries);
      await poll();
      mailbox.mails.push(
        mail('a', 1, { subject: 'ALERT: disk', from: 'Mon@example.com', importance: 'high' }),
        mail('b', 2, { to: ['boss@example.com'], attachments: [{ id: 'x', name: 'x.txt', contentBytes: 'aGk=' }] }),
      );
      return textsOf((await poll()).mails, 'id');
    };
    assert.deepEqual(await wanted({}), ['a', 'b']);
    assert.deepEqual(await wanted({ subjectFilter: 'alert' }), ['a']);
    assert.deepEqual(await wanted({ from: 'x@example.com; mon@EXAMPLE.com' }), ['a']);
    assert.deepEqual(await wanted({ toOrCc: 'boss@example.com' }), ['b']);
    assert.deepEqual(await wanted({ importance: 'High' }), ['a']);
    assert.deepEqual(await wanted({ importance: 'Any', fetchOnlyWithAttachment: 'true' }), ['b']);
  });

  test('brings attachments when asked, in the form of its version', async () => {
    const attachment = { id: 'x', name: 'x.txt', contentType: 'text/plain', contentBytes: 'aGk=', size: 2 };
    const first = async (path: string, includeAttachments: string): Promise<JsonObject | undefined> => {
      const mailbox = new FakeMailbox();
      const { poll } = trigger(mailbox, path, { includeAttachments });
      await poll();
      mailbox.mails.push(mail('a', 1, { attachments: [attachment] }));
      return (await poll()).mails[0];
    };
    const newest = await first('/v3/Mail/OnNewEmail', 'true');
    assert.deepEqual([newest?.['from'], newest?.['body'], newest?.['isHtml']], ['a@example.com', '<p>x</p>', true]);
    assert.deepEqual(newest?.['attachments'], [attachment]);
    assert.deepEqual((await first('/v3/Mail/OnNewEmail', 'false'))?.['attachments'], []);
    const older = await first('/Mail/OnNewEmail', 'true');
    assert.deepEqual(
      [older?.['From'], older?.['Importance'], older?.['DateTimeReceived']],
      ['a@example.com', 1, at(1)],
    );
    assert.equal(memberOf((older?.['Attachments'] as readonly JsonObject[] | undefined)?.[0], 'ContentBytes'), 'aGk=');
  });
});
