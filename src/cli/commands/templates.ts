/** `tocsin templates`: the gallery of playbooks: lists, shows and deploys them. */
import { isJsonArray, type Json, memberOf, parseArmId, stringifyJson, textMember } from '#foundation';
import { Client, propertiesOf } from '../client.ts';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { note, say, table } from '../terminal.ts';
import { deployTemplate, report, scopeOf } from './deploy.ts';

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
  const outputs = memberOf(propertiesOf(ended.deployment), 'outputs');
  const workflow = textMember(memberOf(outputs, 'logicAppResourceId'), 'value') ?? '';
  const automated = line.flag('automate') && (await automate(line, client, item, workflow));
  const steps = listOf(memberOf(item, 'afterDeployment')).filter((step) => typeof step === 'string');
  for (const step of steps) {
    if (!(automated && step.startsWith('Make an automation'))) note(`left to do: ${step}`);
  }
  return code;
}

const eventSources: Readonly<Record<string, string>> = {
  Alert: 'Alerts',
  Recommendation: 'Assessments',
  RegulatoryCompliance: 'RegulatoryComplianceAssessment',
};

/** An automation beside the logic app that starts it on every event of its kind; false where none can start it. */
async function automate(line: CommandLine, client: Client, item: Json, workflow: string): Promise<boolean> {
  const kind = textMember(memberOf(item, 'trigger'), 'kind') ?? '';
  const eventSource = eventSources[kind];
  if (eventSource === undefined) {
    note(`no automation is made: the trigger is of the kind ${kind}, which starts by itself`);
    return false;
  }
  const scope = scopeOf(line);
  const subscription = parseArmId(scope)?.subscriptionId ?? '';
  const name = workflow.split('/').at(-1) ?? '';
  const id = `${scope}/providers/Microsoft.Security/automations/${encodeURIComponent(name)}`;
  await client.send(id, {
    method: 'PUT',
    query: { 'api-version': '2019-01-01-preview' },
    body: {
      location: line.text('location') ?? 'westeurope',
      properties: {
        isEnabled: true,
        description: `Starts ${name} on every event of the source ${eventSource}`,
        scopes: [{ description: 'the whole subscription', scopePath: `/subscriptions/${subscription}` }],
        sources: [{ eventSource, ruleSets: [] }],
        actions: [{ actionType: 'LogicApp', logicAppResourceId: workflow }],
      },
    },
  });
  note(`the automation ${name} starts it on every event of the source ${eventSource}`);
  return true;
}

const verbs: Readonly<Record<string, (line: CommandLine) => Promise<number>>> = { list, show, deploy };

export const templatesCommand: Command = {
  name: 'templates',
  summary: 'list, show and deploy the playbooks of the gallery',
  usage: `tocsin templates list [WORD…] [--category Security] [--trigger Alert] [--connector office365]
tocsin templates show NAME [--template | --sample]     its page, its ARM template, or its sample event
tocsin templates deploy NAME [NAME=VALUE…] [--parameters FILE] [--scope rg-playbooks] [--location westeurope] [--automate]

--automate makes an automation that starts it on every event of its kind.`,
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
  },
  run: (line) => {
    const verb = verbs[line.words[0] ?? ''];
    if (verb === undefined) throw new UsageError("templates takes 'list', 'show' or 'deploy'.");
    return verb(line);
  },
};
