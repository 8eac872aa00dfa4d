/** `tocsin runs`: lists, shows, watches, cancels and resubmits runs of logic apps. */
import { setTimeout as pause } from 'node:timers/promises';
import process from 'node:process';
import { type Json, memberOf, stringifyJson, textMember } from '#foundation';
import { Client, propertiesOf } from '../client.ts';
import { type Command, RequestError } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { isTerminal, paint, say, status, table } from '../terminal.ts';

const apiVersion = { 'api-version': '2019-05-01' };
const ended = new Set(['Succeeded', 'Failed', 'Cancelled', 'TimedOut', 'Skipped', 'Aborted']);

function clock(time: string | undefined): string {
  return (time ?? '').slice(0, 19).replace('T', ' ');
}

function duration(properties: Json): string {
  const start = Date.parse(textMember(properties, 'startTime') ?? '');
  const end = Date.parse(textMember(properties, 'endTime') ?? '');
  const seconds = (end - start) / 1000;
  if (Number.isNaN(seconds)) return '';
  return seconds < 60 ? `${seconds.toFixed(2)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** The logic app's name out of a run's id. */
function workflowName(run: Json): string {
  return (textMember(run, 'id') ?? '').split('/').at(-3) ?? '';
}

function runRow(run: Json): readonly string[] {
  const properties = propertiesOf(run);
  return [
    status(textMember(properties, 'status') ?? ''),
    workflowName(run),
    clock(textMember(properties, 'startTime')),
    duration(properties),
    textMember(run, 'name') ?? '',
  ];
}

const headings = ['STATUS', 'LOGIC APP', 'STARTED', 'DURATION', 'RUN'];

/** Runs of one logic app (its id), or of all. */
async function readRuns(client: Client, line: CommandLine): Promise<readonly Json[]> {
  const top = line.count('top') ?? 30;
  const workflow = line.text('workflow');
  const wanted = line.text('status');
  const filter = wanted === undefined ? {} : { $filter: `status eq '${wanted}'` };
  const query = { $top: String(Math.min(top, 250)), ...filter };
  if (workflow?.startsWith('/') === true) return client.list(`${workflow}/runs`, { ...apiVersion, ...query }, top);
  const runs = await client.list('/tocsin/v1/runs', query, top);
  return workflow === undefined
    ? runs
    : runs.filter((run) => workflowName(run).toLowerCase() === workflow.toLowerCase());
}

async function list(line: CommandLine): Promise<number> {
  const runs = await readRuns(new Client(line), line);
  say(line.json ? stringifyJson({ value: runs }) : table(headings, runs.map(runRow)));
  return 0;
}

/** The run that a word means: a full id, or the name of one among the newest runs. */
async function runId(client: Client, line: CommandLine): Promise<string> {
  const word = line.words[1];
  if (word === undefined) throw new UsageError(`runs ${line.words[0] ?? ''} needs a run: its id or its name.`);
  if (word.startsWith('/')) return word;
  const runs = await client.list('/tocsin/v1/runs', { $top: '1000' });
  const found = runs.find((run) => textMember(run, 'name') === word);
  if (found === undefined) throw new RequestError(`There is no run '${word}' among the newest 1,000.`);
  return textMember(found, 'id') ?? '';
}

async function readRun(client: Client, id: string) {
  const run = (await client.send(id, { query: apiVersion })).body ?? null;
  const actions = await client.list(`${id}/actions`, { ...apiVersion, $top: '250' });
  return { run, actions };
}

function describe(run: Json, actions: readonly Json[]): string {
  const properties = propertiesOf(run);
  const error = memberOf(properties, 'error');
  const title = `${paint('bold', workflowName(run))}  ${status(textMember(properties, 'status') ?? '')}  ${clock(textMember(properties, 'startTime'))}  ${duration(properties)}`;
  const rows = actions.map((action) => {
    const details = propertiesOf(action);
    const sandbox = memberOf(details, 'sandbox') === undefined ? '' : paint('gray', 'sandbox');
    const fault = memberOf(details, 'error');
    const code = textMember(details, 'code') ?? '';
    return [
      status(textMember(details, 'status') ?? ''),
      textMember(action, 'name') ?? '',
      code === 'NotSpecified' ? '' : code,
      duration(details),
      sandbox,
      (textMember(fault, 'message') ?? '').slice(0, 100),
    ];
  });
  const trouble =
    error === undefined
      ? []
      : [`${paint('red', textMember(error, 'code') ?? '')} ${textMember(error, 'message') ?? ''}`];
  return [title, ...trouble, '', table(['STATUS', 'ACTION', 'CODE', 'DURATION', '', 'ERROR'], rows)].join('\n');
}

async function show(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const { run, actions } = await readRun(client, await runId(client, line));
  say(line.json ? stringifyJson({ run, actions }) : describe(run, actions));
  return 0;
}

/** Draws the newest runs, or one run, again and again until it has ended or the user stops. */
async function watch(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const one = line.words[1] === undefined ? undefined : await runId(client, line);
  let before = '';
  for (;;) {
    const { text, over } = one === undefined ? await drawList(client, line) : await drawRun(client, one);
    if (text !== before) process.stdout.write(`${isTerminal() ? '\u001b[H\u001b[2J' : ''}${text}\n`);
    before = text;
    if (over) return 0;
    await pause(500);
  }
}

async function drawList(client: Client, line: CommandLine) {
  const runs = await readRuns(client, line);
  return { text: table(headings, runs.map(runRow)), over: line.flag('once') };
}

async function drawRun(client: Client, id: string) {
  const { run, actions } = await readRun(client, id);
  return { text: describe(run, actions), over: ended.has(textMember(propertiesOf(run), 'status') ?? '') };
}

async function cancel(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const id = await runId(client, line);
  await client.send(`${id}/cancel`, { method: 'POST', query: apiVersion });
  say(line.json ? stringifyJson({ id, status: 'Cancelled' }) : `${id.split('/').at(-1) ?? ''} ${status('Cancelled')}`);
  return 0;
}

async function resubmit(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const id = await runId(client, line);
  const { body } = await client.send(id, { query: apiVersion });
  const trigger = textMember(memberOf(propertiesOf(body ?? null), 'trigger'), 'name') ?? '';
  const [workflow = '', name = ''] = id.split('/runs/');
  const path = `${workflow}/triggers/${encodeURIComponent(trigger)}/histories/${name}/resubmit`;
  const answer = await client.send(path, { method: 'POST', query: apiVersion });
  const fresh = answer.headers.get('x-ms-workflow-run-id') ?? '';
  say(line.json ? stringifyJson({ id: `${workflow}/runs/${fresh}` }) : fresh);
  return 0;
}

const verbs: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = { list, show, watch, cancel, resubmit };

export const runsCommand: Command = {
  name: 'runs',
  summary: 'list, show, watch, cancel and resubmit runs',
  usage: `tocsin runs list [--workflow NAME|ID] [--status Failed] [--top N]
tocsin runs show RUN
tocsin runs watch [RUN] [--workflow NAME|ID] [--once]
tocsin runs cancel RUN
tocsin runs resubmit RUN

RUN is the id of a run or its name.`,
  options: { workflow: 'string', status: 'string', top: 'string', once: 'boolean' },
  run: (line) => {
    const verb = verbs[line.words[0] ?? ''];
    if (verb === undefined) throw new UsageError(`runs takes one of ${Object.keys(verbs).join(', ')}.`);
    return verb(line);
  },
};
