/** `tocsin link`: subscriptions whose calls go to a real cloud. */
import { type Json, type JsonObject, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { textOfFile } from '../named-file.ts';
import { say, table } from '../terminal.ts';

const path = '/tocsin/v1/linkedSubscriptions';

function pathOf(line: CommandLine): string {
  const id = line.words[1];
  if (id === undefined) throw new UsageError(`link ${line.words[0] ?? ''} needs the id of a subscription.`);
  return `${path}/${encodeURIComponent(id)}`;
}

function contentOf(line: CommandLine, option: string): string | undefined {
  const file = line.text(option);
  return file === undefined ? undefined : textOfFile(file);
}

/** Members that are there. */
function given(members: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The kind follows from what is given, unless it is said. */
function credentialOf(line: CommandLine): JsonObject {
  const clientSecret = contentOf(line, 'secret-file')?.trim();
  const certificate = contentOf(line, 'certificate');
  const implied =
    clientSecret === undefined ? (certificate === undefined ? 'environment' : 'clientCertificate') : 'clientSecret';
  return given({
    kind: line.text('credential') ?? implied,
    tenantId: line.text('tenant'),
    clientId: line.text('client-id'),
    clientSecret,
    certificate,
  });
}

async function add(line: CommandLine): Promise<number> {
  const endpoints = given({ resourceManager: line.text('resource-manager'), authority: line.text('authority') });
  const isCustom = Object.keys(endpoints).length > 0;
  const { body = null } = await new Client(line).send(pathOf(line), {
    method: 'PUT',
    body: {
      ...given({
        cloud: isCustom ? 'Custom' : line.text('cloud'),
        displayName: line.text('name'),
        authorities: contentOf(line, 'authorities'),
      }),
      ...(isCustom ? { endpoints } : {}),
      credential: credentialOf(line),
    },
  });
  say(
    line.json
      ? stringifyJson(body)
      : `${textMember(body, 'subscriptionId') ?? ''} is linked to ${textMember(body, 'cloud') ?? ''}.`,
  );
  return 0;
}

function row(link: Json): readonly string[] {
  return [
    textMember(link, 'subscriptionId') ?? '',
    textMember(link, 'cloud') ?? '',
    textMember(memberOf(link, 'credential'), 'kind') ?? '',
  ];
}

async function list(line: CommandLine): Promise<number> {
  const found = await new Client(line).list(path, {});
  say(line.json ? stringifyJson({ value: found }) : table(['SUBSCRIPTION', 'CLOUD', 'CREDENTIAL'], found.map(row)));
  return 0;
}

async function remove(line: CommandLine): Promise<number> {
  await new Client(line).send(pathOf(line), { method: 'DELETE' });
  say(line.json ? '{}' : 'The link is gone; the subscription is local and empty.');
  return 0;
}

export const linkCommand: Command = {
  name: 'link',
  summary: 'link subscriptions to a real cloud',
  usage:
    'tocsin link add SUBSCRIPTION [--cloud AzureCloud|AzureUSGovernment|AzureChinaCloud] [--name NAME] [--tenant GUID --client-id GUID]\n' +
    '                [--secret-file FILE | --certificate FILE | --credential managedIdentity|workloadIdentity|environment|azureCli]\n' +
    '                [--resource-manager URL --authority URL --authorities FILE]\n' +
    'tocsin link list\ntocsin link remove SUBSCRIPTION',
  options: {
    cloud: 'string',
    name: 'string',
    tenant: 'string',
    'client-id': 'string',
    'secret-file': 'string',
    certificate: 'string',
    credential: 'string',
    'resource-manager': 'string',
    authority: 'string',
    authorities: 'string',
  },
  run: (line) => {
    switch (line.words[0]) {
      case 'add':
        return add(line);
      case 'list':
        return list(line);
      case 'remove':
        return remove(line);
      default:
        throw new UsageError("link takes 'add', 'list' or 'remove'.");
    }
  },
};
