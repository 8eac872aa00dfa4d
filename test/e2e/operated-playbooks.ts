/**
 * Published playbooks as an operator runs them: a server outside the sandbox beside services on this machine, connections
 * signed in by consent or given their keys, identities given their roles.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { type PublishedTemplate, publishedTemplates } from '../../tools/corpus/published.ts';
import { defenderForEndpoint } from '../fakes/defender-for-endpoint.ts';
import { FakeGraph } from '../fakes/graph.ts';
import { FakeMailServer } from '../fakes/mail-server.ts';
import { FakeAuthority, type FakeRoute, FakeService } from '../fakes/service.ts';
import { azureDevOps, jira, serviceNow } from '../fakes/ticket-systems.ts';
import { actionOf } from './connector-runs.ts';
import { subscription, textOf, TocsinServer } from './tocsin-server.ts';

const location = 'westeurope';
const webVersion = 'api-version=2016-06-01';
const logicVersion = 'api-version=2019-05-01';
const sentinelVersion = 'api-version=2022-11-01';
const sentinelResponder = '3e150937-b8fe-4cfb-8069-0eaf05ecd056';
export const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';

export const workspaceGroup = `${subscription}/resourceGroups/rg-soc`;
export const workspace = `${workspaceGroup}/providers/Microsoft.OperationalInsights/workspaces/law-soc`;
const insights = `${workspace}/providers/Microsoft.SecurityInsights`;

/** A deployed playbook. */
export interface OperatedPlaybook {
  readonly name: string;
  readonly workflow: string;
  readonly group: string;
  /** Object id of its identity; empty without one. */
  readonly principalId: string;
}

interface SignedInService {
  readonly authority: FakeAuthority;
  readonly service: FakeService;
}

/** A service whose callers signed in at its own authority. */
function signedIn(routes: (guard: (route: FakeRoute) => FakeRoute, url: () => string) => Record<string, FakeRoute>) {
  const authority = new FakeAuthority();
  const service: FakeService = new FakeService({
    ...authority.routes(),
    ...routes(
      (route) => authority.guarded(route),
      () => service.url,
    ),
  });
  return { authority, service };
}

export class OperatedPlaybooks {
  readonly server = new TocsinServer(['--empty'], { TOCSIN_TIME_SCALE: '60' });
  readonly mailbox = new FakeMailServer({ 'soc@example.com': 'mail-hush' });
  readonly tickets = new FakeService({ ...serviceNow('sn-hush'), ...jira('jira-hush') });
  readonly #byConsent: Readonly<Record<string, SignedInService>>;
  readonly teams: FakeGraph;
  readonly directory: FakeGraph;
  /** One line for each playbook that was run. */
  readonly table: string[] = [];

