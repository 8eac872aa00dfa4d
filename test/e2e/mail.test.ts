/** Mail and approvals against a real mail server on this machine, without the sandbox. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { FakeMailServer } from '../fakes/mail-server.ts';
import { actionOf, connect, connectionState, over, runOver, saveConnected, startWaiting } from './connector-runs.ts';
import { textOf, TocsinServer } from './tocsin-server.ts';

describe('mail', () => {
  const server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '20' });
  const mailbox = new FakeMailServer({ 'tocsin@example.com': 'hush-hush' });
  const account = (): JsonObject => ({
    parameterValues: {
      serverAddress: '127.0.0.1',
      port: mailbox.port,
      enableSSL: false,
      userName: 'tocsin@example.com',
      password: 'hush-hush',
    },
  });
  before(async () => {
    await Promise.all([server.start(), mailbox.start()]);
    await connect(server, 'smtp', account());
    await connect(server, 'office365', account());
  });
  after(() => Promise.all([server.remove(), mailbox.stop()]));

  const waitForMail = (subject: string, to = '') =>
    server.eventually(
      async () => mailbox.mails.find(({ mail, to: [first] }) => mail.subject === subject && (first ?? '').includes(to)),
      `the mail '${subject}'`,
    );

  test('goes out with its recipients, its importance and pictures shown by cid', async () => {
    const body = {
      To: 'ana@example.com; bo@example.com,\n',
      Cc: 'cy@example.com',
      Subject: 'Two\r\nlines',
      Body: '<p>Look: <img src="cid:chart.png"></p>',
      Importance: 'High',
      Attachments: [
        { Name: 'chart.png', ContentBytes: 'aGk=' },
        { Name: 'report.csv', ContentBytes: { '$content-type': 'text/csv', $content: 'YSxi' } },
      ],
    };
    const { run, outputs, properties } = await runOver(
      server,
      'office365',
      over('office365', 'post', '/v2/Mail', { body }),
    );
    assert.equal(run.status, 'Succeeded', JSON.stringify([properties, outputs]));
    assert.equal(outputs.statusCode, 200);
    assert.ok(!('body' in outputs));
    const { mail, to, user } = await waitForMail('Two lines');
    assert.deepEqual(to, ['ana@example.com', 'bo@example.com', 'cy@example.com']);
    assert.equal(user, 'tocsin@example.com');
    assert.equal(mail.headers.get('priority'), 'high');
    const [chart, report] = mail.attachments;
    assert.deepEqual(
      [chart?.contentId, chart?.contentDisposition, chart?.content.toString()],
      ['<chart.png>', 'inline', 'hi'],
    );
    assert.deepEqual(
      [report?.filename, report?.contentDisposition, report?.contentType],
      ['report.csv', 'attachment', 'text/csv'],
    );
  });

  test('keeps its password out of the connection, the run and the log', async () => {
    const { inputs, outputs } = await runOver(
      server,
      'smtp',
      over('smtp', 'post', '/SendEmailV3', { body: { To: 'ana@example.com', Subject: 'plain', Body: 'x' } }),
    );
    const shown = JSON.stringify([await connectionState(server, 'smtp'), inputs, outputs]) + server.log;
    assert.doesNotMatch(shown, /hush-hush/);
    assert.equal((await waitForMail('plain')).mail.from?.text, 'tocsin@example.com');
  });

  test('that cannot be sent says why, and how it ends the action', async () => {
    const send = (name: string, body: JsonObject) =>
      runOver(server, name, over(name, 'post', '/SendEmailV3', { body }));
    const nobody = await send('smtp', { To: ' ', Subject: 's' });
    assert.equal(nobody.outputs.statusCode, 400);
    assert.match(JSON.stringify(nobody.outputs.body), /no recipient/);
    const refused = await send('smtp', { To: 'nobody@example.com', Subject: 's', Body: 'x' });
    assert.equal(refused.outputs.statusCode, 400);
    assert.match(JSON.stringify(refused.outputs.body), /No such mailbox/);
    const wrong = { ...(account().parameterValues as JsonObject), password: 'wrong' };
    await connect(server, 'smtp', { parameterValues: wrong }, 'wrong');
    const unauthorised = await send('wrong', { To: 'ana@example.com', Subject: 's', Body: 'x' });
    assert.equal(unauthorised.outputs.statusCode, 401);
    await connect(server, 'smtp', { parameterValues: { ...wrong, enableSSL: true } }, 'tls');
    const plain = await send('tls', { To: 'ana@example.com', Subject: 'never', Body: 'x' });
    assert.notEqual(plain.run.status, 'Succeeded');
    assert.ok(!mailbox.mails.some(({ mail }) => mail.subject === 'never'));
  });

  test('over a connection without credentials fails as in Azure', async () => {
    const { statuses, overallStatus } = await connect(server, 'office365', {}, 'empty');
    assert.equal(overallStatus, 'Error');
    assert.deepEqual(statuses, [
      {
        status: 'Error',
        target: 'token',
        error: { code: 'Unauthenticated', message: 'This connection is not authenticated.' },
      },
    ]);
    const { outputs } = await runOver(
      server,
      'empty',
      over('empty', 'post', '/v2/Mail', { body: { To: 'ana@example.com' } }),
    );
    assert.equal(outputs.statusCode, 401);
    assert.equal(((outputs.body as JsonObject).error as JsonObject).code, 'Unauthorized');
  });

  describe('that asks', () => {
    const ask = (
      subject: string,
      more: JsonObject = {},
      path = '/approvalmail/$subscriptions',
      limit: JsonObject = {},
    ) => ({
      ...over(
        'office365',
        'post',
        path,
        {
          body: {
            NotificationUrl: '@{listCallbackUrl()}',
            Message: {
              To: 'boss@example.com;deputy@example.com',
              Subject: subject,
              Options: ' Approve ,Reject',
              Body: '<p>5 &lt; 6 <b>bold</b></p>',
              ...more,
            },
          },
        },
        'ApiConnectionWebhook',
      ),
      ...limit,
    });

    /** The link behind a label in a mail. */
    const linkOf = (html: string | false | undefined, label: string): string => {
      const match = [...(html || '').matchAll(/<a href="([^"]+)"[^>]*>([^<]+)<\/a>/g)].find(
        ([, , text]) => text === label,
      );
      return (match?.[1] ?? '').replaceAll('&amp;', '&');
    };

    const press = (link: string, fields: Record<string, string>) =>
      fetch(link, { method: 'POST', body: new URLSearchParams(fields) });

    test('is answered by opening its link and pressing the button, once', async () => {
      const id = await saveConnected(server, ['office365'], { Ask: ask('Block it?') });
      const run = await startWaiting(server, id);
      const { mail } = await waitForMail('Block it?', 'deputy');
      const link = linkOf(mail.html, 'Reject');
      assert.match(link, /\/tocsin\/v1\/answers\/[0-9a-f]{32}\?option=1&sig=[\w-]{43}$/);
      const opened = await fetch(link);
      const page = await opened.text();
      assert.equal(opened.status, 200);
      assert.match(opened.headers.get('content-security-policy') ?? '', /default-src 'none'/);
      assert.equal(opened.headers.get('referrer-policy'), 'no-referrer');
      assert.match(page, /5 &lt; 6 bold/);
      assert.match(page, /<form method="post">.*value="1">Reject<\/button>.*value="0" class="other">Approve<\/button>/);
      // Opening answers nothing: mail scanners open every link.
      await fetch(link);
      const waiting = await server.call('GET', `${run}?api-version=2019-05-01`);
      assert.match(textOf(waiting.body.properties, 'status'), /Running|Waiting/);
      const pressed = await press(link, { option: '1' });
      assert.match(await pressed.text(), /Answered by deputy@example.com at .*: Reject/);
      const ended = await server.finishedRun(run);
      assert.equal((ended.properties as JsonObject).status, 'Succeeded');
      const { outputs } = await actionOf(server, run, 'Ask');
      const answer = (outputs as JsonObject).body as JsonObject;
      assert.equal(answer.SelectedOption, 'Reject');
      assert.equal(answer.UserEmailAddress, 'deputy@example.com');
      const other = await press(linkOf((await waitForMail('Block it?', 'boss')).mail.html, 'Approve'), { option: '0' });
      assert.match(await other.text(), /Answered by deputy@example.com/);
    });

    test('shows its links to nobody but its recipients', async () => {
      const id = await saveConnected(server, ['office365'], { Ask: ask('Secret?') });
      const run = await startWaiting(server, id);
      const link = linkOf((await waitForMail('Secret?', 'boss')).mail.html, 'Approve');
      const token = new URL(link).searchParams.get('sig') ?? '-';
      const guessed = await fetch(link.replace(token, 'A'.repeat(43)));
      assert.equal(guessed.status, 404);
      assert.doesNotMatch(await guessed.text(), /Secret|Approve/);
      assert.equal((await press(link.replace(token, ''), { option: '0' })).status, 404);
      assert.equal((await press(link, { option: '7' })).status, 400);
      const { body } = await server.call('GET', `${run}/actions/Ask?api-version=2019-05-01`);
      assert.ok(!JSON.stringify(body).includes(token) && !server.log.includes(token));
      await server.call('POST', `${run}/cancel?api-version=2019-05-01`);
      const late = await server.eventually(async () => {
        const page = await (await fetch(link)).text();
        return page.includes('Nobody waits') ? page : undefined;
      }, 'the end of the question');
      assert.doesNotMatch(late, /<button/);
    });

    test('with options has its own defaults, its method among them, and ends with its time limit', async () => {
      const limit = { limit: { timeout: 'PT40S' } };
      const asked = ask('', { Options: '', Subject: '' }, '/mailwithoptions/$subscriptions', limit);
      const { method: _, ...inputs } = asked.inputs as JsonObject;
      const id = await saveConnected(server, ['office365'], { Ask: { ...asked, inputs } });
      const run = await startWaiting(server, id);
      const { mail } = await waitForMail('Your input is required', 'boss');
      const link = linkOf(mail.html, 'Choice2');
      assert.notEqual(link, '');
      const ended = await server.finishedRun(run);
      assert.equal((ended.properties as JsonObject).status, 'Failed');
      assert.match(await (await press(link, { option: '1' })).text(), /Nobody waits/);
    });
  });
});
