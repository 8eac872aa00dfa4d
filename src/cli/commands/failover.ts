/** `tocsin failover`: enables the backup copies in a location and disables their originals, or the other way round. */
import { isJsonArray, type Json, type JsonObject, memberOf, stringifyJson } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { paint, say } from '../terminal.ts';

function lines(label: string, ids: Json | undefined): readonly string[] {
  return (isJsonArray(ids) ? ids : []).flatMap((id) => (typeof id === 'string' ? [`${label} ${id}`] : []));
}

async function run(line: CommandLine): Promise<number> {
  const location = line.text('to');
  if (location === undefined) throw new UsageError('failover needs --to LOCATION.');
  const scopes = line.text('scopes');
  const asked: JsonObject = { location, ...(scopes === undefined ? {} : { scopes }) };
  const { body } = await new Client(line).send('/tocsin/v1/failover', { method: 'POST', body: asked });
  if (line.json) {
    say(stringifyJson(body ?? null));
    return 0;
  }
  const changed = [
    ...lines(paint('green', 'enabled '), memberOf(body, 'enabled')),
    ...lines(paint('yellow', 'disabled'), memberOf(body, 'disabled')),
  ];
  const unchanged = memberOf(body, 'unchanged');
  say([...changed, `${typeof unchanged === 'number' ? unchanged : 0} pairs unchanged`].join('\n'));
  return 0;
}

export const failoverCommand: Command = {
  name: 'failover',
  summary: 'enable the backup copies of automations in a location, disable the others',
  usage: `tocsin failover --to LOCATION [--scopes ID,…]

Of every automation with a backup copy, the member in LOCATION is enabled and the others are disabled, all in one step. Done
again it changes nothing; --to the originals' location goes back. Pairs of which no member is enabled stay as they are.`,
  options: { to: 'string', scopes: 'string' },
  run,
};
