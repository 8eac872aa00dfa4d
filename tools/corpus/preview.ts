/**
 * Checks one published template or policy against a running server as a careful person would: validates it, asks what it
 * would change, deploys it, and asks again.
 *
 * Owns: the requests and the row that comes of them. Does not own: printing (`run-previews.ts`), judging (the test).
 *
 * Everything goes through the public contract. The template of a policy is deployed where the policy would deploy it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, setMember, textMember } from '#foundation';
import { type Reply, subscription, type TocsinServer } from '../../test/e2e/tocsin-server.ts';
import type { PublishedTemplate } from './published.ts';

const version = 'api-version=2022-09-01';

export interface Preview {
  readonly file: string;
  /** `valid`, or the code of the refusal. */
  readonly validated: string;
  /** Number of changes by type, before anything is deployed. */
  readonly before: Readonly<Record<string, number>>;
  /** State of the deployment; absent when it was refused. */
  readonly state?: string;
  /** Number of changes by type, when the same is asked again afterwards. */
  readonly after: Readonly<Record<string, number>>;
  /** Message of the first refusal or failure. */
  readonly cause: string;
}

export async function preview(server: TocsinServer, template: PublishedTemplate, group: string): Promise<Preview> {
  const { file } = template;
  const home = `${subscription}/resourceGroups/${group}`;
  await server.call('PUT', `${home}?api-version=2021-04-01`, { body: { location: 'westeurope' } });
  const scope = /subscriptionDeploymentTemplate/i.test(template.text) ? subscription : home;
  const path = `${scope}/providers/Microsoft.Resources/deployments/p-${group}`;
  const text = requestText(template, scope === home);
  const valid = await server.call('POST', `${path}/validate?${version}`, { text });
  if (valid.status !== 200) {
    const { code, message } = errorOf(valid);
    return { file, validated: code, before: {}, after: {}, cause: message };
  }
  const before = await changes(server, path, text);
  if (typeof before === 'string') return { file, validated: 'valid', before: {}, after: {}, cause: before };
  const deployed = await deploy(server, path, text);
  const after = deployed.state === 'Succeeded' ? await changes(server, path, text) : {};
  const cause = typeof after === 'string' ? after : deployed.cause;
  return {
    file,
    validated: 'valid',
    before: counted(before),
    state: deployed.state,
    after: typeof after === 'string' ? {} : counted(after),
    cause: cause === '' && typeof after !== 'string' ? differing(after) : cause,
  };
}

/** The body as command lines send it: the file's own text. */
function requestText({ text, parameters }: PublishedTemplate, atGroup: boolean): string {
  const given: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(parameters)) setMember(given, name, { value });
  const head = atGroup ? '' : '"location":"westeurope",';
  return `{${head}"properties":{"mode":"Incremental","parameters":${JSON.stringify(given)},template:${text.replace(/^\uFEFF/, '')}}}`;
}

type Changes = readonly Json[];

async function changes(server: TocsinServer, path: string, text: string): Promise<Changes | string> {
  const accepted = await server.call('POST', `${path}/whatIf?${version}`, { text });
  if (accepted.status !== 202) return errorOf(accepted).message;
  const answer = await server.call('GET', pathOf(accepted.headers.get('location') ?? ''));
  const found = memberOf(memberOf(answer.body, 'properties'), 'changes');
  const list = isJsonArray(found) ? found : [];
  return list.filter((one) => textMember(one, 'changeType') !== 'Ignore');
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

function counted(list: Changes | Readonly<Record<string, never>>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const one of Array.isArray(list) ? (list as Changes) : []) {
    const kind = textMember(one, 'changeType') ?? '';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** What is said to change although it was just deployed. */
function differing(list: Changes | Readonly<Record<string, never>>): string {
  const [first] = (Array.isArray(list) ? (list as Changes) : []).filter(
    (one) => textMember(one, 'changeType') !== 'NoChange',
  );
  if (first === undefined) return '';
  const what = memberOf(first, 'delta') ?? memberOf(first, 'unsupportedReason') ?? null;
  return `${textMember(first, 'resourceId') ?? ''}: ${JSON.stringify(children(what))}`;
}

/** Of arrays what differs in them: the arrays themselves are long. */
function children(what: Json): Json {
  if (!isJsonArray(what)) return what;
  return what.map((one) => {
    const inner = memberOf(one, 'children');
    return inner === undefined || !isJsonObject(one) ? one : { path: one['path'] ?? '', children: children(inner) };
  });
}

async function deploy(
  server: TocsinServer,
  path: string,
  text: string,
): Promise<{ readonly state: string; readonly cause: string }> {
  const put = await server.call('PUT', `${path}?${version}`, { text });
  if (put.status >= 400) return { state: 'Refused', cause: errorOf(put).message };
  for (;;) {
    const { body } = await server.call('GET', `${path}?${version}`);
    const properties = memberOf(body, 'properties');
    const state = textMember(properties, 'provisioningState') ?? '';
    if (state === 'Succeeded') return { state, cause: '' };
    if (state === 'Failed' || state === 'Canceled') {
      const error = memberOf(properties, 'error');
      const details = memberOf(error, 'details');
      const [first] = isJsonArray(details) ? details : [];
      return { state, cause: textMember(first, 'message') ?? textMember(error, 'message') ?? '' };
    }
    await pause(20);
  }
}

function errorOf({ body }: Reply): { readonly code: string; readonly message: string } {
  const error = memberOf(body, 'error');
  return { code: textMember(error, 'code') ?? '', message: textMember(error, 'message') ?? '' };
}

// --- Policies ---------------------------------------------------------------------------------------------------

/** Values of the parameters that the published policies leave open. */
const policyValues: Readonly<Record<string, Json>> = {
  automationName: 'previewed',
  resourceGroupName: 'rg-previewed',
  resourceGroupLocation: 'westeurope',
  logicAppTrigger: 'Manual (Incoming HTTP request)',
};

/** A published policy as the template it would deploy, with its parameters evaluated as they are given. */
export function templateOfPolicy(file: string, policy: Json, values: JsonObject): PublishedTemplate | undefined {
  const properties = memberOf(policy, 'properties') ?? policy;
  const details = memberOf(memberOf(memberOf(properties, 'policyRule'), 'then'), 'details');
  const deployment = memberOf(memberOf(details, 'deployment'), 'properties');
  const template = memberOf(deployment, 'template');
  const declared = memberOf(properties, 'parameters');
  const wanted = memberOf(deployment, 'parameters');
  if (!isJsonObject(template) || !isJsonObject(wanted)) return undefined;
  const parameters: { [name: string]: Json } = {};
  for (const [name, entry] of Object.entries(wanted)) {
    const source = /^\[parameters\('(\w+)'\)\]$/.exec(textMember(entry, 'value') ?? '')?.[1] ?? name;
    const fallback = memberOf(memberOf(declared, source), 'defaultValue');
    const value = values[source] ?? policyValues[source] ?? fallback;
    if (value !== undefined) setMember(parameters, name, value);
  }
  const atSubscription = textMember(details, 'deploymentScope')?.toLowerCase() === 'subscription';
  const schema = atSubscription ? 'subscriptionDeploymentTemplate' : 'deploymentTemplate';
  const whole = { ...template, $schema: `https://schema.management.azure.com/schemas/2018-05-01/${schema}.json#` };
  return { file, text: JSON.stringify(whole), parameters, broken: [] };
}
