/** Connectors of Azure's own services: resources, vaults, machines, logs. Source: connectors reference 3.1, 3.4, 3.6. */
import type { Json, JsonObject, OutboundFailure } from '#foundation';
import {
  action,
  type Connector,
  entra,
  objectOf,
  type Operation,
  type OperationInput,
  type ServiceAnswer,
  secret,
  servicePrincipal,
  text,
  token,
  usualThrottle,
  type ServiceMapping,
} from './connector.ts';

const management = 'https://management.azure.com';

function armOAuth() {
  return entra(management, [`${management}/user_impersonation`]);
}

// --- Resources --------------------------------------------------------------------------------------------------

/** `x-ms-api-version` is the API's `api-version`; `wait` is the connector's own. */
function armQuery({ query }: OperationInput): Record<string, string> {
  const { 'x-ms-api-version': version, wait: _, ...others } = query;
  return version === undefined ? others : { ...others, 'api-version': version };
}

const armCall = { query: armQuery } as const;

const machine: Json = {
  id: '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1',
  name: 'vm1',
  type: 'Microsoft.Compute/virtualMachines',
  location: 'westeurope',
  tags: {},
  properties: { provisioningState: 'Succeeded', storageProfile: { osDisk: { osType: 'Linux' } } },
};

const group = '/subscriptions/{subscription}/resourcegroups/{resourceGroup}';
const resource = `${group}/providers/{resourceProvider}/{shortResourceId}`;

/** `type/name[/type/name]` stands in one encoded segment. */
function byShortId(method: string, tail: (input: OperationInput) => string = () => ''): ServiceMapping {
  return {
    to: ({ path, ...input }) =>
      `${method} /subscriptions/${path['subscription']}/resourceGroups/${encodeURIComponent(path['resourceGroup'] ?? '')}` +
      `/providers/${path['resourceProvider']}/${path['shortResourceId']}${tail({ path, ...input })}`,
    query: armQuery,
  };
}

const arm: Connector = {
  name: 'arm',
  displayName: 'Azure Resource Manager',
  brandColor: '#003056',
  parameters: [token],
  alternatives: [servicePrincipal],
  oauth: armOAuth(),
  service: { kind: 'arm' },
  throttle: usualThrottle,
  operations: [
    action(
      'Deployments_CreateOrUpdate',
      `PUT ${group}/providers/Microsoft.Resources/deployments/{deploymentName}`,
      'Create or update a template deployment',
      {
        status: 200,
        body: {
          id: '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Resources/deployments/d1',
          name: 'd1',
          properties: { provisioningState: 'Succeeded', outputs: {} },
        },
      },
      { call: armCall },
    ),
    action(
      'Subscriptions_List',
      'GET /subscriptions',
      'List subscriptions',
      {
        status: 200,
        body: {
          value: [
            {
              id: '/subscriptions/00000000-0000-4000-8000-000000000001',
              subscriptionId: '00000000-0000-4000-8000-000000000001',
              tenantId: '00000000-0000-4000-8000-000000000000',
              displayName: 'Local',
              state: 'Enabled',
              authorizationSource: 'RoleBased',
              subscriptionPolicies: {
                locationPlacementId: 'Public_2014-09-01',
                quotaId: 'PayAsYouGo_2014-09-01',
                spendingLimit: 'Off',
              },
              managedByTenants: [],
            },
          ],
        },
      },
      { call: armCall },
    ),
    action(
      'ResourceGroups_List',
      'GET /subscriptions/{subscription}/resourcegroups',
      'List resource groups',
      { status: 200, body: { value: [] } },
      { call: armCall },
    ),
    action(
      'ResourceGroups_CreateOrUpdate',
      `PUT ${group}`,
      'Create or update a resource group',
      { status: 200, body: { name: 'rg', location: 'westeurope' } },
      { call: armCall },
    ),
    action(
      'ResourceGroups_Get',
      `GET ${group}`,
      'Read a resource group',
      { status: 200, body: { name: 'rg', location: 'westeurope' } },
      { call: armCall },
    ),
    action(
      'Resources_GetById',
      `GET ${resource}`,
      'Read a resource',
      { status: 200, body: machine },
      { call: byShortId('GET'), shapeless: true },
    ),
    action(
      'Resources_CreateOrUpdateById',
      `PUT ${resource}`,
      'Create or update a resource',
      {
        status: 200,
        body: {
          id: '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg1',
          name: 'nsg1',
          type: 'Microsoft.Network/networkSecurityGroups',
          location: 'westeurope',
          tags: {},
          properties: { provisioningState: 'Succeeded' },
        },
      },
      { call: byShortId('PUT'), shapeless: true },
    ),
    action(
      'Resources_DeleteById',
      `DELETE ${resource}`,
      'Delete a resource',
      { status: 200 },
      { call: byShortId('DELETE') },
    ),
    action(
      'Resources_Invoke',
      `POST ${resource}/{actionName}`,
      'Invoke resource operation',
      { status: 200, body: {} },
      {
        call: byShortId('POST', ({ path }) => `/${path['actionName'] ?? ''}`),
        shapeless: true,
      },
    ),
    action(
      'ResourceGroups_ListResources',
      `GET ${group}/resources`,
      'List resources by resource group',
      { status: 200, body: { value: [machine] } },
      { call: armCall, shapeless: true },
    ),
    action(
      'Resources_List',
      'GET /subscriptions/{subscription}/resources',
      'List resources by subscription',
      { status: 200, body: { value: [machine] } },
      { call: armCall, shapeless: true },
    ),
  ],
};

