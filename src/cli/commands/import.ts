/** `tocsin inventory import`, and what imports have in common. */
import { type Json, isJsonArray, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { textOfFile } from '../named-file.ts';
import { note, say } from '../terminal.ts';

export function importedText(line: CommandLine): string {
  const file = line.words[1];
  if (file === undefined) throw new UsageError('import needs a file; - is standard input.');
  return textOfFile(file);
}

/** What came of an import; some that were refused end the command with 1. */
export function sayImported(line: CommandLine, body: Json): number {
  const count = (name: string): number => Number(memberOf(body, name) ?? 0);
  const problems = memberOf(body, 'problems');
  if (line.json) say(stringifyJson(body));
  else {
    say(
      `${count('created')} created, ${count('updated')} updated, ${count('unchanged')} unchanged, ${count('refused')} refused`,
    );
    for (const problem of isJsonArray(problems) ? problems : []) {
      note(
        `${textMember(problem, 'id') ?? ''}: ${textMember(problem, 'code') ?? ''}: ${textMember(problem, 'message') ?? ''}`,
      );
    }
  }
  return count('refused') === 0 ? 0 : 1;
}

async function inventory(line: CommandLine): Promise<number> {
  if (line.words[0] !== 'import') throw new UsageError("inventory takes 'import'.");
  const linked = line.text('linked');
  const query = Object.fromEntries(
    [
      ['subscriptionId', line.text('subscription')],
      ['resourceGroup', line.text('group')],
      ['linkedSubscriptionId', linked],
      ['unknownSubscription', line.flag('create-subscriptions') ? 'create' : undefined],
    ].filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const content = linked === undefined ? { raw: importedText(line) } : {};
  const { body = null } = await new Client(line).send('/tocsin/v1/inventory/import', {
    method: 'POST',
    query,
    ...content,
  });
  return sayImported(line, body);
}

export const inventoryCommand: Command = {
  name: 'inventory',
  summary: 'import resources from Azure or from files',
  usage:
    'tocsin inventory import FILE [--subscription GUID] [--create-subscriptions]\n' +
    'tocsin inventory import TEMPLATE --subscription GUID --group NAME\n' +
    'tocsin inventory import --linked GUID --subscription GUID\n\n' +
    'FILE is a Resource Graph result (JSON in either format, or CSV), the output of az resource list or az graph query, or a list of the API.',
  options: { subscription: 'string', group: 'string', linked: 'string', 'create-subscriptions': 'boolean' },
  run: inventory,
};
