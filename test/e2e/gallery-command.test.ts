/** `tocsin templates` and the calls behind it, against a real server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, describe, test } from 'node:test';
import { isJsonArray, isJsonObject, type Json, memberOf } from '#foundation';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const root = join(import.meta.dirname, '../..');

describe('the gallery from outside', () => {
  const server = new TocsinServer(['--empty', '--sandbox']);
  before(() => server.start());
  after(() => server.remove());

  /** Runs the command line beside the server; its code and what it wrote. */
  function tocsin(...words: readonly string[]) {
    const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...words, '--url', server.url], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', TOCSIN_TOKEN: server.token },
    });
    let [output, notes] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      notes += text;
    });
    return new Promise<{ readonly code: number | null; readonly output: string; readonly notes: string }>((resolve) => {
      child.once('close', (code) => resolve({ code, output, notes }));
    });
  }

  test('the list tells trigger, connectors and needed parameters, and takes filters', async () => {
    const { body } = await server.call('GET', '/tocsin/v1/templates');
    const items = body.value ?? [];
    assert.ok(items.length >= 12);
    const block = items.find(({ name }) => name === 'block-address-on-alert');
    assert.deepEqual(block?.trigger, {
      name: 'When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered',
      kind: 'Alert',
    });
    assert.deepEqual(block?.connectors, [
      { name: 'ascalert', displayName: 'Microsoft Defender for Cloud Alert' },
      { name: 'office365', displayName: 'Office 365 Outlook' },
    ]);
    assert.ok(isJsonArray(block?.parameters));
    const needed = block.parameters.filter((one) => memberOf(one, 'required') === true);
    assert.deepEqual(
      needed.map((one) => memberOf(one, 'name')),
      ['networkSecurityGroupId', 'recipients'],
    );
    const filtered = await server.call(
      'GET',
      '/tocsin/v1/templates?trigger=alert&connector=SLACK&search=message%20alert',
    );
    assert.deepEqual(
      (filtered.body.value ?? []).map(({ name }) => name),
      ['slack-message-on-alert'],
    );
    assert.deepEqual((await server.call('GET', '/tocsin/v1/templates?category=Other')).body.value, []);
  });

  test('a template has its files; one that is not there is NotFound, whatever its name', async () => {
    const { body } = await server.call('GET', '/tocsin/v1/templates/Mail-On-Alert');
    assert.ok(isJsonObject(body.template) && isJsonObject(body.sampleEvent));
    assert.match(textOf(body, 'readme'), /```mermaid/);
    for (const name of ['nobody', '__proto__', '..%5C..%5Cpackage.json']) {
      const { status, body: error } = await server.call('GET', `/tocsin/v1/templates/${name}`);
      assert.equal(status, 404);
      assert.equal(memberOf(error.error, 'code'), 'NotFound');
    }
    assert.equal((await server.call('GET', '/tocsin/v1/templates', { token: null })).status, 401);
  });

  test('list and show print what there is', async () => {
    const list = await tocsin('templates', 'list', 'slack');
    assert.equal(list.code, 0, list.notes);
    assert.match(list.output, /slack-message-on-alert +Alert +ascalert, slack +channel/);
    const sample = await tocsin('templates', 'show', 'slack-message-on-alert', '--sample');
    assert.equal(memberOf(JSON.parse(sample.output) as Json, 'Severity'), 'High');
    assert.equal((await tocsin('templates', 'show', 'nobody')).code, 1);
    assert.equal((await tocsin('templates', 'show')).code, 2);
  });

  test('deploy makes the playbook and, with --automate, what starts it: the sample event comes out in the outbox', async () => {
    const deployed = await tocsin(
      'templates',
      'deploy',
      'mail-on-alert',
      'recipients=soc@contoso.example',
      '--automate',
    );
    assert.equal(deployed.code, 0, deployed.notes);
    assert.match(deployed.output, /mail-on-alert Succeeded/);
    assert.match(deployed.notes, /left to do: Authorize the connection/);
    assert.doesNotMatch(deployed.notes, /left to do: Make an automation/);
    const sent = await tocsin('send', 'gallery/mail-on-alert/sample-event.json');
    assert.equal(sent.code, 0, sent.notes);
    const mail = await server.eventually(async () => {
      const { body } = await server.call('GET', '/tocsin/v1/outbox');
      return body.value?.[0];
    }, 'the mail');
    assert.equal(memberOf(memberOf(mail.request, 'body'), 'To'), 'soc@contoso.example');
  });

  test('deploy gives roles and switches to the sandbox when asked, and an approval is answered from the outbox', async () => {
    const group = `${subscription}/resourceGroups/rg-sample`;
    const rules = `${group}/providers/Microsoft.Network/networkSecurityGroups/nsg-sample`;
    await server.call('PUT', `${group}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
    const made = await server.call('PUT', `${rules}?api-version=2024-05-01`, {
      body: { location: 'westeurope', properties: { securityRules: [] } },
    });
    assert.equal(made.status, 201, made.text);
    const deployed = await tocsin(
      'templates',
      'deploy',
      'enrich-address-and-ask',
      `networkSecurityGroupId=${rules}`,
      'recipients=soc@contoso.example',
      '--automate',
      '--grant',
      'rg-sample',
      '--sandbox',
    );
    assert.equal(deployed.code, 0, deployed.notes);
    assert.match(deployed.notes, /has the role Network Contributor/);
    assert.doesNotMatch(deployed.notes, /left to do/);
    await tocsin('send', 'gallery/enrich-address-and-ask/sample-event.json');
    const question = await server.eventually(async () => {
      const { body } = await server.call('GET', '/tocsin/v1/outbox');
      return (body.value ?? []).find(({ action }) => action === 'Ask');
    }, 'the question');
    const id = textOf(question, 'id');
    const answered = await tocsin('outbox', 'answer', id, 'Block');
    assert.equal(answered.code, 0, answered.notes);
    const rule = `${rules}/securityRules/deny-addresses-of-alerts?api-version=2024-05-01`;
    const { body } = await server.eventually(async () => {
      const reply = await server.call('GET', rule);
      return reply.status === 200 ? reply : undefined;
    }, 'the rule');
    assert.deepEqual(memberOf(body.properties, 'sourceAddressPrefixes'), ['203.0.113.77']);
    assert.equal((await tocsin('outbox', 'answer', id, 'Block')).code, 1);
  });

  test('deploy reads values by the type of their parameter, and names one that is missing or wrong', async () => {
    const group =
      '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n';
    const words = [
      'templates',
      'deploy',
      'block-address-on-alert',
      `networkSecurityGroupId=${group}`,
      'recipients=a@b.example',
    ];
    const right = await tocsin(...words, 'rulePriority=200', 'neverBlock=["192.0.2.1"]');
    assert.equal(right.code, 0, right.notes);
    const wrong = await tocsin(...words, 'rulePriority=high');
    assert.equal(wrong.code, 2);
    assert.match(wrong.notes, /'rulePriority' is of type int/);
    const without = await tocsin(...words.slice(0, 4));
    assert.equal(without.code, 1);
    assert.match(without.notes, /recipients/);
  });
});
