/**
 * Plays one published template against a running server: deploys it unmodified, fires every logic app it made by its
 * trigger, waits for the runs to end.
 *
 * Owns: what a person would do with the template. Does not own: judging what came out (`judge.ts`).
 *
 * Everything goes through the public contract. The identities of the logic apps get the rights their documentation asks
 * for: Contributor on the subscription.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { subscription, type TocsinServer, textOf } from '../../test/e2e/tocsin-server.ts';
import { fillBatch } from './fill-batch.ts';
import { alertPlaybook, sentinelObject } from './sentinel-alert.ts';
import { callbackExample, type PublishedTemplate, publishedEvent } from './published.ts';
import { sampleOf } from './sample-body.ts';

const apiVersion = { deployment: '2022-09-01', workflow: '2019-05-01' } as const;

/** One action that failed, or a run's own error. */
export interface Failure {
  readonly action: string;
  readonly type: string;
  readonly code: string;
  readonly message: string;
}

export interface Played {
  readonly file: string;
  /** Error of the deployment; absent when it succeeded. */
  readonly refusal?: string;
  readonly runs: readonly PlayedRun[];
}

export interface PlayedRun {
  readonly workflow: string;
  readonly trigger: string;
  /** How the trigger answered; absent when it started a run. */
  readonly notFired?: string;
  readonly status?: string;
  /** The run's own error: what a Terminate said. */
  readonly error?: string;
  readonly failures: readonly Failure[];
}

/** The subscription that the corpus' parameters name. */
const otherSubscription = '00000000-1111-2222-3333-444444444444';

/** Once for a server: what the events and parameters of the corpus speak of. */
export async function prepareEstate(server: TocsinServer): Promise<void> {
  const alias = `/providers/Microsoft.Subscription/aliases/other?api-version=2021-10-01`;
  await server.call('PUT', alias, {
    body: { properties: { displayName: 'Other', workload: 'Production', subscriptionId: otherSubscription } },
  });
  const events = Object.values(fittingEvents).map((name) => localised(publishedEvent(name)));
  await server.call('POST', '/ingest/v1/events?unknownSubscription=create', { body: events });
  await completeMachines(server);
}

/** Machines that events named get the network they speak of: an interface in a network security group. */
async function completeMachines(server: TocsinServer): Promise<void> {
  const found = await server.call(
    'GET',
    `${subscription}/resources?$filter=resourceType eq 'Microsoft.Compute/virtualMachines'&api-version=2021-04-01`,
  );
  for (const machine of found.body.value ?? []) {
    const home = textOf(machine, 'id').split('/').slice(0, 5).join('/');
    const { body } = await server.call('GET', `${textOf(machine, 'id')}?api-version=2022-08-01`);
    const interfaces = memberOf(memberOf(memberOf(body, 'properties'), 'networkProfile'), 'networkInterfaces');
    const group = `${home}/providers/Microsoft.Network/networkSecurityGroups/nsg`;
    await put(server, group, { securityRules: [] });
    for (const one of Array.isArray(interfaces) ? (interfaces as readonly Json[]) : []) {
      await put(server, textOf(one, 'id'), {
        ipConfigurations: [{ name: 'ipconfig1', properties: { privateIPAddress: '10.0.0.4' } }],
        networkSecurityGroup: { id: group },
      });
    }
  }
}

async function put(server: TocsinServer, id: string, properties: JsonObject): Promise<void> {
  await server.call('PUT', `${id}?api-version=2022-07-01`, { body: { location: 'westeurope', properties } });
}

