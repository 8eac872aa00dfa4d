/** `tocsin outbox`: what sandboxed connections would have sent. */
import { type Json, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { say, table } from '../terminal.ts';

function row(item: Json): readonly string[] {
  const request = memberOf(item, 'request');
  const body = memberOf(request, 'body');
  const subject = textMember(body, 'Subject') ?? textMember(body, 'subject') ?? textMember(request, 'path') ?? '';
  return [
    (textMember(item, 'time') ?? '').slice(0, 19).replace('T', ' '),
    textMember(item, 'connector') ?? '',
    textMember(item, 'operation') ?? '',
    textMember(item, 'action') ?? '',
    subject.slice(0, 60),
    textMember(item, 'id') ?? '',
  ];
}

async function list(line: CommandLine): Promise<number> {
  const top = line.count('top') ?? 30;
  const items = await new Client(line).list('/tocsin/v1/outbox', { $top: String(Math.min(top, 1000)) }, top);
  const headings = ['TIME', 'CONNECTOR', 'OPERATION', 'ACTION', 'SUBJECT OR PATH', 'ID'];
  say(line.json ? stringifyJson({ value: items }) : table(headings, items.map(row)));
  return 0;
}

async function show(line: CommandLine): Promise<number> {
  const id = line.words[1];
  if (id === undefined) throw new UsageError('outbox show needs the id of an item.');
  const { body } = await new Client(line).send(`/tocsin/v1/outbox/${encodeURIComponent(id)}`);
  say(line.json ? stringifyJson(body ?? null) : JSON.stringify(body, null, 2));
  return 0;
}

export const outboxCommand: Command = {
  name: 'outbox',
  summary: 'show what sandboxed connections would have sent',
  usage: 'tocsin outbox list [--top N]\ntocsin outbox show ID',
  options: { top: 'string' },
  run: (line) => {
    if (line.words[0] === 'list') return list(line);
    if (line.words[0] === 'show') return show(line);
    throw new UsageError("outbox takes 'list' or 'show'.");
  },
};