  constructor(machines: Readonly<Record<string, JsonObject>>) {
    const graphs = [new FakeAuthority(), new FakeAuthority()].map((authority) => {
      const graph = new FakeGraph(authority);
      const service: FakeService = new FakeService({ ...authority.routes(), ...graph.routes(() => service.url) });
      return { graph, signed: { authority, service } };
    });
    const [teams, directory] = graphs as [(typeof graphs)[0], (typeof graphs)[0]];
    this.teams = teams.graph;
    this.directory = directory.graph;
    this.#byConsent = {
      teams: teams.signed,
      azuread: directory.signed,
      visualstudioteamservices: signedIn((guard) => azureDevOps(guard)),
      wdatp: signedIn((guard) => defenderForEndpoint(guard, machines)),
      slack: signedIn((guard) => ({
        'POST /api/chat.postMessage': guard(({ body }) => ({
          body: { ok: true, channel: memberOf(body, 'channel') ?? null, ts: '1.2' },
        })),
      })),
    };
  }

  /** What a service that people sign in to was asked. */
  service(api: string): FakeService {
    const found = this.#byConsent[api];
    assert.ok(found, api);
    return found.service;
  }

  async start(): Promise<void> {
    const signed = Object.values(this.#byConsent).map(({ service }) => service.start());
    await Promise.all([this.server.start(), this.mailbox.start(), this.tickets.start(), ...signed]);
    for (const [api, { authority, service }] of Object.entries(this.#byConsent)) {
      await this.profile(api, {
        endpoint: service.url,
        authorizationUrl: `${service.url}/authorize`,
        tokenUrl: `${service.url}/token`,
        ...authority.client,
      });
    }
    const account = { serverAddress: '127.0.0.1', port: this.mailbox.port, enableSSL: false };
    await this.profile('office365', {
      sharedWith: ['/'],
      parameterValues: { ...account, userName: 'soc@example.com', password: 'mail-hush' },
    });
    await this.put(workspaceGroup, {}, '2021-04-01');
    await this.put(workspace, { customerId: '5f3c1f5e-0c6b-4f0e-9d0e-0f1d2c3b4a59' }, '2022-10-01');
  }

  async stop(): Promise<void> {
    const signed = Object.values(this.#byConsent).map(({ service }) => service.stop());
    await Promise.all([this.server.remove(), this.mailbox.stop(), this.tickets.stop(), ...signed]);
  }

  async profile(api: string, body: JsonObject): Promise<void> {
    const put = await this.server.call('PUT', `/tocsin/v1/connectorProfiles/${api}`, { body });
    assert.ok(put.status < 300, put.text);
  }

  async put(id: string, properties: JsonObject, version: string): Promise<void> {
    const answer = await this.server.call('PUT', `${id}?api-version=${version}`, { body: { location, properties } });
    assert.ok(answer.status < 300, answer.text);
  }

  async assign(scope: string, principalId: string, role: string): Promise<void> {
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    const put = await this.server.call('PUT', `${id}?api-version=2022-04-01`, {
      body: {
        properties: {
          principalId,
          principalType: 'ServicePrincipal',
          roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        },
      },
    });
    assert.equal(put.status, 201, put.text);
  }

  // --- Deploying ------------------------------------------------------------------------------------------------

  groupOf(name: string): string {
    return `${subscription}/resourceGroups/pb-${name.slice(0, 40)}`;
  }

  /** Deploys a playbook of the gallery as it is, and authorises what it brought. */
  deployGallery(name: string, parameters: JsonObject = {}): Promise<OperatedPlaybook> {
    const text = readFileSync(join(import.meta.dirname, '../../gallery', name, 'azuredeploy.json'), 'utf8');
    return this.deploy(name, { text, parameters: {} }, parameters);
  }

  /** Deploys a template of the corpus as it is, and authorises what it brought. */
  deployPublished(name: string, parameters: JsonObject = {}): Promise<OperatedPlaybook> {
    const found = publishedTemplates().find(({ file }) => file.endsWith(`/${name}.json`));
    assert.ok(found, name);
    return this.deploy(name, found, parameters);
  }

  async deploy(
    name: string,
    { text, parameters: usual }: Pick<PublishedTemplate, 'text' | 'parameters'>,
    parameters: JsonObject,
  ): Promise<OperatedPlaybook> {
    const { server } = this;
    const group = this.groupOf(name);
    await this.put(group, {}, '2021-04-01');
    const given = Object.entries({ ...usual, ...parameters }).map(([key, value]) => [key, { value }]);
    const path = `${group}/providers/Microsoft.Resources/deployments/${name.slice(0, 60)}?api-version=2022-09-01`;
    const body = `{"properties":{"mode":"Incremental","parameters":${JSON.stringify(Object.fromEntries(given))},"template":${text}}}`;
    const put = await server.call('PUT', path, { text: body });
    assert.ok(put.status < 300, put.text);
    await server.eventually(async () => {
      const { properties } = (await server.call('GET', path)).body;
      const state = memberOf(properties, 'provisioningState');
      assert.notEqual(state, 'Failed', JSON.stringify(memberOf(properties, 'error')));
      return state === 'Succeeded' ? true : undefined;
    }, `the deployment of ${name}`);
    const resources = (await server.call('GET', `${group}/resources?api-version=2021-04-01`)).body.value ?? [];
    const ids = resources.map((one) => textOf(one, 'id'));
    for (const id of ids) if (/\/connections\/[^/]+$/i.test(id)) await this.#authorise(id);
    const workflow = ids.find((id) => /\/Microsoft\.Logic\/workflows\/[^/]+$/i.test(id));
    assert.ok(workflow !== undefined, name);
    const app = await server.call('GET', `${workflow}?${logicVersion}`);
    const principalId = textMember(app.body.identity, 'principalId') ?? '';
    if (principalId !== '') await this.assign(workspaceGroup, principalId, sentinelResponder);
    return { name, workflow, group, principalId };
  }

  /** What an operator does about a connection that a template brought. */
  async #authorise(id: string): Promise<void> {
    const state = await this.#connection(id);
    const { api } = state;
    const name = (textMember(api ?? null, 'name') ?? '').toLowerCase();
    const own = {
      'service-now': { instance: this.tickets.url, username: 'soc', password: 'sn-hush' },
      jira: { jirainstance: this.tickets.url, username: 'ana@example.com', password: 'jira-hush' },
    };
    if (name === 'service-now' || name === 'jira') await this.save(id, api, own[name]);
    if (this.#byConsent[name] !== undefined) {
      if (state.parameterValueType !== undefined) await this.save(id, api, {});
      await this.#consent(id);
    }
    const isCustom = /\/customApis\//i.test(textMember(api ?? null, 'id') ?? '');
    if (isCustom || name === 'virustotal') await this.save(id, api, { api_key: 'key-hush' });
    assert.equal((await this.#connection(id)).overallStatus, name === 'ascassement' ? 'Error' : 'Connected', id);
  }

  async #connection(id: string): Promise<JsonObject> {
    return (await this.server.call('GET', `${id}?${webVersion}`)).body.properties as JsonObject;
  }

  async save(id: string, api: Json | undefined, parameterValues: JsonObject): Promise<void> {
    const answer = await this.server.call('PUT', `${id}?${webVersion}`, {
      body: { location, properties: { api: api ?? null, parameterValues } },
    });
    assert.ok(answer.status < 300, answer.text);
  }

  /** Code and PKCE: the link is opened, the service sends the browser back, the button there is pressed. */
  async #consent(id: string): Promise<void> {
    const listed = await this.server.call('POST', `${id}/listConsentLinks?${webVersion}`, {
      body: { parameters: [{ parameterName: 'token' }] },
    });
    const sent = await fetch(textOf(listed.body.value?.[0], 'link'), { redirect: 'manual' });
    assert.equal(sent.status, 302, listed.text);
    const pressed = await fetch(sent.headers.get('location') ?? '', { method: 'POST' });
    assert.equal(pressed.status, 200, await pressed.text());
  }

  /** A custom connector as its vendor's document describes it, before the playbook that connects to it. */
  async describe(name: string, connector: string, service: string, paths: JsonObject): Promise<void> {
    await this.put(this.groupOf(name), {}, '2021-04-01');
    const swagger: JsonObject = {
      swagger: '2.0',
      info: { title: connector, version: '1' },
      host: service.replace('http://', ''),
      schemes: ['http'],
      paths,
      securityDefinitions: { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } },
    };
    const id = `${this.groupOf(name)}/providers/Microsoft.Web/customApis/${connector}`;
    await this.put(id, { displayName: connector, swagger }, '2016-06-01');
  }

  // --- Firing ---------------------------------------------------------------------------------------------------

  /** An automation that starts the playbook, the event through ingestion, the ended run. */
  async onEvent({ name, workflow, group }: OperatedPlaybook, source: string, event: JsonObject): Promise<JsonObject> {
    const { server } = this;
    const automation = `${group}/providers/Microsoft.Security/automations/${name}?api-version=2019-01-01-preview`;
    const put = await server.call('PUT', automation, {
      body: {
        location,
        properties: {
          isEnabled: true,
          scopes: [{ description: 'all', scopePath: subscription }],
          sources: [{ eventSource: source, ruleSets: [] }],
          actions: [{ actionType: 'LogicApp', logicAppResourceId: workflow }],
        },
      },
    });
    assert.equal(put.status, 201, put.text);
    const sent = await server.call('POST', '/ingest/v1/events?unknownSubscription=create', { body: event });
    const runs = (sent.body.events as readonly JsonObject[]).flatMap((one) => one.runs as readonly string[]);
    await server.call('DELETE', automation);
    assert.equal(runs.length, 1, sent.text);
    return this.ended(String(runs[0]));
  }

  /** An automation rule of Sentinel that starts the playbook, the incident that sets it off, the run as it begins. */
  async onIncident({ name, workflow }: OperatedPlaybook, properties: JsonObject): Promise<string> {
    const { server } = this;
    const condition = {
      conditionType: 'Property',
      conditionProperties: { propertyName: 'IncidentTitle', operator: 'Equals', propertyValues: [name] },
    };
    const rule = {
      displayName: name,
      order: 1,
      triggeringLogic: { isEnabled: true, triggersOn: 'Incidents', triggersWhen: 'Created', conditions: [condition] },
      actions: [{ order: 1, actionType: 'RunPlaybook', actionConfiguration: { logicAppResourceId: workflow } }],
    };
    const put = await server.call('PUT', `${insights}/automationRules/${crypto.randomUUID()}?${sentinelVersion}`, {
      body: { properties: rule },
    });
    assert.equal(put.status, 201, put.text);
    const incident = await server.call('PUT', `${insights}/incidents/${name}?${sentinelVersion}`, {
      body: { properties: { title: name, severity: 'High', status: 'New', description: 'd', ...properties } },
    });
    assert.equal(incident.status, 201, incident.text);
    const runs = await server.eventually(async () => {
      const { body } = await server.call('GET', `${workflow}/runs?${logicVersion}`);
      return (body.value ?? []).length > 0 ? body.value : undefined;
    }, `the run of ${name}`);
    return textOf(runs?.[0], 'id');
  }

  async incident(name: string): Promise<JsonObject> {
    return (await this.server.call('GET', `${insights}/incidents/${name}?${sentinelVersion}`)).body;
  }

  /** Comments of an incident, as their texts. */
  async comments(name: string): Promise<readonly string[]> {
    const { body } = await this.server.call('GET', `${insights}/incidents/${name}/comments?${sentinelVersion}`);
    return (body.value ?? []).map((one) => textOf(one.properties, 'message'));
  }

  /** A trigger that nobody calls, set off by hand. */
  async byHand({ workflow }: OperatedPlaybook): Promise<string> {
    const { server } = this;
    const listed = await server.call('GET', `${workflow}/triggers?${logicVersion}`);
    const trigger = textOf(listed.body.value?.[0], 'name');
    const started = await server.call('POST', `${workflow}/triggers/${trigger}/run?${logicVersion}`);
    assert.ok(started.status < 300, started.text);
    return `${workflow}/runs/${started.headers.get('x-ms-workflow-run-id') ?? ''}`;
  }

  /** The run's properties when it is over. */
  async ended(run: string): Promise<JsonObject> {
    return { id: run, ...((await this.server.finishedRun(run)).properties as JsonObject) };
  }

  /** What failed in a run, with what it answered. */
  async failures(run: JsonObject): Promise<string> {
    const id = textOf(run, 'id');
    const { body } = await this.server.call('GET', `${id}/actions?${logicVersion}&$top=250`);
    const failed = (body.value ?? []).filter(({ properties }) => textMember(properties ?? null, 'status') === 'Failed');
    const shown = failed.map(async (one) => {
      const { error, outputs } = await actionOf(this.server, id, textOf(one, 'name'));
      return `${textOf(one, 'name')}: ${JSON.stringify([error, outputs]).slice(0, 1_000)}`;
    });
    return (await Promise.all(shown)).join('\n');
  }

  /** Holds a run to its end, and notes what arrived for the table. */
  async succeeded(name: string, run: JsonObject, arrived: string): Promise<void> {
    this.table.push(
      `${name.padEnd(52)}  ${textOf(run, 'status').padEnd(10)}  ${arrived.replaceAll(/\s+/g, ' ').slice(0, 100)}`,
    );
    assert.equal(run.status, 'Succeeded', await this.failures(run));
  }

  mailTo(address: string, subject: string) {
    return this.server.eventually(
      async () =>
        this.mailbox.mails.find(
          ({ mail, to }) => (mail.subject ?? '').includes(subject) && to.some((one) => one.includes(address)),
        ),
      `the mail '${subject}'`,
    );
  }
}
