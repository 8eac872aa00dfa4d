/**
 * Policy at scale over HTTP: one supplied policy assigned at a management group over very many subscriptions, evaluated,
 * remediated, and summarized, on a started server with its data folder.
 *
 * What it measures: the time from the assignment to the last row, from the remediation to the last automation, a full
 * evaluation of everything again, how long thousands of resources that look at a thousand others need after the last write,
 * and the most memory the server held. What it does not: making the subscriptions.
 *
 * Run: `node benchmarks/policy.ts [subscriptions]`
 *
 * Baseline, two cores shared with other work, 1,000 subscriptions: evaluated 0.9-1.5 s, remediated (1,000 deployments) 8.5-16 s,
 * both 9.6-17.5 s, another policy 1.0-2.4 s, summarize 0.06 s, 431 MB. It must stay below 60 s. 2,000 resources beside 1,000:
 * written in 5-6 s, all evaluated 5.3 s later (until answers were shared: more than 80 s).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { isJsonArray, type Json, memberOf, parseJson, textMember } from '#foundation';

const total = Number(argv[2] ?? 1_000);
const team = '/providers/Microsoft.Management/managementGroups/bench';
const authorization = 'providers/Microsoft.Authorization';
const insights = 'providers/Microsoft.PolicyInsights';
const contributor = '/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c';
const alertPolicy = '/providers/Microsoft.Authorization/policyDefinitions/f1525828-9a90-4fcf-be48-268cdd02361e';
const group = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/apps';
const app = `${group}/providers/Microsoft.Logic/workflows/respond`;
const assignment = `${team}/${authorization}/policyAssignments/bench`;

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
const words = ['src/main.ts', '--empty', '--port', '0', '--https-port', '0', '--data', folder];
const child = spawn(execPath, words, { stdio: ['ignore', 'pipe', 'inherit'], env: { TOCSIN_LOG_LEVEL: 'error' } });
let url = '';
for await (const line of createInterface({ input: child.stdout })) {
  url = /ready (http:\S+)/.exec(line)?.[1] ?? '';
  if (url !== '') break;
}
const token = readFileSync(join(folder, 'admin-token'), 'utf8').trim();

async function call(method: string, path: string, body?: Json): Promise<Json> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? null : parseJson(text);
}

function subscriptionOf(number: number): string {
  return `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`;
}

/** Seconds that the work took, printed under a name. */
async function timed(name: string, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1_000;
  stdout.write(`${name.padEnd(46)} ${seconds.toFixed(2).padStart(8)} s\n`);
}

/** The most memory the server held so far, in MB. Linux only; 0 elsewhere. */
function mostMemory(): number {
  const file = `/proc/${child.pid ?? 0}/status`;
  const status = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
}

async function countOf(state: string): Promise<number> {
  const query = new URLSearchParams({
    'api-version': '2019-10-01',
    $filter: `complianceState eq '${state}'`,
    $apply: 'aggregate($count as n)',
  });
  const body = await call('POST', `${team}/${insights}/policyStates/latest/queryResults?${query.toString()}`);
  const value = memberOf(body, 'value');
  return Number(memberOf(isJsonArray(value) ? value[0] : undefined, 'n'));
}

async function prepare(): Promise<void> {
  await call('PUT', `${team}?api-version=2020-05-01`, {});
  for (let from = 0; from < total; from += 50) {
    const numbers = Array.from({ length: Math.min(50, total - from) }, (_, index) => from + index);
    await Promise.all(
      numbers.map((number) => {
        const additionalProperties = { managementGroupId: team };
        const properties = { subscriptionId: subscriptionOf(number), displayName: `s${number}`, additionalProperties };
        const path = `/providers/Microsoft.Subscription/aliases/s${number}?api-version=2021-10-01`;
        return call('PUT', path, { properties });
      }),
    );
  }
  await call('PUT', `${group}?api-version=2021-04-01`, { location: 'westeurope' });
  const definition = {
    $schema:
      'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
    contentVersion: '1.0.0.0',
    triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
    actions: {},
  };
  await call('PUT', `${app}?api-version=2019-05-01`, { location: 'westeurope', properties: { definition } });
}

async function assign(): Promise<void> {
  const values: Readonly<Record<string, Json>> = {
    automationName: 'respond',
    resourceGroupName: 'automations',
    resourceGroupLocation: 'westeurope',
    logicAppResourceId: app,
    logicAppTrigger: 'Manual (Incoming HTTP request)',
  };
  const parameters = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }] as const));
  const made = await call('PUT', `${assignment}?api-version=2021-06-01`, {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: { policyDefinitionId: alertPolicy, parameters },
  });
  const principalId = textMember(memberOf(made, 'identity'), 'principalId') ?? '';
  for (const scope of [team, app]) {
    const path = `${scope}/${authorization}/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`;
    const properties = { roleDefinitionId: contributor, principalId, principalType: 'ServicePrincipal' };
    await call('PUT', path, { properties });
  }
  while ((await countOf('NonCompliant')) < total) await pause(200);
}

