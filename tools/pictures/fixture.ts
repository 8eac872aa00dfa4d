/**
 * What a server holds for the pictures: alerts, recommendations, compliance, logic apps with runs of every kind, an assigned policy.
 *
 * Owns: the data, made by calls that anybody could make. Does not own: the sample, which every first start has.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { TocsinServer } from '../../test/e2e/tocsin-server.ts';
import { customersGroup, fillPolicy } from './policy-fixture.ts';
import {
  deepDefinition,
  joinedDefinition,
  loopDefinition,
  switchDefinition,
  waitingDefinition,
} from './definitions.ts';

export const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
export const group = `${subscription}/resourceGroups/rg-sample`;
export const sampleApp = `${group}/providers/Microsoft.Logic/workflows/Send-email-on-alert`;
const encryption = '11111111-aaaa-4bbb-8ccc-000000000001';

export interface Filled {
  readonly alertId: string;
  readonly recommendation: string;
  readonly automationId: string;
  /** Ids of runs by what is to be seen in them. */
  readonly runs: Readonly<Record<'sample' | 'failed' | 'better' | 'running' | 'long', string>>;
  readonly mail: string;
  readonly assignment: string;
  readonly task: string;
  readonly customers: string;
}

export const appOf = (name: string): string => `${group}/providers/Microsoft.Logic/workflows/${name}`;

export async function fillServer(server: TocsinServer): Promise<Filled> {
  const send = async (
    method: string,
    path: string,
    body?: object,
  ): Promise<Awaited<ReturnType<TocsinServer['call']>>> => {
    const reply = await server.call(method, path, body === undefined ? {} : { body: body as never });
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  };
  const first = (path: string, what: string, wanted?: string): Promise<string> => firstOf(server, path, what, wanted);
  const runsOf = (name: string): string => `${appOf(name)}/runs?api-version=2019-05-01`;
  const start = async (name: string, body: object): Promise<void> => {
    await send('POST', `${appOf(name)}/triggers/manual/run?api-version=2019-05-01`, body);
  };

  await send(
    'POST',
    `${subscription}/providers/Microsoft.Security/locations/westeurope/alerts/default/simulate?api-version=2022-01-01`,
    {
      properties: {
        kind: 'Bundles',
        bundles: ['KeyVaults', 'KubernetesService', 'StorageAccounts', 'VirtualMachines', 'DNS'],
      },
    },
  );
  await send('POST', '/ingest/v1/events', recommendations());
  for (const [name, definition] of Object.entries({
    'Isolate-machines': loopDefinition(100),
    'Ask-before-closing': waitingDefinition,
    'Route-by-severity': switchDefinition,
    'Notify-and-log': joinedDefinition,
    'Every-host': loopDefinition(100_000),
    'Large-playbook': deepDefinition(),
  })) {
    await send('PUT', `${appOf(name)}?api-version=2019-05-01`, { location: 'westeurope', properties: { definition } });
  }
  await start('Every-host', { failing: 36 });
  await start('Isolate-machines', { failing: 1000 });
  const better = await first(runsOf('Isolate-machines'), 'a run that ended well', 'Succeeded');
  await start('Isolate-machines', { failing: 36 });
  await start('Ask-before-closing', { failing: 0 });
  const policy = await fillPolicy(server);
  return {
    alertId: await first(`${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01`, 'an alert'),
    recommendation: encryption,
    automationId: `${group}/providers/Microsoft.Security/automations/Email-on-SQL-alerts`,
    runs: {
      sample: await first(`${sampleApp}/runs?api-version=2019-05-01`, "the sample's run", 'Succeeded'),
      failed: await first(runsOf('Isolate-machines'), 'a run that failed', 'Failed'),
      better,
      running: await first(runsOf('Ask-before-closing'), 'a run that waits'),
      long: await first(runsOf('Every-host'), 'a run of many iterations', 'Failed'),
    },
    mail: await firstOutbox(server),
    customers: customersGroup,
    ...policy,
  };
}

/** The first of a list that has the status; a run of 100,000 iterations takes its time. */
async function firstOf(server: TocsinServer, path: string, what: string, wanted: string | undefined): Promise<string> {
  const end = Date.now() + 120_000;
  for (;;) {
    const { body } = await server.call('GET', path);
    const found = (body.value ?? []).find(
      ({ properties }) => wanted === undefined || (properties as { readonly status?: unknown }).status === wanted,
    );
    if (typeof found?.id === 'string') return found.id;
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await pause(250);
  }
}

async function firstOutbox(server: TocsinServer): Promise<string> {
  return server.eventually(async () => {
    const { body } = await server.call('GET', '/tocsin/v1/outbox');
    const [first] = body.value ?? [];
    return typeof first?.id === 'string' ? first.id : undefined;
  }, 'a mail');
}

function recommendations(): readonly object[] {
  const machine = (name: string): string => `${group}/providers/Microsoft.Compute/virtualMachines/${name}`;
  const assessment = (key: string, title: string, severity: string, name: string, code: string): object => ({
    id: `${machine(name)}/providers/Microsoft.Security/assessments/${key}`,
    name: key,
    type: 'Microsoft.Security/assessments',
    properties: {
      displayName: title,
      status: {
        code,
        ...(code === 'Unhealthy' ? { cause: 'NotEncrypted', description: 'A disk is not encrypted.' } : {}),
      },
      resourceDetails: { source: 'Azure', id: machine(name) },
      metadata: {
        displayName: title,
        severity,
        assessmentType: 'CustomerManaged',
        description: 'Data at rest is read by whoever takes the disk, unless it is encrypted.',
        remediationDescription: 'Turn on encryption at host, then start the machine again.',
      },
    },
  });
  const control = (standard: string, name: string, key: string, state: string): object => ({
    id: `${subscription}/providers/Microsoft.Security/regulatoryComplianceStandards/${standard}/regulatoryComplianceControls/${name}/regulatoryComplianceAssessments/${key}`,
    name: key,
    type: 'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments',
    properties: {
      description: 'Disks should be encrypted',
      state,
      passedResources: 2,
      failedResources: state === 'Failed' ? 3 : 0,
      skippedResources: 0,
    },
  });
  const title = 'Virtual machines should encrypt temp disks, caches, and data flows';
  return [
    ...['web-01', 'web-02', 'sql-02'].map((name) => assessment(encryption, title, 'High', name, 'Unhealthy')),
    ...['vm-app', 'vm-jump'].map((name) => assessment(encryption, title, 'High', name, 'Healthy')),
    assessment(encryption, title, 'High', 'vm-test', 'NotApplicable'),
    assessment(
      '11111111-aaaa-4bbb-8ccc-000000000002',
      'Management ports should be closed',
      'Medium',
      'web-01',
      'Unhealthy',
    ),
    assessment(
      '11111111-aaaa-4bbb-8ccc-000000000003',
      'System updates should be installed',
      'Low',
      'web-02',
      'Healthy',
    ),
    control('PCI-DSS-4', '3.5.1', encryption, 'Failed'),
    control('PCI-DSS-4', '1.2.1', 'b222', 'Passed'),
    control('PCI-DSS-4', '6.3.3', 'c333', 'Skipped'),
    control('ISO-27001', 'A.8.24', 'd444', 'Passed'),
  ];
}
