/** `tocsin templates`: the gallery of playbooks: lists, shows and deploys them. */
import { isJsonArray, type Json, memberOf, stringifyJson, textMember } from '#foundation';
import { Client } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { note, say, table } from '../terminal.ts';
import { deployTemplate, report } from './deploy.ts';
import { setUp } from './set-up-playbook.ts';

const path = '/tocsin/v1/templates';

const listOf = (value: Json | undefined): readonly Json[] => (isJsonArray(value) ? value : []);

function names(value: Json | undefined, member: string): string {
  return listOf(value)
    .map((one) => textMember(one, member) ?? '')
    .join(', ');
}

function row(item: Json): readonly string[] {
  const needed = listOf(memberOf(item, 'parameters')).filter((one) => memberOf(one, 'required') === true);
  return [
    textMember(item, 'name') ?? '',
    textMember(memberOf(item, 'trigger'), 'kind') ?? '',
    names(memberOf(item, 'connectors'), 'name'),
    names(needed, 'name'),
    textMember(item, 'title') ?? '',
  ];
}

async function list(line: CommandLine): Promise<number> {
  const query: Record<string, string> = {};
  for (const name of ['category', 'trigger', 'connector']) {
    const value = line.text(name);
    if (value !== undefined) query[name] = value;
  }
  const words = line.words.slice(1);
  if (words.length > 0) query.search = words.join(' ');
  const items = await new Client(line).list(path, query);
  say(
    line.json
      ? stringifyJson({ value: items })
      : table(['NAME', 'STARTS ON', 'CONNECTIONS', 'NEEDS', 'TITLE'], items.map(row)),
  );
  return 0;
}

async function read(line: CommandLine, client: Client, verb: string): Promise<Json> {
  const name = line.words[1];
  if (name === undefined) throw new UsageError(`templates ${verb} needs the name of a template; list shows them.`);
  const { body } = await client.send(`${path}/${encodeURIComponent(name)}`);
  return body ?? null;
}

async function show(line: CommandLine): Promise<number> {
  const item = await read(line, new Client(line), 'show');
  const part = line.flag('template') ? 'template' : line.flag('sample') ? 'sampleEvent' : undefined;
  if (part !== undefined) say(JSON.stringify(memberOf(item, part), null, 2));
  else say(line.json ? stringifyJson(item) : (textMember(item, 'readme') ?? ''));
  return 0;
}

async function deploy(line: CommandLine): Promise<number> {
  const client = new Client(line);
  const item = await read(line, client, 'deploy');
  const ended = await deployTemplate(line, client, {
    name: textMember(item, 'name') ?? '',
    text: stringifyJson(memberOf(item, 'template') ?? null),
    words: line.words.slice(2),
  });
  const code = report(line, ended);
  const done = await setUp(line, client, item, ended.deployment);
  for (const step of listOf(memberOf(item, 'afterDeployment')).filter((one) => typeof one === 'string')) {
    if (!done.some((word) => step.startsWith(word))) note(`left to do: ${step}`);
  }
  return code;
}

const verbs: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = { list, show, deploy };

export const templatesCommand: Command = {
  name: 'templates',
  summary: 'list, show and deploy the playbooks of the gallery',
  usage: `tocsin templates list [WORD…] [--category Security] [--trigger Alert] [--connector office365]
tocsin templates show NAME [--template | --sample]     its page, its ARM template, or its sample event
tocsin templates deploy NAME [NAME=VALUE…] [--parameters FILE] [--scope rg-playbooks] [--location westeurope]
                        [--automate] [--grant SCOPE] [--sandbox]

--automate   makes an automation that starts it on every event of its kind
--grant      gives its identity the roles it needs at this scope: an id, or the name of a resource group
--sandbox    puts its connections in the sandbox: what they would send is in the outbox`,
  options: {
    category: 'string',
    trigger: 'string',
    connector: 'string',
    template: 'boolean',
    sample: 'boolean',
    parameters: 'string',
    scope: 'string',
    name: 'string',
    location: 'string',
    automate: 'boolean',
    grant: 'string',
    sandbox: 'boolean',
  },
  run: (line) => {
    const verb = verbs[line.words[0] ?? ''];
    if (verb === undefined) throw new UsageError("templates takes 'list', 'show' or 'deploy'.");
    return verb(line);
  },
};
