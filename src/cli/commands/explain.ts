/** `tocsin explain`: why an event fires automations or does not. */
import { isJsonArray, type Json, type JsonObject, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { jsonOfFile } from '../named-file.ts';
import { type Colour, paint, say } from '../terminal.ts';
import { automationId } from './automations.ts';

const colours: Readonly<Record<string, Colour>> = {
  Fired: 'green',
  WouldFire: 'green',
  NotMatched: 'gray',
  OutOfScope: 'gray',
  CallbackStale: 'red',
};

function mark(holds: boolean): string {
  return holds ? paint('green', '✓') : paint('red', '✗');
}

function ruleLines(ruleSet: Json): readonly string[] {
  const rules = memberOf(ruleSet, 'rules');
  if (!isJsonArray(rules) || rules.length === 0) return [`  ${mark(true)} every event of the source`];
  return rules.map((rule) => {
    const wanted = `${textMember(rule, 'propertyJPath') ?? ''} ${textMember(rule, 'operator') ?? ''} '${textMember(rule, 'expectedValue') ?? ''}'`;
    const found = stringifyJson(memberOf(rule, 'actualValue') ?? null);
    return `  ${mark(memberOf(rule, 'matched') === true)} ${wanted}, found ${found.length > 120 ? `${found.slice(0, 120)}…` : found}`;
  });
}

function describe(explanation: Json, verbose: boolean): string {
  const outcome = textMember(explanation, 'outcome') ?? '';
  const name = (textMember(explanation, 'automationId') ?? '').split('/').at(-1) ?? '';
  const why = textMember(explanation, 'stoppedBy');
  const head = `${paint('bold', name)}  ${paint(colours[outcome] ?? 'yellow', outcome)}${why === undefined ? '' : `  ${why}`}`;
  const ruleSets = memberOf(explanation, 'ruleSets');
  if (!isJsonArray(ruleSets)) return head;
  // The sets that hold tell why it fires; when none does, the nearest ones tell what was missing.
  const holding = ruleSets.filter((ruleSet) => memberOf(ruleSet, 'matched') === true);
  const shown = verbose ? ruleSets : (holding.length > 0 ? holding : ruleSets).slice(0, 3);
  const left = ruleSets.length - shown.length;
  const blocks = shown.map((ruleSet) => ruleLines(ruleSet).join('\n'));
  const more = left > 0 && holding.length === 0 ? [`  … and ${left} more rule sets (--all shows them)`] : [];
  return [head, blocks.join('\n  or\n'), ...more, ...stepLines(explanation, outcome, why)]
    .filter((part) => part !== '')
    .join('\n');
}

/** What else stands in the way, and what became of each action. */
function stepLines(explanation: Json, outcome: string, said: string | undefined): readonly string[] {
  const steps = memberOf(explanation, 'steps');
  return (isJsonArray(steps) ? steps : []).flatMap((step) => {
    const message = textMember(step, 'message');
    const target = textMember(step, 'target')?.split('/').at(-1);
    const isOver = outcome === 'Fired' && target === undefined;
    if (isOver || message === said || (message === undefined && target === undefined)) return [];
    const name = target === undefined ? (textMember(step, 'step') ?? '') : `action ${target}`;
    const state = textMember(step, 'status');
    const words = [name, state, message].filter((part) => part !== undefined);
    return [`  ${mark(memberOf(step, 'passed') === true)} ${words.join(': ')}`];
  });
}

async function run(line: CommandLine): Promise<number> {
  const [word] = line.words;
  if (word === undefined) throw new UsageError('explain needs the id of a stored event, or a file with an event.');
  const client = new Client(line);
  const named = line.text('automation');
  const source = line.text('source');
  const asked: JsonObject = {
    ...(word.startsWith('/subscriptions/') ? { eventId: word } : { event: jsonOfFile(word) }),
    ...(source === undefined ? {} : { eventSource: source }),
    ...(named === undefined ? {} : { automationIds: [await automationId(client, named)] }),
  };
  const { body } = await client.send('/tocsin/v1/explain', { method: 'POST', body: asked });
  const value = memberOf(body, 'value');
  const explanations = isJsonArray(value) ? value : [];
  if (line.json) say(stringifyJson(body ?? null));
  else if (explanations.length === 0) say('There is no automation.');
  else say(explanations.map((each) => describe(each, line.flag('all'))).join('\n\n'));
  return 0;
}

export const explainCommand: Command = {
  name: 'explain',
  summary: 'say why an event fires automations or does not',
  usage: `tocsin explain EVENT-ID|EVENT.json [--automation AUTOMATION] [--source Alerts] [--all]

EVENT-ID is the id of a stored alert or recommendation; a file holds an event as detectors or Azure send it.`,
  options: { automation: 'string', source: 'string', all: 'boolean' },
  run,
};
