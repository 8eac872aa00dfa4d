/**
 * The sample of a first start: a small inventory, a playbook that mails, an automation, and the alert that sets it off.
 * Source: design section 6; the bodies follow security reference 9.1 and ARM reference 5.1, 6.2, 7.
 */
import type { Json, JsonObject } from '#foundation';

export const sampleGroup = 'rg-sample';
export const sampleLocation = 'westeurope';

/** One resource of the sample: its path below the resource group, and the body of its PUT. */
export interface SampleResource {
  readonly path: string;
  readonly apiVersion: string;
  readonly body: JsonObject;
}

function resource(path: string, apiVersion: string, body: JsonObject): SampleResource {
  return { path: `/providers/${path}`, apiVersion, body: { location: sampleLocation, ...body } };
}

function inventory(group: string): readonly SampleResource[] {
  const network = `${group}/providers/Microsoft.Network`;
  return [
    resource('Microsoft.Sql/servers/sql-sample', '2021-11-01', {
      tags: { environment: 'sample' },
      properties: {
        version: '12.0',
        state: 'Ready',
        fullyQualifiedDomainName: 'sql-sample.database.windows.net',
        publicNetworkAccess: 'Enabled',
      },
    }),
    resource('Microsoft.Sql/servers/sql-sample/databases/orders', '2021-11-01', {
      sku: { name: 'S0', tier: 'Standard' },
      properties: { status: 'Online' },
    }),
    resource('Microsoft.Network/networkSecurityGroups/nsg-sample', '2023-09-01', { properties: { securityRules: [] } }),
    resource('Microsoft.Network/networkInterfaces/nic-sample', '2023-09-01', {
      properties: {
        ipConfigurations: [
          { name: 'ipconfig1', properties: { privateIPAddress: '10.0.0.4', privateIPAllocationMethod: 'Dynamic' } },
        ],
        networkSecurityGroup: { id: `${network}/networkSecurityGroups/nsg-sample` },
      },
    }),
    resource('Microsoft.Compute/virtualMachines/vm-sample', '2023-09-01', {
      tags: { environment: 'sample' },
      properties: {
        hardwareProfile: { vmSize: 'Standard_B2s' },
        storageProfile: {
          osDisk: {
            osType: 'Linux',
            name: 'vm-sample-disk',
            managedDisk: { id: `${group}/providers/Microsoft.Compute/disks/vm-sample-disk` },
          },
        },
        osProfile: { computerName: 'vm-sample' },
        networkProfile: { networkInterfaces: [{ id: `${network}/networkInterfaces/nic-sample` }] },
      },
    }),
    resource('Microsoft.Storage/storageAccounts/stsample', '2023-01-01', {
      kind: 'StorageV2',
      sku: { name: 'Standard_LRS' },
      properties: { supportsHttpsTrafficOnly: true, allowBlobPublicAccess: false, minimumTlsVersion: 'TLS1_2' },
    }),
  ];
}

const managedApi = (subscription: string, name: string) =>
  `${subscription}/providers/Microsoft.Web/locations/${sampleLocation}/managedApis/${name}`;

function connections(subscription: string): readonly SampleResource[] {
  return ['ascalert', 'office365'].map((api) =>
    resource(`Microsoft.Web/connections/${api}`, '2016-06-01', {
      properties: { displayName: `${api}-sample`, api: { id: managedApi(subscription, api) } },
    }),
  );
}

const alertSchema: Json = {
  type: 'object',
  required: ['AlertDisplayName', 'Severity', 'SystemAlertId'],
  properties: {
    AlertDisplayName: { type: 'string' },
    AlertType: { type: 'string' },
    AlertUri: { type: 'string' },
    CompromisedEntity: { type: 'string' },
    Description: { type: 'string' },
    Severity: { type: 'string' },
    SystemAlertId: { type: 'string' },
    TimeGenerated: { type: 'string' },
    RemediationSteps: { type: 'array', items: { type: 'string' } },
    ExtendedProperties: { type: 'object' },
  },
};

const host = (key: string): Json => ({
  connection: { name: `@parameters('$connections')['${key}']['connectionId']` },
});

