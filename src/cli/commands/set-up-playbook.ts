/**
 * What is left to do for a playbook once it is deployed, as far as options ask for it: automation, roles, sandbox.
 *
 * Owns: these three. Does not own: deploying (`deploy.ts`), what each playbook needs (the gallery says it).
 */
import { isJsonArray, type Json, memberOf, parseArmId, textMember } from '#foundation';
import { type Client, propertiesOf } from '../client.ts';
import { RequestError } from '../command.ts';
import type { CommandLine } from '../command-line.ts';
import { note } from '../terminal.ts';
import { scopeId, scopeOf } from './deploy.ts';

const listOf = (value: Json | undefined): readonly Json[] => (isJsonArray(value) ? value : []);

/** Does what `--automate`, `--grant` and `--sandbox` ask for; answers how the steps begin that are done by that. */
export async function setUp(
  line: CommandLine,
  client: Client,
  item: Json,
  deployment: Json,
): Promise<readonly string[]> {
  const outputs = memberOf(propertiesOf(deployment), 'outputs');
  const output = (name: string): string => textMember(memberOf(outputs, name), 'value') ?? '';
  const done: string[] = [];
  if (line.flag('sandbox')) {
    await toSandbox(client, deployment);
    done.push('Authorize the connection', 'Give the connection');
  }
  const grant = line.text('grant');
  if (grant !== undefined && (await grantRoles(client, item, scopeId(grant), output('principalId')))) {
    done.push("Give the logic app's identity");
  }
  if (line.flag('automate') && (await automate(line, client, item, output('logicAppResourceId')))) {
    done.push('Make an automation');
  }
  return done;
}

async function toSandbox(client: Client, deployment: Json): Promise<void> {
  for (const made of listOf(memberOf(propertiesOf(deployment), 'outputResources'))) {
    const connectionId = textMember(made, 'id') ?? '';
    if (!/\/providers\/Microsoft\.Web\/connections\/[^/]+$/i.test(connectionId)) continue;
    await client.send('/tocsin/v1/connections/sandbox', { method: 'POST', body: { connectionId, enabled: true } });
    note(`the connection ${connectionId.split('/').at(-1) ?? ''} is in the sandbox`);
  }
}

/** False when it needs no role of ours, or has no identity to give one to. */
async function grantRoles(client: Client, item: Json, scope: string, principalId: string): Promise<boolean> {
  if (principalId === '') {
    note('no role is given: the playbook has no identity');
    return false;
  }
  let given = false;
  for (const { role } of listOf(memberOf(item, 'roles')).map((one) => ({ role: textMember(one, 'role') ?? '' }))) {
    const query = { 'api-version': '2022-04-01', $filter: `roleName eq '${role}'` };
    const [definition] = await client.list(`${scope}/providers/Microsoft.Authorization/roleDefinitions`, query);
    const roleDefinitionId = textMember(definition, 'id');
    if (roleDefinitionId === undefined) {
      note(`'${role}' is no role of resources: give it where the service keeps its roles`);
      continue;
    }
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
    const answer = await client.exchange(id, {
      method: 'PUT',
      query: { 'api-version': '2022-04-01' },
      body: { properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' } },
    });
    const code = textMember(memberOf(answer.body, 'error'), 'code') ?? '';
    if (answer.status >= 400 && code !== 'RoleAssignmentExists') {
      throw new RequestError(`${code}: ${textMember(memberOf(answer.body, 'error'), 'message') ?? ''}`);
    }
    note(`its identity has the role ${role} at ${scope}`);
    given = true;
  }
  return given;
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