/** Deploys and fires one template in a resource group of its own. */
export async function play(server: TocsinServer, template: PublishedTemplate, group: string): Promise<Played> {
  const { file } = template;
  const home = `${subscription}/resourceGroups/${group}`;
  await server.call('PUT', `${home}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  await prepare(server, template);
  const before = new Set(await workflowsOf(server, home));
  const deployed = await deploy(server, template, home);
  if (typeof deployed === 'string') return { file, refusal: deployed, runs: [] };
  const runs: PlayedRun[] = [];
  for (const workflow of deployed.filter((id) => !before.has(id))) runs.push(...(await fireAll(server, workflow)));
  return { file, runs };
}

/** What the parameters speak of and a person would have: the other subscription and its resource groups. */
export async function prepare(server: TocsinServer, { parameters }: PublishedTemplate): Promise<void> {
  const text = JSON.stringify(parameters);
  const groups = [...new Set(text.match(/(?<=["/])rg-[a-z-]+(?=["/])/g) ?? [])];
  const identities = text.match(/\/subscriptions\/[^"]*userAssignedIdentities\/[^"/]+/gi) ?? [];
  for (const home of [subscription, `/subscriptions/${otherSubscription}`]) {
    for (const group of groups) {
      await server.call('PUT', `${home}/resourceGroups/${group}?api-version=2021-04-01`, {
        body: { location: 'westeurope' },
      });
    }
  }
  for (const id of identities) {
    await server.call('PUT', `${id}?api-version=2023-01-31`, { body: { location: 'westeurope' } });
  }
}

// --- Deploying --------------------------------------------------------------------------------------------------

async function deploy(
  server: TocsinServer,
  { file, text, parameters }: PublishedTemplate,
  home: string,
): Promise<readonly string[] | string> {
  const name = (file.split('/').at(-1) ?? file).replace('.json', '').slice(0, 60);
  const [schema = ''] = /"\$schema"\s*:\s*"[^"]*"/.exec(text) ?? [];
  const atSubscription = /subscriptionDeploymentTemplate/i.test(schema);
  const path = `${atSubscription ? subscription : home}/providers/Microsoft.Resources/deployments/${name}`;
  const values = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }]));
  const location = atSubscription ? '"location":"westeurope",' : '';
  const body = `{${location}"properties":{"mode":"Incremental","parameters":${JSON.stringify(values)},"template":${text}}}`;
  const put = await server.call('PUT', `${path}?api-version=${apiVersion.deployment}`, { text: body });
  if (put.status !== 200 && put.status !== 201) return describe(memberOf(put.body, 'error'));
  const done = await server.eventually(async () => {
    const { body: record } = await server.call('GET', `${path}?api-version=${apiVersion.deployment}`);
    const state = textMember(memberOf(record, 'properties'), 'provisioningState');
    return state === 'Succeeded' || state === 'Failed' ? record : undefined;
  }, `the deployment of ${file}`);
  const properties = memberOf(done, 'properties');
  if (textMember(properties, 'provisioningState') !== 'Succeeded') return describe(memberOf(properties, 'error'));
  return workflowsOf(server, home);
}

async function workflowsOf(server: TocsinServer, home: string): Promise<readonly string[]> {
  const { body } = await server.call(
    'GET',
    `${home}/providers/Microsoft.Logic/workflows?api-version=${apiVersion.workflow}`,
  );
  return (body.value ?? []).map((one) => textOf(one, 'id'));
}

/** An error with its innermost details, on one line. */
function describe(error: Json | undefined): string {
  const details = memberOf(error, 'details');
  if (Array.isArray(details) && details.length > 0) return details.map((one: Json) => describe(one)).join('; ');
  return `${textMember(error, 'code') ?? '?'}: ${textMember(error, 'message') ?? ''}`;
}

// --- Firing -----------------------------------------------------------------------------------------------------

async function fireAll(server: TocsinServer, workflow: string): Promise<readonly PlayedRun[]> {
  const body = await configured(server, workflow);
  const definition = memberOf(memberOf(body, 'properties'), 'definition');
  const triggers = memberOf(definition, 'triggers');
  const name = workflow.split('/').at(-1) ?? workflow;
  if (!isJsonObject(triggers) || Object.keys(triggers).length === 0) {
    return [{ workflow: name, trigger: '', notFired: 'it has no trigger', failures: [] }];
  }
  const played: PlayedRun[] = [];
  for (const [trigger, source] of Object.entries(triggers)) {
    const started = await fire(server, { workflow, definition: definition ?? null }, trigger, source);
    const run = started.startsWith('/') ? await finished(server, started) : undefined;
    played.push({
      workflow: name,
      trigger: textMember(source, 'type') ?? '',
      ...(run === undefined ? { notFired: started, failures: [] } : run),
    });
  }
  return played;
}

/** What the documents of playbooks ask for after the deployment: switch it on, give it an identity and rights. */
async function configured(server: TocsinServer, workflow: string): Promise<JsonObject> {
  const path = `${workflow}?api-version=${apiVersion.workflow}`;
  let { body } = await server.call('GET', path);
  if (textMember(memberOf(body, 'properties'), 'state') === 'Disabled') {
    await server.call('POST', `${workflow}/enable?api-version=${apiVersion.workflow}`);
  }
  if (memberOf(body, 'identity') === undefined && JSON.stringify(body).includes('ManagedServiceIdentity')) {
    await server.call('PUT', path, { body: { ...body, identity: { type: 'SystemAssigned' } } });
    ({ body } = await server.call('GET', path));
  }
  const principalId = textMember(memberOf(body, 'identity'), 'principalId');
  if (principalId !== undefined) {
    const contributor = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`;
    for (const home of [subscription, `/subscriptions/${otherSubscription}`]) {
      const id = `${home}/providers/Microsoft.Authorization/roleAssignments/${principalId}`;
      await server.call('PUT', `${id}?api-version=2022-04-01`, {
        body: { properties: { roleDefinitionId: contributor, principalId, principalType: 'ServicePrincipal' } },
      });
    }
  }
  return body;
}

