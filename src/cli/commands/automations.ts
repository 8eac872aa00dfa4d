/** `tocsin automations`: lists, shows, saves, switches and looks after automations. */
import { readFileSync } from 'node:fs';
import {
  isJsonArray,
  type Json,
  type JsonObject,
  memberOf,
  parseArmId,
  parseJson,
  stringifyJson,
  textMember,
} from '#foundation';
import { Client, propertiesOf } from '../client.ts';
import { type Command, RequestError } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { paint, say, status, table } from '../terminal.ts';

const version = { 'api-version': '2023-12-01-preview' };

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

function lastSegment(id: string | undefined): string {
  return (id ?? '').split('/').at(-1) ?? '';
}

function clock(time: string | undefined): string {
  return (time ?? '').slice(0, 19).replace('T', ' ');
}

/** What an action leads to, in a word. */
function targetOf(action: Json): string {
  const id =
    textMember(action, 'logicAppResourceId') ??
    textMember(action, 'eventHubResourceId') ??
    textMember(action, 'workspaceResourceId');
  return lastSegment(id);
}

function row(automation: Json): readonly string[] {
  const properties = propertiesOf(automation);
  const actions = listOf(memberOf(properties, 'actions'));
  const last = memberOf(automation, 'lastDelivery');
  const warnings = listOf(memberOf(automation, 'warnings')).map((warning) => textMember(warning, 'code') ?? '');
  return [
    status(textMember(automation, 'status') ?? ''),
    textMember(automation, 'name') ?? '',
    parseArmId(textMember(automation, 'id') ?? '')?.resourceGroup ?? '',
    textMember(automation, 'location') ?? '',
    listOf(memberOf(properties, 'sources'))
      .map((source) => textMember(source, 'eventSource') ?? '')
      .join(', '),
    actions.length > 1 ? `${actions.length} actions` : actions.map(targetOf).join(''),
    last === undefined ? '' : `${status(textMember(last, 'status') ?? '')} ${clock(textMember(last, 'time'))}`,
    paint('yellow', [...new Set(warnings)].join(', ')),
  ];
}

const headings = ['STATUS', 'NAME', 'GROUP', 'LOCATION', 'EVENTS', 'STARTS', 'LAST DELIVERY', 'WARNINGS'];

async function list(line: CommandLine): Promise<number> {
  const top = line.count('top') ?? 1000;
  const scopes = line.text('scopes');
  const query = { $top: String(Math.min(top, 1000)), ...(scopes === undefined ? {} : { scopes }) };
  const found = await new Client(line).list('/tocsin/v1/automations', query, top);
  say(line.json ? stringifyJson({ value: found }) : table(headings, found.map(row)));
  return 0;
}

/** The automation that a word means: a full id, or the only one of that name. */
export async function automationId(client: Client, word: string | undefined): Promise<string> {
  if (word === undefined) throw new UsageError('Which automation? Give its id or its name.');
  if (word.startsWith('/')) return word;
  const filter = `name eq '${word.replaceAll("'", "''")}'`;
  const found = await client.list('/tocsin/v1/automations', { filter }, 20);
  const [first, second] = found;
  if (first === undefined) throw new RequestError(`There is no automation '${word}'.`);
  if (second !== undefined) {
    const ids = found.map((each) => textMember(each, 'id') ?? '');
    throw new RequestError(`Several automations are called '${word}'; give an id:\n  ${ids.join('\n  ')}`);
  }
  return textMember(first, 'id') ?? '';
}