const vm = `${group}/providers/Microsoft.Compute/virtualMachines/{virtualMachine}`;
const vmCall = {
  query: ({ query }: OperationInput) => ({ ...query, 'api-version': query['api-version'] ?? '2019-12-01' }),
} as const;

const azureVm: Connector = {
  name: 'azurevm',
  displayName: 'Azure VM',
  brandColor: '#0078D4',
  parameters: [token],
  alternatives: [servicePrincipal],
  oauth: armOAuth(),
  service: { kind: 'arm' },
  throttle: usualThrottle,
  operations: [
    action('VirtualMachine_Get', `GET ${vm}`, 'Get virtual machine', { status: 200, body: machine }, { call: vmCall }),
    action(
      'VirtualMachine_List',
      `GET ${group}/providers/Microsoft.Compute/virtualMachines`,
      'List virtual machines by resource group',
      { status: 200, body: { value: [machine] } },
      { call: vmCall },
    ),
    action(
      'VirtualMachine_ListAll',
      'GET /subscriptions/{subscription}/providers/Microsoft.Compute/virtualMachines',
      'List virtual machines by subscription',
      { status: 200, body: { value: [machine] } },
      { call: vmCall },
    ),
    action(
      'VirtualMachine_RunCommand',
      `POST ${vm}/runCommand`,
      'Run command on virtual machine',
      { status: 200, body: { value: [{ code: 'ProvisioningState/succeeded', level: 'Info', message: 'output' }] } },
      { call: vmCall },
    ),
    action('VirtualMachine_Delete', `DELETE ${vm}`, 'Delete virtual machine', { status: 200 }, { call: vmCall }),
    ...['start', 'restart', 'deallocate', 'powerOff', 'redeploy'].map((verb) =>
      action(
        `VirtualMachine_${verb[0]?.toUpperCase()}${verb.slice(1)}`,
        `POST ${vm}/${verb}`,
        `${verb} virtual machine`,
        { status: 200 },
        { call: vmCall },
      ),
    ),
  ],
};

const account = `${'/subscriptions/{subscriptionId}/resourceGroups/{resourceGroup}'}/providers/Microsoft.Automation/automationAccounts/{automationAccount}`;

const azureAutomation: Connector = {
  name: 'azureautomation',
  displayName: 'Azure Automation',
  description:
    'Jobs of linked subscriptions run at Azure. Here a runbook is a program of yours, at the address that the profile of `azureautomation` has as `runbook:NAME`.',
  brandColor: '#56A0D7',
  parameters: [token],
  alternatives: [servicePrincipal],
  oauth: armOAuth(),
  service: { kind: 'local' },
  throttle: usualThrottle,
  operations: [
    action('CreateJob', `PUT ${account}/jobs`, 'Create job', {
      status: 201,
      body: {
        id: '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-soc/providers/Microsoft.Automation/automationAccounts/aa-soc/jobs/7a1b',
        properties: { jobId: '7a1b2c3d-0000-4000-8000-000000000000', status: 'Completed', exception: null },
      },
    }),
    action('GetJob', `GET ${account}/jobs/{jobId}`, 'Get status of job', {
      status: 200,
      body: { properties: { jobId: '7a1b2c3d-0000-4000-8000-000000000000', status: 'Completed' } },
    }),
    action('ListJobs', `GET ${account}/jobs`, 'List jobs', { status: 200, body: { value: [] } }),
    action('ListRunbooks', `GET ${account}/runbooks`, 'List runbooks', {
      status: 200,
      body: { value: [{ name: 'Block-IP', properties: { runbookType: 'PowerShell', state: 'Published' } }] },
    }),
    action('GetJobOutput', `GET ${account}/jobs/{jobId}/output`, 'Get job output', { status: 200, body: 'text' }),
  ],
};