interface Fired {
  readonly workflow: string;
  readonly definition: Json;
}

/** The id of the run it started, or what the trigger said instead. */
async function fire(server: TocsinServer, fired: Fired, trigger: string, source: Json): Promise<string> {
  const { workflow } = fired;
  const path = `${workflow}/triggers/${encodeURIComponent(trigger)}`;
  const event = bodyFor(fired, source);
  const heard = sentinelObject(textMember(memberOf(source, 'inputs'), 'path') ?? '');
  if (textMember(source, 'type') === 'Batch') {
    await fillBatch(server, workflow, trigger, source);
  } else if (heard !== undefined) {
    const refused = await alertPlaybook(server, workflow, heard);
    if (refused !== undefined) return refused;
  } else if (event === undefined) {
    const reply = await server.call('POST', `${path}/run?api-version=${apiVersion.workflow}`);
    if (reply.status >= 300) return `${reply.status} ${describe(memberOf(reply.body, 'error'))}`;
  } else {
    const url = await server.call('POST', `${path}/listCallbackUrl?api-version=${apiVersion.workflow}`);
    const method = textMember(url.body, 'method') ?? 'POST';
    const body = method === 'GET' ? {} : { body: event };
    const address = `${textOf(url.body, 'value')}${queriesRead(fired.definition)}`;
    const reply = await server.call(method, address, { ...body, token: null });
    if (reply.status >= 300 && reply.headers.get('x-ms-workflow-run-id') === null) {
      return `${reply.status} ${describe(memberOf(reply.body, 'error'))}`;
    }
  }
  const started = await server.call('GET', `${workflow}/runs?api-version=${apiVersion.workflow}&$top=1`);
  const run = started.body.value?.[0];
  return run === undefined ? 'no run was started' : textOf(run, 'id');
}

/** A value for every query that the definition reads. */
function queriesRead(definition: Json): string {
  const names = JSON.stringify(definition).matchAll(/triggerOutputs\(\)\??\['queries'\]\??\['(\w+)'\]/g);
  return [...new Set(Array.from(names, ([, name = '']) => `&${name}=sample`))].join('');
}

/** What the world would post to this trigger; undefined for triggers that ask the world themselves. */
function bodyFor({ workflow, definition }: Fired, source: Json): Json | undefined {
  const inputs = memberOf(source, 'inputs');
  const type = (textMember(source, 'type') ?? '').toLowerCase();
  if (type === 'request') {
    return sampleOf(schemaOfReader(definition) ?? memberOf(inputs, 'schema'));
  }
  if (type !== 'apiconnectionwebhook') return undefined;
  const path = textMember(inputs, 'path') ?? '';
  const kind = /Microsoft\.Security\/Alert/i.test(path) ? 'alert' : 'rec';
  if (/Microsoft\.Security\/(Alert|Assessment)/i.test(path)) {
    return localised(publishedEvent(fittingEvent(kind, workflow, definition)));
  }
  const example = callbackExample(path);
  return example === undefined ? {} : localised(example);
}

/** Words in a playbook that say which events it was written for. */
const fittingEvents: Readonly<Record<string, string>> = {
  'alert brute ?force|virtualMachines': 'alert-13-vm-ssh-bruteforce-success',
  'alert blob|malware': 'alert-06-storage-malware-scan',
  'alert ': 'alert-09-sql-bruteforce',
  'rec just ?in ?time|jit|virtualMachines': 'rec-07-jit-access',
  'rec key ?vault': 'rec-08-keyvault-diagnostics',
  'rec ': 'rec-04-secure-transfer-unhealthy',
};

function fittingEvent(kind: 'alert' | 'rec', workflow: string, definition: Json): string {
  const text = `${workflow.split('/').at(-1) ?? ''} ${JSON.stringify(definition)}`;
  const found = Object.entries(fittingEvents).find(
    ([words]) => words.startsWith(`${kind} `) && new RegExp(words.slice(kind.length + 1), 'i').test(text),
  );
  return found?.[1] ?? '';
}