function describe(automation: Json, state: Json): string {
  const properties = propertiesOf(automation);
  const enabled = memberOf(properties, 'isEnabled') === true ? 'Enabled' : 'Disabled';
  const title = `${paint('bold', textMember(automation, 'name') ?? '')}  ${status(enabled)}  ${textMember(automation, 'location') ?? ''}`;
  const lines = [title, textMember(automation, 'id') ?? ''];
  const description = textMember(properties, 'description');
  if (description !== undefined && description !== '') lines.push(description);
  for (const source of listOf(memberOf(properties, 'sources'))) lines.push('', ...sourceLines(source));
  lines.push('');
  for (const action of listOf(memberOf(properties, 'actions'))) {
    lines.push(`${(textMember(action, 'actionType') ?? '').padEnd(10)} ${targetOf(action)}`);
  }
  for (const [tag, value] of Object.entries(memberOf(automation, 'tags') ?? {})) {
    if (tag.toLowerCase().startsWith('tocsin-')) lines.push(`${tag}: ${String(value)}`);
  }
  for (const warning of listOf(memberOf(state, 'warnings'))) {
    lines.push(`${paint('yellow', textMember(warning, 'code') ?? '')} ${textMember(warning, 'message') ?? ''}`);
  }
  const last = memberOf(state, 'lastDelivery');
  if (last !== undefined)
    lines.push('', `Last delivery: ${status(textMember(last, 'status') ?? '')} ${clock(textMember(last, 'time'))}`);
  return lines.join('\n');
}

const ruleSetsShown = 12;

function sourceLines(source: Json): readonly string[] {
  const ruleSets = listOf(memberOf(source, 'ruleSets'));
  const name = textMember(source, 'eventSource') ?? '';
  if (ruleSets.length === 0) return [`${paint('bold', name)}: every event`];
  const texts = ruleSets.slice(0, ruleSetsShown).map((ruleSet) => {
    const rules = listOf(memberOf(ruleSet, 'rules')).map(
      (rule) =>
        `${textMember(rule, 'propertyJPath') ?? ''} ${textMember(rule, 'operator') ?? ''} '${textMember(rule, 'expectedValue') ?? ''}'`,
    );
    return `  ${rules.length === 0 ? 'every event' : rules.join(' and ')}`;
  });
  const more = ruleSets.length > ruleSetsShown ? [`  … and ${ruleSets.length - ruleSetsShown} more`] : [];
  return [`${paint('bold', name)}, any of:`, ...texts, ...more];
}

async function show(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const id = await automationId(client, line.words[1]);
  const automation = (await client.send(id, { query: version })).body ?? null;
  const state = (await client.send('/tocsin/v1/automationStatus', { query: { id } })).body ?? null;
  say(line.json ? stringifyJson({ automation, status: state }) : describe(automation, state));
  return 0;
}

/** Enables or disables every automation named. */
async function switchTo(line: CommandLine, isEnabled: boolean): Promise<number> {
  const client = new Client(line);
  const words = line.words.slice(1);
  const ids = await Promise.all((words.length === 0 ? [undefined] : words).map((word) => automationId(client, word)));
  for (const id of ids) {
    await client.send(id, { method: 'PATCH', query: version, body: { properties: { isEnabled } } });
    if (!line.json) say(`${lastSegment(id)} ${status(isEnabled ? 'Enabled' : 'Disabled')}`);
  }
  if (line.json) say(stringifyJson({ value: ids.map((id) => ({ id, isEnabled })) }));
  return 0;
}

async function remove(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const id = await automationId(client, line.words[1]);
  await client.send(id, { method: 'DELETE', query: version });
  say(line.json ? stringifyJson({ id, deleted: true }) : `${lastSegment(id)} deleted`);
  return 0;
}

/** Saves the automation in a file under the id that the file or `--id` gives. */
async function save(line: CommandLine, validateOnly: boolean): Promise<number> {
  const file = line.words[1];
  if (file === undefined) throw new UsageError(`automations ${line.words[0] ?? ''} needs a file with an automation.`);
  const body = parseJson(readFileSync(file, 'utf8'));
  const id = line.text('id') ?? textMember(body, 'id');
  if (id === undefined) throw new UsageError("Give --id, or an 'id' in the file.");
  const client = new Client(line);
  if (validateOnly) {
    const answer = (await client.send(`${id}/validate`, { method: 'POST', query: version, body })).body ?? null;
    const valid = memberOf(answer, 'isValid') === true;
    say(
      line.json
        ? stringifyJson(answer)
        : `${paint(valid ? 'green' : 'red', valid ? 'valid' : 'invalid')} ${textMember(answer, 'message') ?? ''}`,
    );
    return valid ? 0 : 1;
  }
  const answer = await client.send(id, { method: 'PUT', query: version, body });
  say(
    line.json
      ? stringifyJson(answer.body ?? null)
      : `${lastSegment(id)} ${answer.status === 201 ? 'created' : 'updated'}`,
  );
  return 0;
}

