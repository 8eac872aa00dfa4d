/**
 * Published playbooks run whole and outside the sandbox: deployed unmodified from the corpus beside the checkout, connections
 * signed in by consent or keys, fired through ingestion and Sentinel, asserted where their calls arrive and in run history.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '#foundation';
import { missingCorpus, publishedEvent } from '../../tools/corpus/published.ts';
import { FakeService, headerOnly, member } from '../fakes/service.ts';
import { actionOf } from './connector-runs.ts';
import { contributor, OperatedPlaybooks, workspace, workspaceGroup } from './operated-playbooks.ts';
import { subscription, textOf } from './tocsin-server.ts';

const version = 'api-version=2019-05-01';
let events = 0;

/** A stored event of the corpus under an id of its own, in the local subscription. */
function event(name: string, more: JsonObject = {}): JsonObject {
  const text = JSON.stringify(publishedEvent(name)).replaceAll(/\/subscriptions\/[0-9a-f-]{36}/gi, subscription);
  const body = { ...(JSON.parse(text) as JsonObject), ...more };
  events += 1;
  return 'SystemAlertId' in body ? { ...body, SystemAlertId: `${textOf(body, 'SystemAlertId')}${events}` } : body;
}

/** Where the mail's button with that label leads. */
function linkIn(html: string | false | undefined, label: string): string {
  const links = [...(html || '').matchAll(/<a href="([^"]+)"[^>]*>([^<]+)<\/a>/g)];
  return (links.find(([, , text]) => text === label)?.[1] ?? '').replaceAll('&amp;', '&');
}

