/** `tocsin link`: subscriptions, and the directory, whose calls go to a real cloud. */
import { type Json, type JsonObject, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { textOfFile } from '../named-file.ts';
import { say, table } from '../terminal.ts';

const path = '/tocsin/v1/linkedSubscriptions';
const directoryPath = '/tocsin/v1/linkedDirectory';

function pathOf(line: CommandLine): string {
  const id = line.words[1];
  if (id === undefined)
    throw new UsageError(`link ${line.words[0] ?? ''} needs the id of a subscription, or the word directory.`);
  if (id === 'directory') return directoryPath;
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
  const endpoints = given({
    resourceManager: line.text('resource-manager'),
    graph: line.text('graph'),
    keyVault: line.text('key-vault'),
    authority: line.text('authority'),
    audience: line.text('audience'),
  });
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
      : `${textMember(body, 'subscriptionId') ?? 'The directory'} is linked to ${textMember(body, 'cloud') ?? ''}.`,
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
  const client = new Client(line);
  const found = await client.list(path, {});
  const directory = await client.exchange(directoryPath, {});
  const linked = directory.status === 200 ? [{ ...(directory.body as JsonObject), subscriptionId: 'directory' }] : [];
  const all = [...found, ...linked];
  say(line.json ? stringifyJson({ value: all }) : table(['SUBSCRIPTION', 'CLOUD', 'CREDENTIAL'], all.map(row)));
  return 0;
}

async function remove(line: CommandLine): Promise<number> {
  await new Client(line).send(pathOf(line), { method: 'DELETE' });
  const rest =
    line.words[1] === 'directory' ? 'the directory kept here counts again' : 'the subscription is local and empty';
  say(line.json ? '{}' : `The link is gone; ${rest}.`);
  return 0;
}

export const linkCommand: Command = {
  name: 'link',
  summary: 'link subscriptions to a real cloud',
  usage:
    'tocsin link add SUBSCRIPTION [--cloud AzureCloud|AzureUSGovernment|AzureChinaCloud] [--name NAME] [--tenant GUID --client-id GUID]\n' +
    '                [--secret-file FILE | --certificate FILE | --credential managedIdentity|workloadIdentity|environment|azureCli]\n' +
    '                [--resource-manager URL --authority URL --authorities FILE --key-vault URL]\n' +
    'tocsin link add directory [the same; --graph URL in place of --resource-manager, --audience URI]\n' +
    'tocsin link list\ntocsin link remove SUBSCRIPTION|directory',
  options: {
    cloud: 'string',
    name: 'string',
    tenant: 'string',
    'client-id': 'string',
    'secret-file': 'string',
    certificate: 'string',
    credential: 'string',
    'resource-manager': 'string',
    graph: 'string',
    'key-vault': 'string',
    audience: 'string',
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
