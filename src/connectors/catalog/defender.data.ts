/** Microsoft Defender for Endpoint: paths are those of its own API. Source: connectors reference 3.1, 3.6. */
import type { Json } from '#foundation';
import {
  action,
  type Connector,
  entra,
  objectOf,
  type Operation,
  servicePrincipal,
  token,
  usualThrottle,
} from './connector.ts';

const api = 'https://api.securitycenter.microsoft.com';

const machine = {
  id: '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
  computerDnsName: 'sql01.corp.example.com',
  firstSeen: '2026-02-01T10:00:00Z',
  lastSeen: '2026-11-20T09:00:00Z',
  osPlatform: 'WindowsServer2022',
  osVersion: '10.0',
  version: '21H2',
  osBuild: 20348,
  lastIpAddress: '10.1.0.4',
  lastExternalIpAddress: '203.0.113.20',
  healthStatus: 'Active',
  riskScore: 'High',
  exposureLevel: 'Medium',
  onboardingStatus: 'Onboarded',
  isAadJoined: true,
  aadDeviceId: '80fe8ff8-2624-418e-9591-41f0491218f9',
  machineTags: [],
  rbacGroupId: 0,
  rbacGroupName: null,
} as const;

function machineAction(type: string): Json {
  return {
    id: '2e9da30d-27f6-4208-81f2-9cd3d67893ba',
    type,
    requestor: 'tocsin',
    requestorComment: 'By a playbook',
    // Loops wait for it: an example that never ends would keep them going.
    status: 'Succeeded',
    machineId: machine.id,
    computerDnsName: machine.computerDnsName,
    creationDateTimeUtc: '2026-11-20T09:14:00Z',
    lastUpdateDateTimeUtc: '2026-11-20T09:15:00Z',
  };
}

const one = '/api/machines/{machineId}';

function response(id: string, verb: string, type: string, summary: string): Operation {
  return action(id, `POST ${one}/${verb}`, summary, { status: 201, body: machineAction(type) });
}

const prevalence = {
  orgPrevalence: '3',
  organizationPrevalence: 3,
  orgFirstSeen: '2026-11-01T00:00:00Z',
  orgLastSeen: '2026-11-20T00:00:00Z',
  globalPrevalence: '120',
  globallyPrevalence: 120,
  globalFirstObserved: '2025-01-01T00:00:00Z',
  globalLastObserved: '2026-11-20T00:00:00Z',
} as const;

/** The contract and its readers name two members differently: both are given. */
function statistics(id: string, kind: string, summary: string, first: Readonly<Record<string, Json>>): Operation {
  return action(
    id,
    `GET /api/${kind}/{key}/stats`,
    summary,
    { status: 200, body: { ...first, ...prevalence } },
    {
      call: {
        answer: (answer) => {
          const body = objectOf(answer.body);
          const names = [
            ['orgPrevalence', 'organizationPrevalence'],
            ['globalPrevalence', 'globallyPrevalence'],
          ] as const;
          const both = names.flatMap(([read, published]) => {
            const value = body[read] ?? body[published];
            return value === undefined ? [] : [[read, value] as const, [published, value] as const];
          });
          return answer.status < 300 ? { ...answer, body: { ...body, ...Object.fromEntries(both) } } : answer;
        },
      },
    },
  );
}

const alert = {
  id: 'da637_1',
  status: 'New',
  severity: 'High',
  title: 't',
  machineId: machine.id,
  computerDnsName: machine.computerDnsName,
  incidentId: 1,
  category: 'Malware',
} as const;

const indicator = {
  id: '995',
  indicatorValue: '203.0.113.7',
  indicatorType: 'IpAddress',
  action: 'Block',
  severity: 'High',
  title: 'C2 address',
  description: 'By a playbook',
  expirationTime: '2026-12-20T00:00:00Z',
} as const;

