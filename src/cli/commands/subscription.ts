/** `tocsin subscription`: lists and creates subscriptions. */
import { type Json, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { say, table } from '../terminal.ts';

function row(subscription: Json): readonly string[] {
  return ['displayName', 'subscriptionId', 'state'].map((name) => textMember(subscription, name) ?? '');
}

async function list(line: CommandLine): Promise<number> {
  const found = await new Client(line).list('/subscriptions', { 'api-version': '2022-12-01' });
  say(line.json ? stringifyJson({ value: found }) : table(['NAME', 'ID', 'STATE'], found.map(row)));
  return 0;
}

async function create(line: CommandLine): Promise<number> {
  const name = line.words[1];
  if (name === undefined) throw new UsageError('subscription create needs a name.');
  const id = line.text('id');
  const answer = await new Client(line).send(`/providers/Microsoft.Subscription/aliases/${encodeURIComponent(name)}`, {
    method: 'PUT',
    query: { 'api-version': '2021-10-01' },
    body: { properties: { displayName: name, ...(id === undefined ? {} : { subscriptionId: id }) } },
  });
  const created = textMember(memberOf(answer.body, 'properties'), 'subscriptionId') ?? '';
  say(line.json ? stringifyJson(answer.body ?? null) : `${name}  ${created}`);
  return 0;
}

export const subscriptionCommand: Command = {
  name: 'subscription',
  summary: 'list and create subscriptions',
  usage: 'tocsin subscription list\ntocsin subscription create NAME [--id GUID]',
  options: { id: 'string' },
  run: (line) => {
    if (line.words[0] === 'list') return list(line);
    if (line.words[0] === 'create') return create(line);
    throw new UsageError("subscription takes 'list' or 'create'.");
  },
};
