/** `tocsin doctor`: what would keep playbooks from working, found before the first alert. */
import { isJsonArray, type Json, type JsonObject, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import type { CommandLine } from '../command-line.ts';
import { say } from '../terminal.ts';
import { scopeId } from './deploy.ts';
import { findingLines } from './finding-lines.ts';

/** Findings on one logic app, or on all at or below a scope. */
export async function findingsOf(
  client: Client,
  asked: JsonObject,
): Promise<{ checked: Json; value: readonly Json[] }> {
  const { body } = await client.send('/tocsin/v1/preflight', { method: 'POST', body: asked });
  const value = memberOf(body, 'value');
  return { checked: memberOf(body, 'checked') ?? 0, value: isJsonArray(value) ? value : [] };
}

async function run(line: CommandLine): Promise<number> {
  const [workflow] = line.words;
  const scope = line.text('scope');
  const client = new Client(line);
  const asked: JsonObject = {
    ...(workflow === undefined ? {} : { workflowId: workflow }),
    ...(scope === undefined ? {} : { scope: scopeId(scope) }),
  };
  const { checked, value } = await findingsOf(client, asked);
  const count = (severity: string): number => value.filter((one) => textMember(one, 'severity') === severity).length;
  const errors = count('Error');
  if (line.json) say(stringifyJson(value));
  else {
    for (const text of findingLines(value)) say(text);
    say(`${stringifyJson(checked)} logic apps checked: ${errors} errors, ${count('Warning')} warnings`);
  }
  return errors === 0 ? 0 : 1;
}

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'find what would keep playbooks from working',
  usage: `tocsin doctor [LOGIC-APP-ID] [--scope SCOPE]

Checks every trigger and action of one logic app, or of all enabled ones at or below a scope: connections there and
authorised, operations known, roles held by identities, hosts allowed and reachable, triggers fed by an automation. Nothing
is started or changed. The scope is a resource group's name or any scope id. Ends with 1 when an error was found.`,
  options: { scope: 'string' },
  run,
};
