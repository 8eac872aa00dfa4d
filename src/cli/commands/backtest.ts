/** `tocsin backtest`: what an automation would have done in the past. */
import { existsSync } from 'node:fs';
import { isJsonArray, type Json, type JsonObject, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { jsonOfFile } from '../named-file.ts';
import { paint, say, table } from '../terminal.ts';
import { automationId } from './automations.ts';

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

function number(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}

const barWidth = 40;

function describe(answer: Json): string {
  const matched = number(memberOf(answer, 'matched'));
  const total = number(memberOf(answer, 'total'));
  const days = listOf(memberOf(answer, 'perDay')).map((each) => ({
    day: textMember(each, 'day') ?? '',
    count: number(memberOf(each, 'count')),
  }));
  const most = Math.max(1, ...days.map(({ count }) => count));
  const parts = [`${paint('bold', String(matched))} of ${total} stored events would have fired it.`];
  if (days.length > 0) {
    const rows = days.map(({ day, count }) => [day, String(count), '█'.repeat(Math.ceil((count / most) * barWidth))]);
    parts.push(table(['DAY', 'EVENTS', ''], rows));
  }
  const sample = listOf(memberOf(answer, 'sample'));
  if (sample.length > 0) {
    const rows = sample.map((each) => [
      (textMember(each, 'time') ?? '').slice(0, 19).replace('T', ' '),
      textMember(each, 'kind') ?? '',
      (textMember(each, 'title') ?? '').slice(0, 80),
    ]);
    parts.push(table(['TIME', 'KIND', 'TITLE'], rows));
  }
  const starts = listOf(memberOf(answer, 'wouldStart'));
  if (starts.length > 0) {
    const rows = starts.map((each) => [
      (textMember(each, 'logicAppResourceId') ?? '').split('/').at(-1) ?? '',
      String(number(memberOf(each, 'count'))),
    ]);
    parts.push(table(['LOGIC APP', 'RUNS'], rows));
  }
  return parts.join('\n\n');
}

async function run(line: CommandLine): Promise<number> {
  const [word] = line.words;
  if (word === undefined) throw new UsageError('backtest needs a file with an automation, or the id or name of one.');
  const client = new Client(line);
  const automation: Json = existsSync(word) ? jsonOfFile(word) : await automationId(client, word);
  const asked: JsonObject = { automation, days: line.count('days') ?? 30 };
  const { body } = await client.send('/tocsin/v1/backtest', { method: 'POST', body: asked });
  say(line.json ? stringifyJson(body ?? null) : describe(body ?? null));
  return 0;
}

export const backtestCommand: Command = {
  name: 'backtest',
  summary: 'say what an automation would have done in the past; starts nothing',
  usage: `tocsin backtest AUTOMATION.json|AUTOMATION [--days 30]

A file holds an automation, saved or not, or its properties alone; AUTOMATION is the id or name of a saved one.`,
  options: { days: 'string' },
  run,
};