// --- Vaults -----------------------------------------------------------------------------------------------------

const vaultSecret = {
  value: 'sandbox-secret',
  name: 'ApiKey',
  version: '7f1b0a0e',
  contentType: null,
  isEnabled: true,
  createdTime: '2026-01-01T00:00:00Z',
  lastUpdatedTime: '2026-01-01T00:00:00Z',
  validityStartTime: null,
  validityEndTime: null,
} as const;

const vaultVersion = { 'api-version': '7.4' } as const;

function timeOf(value: Json | undefined): Json {
  return typeof value === 'number' ? new Date(value * 1000).toISOString() : null;
}

/** What the vault says of a secret, in the members of the connector. */
function secretOf(bundle: Json | undefined): JsonObject {
  const { value, id, contentType, attributes } = objectOf(bundle);
  const [, name = '', version = ''] = /\/secrets\/([^/]+)(?:\/([^/]+))?$/.exec(typeof id === 'string' ? id : '') ?? [];
  const { enabled, created, updated, nbf, exp } = objectOf(attributes);
  return {
    ...(value === undefined ? {} : { value }),
    name,
    version,
    contentType: contentType ?? null,
    isEnabled: enabled ?? true,
    createdTime: timeOf(created),
    lastUpdatedTime: timeOf(updated),
    validityStartTime: timeOf(nbf),
    validityEndTime: timeOf(exp),
  };
}

/** A refused call has the connector's own form of error. */
function vaultAnswer(read: (body: Json | undefined) => Json): NonNullable<ServiceMapping['answer']> {
  return (answer) => {
    if (answer.status < 300) return { ...answer, body: read(answer.body) };
    const message = objectOf(objectOf(answer.body)['error'])['message'] ?? '';
    return { ...answer, body: { status: answer.status, message, source: 'keyvault' } };
  };
}

function vaultCall(to: string): ServiceMapping {
  return { to, query: () => vaultVersion, answer: vaultAnswer(secretOf) };
}

const mostPages = 100;

/** A vault answers twenty-five secrets at once. */
const listSecrets: Operation['perform'] = async (send, input) => {
  const found: Json[] = [];
  let next: string | undefined = `/secrets?api-version=${vaultVersion['api-version']}`;
  let headers: ServiceAnswer['headers'] = {};
  for (let page = 0; page < mostPages && next !== undefined; page += 1) {
    const answer: ServiceAnswer | OutboundFailure = await send({ method: 'GET', path: next });
    if ('kind' in answer) return answer;
    if (answer.status >= 300) return vaultAnswer(secretOf)(answer, input);
    const { value, nextLink } = objectOf(answer.body);
    found.push(...(Array.isArray(value) ? (value as readonly Json[]) : []).map(secretOf));
    next = typeof nextLink === 'string' && nextLink !== '' ? nextLink : undefined;
    headers = answer.headers;
  }
  return { status: 200, headers, body: { value: found } };
};