describe('published playbooks outside the sandbox', { skip: missingCorpus }, () => {
  const host = { id: 'm-1', computerDnsName: 'sql01.corp.example.com', healthStatus: 'Active' };
  const world = new OperatedPlaybooks({ 'm-1': host, sql01: host });
  const vendors = new FakeService({
    'GET /api/v3/breachedaccount/{}': headerOnly('x-api-key', 'key-hush', (_, [account]) =>
      account === 'ana@example.com'
        ? {
            body: [
              { Name: 'Collection1', Domain: 'example.com', BreachDate: '2024-01-01', DataClasses: ['Passwords'] },
            ],
          }
        : { status: 404, body: '' },
    ),
    'GET /api/v3/ip_addresses/{}': headerOnly('x-apikey', 'key-hush', (_, [address = '']) => ({
      body: {
        data: { id: address, attributes: { last_analysis_stats: { malicious: address.startsWith('203.') ? 7 : 0 } } },
      },
    })),
    'POST /get/verdict': () => ({
      headers: { 'content-type': 'application/xml' },
      body: '<?xml version="1.0"?><wildfire><get-verdict-info><sha256>ab12</sha256><verdict>1</verdict><md5>cd34</md5></get-verdict-info></wildfire>',
    }),
    'POST /get/report': ({ body }) =>
      (body as JsonObject).format === 'pdf'
        ? { headers: { 'content-type': 'application/pdf' }, body: '%PDF-1.4 report' }
        : {
            headers: { 'content-type': 'application/xml' },
            body: '<?xml version="1.0"?><wildfire><version>2.0</version><file_info><malware>yes</malware><sha1>s</sha1><filetype>PE</filetype><sha256>ab12</sha256><md5>cd34</md5><size>10</size></file_info><task_info><report><version>3.0</version><platform>100</platform><software>PE Static Analyzer</software><sha256>ab12</sha256><md5>cd34</md5><malware>yes</malware><summary><entry>bad</entry><entry>worse</entry></summary></report><report><version>3.0</version><platform>2</platform><software>VM</software><sha256>ab12</sha256><md5>cd34</md5><malware>yes</malware><summary><entry>a</entry><entry>b</entry></summary></report></task_info></wildfire>',
          },
    'POST /host/': ({ text }) => ({
      body: { query_status: 'ok', urlhaus_reference: `for ${text}`, url_count: '3', urls: [] },
    }),
  });

  before(async () => {
    await Promise.all([world.start(), vendors.start()]);
    await world.profile('virustotal', { endpoint: vendors.url });
  });
  after(async () => {
    await Promise.all([world.stop(), vendors.stop()]);
  });

  // --- Defender for Cloud, through ingestion and an automation ---------------------------------------------------

  test('an alert is an incident in ServiceNow', async () => {
    const playbook = await world.deployPublished('create-snowincfrom-ascalert');
    const run = await world.onEvent(playbook, 'Alerts', event('alert-09-sql-bruteforce'));
    const [request] = world.tickets.on('POST /api/now/v2/table/incident');
    assert.match(request?.text ?? '', /"caller_id":"Abel Tuter"/);
    await world.succeeded(playbook.name, run, `ServiceNow ${request?.text}`);
    const { outputs } = await actionOf(world.server, textOf(run, 'id'), 'Create_Incident');
    assert.equal(textOf(member(outputs as JsonObject, 'body').result as JsonObject, 'number'), 'INC0010001');
  });

  test('a recommendation is a change request in ServiceNow', async () => {
    const playbook = await world.deployPublished('create-snowcrfrom-ascrec');
    const run = await world.onEvent(playbook, 'Assessments', event('rec-04-secure-transfer-unhealthy'));
    const [request] = world.tickets.on('POST /api/now/v2/table/change_request');
    await world.succeeded(playbook.name, run, `ServiceNow ${request?.text}`);
    assert.ok(request);
  });

  test('a recommendation is an issue in Jira', async () => {
    const playbook = await world.deployPublished('open-jira-ticket', { JiraProjectKey: 'SOC' });
    const run = await world.onEvent(playbook, 'Assessments', event('rec-10-parent-sql-vulnerability-findings'));
    const [request] = world.tickets.on('POST /rest/api/2/issue');
    await world.succeeded(playbook.name, run, `Jira ${request?.text}`);
    const fields = member(request?.body ?? null, 'fields');
    assert.deepEqual([fields.project, fields.labels], [{ key: 'SOC' }, ['AzureSecurityCenter']]);
  });

  test('an alert is a work item in Azure DevOps, by consent', async () => {
    const playbook = await world.deployPublished('open-dev-ops-task-alert');
    const run = await world.onEvent(playbook, 'Alerts', event('alert-09-sql-bruteforce'));
    const [request] = world.service('visualstudioteamservices').on('POST /pcadmin0032/ASC/_apis/wit/workitems/$Task');
    await world.succeeded(playbook.name, run, `Azure DevOps ${request?.text}`);
    assert.match(request?.text ?? '', /"\/fields\/System.Title","value":"High - /);
  });

  test('an alert is a message in a Teams channel, by consent', async () => {
    const playbook = await world.deployPublished('post-teams-message-alert');
    const run = await world.onEvent(playbook, 'Alerts', event('alert-09-sql-bruteforce'));
    const posted = world.teams.messages.at(-1);
    await world.succeeded(playbook.name, run, `Teams ${posted?.place}: ${posted?.request.text}`);
    assert.match(posted?.place ?? '', /^d05ba55c-593e-4bfa-8011-26e0626b5c14\/19:8e52aee/);
    assert.match(posted?.request.text ?? '', /Alert Type: SQL/i);
  });

  test('an account in an alert is disabled at Microsoft Graph, its sessions revoked, its manager told', async () => {
    const { server } = world;
    const people = ['ann', 'bob'].map((name) => ({
      userPrincipalName: `${name}@example.com`,
      displayName: name,
      mail: `${name}@example.com`,
      ...(name === 'ann' ? { manager: 'bob@example.com' } : {}),
    }));
    await server.call('POST', '/tocsin/v1/directory/import', { body: { users: people } });
    const ann = textOf((await server.call('GET', '/graph/v1.0/users/ann@example.com')).body, 'id');
    const playbook = await world.deployPublished('disable-aad-account-revoke-tokens');
    await world.assign('', playbook.principalId, 'acdd72a7-3385-48ef-bd42-f606fba81ae7');
    const entities = [{ $id: '1', type: 'account', aadUserId: ann }];
    const run = await world.onEvent(
      playbook,
      'Alerts',
      event('alert-13-vm-ssh-bruteforce-success', { Entities: entities }),
    );
    const mail = await world.mailTo('bob@example.com', '');
    await world.succeeded(
      playbook.name,
      run,
      `Graph PATCH ${JSON.stringify(world.directory.users.get(ann))}, mail to bob`,
    );
    assert.deepEqual(world.directory.revoked, [ann]);
    assert.equal(world.directory.users.get(ann)?.accountEnabled, false);
    assert.equal(mail.user, 'soc@example.com');
  });

  test('a change of a recommendation is told by mail', async () => {
    const playbook = await world.deployPublished('notify-mdcrecommendation-change-activity', {
      Sender: 'soc@example.com',
      ComplianceEmailAddress: 'compliance@example.com',
    });
    await world.assign(subscription, playbook.principalId, contributor);
    const run = await world.onEvent(playbook, 'Assessments', event('rec-07-jit-access'));
    const { mail } = await world.mailTo('compliance@example.com', '');
    await world.succeeded(playbook.name, run, `mail '${mail.subject}'`);
  });

  test('an alert of the gallery is a message in Slack, by consent', async () => {
    const playbook = await world.deployGallery('slack-message-on-alert', { channel: 'C1' });
    const run = await world.onEvent(playbook, 'Alerts', event('alert-10-sql-injection-potential'));
    const [request] = world.service('slack').on('POST /api/chat.postMessage');
    await world.succeeded(playbook.name, run, `Slack ${request?.text}`);
    assert.match(request?.text ?? '', /"channel":"C1"/);
  });

  test('a device that talked to an address VirusTotal calls malicious is isolated in Defender', async () => {
    const playbook = await world.deployGallery('isolate-device-on-alert');
    const entities = [
      { $id: '1', Type: 'host', HostName: 'sql01' },
      { $id: '2', Type: 'ip', Address: '203.0.113.77' },
      { $id: '3', Type: 'ip', Address: '198.51.100.20' },
    ];
    const run = await world.onEvent(
      playbook,
      'Alerts',
      event('alert-13-vm-ssh-bruteforce-success', { Entities: entities }),
    );
    const isolated = world
      .service('wdatp')
      .on('POST /api/machines/m-1/isolate')
      .map(({ body }) => body as JsonObject);
    await world.succeeded(playbook.name, run, `VirusTotal twice, Defender ${JSON.stringify(isolated)}`);
    assert.equal(vendors.on('GET /api/v3/ip_addresses/').length, 2);
    assert.equal(isolated.length, 1);
    assert.match(textOf(isolated[0], 'Comment'), /malicious: 203\.0\.113\.77$/);
  });

  // --- Sentinel, through automation rules ------------------------------------------------------------------------

  test('an incident is an issue in Jira', async () => {
    const playbook = await world.deployPublished('open-jiraticket-recommendation');
    const run = await world.ended(await world.onIncident(playbook, {}));
    const request = world.tickets.on('POST /rest/api/2/issue').at(-1);
    await world.succeeded(playbook.name, run, `Jira ${request?.text}`);
    assert.equal(member(request?.body ?? null, 'fields').summary, playbook.name);
  });

  test('an incident is a record in ServiceNow that the incident names', async () => {
    const playbook = await world.deployPublished('snow-create-and-update-incident');
    const run = await world.ended(await world.onIncident(playbook, {}));
    const request = world.tickets.on('POST /api/now/v2/table/incident').at(-1);
    await world.succeeded(playbook.name, run, `ServiceNow ${request?.text}`);
    const labels = member(await world.incident(playbook.name), 'properties').labels;
    assert.match(JSON.stringify(labels), /sys-/);
  });

  test('people choose on a card in Teams; mail goes out, the incident is closed and commented', async () => {
    const name = 'have-ibeen-pwned-response-on-teams';
    const account = [{ name: 'account', in: 'path', required: true, type: 'string' }];
    await world.describe(name, 'HaveIBeenPwnedConnector', vendors.url, {
      '/api/v3/breachedaccount/{account}': {
        get: { operationId: 'Breaches', parameters: account, responses: { 200: { description: 'ok' } } },
      },
    });
    const playbook = await world.deployPublished(name);
    const entity = { kind: 'Account', properties: { accountName: 'ana@example.com', upnSuffix: 'example.com' } };
    const started = await world.onIncident(playbook, { entities: [entity] });
    const posted = await world.server.eventually(
      async () => world.teams.messages.find(({ request }) => request.text.includes('Breached Account')),
      'the card',
    );
    const [attachment] = (posted.request.body as JsonObject).attachments as readonly JsonObject[];
    const card = JSON.parse(textOf(attachment, 'content')) as { readonly actions: readonly { readonly url: string }[] };
    const link = card.actions[0]?.url ?? '';
    const page = await (await fetch(link)).text();
    const [, button] = /<button[^>]*value="(\d+)"[^>]*>Send Email and Update Incident Configuration</.exec(page) ?? [];
    assert.ok(button !== undefined, page);
    const fields = new URLSearchParams({
      incidentSeverity: 'Low',
      incidentStatus: 'TruePositive - SuspiciousActivity',
      $by: 'bo@example.com',
      $action: button,
    });
    assert.equal((await fetch(link, { method: 'POST', body: fields })).status, 200);
    const run = await world.ended(started);
    await world.succeeded(name, run, `card in ${posted.place}, mail to ana, incident closed`);
    await world.mailTo('ana@example.com', 'Your account has been breached!');
    const { status, severity } = member(await world.incident(name), 'properties');
    assert.deepEqual([status, severity], ['Closed', 'Low']);
    assert.match((await world.comments(name)).join(), /ana@example\.com/);
  });

  test('an investigation package is collected from a machine, waited for, and told in Teams and the incident', async () => {
    const playbook = await world.deployPublished('get-mdeinvestigation-package-incident-trigger', {
      TeamsId: 'team-1',
      TeamsChannelId: '19:soc',
    });
    const entity = { kind: 'Host', properties: { hostName: 'sql01', dnsDomain: 'corp.example.com' } };
    const run = await world.ended(await world.onIncident(playbook, { entities: [entity] }));
    const requests = world.service('wdatp').on('GET /api/machineactions/').length;
    await world.succeeded(
      playbook.name,
      run,
      `Defender asked ${requests} times, Teams ${world.teams.messages.at(-1)?.place}`,
    );
    assert.match((await world.comments(playbook.name)).join(), /packages\.example\.com\/action-\d\.zip/);
  });

  test('a file hash is looked up by a custom connector, its report mailed and commented', async () => {
    const name = 'file-hash-enrichment';
    const operation = (operationId: string) => ({ post: { operationId, responses: { 200: { description: 'ok' } } } });
    await world.describe(name, 'PaloAltoWildFire', vendors.url, {
      '/get/verdict': operation('Verdict'),
      '/get/report': operation('Report'),
    });
    const playbook = await world.deployPublished(name, {
      NotificationEmail: 'soc@example.com',
      WildfireAPIKey: 'wf-hush',
    });
    const entity = { kind: 'FileHash', properties: { hashValue: 'ab12', algorithm: 'SHA256' } };
    const run = await world.ended(await world.onIncident(playbook, { entities: [entity] }));
    await world.succeeded(name, run, `WildFire ${vendors.requests.map(({ path }) => path).join(' ')}, mail, comment`);
    const { mail } = await world.mailTo('soc@example.com', '');
    assert.ok(mail.attachments.some(({ content }) => content.toString().startsWith('%PDF')));
    assert.match((await world.comments(name)).join(), /ab12/);
  });

  // --- By the clock ----------------------------------------------------------------------------------------------

  test('suppression rules that end are extended when somebody approves it by mail', async () => {
    const { server } = world;
    const expiration = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const rule = `${subscription}/providers/Microsoft.Security/alertsSuppressionRules/ending?api-version=2019-01-01-preview`;
    const properties = {
      alertType: 'X',
      reason: 'Other',
      state: 'Enabled',
      expirationDateUtc: expiration,
      comment: 'c',
    };
    assert.ok((await server.call('PUT', rule, { body: { properties } })).status < 300);
    const playbook = await world.deployPublished('extend-alert-suppression-rules-about-to-expire', {
      SenderAddress: 'soc@example.com',
      RecipientAddress: 'boss@example.com',
    });
    await world.assign(subscription, playbook.principalId, contributor);
    const started = await world.byHand(playbook);
    const { mail } = await world.mailTo('bomagusi@microsoft.com', 'Alert Suppression Rules');
    const link = linkIn(mail.html, 'Extend All');
    assert.equal((await fetch(link)).status, 200);
    const waiting = await server.call('GET', `${started}?${version}`);
    assert.match(textOf(waiting.body.properties, 'status'), /Running|Waiting/, 'opening the link answers nothing');
    const page = await (await fetch(link)).text();
    const [, option = ''] = /<button[^>]*value="(\d+)"[^>]*>Extend All</.exec(page) ?? [];
    assert.equal((await fetch(link, { method: 'POST', body: new URLSearchParams({ option }) })).status, 200);
    const run = await world.ended(started);
    await world.succeeded(playbook.name, run, `approved by mail; '${mail.subject}'`);
    const after = textOf((await server.call('GET', rule)).body.properties, 'expirationDateUtc');
    assert.ok(Date.parse(after) > Date.parse(expiration) + 20 * 86_400_000, after);
    await world.mailTo('boss@example.com', '');
  });

  test('a secret of a key vault signs in to the directory, and shows nowhere', async () => {
    const { server } = world;
    const made = await server.call('POST', '/tocsin/v1/principals', {
      body: { displayName: 'named-locations', type: 'ServicePrincipal' },
    });
    const secret = textOf(made.body.secret, 'value');
    await world.assign('', textOf(made.body, 'objectId'), '8e3af657-a8ff-443c-a75c-2fe8c4bcb635');
    const vault = `${workspaceGroup}/providers/Microsoft.KeyVault/vaults/kv-playbooks`;
    await world.put(vault, { sku: { family: 'A', name: 'standard' }, accessPolicies: [] }, '2022-07-01');
    const kept = await server.call('PUT', `${vault}/secrets/kv-playbooks?api-version=2022-07-01`, {
      body: { properties: { value: secret } },
    });
    assert.ok(kept.status < 300, kept.text);
    const place = await server.call('POST', '/graph/v1.0/identity/conditionalAccess/namedLocations', {
      body: {
        '@odata.type': '#microsoft.graph.ipNamedLocation',
        displayName: 'Office',
        isTrusted: true,
        ipRanges: [{ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress: '203.0.113.0/24' }],
      },
    });
    assert.equal(place.status, 201, place.text);
    const watchlist = `${workspace}/providers/Microsoft.SecurityInsights/watchlists/Offices?api-version=2022-11-01`;
    const list = await server.call('PUT', watchlist, {
      body: {
        properties: {
          displayName: 'Offices',
          provider: 'p',
          source: 's',
          itemsSearchKey: 'ip_range',
          rawContent: 'ip_range\r\n203.0.113.0/24\r\n',
          contentType: 'text/csv',
          numberOfLinesToSkip: 0,
        },
      },
    });
    assert.ok(list.status < 300, list.text);
    const playbook = await world.deployPublished('update-watchlist-with-named-location', {
      TenantId: '00000000-0000-4000-8000-000000000000',
      SubscriptionId: subscription.slice('/subscriptions/'.length),
      resourceGroupName: 'rg-soc',
      workspaceName: 'law-soc',
      NamedLocationID: textOf(place.body, 'id'),
      watchlistAlias: 'Offices',
      ClientID: textOf(made.body, 'appId'),
    });
    await world.assign(vault, playbook.principalId, '4633458b-17de-408a-b874-0445c86b69e6');
    const run = await world.ended(await world.byHand(playbook));
    await world.succeeded(playbook.name, run, 'vault secret signed in to the directory');
    const { body } = await server.call('GET', `${textOf(run, 'id')}/actions?${version}`);
    const [called] = (body.value ?? []).filter(({ name }) => name === 'HTTP_-_Get_Named_Location_IPs');
    const inputs = member(called?.properties ?? null, 'inputsLink');
    const shown = JSON.stringify(body) + (typeof inputs.uri === 'string' ? await (await fetch(inputs.uri)).text() : '');
    assert.match(shown, /Get_secret/);
    assert.ok(!shown.includes(secret) && !server.log.includes(secret));
  });

  test('what ran', (context) => {
    for (const line of world.table) context.diagnostic(line);
    assert.ok(world.table.length >= 10);
  });
});