async function remediate(): Promise<void> {
  const path = `${team}/${insights}/remediations/all?api-version=2021-10-01`;
  const properties = { policyAssignmentId: assignment, resourceCount: 50_000, parallelDeployments: 30 };
  await call('PUT', path, { properties });
  for (;;) {
    const found = memberOf(await call('GET', path), 'properties');
    const state = textMember(found, 'provisioningState') ?? '';
    if (state === 'Failed') throw new Error(`The remediation failed: ${JSON.stringify(found)}`);
    if (state === 'Succeeded') break;
    await pause(100);
  }
  if ((await countOf('Compliant')) !== total) throw new Error('Not every subscription is compliant.');
}

async function evaluateAgain(): Promise<void> {
  const before = new Date().toISOString();
  await call('PUT', `${team}/${authorization}/policyAssignments/bench-again?api-version=2021-06-01`, {
    properties: {
      policyDefinitionId: '/providers/Microsoft.Authorization/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c',
      parameters: { listOfAllowedLocations: { value: ['westeurope'] } },
    },
  });
  const query = new URLSearchParams({ 'api-version': '2019-10-01', $from: before, $apply: 'aggregate($count as n)' });
  const path = `${team}/${insights}/policyStates/latest/queryResults?${query.toString()}`;
  for (;;) {
    const value = memberOf(await call('POST', path), 'value');
    if (Number(memberOf(isJsonArray(value) ? value[0] : undefined, 'n')) >= total) return;
    await pause(200);
  }
}

/** Storage accounts that each want some public address of a name in their subscription, and addresses that none has. */
async function siblings(): Promise<void> {
  const [accounts, addresses] = [2 * total, total];
  const [storage, address] = ['Microsoft.Storage/storageAccounts', 'Microsoft.Network/publicIPAddresses'];
  const place = `/subscriptions/${subscriptionOf(0)}`;
  const home = `${place}/resourceGroups/siblings`;
  await call('PUT', `${home}?api-version=2021-04-01`, { location: 'westeurope' });
  const rule = {
    if: { field: 'type', equals: storage },
    // oxlint-disable-next-line unicorn/no-thenable -- the word of the policy language
    then: {
      effect: 'auditIfNotExists',
      details: {
        type: address,
        existenceScope: 'Subscription',
        existenceCondition: { field: `${address}/publicIPAllocationMethod`, equals: 'Static' },
      },
    },
  };
  const definition = `${team}/${authorization}/policyDefinitions/beside`;
  await call('PUT', `${definition}?api-version=2021-06-01`, { properties: { mode: 'All', policyRule: rule } });
  await call('PUT', `${place}/${authorization}/policyAssignments/beside?api-version=2021-06-01`, {
    properties: { policyDefinitionId: definition },
  });
  const write = (type: string, number: number): Promise<Json> =>
    call('PUT', `${home}/providers/${type}/r${number}?api-version=2023-01-01`, {
      location: 'westeurope',
      properties: type === address ? { publicIPAllocationMethod: 'Dynamic' } : {},
    });
  await timed(`write ${accounts} resources that look, ${addresses} they look at`, async () => {
    for (let from = 0; from < accounts; from += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => write(storage, from + index)));
      await Promise.all(Array.from({ length: 25 }, (_, index) => write(address, from / 2 + index)));
    }
  });
  await timed('until every one of them is evaluated on all', async () => {
    const filter = "policyAssignmentName eq 'beside' and complianceState eq 'NonCompliant'";
    const expand = 'PolicyEvaluationDetails';
    const query = new URLSearchParams({ 'api-version': '2019-10-01', $filter: filter, $expand: expand });
    const first = `${place}/${insights}/policyStates/latest/queryResults?${query.toString()}`;
    for (;;) {
      let all = 0;
      for (let path: string | undefined = first; path !== undefined; ) {
        const page = await call('POST', path);
        const value = memberOf(page, 'value');
        const details = (isJsonArray(value) ? value : []).map((row) => memberOf(row, 'policyEvaluationDetails'));
        const looked = details.map((each) => memberOf(memberOf(each, 'ifNotExistsDetails'), 'totalResources'));
        all += looked.filter((each) => each === addresses).length;
        path = textMember(page, '@odata.nextLink')?.replace(url, '');
      }
      if (all === accounts) return;
      await pause(500);
    }
  });
}

try {
  stdout.write(`${total.toLocaleString('en')} subscriptions below one management group\n`);
  await prepare();
  const began = performance.now();
  await timed('assign, and evaluate every subscription', assign);
  await timed('remediate: group, deployments, automation each', remediate);
  const both = (performance.now() - began) / 1_000;
  stdout.write(`${'all of it'.padEnd(46)} ${both.toFixed(2).padStart(8)} s\n`);
  await timed('another policy on what is there now', evaluateAgain);
  await timed('summarize', async () => {
    await call('POST', `${team}/${insights}/policyStates/latest/summarize?api-version=2019-10-01`);
  });
  await siblings();
  stdout.write(`${'most memory of the server'.padEnd(46)} ${String(mostMemory()).padStart(8)} MB\n`);
} finally {
  child.kill('SIGTERM');
  await once(child, 'exit');
  rmSync(folder, { recursive: true, force: true });
}
