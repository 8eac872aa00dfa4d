/** `tocsin deploy`: deploys an ARM template and follows it to its end. */
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  parseJson,
  stringifyJson,
  textMember,
} from '#foundation';
import { Client, propertiesOf } from '../client.ts';
import { type FilePlace, refusalText } from '../deployment-faults.ts';
import { changeLines, changesOf } from '../deployment-preview.ts';
import { type Command, RequestError } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { jsonOfFile, textOfFile } from '../named-file.ts';
import { note, say, status, table } from '../terminal.ts';
import { findingLines } from './finding-lines.ts';

const apiVersion = { 'api-version': '2022-09-01' };
const localSubscription = '/subscriptions/00000000-0000-4000-8000-000000000001';

/** What is deployed: its name unless `--name` says another, its text, and `NAME=VALUE` words. */
export interface TemplateToDeploy {
  readonly name: string;
  readonly text: string;
  readonly words: readonly string[];
  /** Where the text was read. */
  readonly file?: string;
}

/** A deployment that has ended, and what it did. */
export interface EndedDeployment {
  readonly deployment: Json;
  readonly operations: readonly Json[];
}

/** A parameter file (with or without its envelope) and `NAME=VALUE` words, which are read by the parameter's type. */
function parametersOf(line: CommandLine, { text, words }: TemplateToDeploy): JsonObject {
  const file = line.text('parameters');
  const parsed = file === undefined ? {} : jsonOfFile(file);
  const inner = memberOf(parsed, 'parameters') ?? parsed;
  const parameters: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(isJsonObject(inner) ? inner : {})) {
    const wrapped = isJsonObject(value) && ('value' in value || 'reference' in value);
    parameters[name] = wrapped ? value : { value };
  }
  const declared = words.length === 0 ? {} : declaredParameters(text);
  for (const word of words) {
    const [name = '', ...rest] = word.split('=');
    if (rest.length === 0) throw new UsageError(`'${word}' is not NAME=VALUE.`);
    parameters[name] = { value: valueOf(name, rest.join('='), textMember(memberIgnoringCase(declared, name), 'type')) };
  }
  return parameters;
}

/** Nothing when the template is not plain JSON: the server reads comments, values are then sent as text. */
function declaredParameters(text: string): Json {
  try {
    return memberIgnoringCase(parseJson(text), 'parameters') ?? {};
  } catch {
    return {};
  }
}

function valueOf(name: string, text: string, type = 'string'): Json {
  if (!/^(?:int|bool|array|object|secureobject)$/i.test(type)) return text;
  try {
    return parseJson(text);
  } catch {
    throw new UsageError(`The parameter '${name}' is of type ${type}: '${text}' is no JSON of that.`);
  }
}

/** The scope as an id: a group's name means that group of the first subscription. */
export function scopeOf(line: CommandLine): string {
  return scopeId(line.text('scope') ?? 'rg-playbooks');
}

/** A scope's id, or that of a group of the first subscription by its name. */
export function scopeId(scope: string): string {
  return scope.startsWith('/') ? scope.replace(/\/+$/, '') : `${localSubscription}/resourceGroups/${scope}`;
}

async function ensureGroup(client: Client, scope: string, location: string): Promise<void> {
  if (!/\/resourceGroups\/[^/]+$/i.test(scope)) return;
  const found = await client.exchange(scope, { query: { 'api-version': '2021-04-01' } });
  if (found.status !== 404) return;
  await client.send(scope, { method: 'PUT', query: { 'api-version': '2021-04-01' }, body: { location } });
  note(`created the resource group ${scope.split('/').at(-1) ?? ''}`);
}

async function finished(client: Client, path: string): Promise<Json> {
  for (;;) {
    const { body } = await client.send(path, { query: apiVersion });
    const state = textMember(propertiesOf(body ?? null), 'provisioningState');
    if (state === 'Succeeded' || state === 'Failed' || state === 'Canceled') return body ?? null;
    await pause(200);
  }
}

async function run(line: CommandLine): Promise<number> {
  const file = line.words[0];
  if (file === undefined) throw new UsageError('deploy needs a template file.');
  const name = basename(file)
    .replace(/\.json$/i, '')
    .replace(/[^\w.()-]+/g, '-')
    .slice(0, 64);
  const template = { name, text: textOfFile(file), words: line.words.slice(1), file };
  const client = new Client(line);
  if (!line.flag('what-if')) {
    const ended = await deployTemplate(line, client, template);
    const code = report(line, ended);
    await warn(client, ended);
    return code;
  }
  const { path, text, place } = await deploymentRequest(line, client, template);
  return showChanges(line, await changesOf(client, { path, text, place, query: apiVersion }));
}

