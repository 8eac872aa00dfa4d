/** `tocsin activity`: the activity log, its export, and whether it is as it was written. */
import { isJsonArray, type Json, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { paint, say, table } from '../terminal.ts';

const path = '/tocsin/v1/activity';

function queryOf(line: CommandLine, top: number): Record<string, string> {
  const [filter, scope] = [line.text('filter'), line.text('scope')];
  return {
    $top: String(top),
    ...(filter === undefined ? {} : { filter }),
    ...(scope === undefined ? {} : { scopes: scope }),
  };
}

function valueOf(entry: Json, name: string): string {
  return textMember(memberOf(entry, name), 'value') ?? textMember(entry, name) ?? '';
}

async function list(line: CommandLine): Promise<number> {
  const count = line.count('top') ?? 50;
  const found = await new Client(line).list(path, queryOf(line, Math.min(count, 1000)), count);
  const names = ['eventTimestamp', 'status', 'caller', 'operationName', 'resourceId'];
  const rows = found.map((entry) => names.map((name) => valueOf(entry, name)));
  const shown = (): string => table(['TIME', 'STATUS', 'CALLER', 'OPERATION', 'RESOURCE'], rows);
  say(line.json ? stringifyJson({ value: found }) : shown());
  return 0;
}

/** All entries as lines of JSON, newest first. */
async function exportAll(line: CommandLine): Promise<number> {
  const client = new Client(line);
  let answer = await client.send(path, { query: queryOf(line, 1000) });
  for (;;) {
    const value = memberOf(answer.body, 'value');
    for (const entry of isJsonArray(value) ? value : []) say(stringifyJson(entry));
    const next = textMember(answer.body, 'nextLink');
    if (next === undefined) return 0;
    const link = new URL(next);
    answer = await client.send(`${link.pathname}${link.search}`);
  }
}

/** Ends with 1 when the log was tampered with. */
async function verify(line: CommandLine): Promise<number> {
  const head = line.text('head');
  const { body = null } = await new Client(line).send(`${path}/verify`, {
    method: 'POST',
    body: head === undefined ? {} : { head },
  });
  const intact = memberOf(body, 'intact') === true;
  if (line.json) say(stringifyJson(body));
  else say(verdict(body, intact));
  return intact ? 0 : 1;
}

function verdict(body: Json, intact: boolean): string {
  const number = (name: string): string => String(Number(memberOf(body, name) ?? 0));
  const counts = `${number('entries')} entries in ${number('blocks')} blocks, ${number('forgotten')} forgotten by age`;
  const faults = memberOf(body, 'faults');
  const lines = (isJsonArray(faults) ? faults : []).map(
    (fault) =>
      `  ${textMember(fault, 'code') ?? ''} ${textMember(fault, 'eventDataId') ?? ''} ${textMember(fault, 'message') ?? ''}`,
  );
  const head = textMember(memberOf(body, 'head'), 'hash');
  return [
    intact ? `${paint('green', 'intact')}  ${counts}` : `${paint('red', 'tampered with')}  ${counts}`,
    ...lines,
    ...(head === undefined ? [] : [`head    ${head}`]),
  ].join('\n');
}

export const activityCommand: Command = {
  name: 'activity',
  summary: 'the activity log, and whether anybody tampered with it',
  usage: [
    'tocsin activity list [--top N] [--filter FILTER] [--scope ID]',
    'tocsin activity export [--filter FILTER] [--scope ID]   all entries as lines of JSON',
    'tocsin activity verify [--head HASH]                    ends with 1 when entries were changed, removed or added',
    '',
    'Write the head down elsewhere: with --head the check also shows whether the log was put back to an older state.',
  ].join('\n'),
  options: { top: 'string', filter: 'string', scope: 'string', head: 'string' },
  run: (line) => {
    if (line.words[0] === 'list') return list(line);
    if (line.words[0] === 'export') return exportAll(line);
    if (line.words[0] === 'verify') return verify(line);
    throw new UsageError("activity takes 'list', 'export' or 'verify'.");
  },
};