export const defenderConnector: Connector = {
  name: 'wdatp',
  displayName: 'Microsoft Defender ATP',
  brandColor: '#0072C6',
  parameters: [token],
  alternatives: [servicePrincipal],
  oauth: entra(api, [`${api}/Machine.Isolate`, `${api}/Machine.Scan`, `${api}/Machine.Read`, `${api}/Alert.ReadWrite`]),
  service: { kind: 'http', endpoint: api, headers: { authorization: 'Bearer {token}' }, open: true, here: 'devices' },
  throttle: usualThrottle,
  test: 'GET /api/machines?$top=1',
  operations: [
    action('GetMachines', 'GET /api/machines', 'Machines - Get list of machines', {
      status: 200,
      body: { value: [machine] },
    }),
    // Before the machine by its id, whose place would take this one too.
    action(
      'FindMachinesByIp',
      "GET /api/machines/findbyip(ip='{ip}',timestamp={timestamp})",
      'Machines - Find machines by IP',
      { status: 200, body: { value: [machine] } },
    ),
    action('GetSingleMachine', `GET ${one}`, 'Machines - Get single machine', { status: 200, body: machine }),
    response('OffboardMachine', 'offboard', 'Offboard', 'Actions - Offboard machine'),
    action('TagMachine', `POST ${one}/tags`, 'Machines - Tag machine', { status: 200, body: machine }),
    response('IsolateMachine', 'isolate', 'Isolate', 'Actions - Isolate machine'),
    response('UnisolateMachine', 'unisolate', 'Unisolate', 'Actions - Unisolate machine'),
    response('RunAntivirusScan', 'runAntiVirusScan', 'RunAntiVirusScan', 'Actions - Run antivirus scan'),
    response(
      'RestrictAppExecution',
      'restrictCodeExecution',
      'RestrictCodeExecution',
      'Actions - Restrict app execution',
    ),
    response(
      'UnrestrictAppExecution',
      'unrestrictCodeExecution',
      'UnrestrictCodeExecution',
      'Actions - Remove app execution restriction',
    ),
    response(
      'CollectInvestigationPackage',
      'collectInvestigationPackage',
      'CollectInvestigationPackage',
      'Actions - Collect investigation package',
    ),
    response(
      'StopAndQuarantineFile',
      'StopAndQuarantineFile',
      'StopAndQuarantineFile',
      'Actions - Stop and quarantine file',
    ),
    action('StartInvestigation', `POST ${one}/startInvestigation`, 'Actions - Start investigation', {
      status: 200,
      body: { id: '63017', startTime: '2026-11-20T09:14:00Z', endTime: null, state: 'Running', machineId: machine.id },
    }),
    action('GetSingleMachineAction', 'GET /api/machineactions/{actionId}', 'Actions - Get single machine action', {
      status: 200,
      body: machineAction('Isolate'),
    }),
    action(
      'GetInvestigationPackageUri',
      'GET /api/machineactions/{actionId}/getPackageUri',
      'Actions - Get investigation package download SAS URI',
      { status: 200, body: { value: 'https://example.net/package.zip?sig=x' } },
    ),
    action(
      'AdvancedHunting',
      'POST /api/advancedqueries/run',
      'Advanced hunting',
      {
        status: 200,
        body: {
          Stats: { ExecutionTime: 0.01 },
          Schema: [{ Name: 'DeviceId', Type: 'String' }],
          Results: [{ DeviceId: machine.id }],
        },
      },
      { shapeless: true },
    ),
    action('GetMachineActions', 'GET /api/machineactions', 'Actions - Get list of machine actions', {
      status: 200,
      body: { value: [machineAction('Isolate')] },
    }),
    action('CancelMachineAction', 'POST /api/machineactions/{actionId}/cancel', 'Actions - Cancel machine action', {
      status: 200,
      body: machineAction('Isolate'),
    }),
    action('GetAlerts', 'GET /api/alerts', 'Alerts - Get list of alerts', { status: 200, body: { value: [alert] } }),
    action('CreateAlertByReference', 'POST /api/alerts/createAlertByReference', 'Alerts - Create alert', {
      status: 200,
      body: alert,
    }),
    action('GetIndicators', 'GET /api/indicators', 'Indicators - Get list of indicators', {
      status: 200,
      body: { value: [indicator] },
    }),
    action('SubmitIndicator', 'POST /api/indicators', 'Indicators - Submit indicator', {
      status: 200,
      body: indicator,
    }),
    action('DeleteIndicator', 'DELETE /api/indicators/{indicatorId}', 'Indicators - Delete indicator', { status: 204 }),
    action('GetSingleAlert', 'GET /api/alerts/{alertId}', 'Alerts - Get single alert', { status: 200, body: alert }),
    action('PatchAlert', 'PATCH /api/alerts/{alertId}', 'Alerts - Update alert', {
      status: 200,
      body: { ...alert, status: 'Resolved' },
    }),
    statistics('GetDomainStats', 'domains', 'Domains - Get domain statistics', { host: 'bad.example.net' }),
    statistics('GetFileStats', 'files', 'Files - Get file statistics', {
      sha1: 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3',
      topFileNames: ['a.exe'],
    }),
    statistics('GetIpStats', 'ips', 'IPs - Get IP statistics', { ipAddress: '203.0.113.7' }),
  ],
};