/** What the definition takes the whole body of the trigger for: by a ParseJson, or as rows. */
function schemaOfReader(value: Json): Json | undefined {
  if (!isJsonObject(value)) return undefined;
  const inputs = memberOf(value, 'inputs');
  if (memberOf(inputs, 'from') === '@triggerBody()') return { type: 'array', items: { type: 'object' } };
  if (memberOf(value, 'type') === 'ParseJson' && /^@\{?triggerBody\(\)\}?$/.test(textMember(inputs, 'content') ?? '')) {
    return memberOf(inputs, 'schema');
  }
  for (const inner of Object.values(value)) {
    const found = schemaOfReader(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The event moved into the local subscription. */
function localised(event: Json): Json {
  const text = JSON.stringify(event).replaceAll(/\/subscriptions\/[0-9a-f-]{36}/gi, subscription);
  return JSON.parse(text) as Json;
}

// --- The end of a run -------------------------------------------------------------------------------------------

async function finished(server: TocsinServer, id: string): Promise<Pick<PlayedRun, 'status' | 'error' | 'failures'>> {
  const properties = await ended(server, id);
  const status = textMember(properties, 'status') ?? 'Running';
  const error = memberOf(properties, 'error');
  const failures: Failure[] = [];
  for (const action of await actionsOf(server, id)) {
    const failure = await failureOf(server, action);
    if (failure !== undefined) failures.push(failure);
  }
  return { status, failures, ...(error === undefined ? {} : { error: describe(error) }) };
}

async function actionsOf(server: TocsinServer, id: string): Promise<readonly JsonObject[]> {
  const all: JsonObject[] = [];
  let next: string | undefined = `${id}/actions?api-version=${apiVersion.workflow}&$top=250`;
  while (next !== undefined) {
    const page: { body: JsonObject } = await server.call('GET', next);
    all.push(...((page.body.value ?? []) as readonly JsonObject[]));
    next = textMember(page.body, 'nextLink');
  }
  return all;
}

/** Waits for the end; whoever the run asks meanwhile answers as the connector's documentation shows. */
async function ended(server: TocsinServer, id: string): Promise<Json | undefined> {
  const answered = new Set<string>();
  const limit = Date.now() + 15_000;
  while (Date.now() < limit) {
    const { body } = await server.call('GET', `${id}?api-version=${apiVersion.workflow}`);
    const properties = memberOf(body, 'properties');
    if (memberOf(properties, 'endTime') !== undefined) return properties;
    await answerQuestions(server, id, answered);
    await pause(20);
  }
  return { status: 'Running' };
}

async function answerQuestions(server: TocsinServer, run: string, answered: Set<string>): Promise<void> {
  const { body } = await server.call('GET', '/tocsin/v1/outbox?$top=50');
  for (const item of body.value ?? []) {
    const request = memberOf(item, 'request');
    const callback = callbackIn(memberOf(request, 'body') ?? null);
    if (callback === undefined || memberOf(item, 'runId') !== run || answered.has(textOf(item, 'id'))) continue;
    answered.add(textOf(item, 'id'));
    const example = callbackExample(textMember(request, 'path') ?? '');
    await server.call('POST', callback, { body: example ?? { SelectedOption: 'Approve' }, token: null });
  }
}

/** The address that a call asks to be answered at: a whole text somewhere in its body. */
function callbackIn(value: Json): string | undefined {
  if (typeof value === 'string') return /^https?:\S*\/actions\/\S*\/run\?\S*sig=/.test(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Object.values(value) as readonly Json[]) {
    const found = callbackIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Errors of containers say nothing of the culprit; the leaves do, and for a leaf in a loop its failed repetition. */
async function failureOf(server: TocsinServer, action: JsonObject): Promise<Failure | undefined> {
  const properties = memberOf(action, 'properties');
  const status = textMember(properties, 'status');
  if (status !== 'Failed' && status !== 'TimedOut') return undefined;
  const code = textMember(properties, 'code') ?? '';
  if (code === 'ActionFailed') return undefined;
  const name = textOf(action, 'name');
  const error = memberOf(properties, 'error');
  if (error === undefined && memberOf(properties, 'repetitionCount') !== undefined) {
    return firstRepetition(server, action, name);
  }
  return { action: name, type: textMember(error, 'code') ?? '', code, message: await messageOf(server, properties) };
}

async function firstRepetition(server: TocsinServer, action: JsonObject, name: string): Promise<Failure | undefined> {
  const path = `${textOf(action, 'id')}/repetitions?api-version=${apiVersion.workflow}&$top=250`;
  const { body } = await server.call('GET', path);
  const failed = (body.value ?? []).find((one) => textMember(memberOf(one, 'properties'), 'status') === 'Failed');
  const properties = memberOf(failed ?? {}, 'properties');
  if (textMember(properties, 'code') === 'ActionFailed') return undefined;
  const message = await messageOf(server, properties);
  const error = textMember(memberOf(properties, 'error'), 'code') ?? '';
  return { action: name, type: error, code: textMember(properties, 'code') ?? '', message };
}

/** What the error says and, where there are outputs, the answer that was one, or what did not fit a schema. */
async function messageOf(server: TocsinServer, properties: Json | undefined): Promise<string> {
  const message = textMember(memberOf(properties, 'error'), 'message') ?? '';
  const uri = textMember(memberOf(properties, 'outputsLink'), 'uri');
  if (uri === undefined) return message;
  const { body } = await server.call('GET', uri, { token: null });
  const detail = memberOf(body, 'errors') ?? memberOf(body, 'body') ?? '';
  return `${message} ${JSON.stringify(detail).slice(0, 400)}`.trim();
}
