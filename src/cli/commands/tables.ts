/** `tocsin tables`: lists local log tables and exports them. */
import { once } from 'node:events';
import process from 'node:process';
import { type Json, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { say, table } from '../terminal.ts';

function row(item: Json): readonly string[] {
  const rows = memberOf(item, 'rows');
  return [
    textMember(item, 'table') ?? '',
    String(typeof rows === 'number' ? rows : 0),
    textMember(item, 'workspaceResourceId') ?? '',
  ];
}

function workspaceQuery(line: CommandLine): Readonly<Record<string, string>> {
  const workspaceId = line.text('workspace');
  return workspaceId === undefined ? {} : { workspaceId };
}

async function list(line: CommandLine): Promise<number> {
  const found = await new Client(line).list('/tocsin/v1/logTables', workspaceQuery(line));
  say(line.json ? stringifyJson({ value: found }) : table(['TABLE', 'ROWS', 'WORKSPACE'], found.map(row)));
  return 0;
}

/** Writes a table to standard output as it comes, however long it is. */
async function exportTable(line: CommandLine): Promise<number> {
  const name = line.words[1];
  if (name === undefined) throw new UsageError('tables export needs the name of a table.');
  const client = new Client(line);
  const given = line.text('workspace');
  const workspaceId = given ?? (await onlyWorkspace(client, name));
  const query: Record<string, string> = { workspaceId, table: name, format: line.text('format') ?? 'csv' };
  for (const option of ['from', 'to']) {
    const value = line.text(option);
    if (value !== undefined) query[option] = value;
  }
  for await (const piece of client.download('/tocsin/v1/logRows', query)) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
  return 0;
}

async function onlyWorkspace(client: Client, name: string): Promise<string> {
  const found = (await client.list('/tocsin/v1/logTables', {})).filter(
    (each) => textMember(each, 'table')?.toLowerCase() === name.toLowerCase(),
  );
  const ids = found.map((each) => textMember(each, 'workspaceResourceId') ?? '');
  if (ids.length === 1) return ids[0] ?? '';
  throw new UsageError(
    ids.length === 0
      ? `No workspace has rows in a table '${name}'.`
      : `Several workspaces have a table '${name}'; give one with --workspace:\n  ${ids.join('\n  ')}`,
  );
}

export const tablesCommand: Command = {
  name: 'tables',
  summary: 'list and export the log tables that workspace actions write',
  usage: `tocsin tables list [--workspace ID]
tocsin tables export TABLE [--workspace ID] [--format csv|ndjson] [--from TIME] [--to TIME]`,
  options: { workspace: 'string', format: 'string', from: 'string', to: 'string' },
  run: (line) => {
    if (line.words[0] === 'list') return list(line);
    if (line.words[0] === 'export') return exportTable(line);
    throw new UsageError("tables takes 'list' or 'export'.");
  },
};