const definition: JsonObject = {
  $schema: 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
  contentVersion: '1.0.0.0',
  parameters: {
    $connections: { type: 'Object', defaultValue: {} },
    recipient: { type: 'String', defaultValue: 'security@contoso.example' },
  },
  triggers: {
    When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered: {
      type: 'ApiConnectionWebhook',
      inputs: {
        host: host('ascalert'),
        path: '/Microsoft.Security/Alert/subscribe',
        body: { callback_url: '@{listCallbackUrl()}' },
      },
    },
  },
  actions: {
    Parse_alert: {
      type: 'ParseJson',
      runAfter: {},
      inputs: { content: '@triggerBody()', schema: alertSchema },
    },
    Remediation_steps: {
      type: 'Select',
      runAfter: { Parse_alert: ['Succeeded'] },
      inputs: {
        from: "@coalesce(body('Parse_alert')?['RemediationSteps'], json('[]'))",
        select: { Step: '@item()' },
      },
    },
    Steps_as_table: {
      type: 'Table',
      runAfter: { Remediation_steps: ['Succeeded'] },
      inputs: { from: "@body('Remediation_steps')", format: 'HTML' },
    },
    Mail_body: {
      type: 'Compose',
      runAfter: { Steps_as_table: ['Succeeded'] },
      inputs:
        "<h2>@{body('Parse_alert')?['AlertDisplayName']}</h2><p><b>Severity:</b> @{body('Parse_alert')?['Severity']}<br><b>Resource:</b> @{body('Parse_alert')?['CompromisedEntity']}<br><b>Time:</b> @{formatDateTime(coalesce(body('Parse_alert')?['TimeGenerated'], utcNow()), 'yyyy-MM-dd HH:mm:ss')} UTC</p><p>@{body('Parse_alert')?['Description']}</p>@{body('Steps_as_table')}<p><a href=\"@{body('Parse_alert')?['AlertUri']}\">Open the alert</a></p>",
    },
    Send_an_email: {
      type: 'ApiConnection',
      runAfter: { Mail_body: ['Succeeded'] },
      inputs: {
        host: host('office365'),
        method: 'post',
        path: '/v2/Mail',
        body: {
          To: "@parameters('recipient')",
          Subject: "[@{body('Parse_alert')?['Severity']}] @{body('Parse_alert')?['AlertDisplayName']}",
          Body: "@{outputs('Mail_body')}",
          Importance: "@if(equals(body('Parse_alert')?['Severity'], 'High'), 'High', 'Normal')",
        },
      },
    },
  },
  outputs: {},
};

function workflow(subscription: string, group: string): SampleResource {
  const connection = (api: string): Json => ({
    connectionId: `${group}/providers/Microsoft.Web/connections/${api}`,
    connectionName: api,
    id: managedApi(subscription, api),
  });
  return resource('Microsoft.Logic/workflows/Send-email-on-alert', '2019-05-01', {
    tags: { purpose: 'sample' },
    identity: { type: 'SystemAssigned' },
    properties: {
      state: 'Enabled',
      definition,
      parameters: {
        $connections: { value: { ascalert: connection('ascalert'), office365: connection('office365') } },
      },
    },
  });
}

function automation(subscription: string, group: string): SampleResource {
  const rule = (propertyJPath: string, operator: string, expectedValue: string): Json => ({
    propertyJPath,
    propertyType: 'String',
    operator,
    expectedValue,
  });
  return resource('Microsoft.Security/automations/Email-on-SQL-alerts', '2019-01-01-preview', {
    properties: {
      description: 'Mail the security team when a high alert that contains "SQL" is generated.',
      isEnabled: true,
      scopes: [{ description: 'the whole subscription', scopePath: subscription }],
      sources: [
        {
          eventSource: 'Alerts',
          ruleSets: [{ rules: [rule('AlertDisplayName', 'Contains', 'SQL'), rule('Severity', 'Equals', 'high')] }],
        },
      ],
      actions: [
        {
          actionType: 'LogicApp',
          logicAppResourceId: `${group}/providers/Microsoft.Logic/workflows/Send-email-on-alert`,
        },
      ],
    },
  });
}

/** Everything of the sample in the order it must be made. */
export function sampleResources(subscription: string): readonly SampleResource[] {
  const group = `${subscription}/resourceGroups/${sampleGroup}`;
  return [
    ...inventory(group),
    ...connections(subscription),
    workflow(subscription, group),
    automation(subscription, group),
  ];
}

/** The alert `sql-bruteforce`, as Defender for Cloud would deliver it; `time` is RFC 3339. */
export function sampleAlert(subscriptionId: string, time: string): JsonObject {
  const server = `/subscriptions/${subscriptionId}/resourceGroups/${sampleGroup}/providers/Microsoft.Sql/servers/sql-sample`;
  const id = '2518000000000000000_5a1e0c9e-0000-4000-8000-000000000001';
  return {
    VendorName: 'Microsoft',
    AlertType: 'SQL.DB_BruteForce',
    ProductName: 'Microsoft Defender for Cloud',
    StartTimeUtc: time,
    EndTimeUtc: time,
    TimeGenerated: time,
    ProcessingEndTime: time,
    Severity: 'High',
    Status: 'New',
    IsIncident: false,
    SystemAlertId: id,
    CorrelationKey: 'sql-bruteforce',
    Intent: 'PreAttack',
    AzureResourceId: server,
    CompromisedEntity: 'sql-sample',
    AlertDisplayName: 'Suspected brute force attack on a SQL server',
    Description:
      'Many sign-in attempts with different passwords were made on the SQL server from one address within a few minutes.',
    Entities: [
      { $id: '1', Address: '203.0.113.7', Type: 'ip' },
      { $id: '2', ResourceId: server, Type: 'azure-resource' },
    ],
    RemediationSteps: [
      'Check whether the sign-ins from 203.0.113.7 are expected.',
      'Restrict the firewall rules of the SQL server to known addresses.',
      'Require strong passwords or Microsoft Entra authentication.',
    ],
    ExtendedProperties: { 'Client IP address': '203.0.113.7', 'Failed logins': '4821', resourceType: 'SQL server' },
    ResourceIdentifiers: [{ Type: 'AzureResource', AzureResourceId: server }],
  };
}