async function deliveries(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const id = await automationId(client, line.words[1]);
  const top = line.count('top') ?? 30;
  const found = await client.list(
    '/tocsin/v1/deliveries',
    { automationId: id, $top: String(Math.min(top, 1000)) },
    top,
  );
  if (line.json) {
    say(stringifyJson({ value: found }));
    return 0;
  }
  const rows = found.map((each) => {
    const error = memberOf(each, 'error');
    return [
      clock(textMember(each, 'time')),
      status(textMember(each, 'status') ?? ''),
      stringifyJson(memberOf(each, 'attempt') ?? 0),
      lastSegment(textMember(each, 'target')),
      lastSegment(textMember(each, 'eventId')),
      lastSegment(textMember(each, 'runId')),
      error === undefined
        ? ''
        : `${textMember(error, 'code') ?? ''}: ${textMember(error, 'message') ?? ''}`.slice(0, 100),
    ];
  });
  say(table(['TIME', 'STATUS', 'ATTEMPT', 'TARGET', 'EVENT', 'RUN', 'ERROR'], rows));
  return 0;
}

async function refresh(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const id = await automationId(client, line.words[1]);
  const { body } = await client.send('/tocsin/v1/refreshCallback', { method: 'POST', body: { automationId: id } });
  say(line.json ? stringifyJson(body ?? null) : `${lastSegment(id)}: callback refreshed`);
  return 0;
}

async function backup(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const id = await automationId(client, line.words[1]);
  const location = line.text('to');
  if (location === undefined) throw new UsageError('automations backup needs --to LOCATION.');
  const name = line.text('name');
  const asked: JsonObject = { automationId: id, location, ...(name === undefined ? {} : { name }) };
  const { body } = await client.send('/tocsin/v1/automationBackups', { method: 'POST', body: asked });
  say(
    line.json
      ? stringifyJson(body ?? null)
      : `${textMember(body, 'name') ?? ''} in ${textMember(body, 'location') ?? ''}`,
  );
  return 0;
}

/** Starts a logic app by hand on one alert or recommendation. */
async function trigger(line: CommandLine): Promise<number> {
  const [, logicAppResourceId, resourceId] = line.words;
  if (logicAppResourceId === undefined || resourceId === undefined) {
    throw new UsageError('automations trigger needs the id of a logic app and the id of an alert or recommendation.');
  }
  const asked = { method: 'POST', body: { logicAppResourceId, resourceId } };
  const { body } = await new Client(line).send('/tocsin/v1/manualTriggers', asked);
  say(line.json ? stringifyJson(body ?? null) : (textMember(body, 'runId') ?? ''));
  return 0;
}

const verbs: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = {
  list,
  show,
  save: (line) => save(line, false),
  validate: (line) => save(line, true),
  enable: (line) => switchTo(line, true),
  disable: (line) => switchTo(line, false),
  delete: remove,
  deliveries,
  refresh,
  backup,
  trigger,
};

export const automationsCommand: Command = {
  name: 'automations',
  summary: 'list, show, save, enable, disable and look after automations',
  usage: `tocsin automations list [--scopes ID,…] [--top N]
tocsin automations show AUTOMATION
tocsin automations save FILE [--id ID]
tocsin automations validate FILE [--id ID]
tocsin automations enable AUTOMATION…
tocsin automations disable AUTOMATION…
tocsin automations delete AUTOMATION
tocsin automations deliveries AUTOMATION [--top N]
tocsin automations refresh AUTOMATION          look up its callbacks anew
tocsin automations backup AUTOMATION --to LOCATION [--name NAME]
tocsin automations trigger LOGIC-APP-ID ITEM-ID   start a logic app by hand

AUTOMATION is an id or a name.`,
  options: { top: 'string', scopes: 'string', id: 'string', to: 'string', name: 'string' },
  run: (line) => {
    const verb = verbs[line.words[0] ?? ''];
    if (verb === undefined) throw new UsageError(`automations takes one of ${Object.keys(verbs).join(', ')}.`);
    return verb(line);
  },
};