/** Says on standard error what would keep the deployed logic apps from working. */
async function warn(client: Client, { operations }: EndedDeployment): Promise<void> {
  const targets = operations.map((one) => memberOf(propertiesOf(one), 'targetResource'));
  for (const target of targets) {
    if (textMember(target, 'resourceType')?.toLowerCase() !== 'microsoft.logic/workflows') continue;
    const workflowId = textMember(target, 'id') ?? '';
    const { status: answered, body } = await client.exchange('/tocsin/v1/preflight', {
      method: 'POST',
      body: { workflowId },
    });
    const value = answered === 200 ? memberOf(body, 'value') : undefined;
    for (const text of findingLines(isJsonArray(value) ? value : [])) note(text);
  }
}

/** Deploys to `--scope` and waits for the end. @throws RequestError with the place in the file where there is one. */
export async function deployTemplate(
  line: CommandLine,
  client: Client,
  template: TemplateToDeploy,
): Promise<EndedDeployment> {
  const { path, text, place } = await deploymentRequest(line, client, template);
  const put = await client.exchange(path, { method: 'PUT', query: apiVersion, raw: text });
  if (put.status >= 400) throw new RequestError(refusalText(put.body, place), put.status);
  const deployment = await finished(client, path);
  const operations = await client.list(`${path}/operations`, apiVersion);
  return { deployment, operations };
}

interface DeploymentText {
  readonly path: string;
  readonly text: string;
  readonly place: FilePlace;
}

async function deploymentRequest(
  line: CommandLine,
  client: Client,
  template: TemplateToDeploy,
): Promise<DeploymentText> {
  const scope = scopeOf(line);
  const location = line.text('location') ?? 'westeurope';
  if (!line.flag('what-if')) await ensureGroup(client, scope, location);
  const name = line.text('name') ?? template.name;
  const path = `${scope}/providers/Microsoft.Resources/deployments/${encodeURIComponent(name)}`;
  const atGroup = /\/resourceGroups\/[^/]+$/i.test(scope);
  const head = stringifyJson(atGroup ? {} : { location }).slice(0, -1);
  const parameters = parametersOf(line, template);
  const mode = line.flag('complete') ? 'Complete' : 'Incremental';
  const properties = stringifyJson({ mode, parameters }).slice(0, -1);
  const separator = head === '{' ? '' : ',';
  const before = `${head}${separator}"properties":${properties},"template":`;
  // The template's own text goes in as it is: comments and all, as other command lines send it.
  const text = `${before}${template.text}}}`;
  return { path, text, place: { file: template.file ?? template.name, before: before.length } };
}

function showChanges(line: CommandLine, changes: readonly Json[]): number {
  if (line.json) say(stringifyJson(changes));
  else for (const text of changeLines(changes)) say(text);
  return 0;
}

/** Tells what was deployed; answers the exit code. @throws RequestError when the deployment failed. */
export function report(line: CommandLine, { deployment, operations }: EndedDeployment): number {
  const properties = propertiesOf(deployment);
  const state = textMember(properties, 'provisioningState') ?? '';
  if (line.json) {
    say(stringifyJson(deployment));
    return state === 'Succeeded' ? 0 : 1;
  }
  const rows = operations.map(propertiesOf).map((operation) => {
    const target = memberOf(operation, 'targetResource');
    const error = memberOf(memberOf(operation, 'statusMessage'), 'error');
    return [
      status(textMember(operation, 'provisioningState') ?? ''),
      textMember(target, 'resourceType') ?? textMember(operation, 'provisioningOperation') ?? '',
      textMember(target, 'resourceName') ?? '',
      textMember(error, 'message') ?? '',
    ];
  });
  if (rows.length > 0) say(table(['STATE', 'TYPE', 'NAME', 'MESSAGE'], rows));
  const outputs = memberOf(properties, 'outputs');
  for (const [name, output] of Object.entries(isJsonObject(outputs) ? outputs : {})) {
    say(`${name} = ${stringifyJson(memberOf(output, 'value') ?? null)}`);
  }
  say(`${textMember(deployment, 'name') ?? ''} ${status(state)}`);
  if (state === 'Succeeded') return 0;
  throw new RequestError(failureText(memberOf(properties, 'error')));
}

function failureText(error: Json | undefined): string {
  const details = memberOf(error, 'details');
  const inner = isJsonArray(details)
    ? details.map((one) => `\n  ${textMember(one, 'code') ?? ''}: ${textMember(one, 'message') ?? ''}`)
    : [];
  return `${textMember(error, 'code') ?? 'DeploymentFailed'}: ${textMember(error, 'message') ?? ''}${inner.join('')}`;
}

export const deployCommand: Command = {
  name: 'deploy',
  summary: 'deploy an ARM template',
  usage: `tocsin deploy TEMPLATE [NAME=VALUE…] [--parameters FILE] [--scope rg-playbooks] [--name NAME] [--location westeurope] [--complete] [--what-if]

The scope is a resource group's name (made when it does not exist) or any scope id. --complete deletes what the template
does not name; --what-if shows what would change and changes nothing. Values of parameters that are numbers,
booleans, arrays or objects are JSON.`,
  options: {
    parameters: 'string',
    scope: 'string',
    name: 'string',
    location: 'string',
    complete: 'boolean',
    'what-if': 'boolean',
  },
  run,
};