const keyVault: Connector = {
  name: 'keyvault',
  displayName: 'Azure Key Vault',
  brandColor: '#0079D6',
  parameters: [text('vaultName', 'Vault name'), token],
  alternatives: [
    { ...servicePrincipal, parameters: [text('vaultName', 'Vault name'), ...servicePrincipal.parameters] },
  ],
  oauth: entra('https://vault.azure.net', ['https://vault.azure.net/user_impersonation']),
  service: {
    kind: 'http',
    endpoint: 'https://{vaultName}.vault.azure.net',
    headers: { authorization: 'Bearer {token}' },
    here: 'vault',
  },
  throttle: { calls: 500, seconds: 60 },
  operations: [
    action(
      'GetSecret',
      'GET /secrets/{secretName}/value',
      'Get secret',
      { status: 200, body: vaultSecret },
      { call: vaultCall('GET /secrets/{secretName}') },
    ),
    action(
      'GetSecretVersion',
      'GET /secrets/{secretName}/{secretVersion}/value',
      'Get secret version',
      { status: 200, body: vaultSecret },
      { call: vaultCall('GET /secrets/{secretName}/{secretVersion}') },
    ),
    action(
      'ListSecrets',
      'GET /secrets',
      'List secrets',
      { status: 200, body: { value: [{ name: 'ApiKey', isEnabled: true, contentType: null }] } },
      { perform: listSecrets },
    ),
  ],
};

// --- Logs -------------------------------------------------------------------------------------------------------

const rows = {
  status: 200,
  body: {
    value: [
      { TimeGenerated: '2026-11-20T09:12:40Z', AlertName: 'Potential SQL brute force attempt', AlertSeverity: 'High' },
    ],
  },
} as const;
const picture = {
  status: 200,
  body: { body: 'PHRhYmxlPjwvdGFibGU+', attachmentContent: 'iVBORw0KGgo=', attachmentName: 'chart.png' },
} as const;

const monitorLogs: Connector = {
  name: 'azuremonitorlogs',
  displayName: 'Azure Monitor Logs',
  brandColor: '#0072C6',
  parameters: [token],
  alternatives: [servicePrincipal],
  oauth: entra('https://api.loganalytics.io', ['https://api.loganalytics.io/Data.Read']),
  service: { kind: 'local' },
  throttle: usualThrottle,
  operations: [
    action('QueryData', 'POST /queryData', 'Run query and list results', { status: 200, body: { value: [] } }),
    action('QueryDataV2', 'POST /queryDataV2', 'Run query and list results (V2)', rows, { shapeless: true }),
    action('VisualizeQuery', 'POST /visualizeQuery', 'Run query and visualize results', picture),
    action('VisualizeQueryV2', 'POST /visualizeQueryV2', 'Run query and visualize results (V2)', picture),
  ],
};

const dataCollector: Connector = {
  name: 'azureloganalyticsdatacollector',
  displayName: 'Azure Log Analytics Data Collector',
  brandColor: '#0072C6',
  parameters: [text('username', 'Workspace id'), secret('password', 'Workspace key')],
  service: { kind: 'local' },
  throttle: usualThrottle,
  operations: [action('SendData', 'POST /api/logs', 'Send Data')],
};

// --- Triggers fired by this server ------------------------------------------------------------------------------

function securityTrigger(name: string, displayName: string, path: string): Connector {
  return {
    name,
    displayName,
    brandColor: '#95C515',
    parameters: [],
    service: { kind: 'none' },
    throttle: usualThrottle,
    operations: [{ ...action(`${name}_subscribe`, `POST ${path}`, displayName), kind: 'trigger' }],
  };
}

export const azureConnectors: readonly Connector[] = [
  securityTrigger('ascalert', 'Microsoft Defender for Cloud Alert', '/Microsoft.Security/Alert/subscribe'),
  securityTrigger(
    'ascassessment',
    'Microsoft Defender for Cloud Recommendation',
    '/Microsoft.Security/Assessment/subscribe',
  ),
  securityTrigger(
    'ascregulatorycomplianceassessment',
    'Microsoft Defender for Cloud Regulatory Compliance',
    '/Microsoft.Security/regulatoryComplianceAssessment/subscribe',
  ),
  arm,
  azureVm,
  azureAutomation,
  keyVault,
  monitorLogs,
  dataCollector,
  {
    name: 'securitycopilot',
    displayName: 'Microsoft Security Copilot',
    brandColor: '#0078D4',
    parameters: [token],
    service: {
      kind: 'refused',
      reason:
        'Microsoft Security Copilot is a service of Microsoft without a published interface; its prompts cannot be answered here.',
    },
    throttle: usualThrottle,
    operations: [
      action(
        'SubmitPrompt',
        'POST /process-prompt',
        'Submit a Copilot for Security prompt',
        {
          status: 200,
          body: { sessionId: 's1', EvaluationResultContent: 'text' },
        },
        { shapeless: true },
      ),
    ],
  },
];
