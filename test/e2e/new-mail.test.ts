/** Triggers on new mail, over a connection that a person signed in: no sandbox, no mail twice, none lost over a kill. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { FakeMailbox } from '../fakes/mailbox.ts';
import { FakeAuthority, FakeService } from '../fakes/service.ts';
import { actionOf, connect, connectionId } from './connector-runs.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';
import { saveWorkflow } from './workflow-runs.ts';

const connection = { connection: { name: "@parameters('$connections')['office365']['connectionId']" } };
const splitOn = "@triggerBody()?['value']";
const queries = { folderPath: 'Inbox', importance: 'Any', includeAttachments: true, subjectFilter: 'alert' };

const polling = {
  When_a_new_email_arrives: {
    type: 'ApiConnection',
    inputs: { host: connection, method: 'get', path: '/v3/Mail/OnNewEmail', queries },
    recurrence: { frequency: 'Second', interval: 20 },
    splitOn,
  },
};

/** As the designer writes the newest form. */
const notified = {
  'When_a_new_email_arrives_(V3)': {
    type: 'ApiConnectionNotification',
    splitOn,
    inputs: {
      host: connection,
      fetch: { method: 'get', pathTemplate: { template: '/v3/Mail/OnNewEmail' }, queries },
      subscribe: {
        method: 'post',
        pathTemplate: { template: '/GraphMailSubscriptionPoke/$subscriptions' },
        body: { NotificationUrl: '@listCallbackUrl()' },
        queries,
      },
    },
  },
};

describe('a logic app on new mail', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '60' });
  const authority = new FakeAuthority();
  const mailbox = new FakeMailbox(() => service.url);
  const service: FakeService = new FakeService({
    ...authority.routes(),
    ...mailbox.routes((route) => authority.guarded(route)),
  });
  let received = 0;

  function arrive(subject: string): string {
    received += 1;
    const id = `m${received}`;
    const receivedDateTime = new Date(Date.UTC(2026, 10, 20) + received * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
    const attachments = [{ id: 'a', name: 'a.txt', contentType: 'text/plain', contentBytes: 'aGk=' }];
    mailbox.mails.push({ id, receivedDateTime, subject, attachments });
    return id;
  }

  before(async () => {
    await Promise.all([server.start(), service.start()]);
    await server.call('PUT', '/tocsin/v1/connectorProfiles/office365', {
      body: {
        endpoint: service.url,
        authorizationUrl: `${service.url}/authorize`,
        tokenUrl: `${service.url}/token`,
        ...authority.client,
      },
    });
    await connect(server, 'office365');
    const listed = await server.call('POST', `${connectionId('office365')}/listConsentLinks?api-version=2016-06-01`, {
      body: { parameters: [{ parameterName: 'token' }] },
    });
    const sent = await fetch(textOf(listed.body.value?.[0], 'link'), { redirect: 'manual' });
    assert.equal((await fetch(sent.headers.get('location') ?? '', { method: 'POST' })).status, 200);
    arrive('alert before all');
  });
  after(() => Promise.all([server.remove(), service.stop()]));

  const polls = (): number => service.on('GET /v1.0/me/mailFolders/Inbox/messages').length;
  const laterPolls = async (count: number): Promise<void> => {
    const until = polls() + count;
    await server.eventually(async () => (polls() >= until ? true : undefined), `${count} more polls`);
  };

  /** Subjects of the mails that started runs, oldest first. */
  async function subjects(id: string): Promise<readonly string[]> {
    const { body } = await server.call('GET', `${id}/runs?api-version=2019-05-01`);
    const runs = (body.value ?? []).map((run) => textOf(run, 'id')).toReversed();
    for (const run of runs) await server.finishedRun(run);
    return Promise.all(runs.map(async (run) => textOf(await actionOf(server, run, 'Seen'), 'outputs')));
  }

  for (const [name, triggers] of Object.entries({ polling, notified }) as [string, JsonObject][]) {
    test(`runs once for each that comes after it, ${name}, also over a kill in between`, async () => {
      const seen = { type: 'Compose', inputs: "@concat(triggerBody()?['subject'], ' ', triggerBody()?['from'])" };
      const value = { office365: { connectionId: connectionId('office365'), connectionName: 'office365', id: 'api' } };
      const id = await saveWorkflow(
        server,
        { parameters: { $connections: { type: 'Object', defaultValue: {} } }, triggers, actions: { Seen: seen } },
        { properties: { parameters: { $connections: { value } } } },
      );
      await laterPolls(1);
      arrive('alert one');
      arrive('something else');
      arrive('Alert two');
      await server.eventually(async () => ((await subjects(id)).length >= 2 ? true : undefined), 'two runs');
      await laterPolls(2);
      await server.stop('SIGKILL');
      arrive('alert three, while nobody looks');
      await server.start();
      await server.eventually(async () => ((await subjects(id)).length >= 3 ? true : undefined), 'the third run');
      await laterPolls(2);
      assert.deepEqual((await subjects(id)).toSorted(), [
        'Alert two a@example.com',
        'alert one a@example.com',
        'alert three, while nobody looks a@example.com',
      ]);
      await server.call('POST', `${id}/disable?api-version=2019-05-01`);
    });
  }

  test('needs a mailbox that can be read: a mail server for sending is none', async () => {
    await connect(server, 'office365', { parameterValues: { serverAddress: '127.0.0.1' } }, 'sending');
    const host = { connection: { name: connectionId('sending') } };
    const inputs = { host, method: 'get', path: '/v3/Mail/OnNewEmail' };
    const t = { type: 'ApiConnection', inputs, recurrence: { frequency: 'Minute', interval: 1 } };
    const id = await saveWorkflow(server, { triggers: { t }, actions: {} });
    const failed = await server.eventually(async () => {
      const { body } = await server.call('GET', `${id}/triggers/t/histories?api-version=2019-05-01`);
      return body.value?.[0];
    }, 'a poll');
    assert.equal(textOf(failed.properties, 'code'), 'ConnectorNotSupported');
  });
});
