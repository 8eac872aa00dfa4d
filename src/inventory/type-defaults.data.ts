/**
 * What a resource of a type has when nobody said otherwise, and the children that exist before anybody puts them.
 * Texts may hold `{name}`, `{location}`, `{id}`, `{subscription}`, `{uuid}` (stable per id) and `{hex}` (the same,
 * 32 digits).
 * Source: answers of the types' REST APIs as published; members read by published playbooks (connector reference 4.3, 4.5).
 */
import type { JsonObject } from '#foundation';

export interface TypeDefaults {
  /** Filled in on every PUT where the body has no such member. */
  readonly always?: JsonObject;
  /** Filled in only when a detector named the resource and nobody described it. */
  readonly stub?: JsonObject;
  /** A singleton child that reads as this until it is put. */
  readonly initial?: JsonObject;
}

const network: TypeDefaults = { always: { properties: { resourceGuid: '{uuid}' } } };

/** By lower-case full type. `initial` entries name the child with its singleton name: `…/auditingSettings/default`. */
export const typeDefaults: Readonly<Record<string, TypeDefaults>> = {
  'microsoft.storage/storageaccounts': {
    always: {
      sku: { name: 'Standard_LRS', tier: 'Standard' },
      kind: 'StorageV2',
      properties: {
        supportsHttpsTrafficOnly: true,
        allowBlobPublicAccess: true,
        publicNetworkAccess: 'Enabled',
        minimumTlsVersion: 'TLS1_0',
        networkAcls: { bypass: 'AzureServices', virtualNetworkRules: [], ipRules: [], defaultAction: 'Allow' },
        accessTier: 'Hot',
        statusOfPrimary: 'available',
        primaryLocation: '{location}',
        primaryEndpoints: {
          blob: 'https://{name}.blob.core.windows.net/',
          queue: 'https://{name}.queue.core.windows.net/',
          table: 'https://{name}.table.core.windows.net/',
          file: 'https://{name}.file.core.windows.net/',
          dfs: 'https://{name}.dfs.core.windows.net/',
          web: 'https://{name}.z6.web.core.windows.net/',
        },
      },
    },
  },
  'microsoft.keyvault/vaults': {
    always: {
      properties: {
        tenantId: '{tenant}',
        sku: { family: 'A', name: 'standard' },
        accessPolicies: [],
        enabledForDeployment: false,
        vaultUri: 'https://{name}.vault.azure.net/',
      },
    },
  },
  'microsoft.compute/virtualmachines': {
    always: { properties: { vmId: '{uuid}' } },
    stub: {
      properties: {
        hardwareProfile: { vmSize: 'Standard_D2s_v3' },
        storageProfile: {
          imageReference: { publisher: 'Canonical', offer: 'UbuntuServer', sku: '18.04-LTS', version: 'latest' },
          osDisk: { osType: 'Linux', name: '{name}_OsDisk_1', createOption: 'FromImage', diskSizeGB: 30 },
          dataDisks: [],
        },
        osProfile: { computerName: '{name}', adminUsername: 'azureuser', secrets: [] },
        networkProfile: {
          networkInterfaces: [{ id: '{group}/providers/Microsoft.Network/networkInterfaces/{name}-nic' }],
        },
      },
    },
  },
  'microsoft.compute/virtualmachinescalesets': {
    stub: {
      sku: { name: 'Standard_D2s_v3', tier: 'Standard', capacity: 1 },
      properties: {
        virtualMachineProfile: {
          storageProfile: {
            imageReference: { publisher: 'Canonical', offer: 'UbuntuServer', sku: '18.04-LTS', version: 'latest' },
          },
        },
      },
    },
  },
  'microsoft.hybridcompute/machines': {
    always: { properties: { vmId: '{uuid}', status: 'Connected', displayName: '{name}', machineFqdn: '{name}' } },
    stub: { properties: { osName: 'linux', osType: 'linux', detectedProperties: {} } },
  },
  'microsoft.network/networksecuritygroups': {
    always: { properties: { resourceGuid: '{uuid}', securityRules: [], defaultSecurityRules: [] } },
  },
  'microsoft.network/virtualnetworks': {
    always: { properties: { resourceGuid: '{uuid}', subnets: [], virtualNetworkPeerings: [] } },
    stub: { properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } } },
  },
  'microsoft.network/networkinterfaces': {
    always: { properties: { resourceGuid: '{uuid}', ipConfigurations: [], enableIPForwarding: false } },
    stub: {
      properties: {
        ipConfigurations: [
          {
            name: 'ipconfig1',
            properties: { privateIPAddress: '10.0.0.4', privateIPAllocationMethod: 'Dynamic', primary: true },
          },
        ],
      },
    },
  },
  'microsoft.network/publicipaddresses': {
    always: { sku: { name: 'Basic', tier: 'Regional' }, properties: { resourceGuid: '{uuid}' } },
    stub: { properties: { publicIPAllocationMethod: 'Dynamic', publicIPAddressVersion: 'IPv4' } },
  },
  'microsoft.network/bastionhosts': { always: { properties: { dnsName: 'bst-{uuid}.bastion.azure.com' } } },
  'microsoft.network/routetables': { always: { properties: { resourceGuid: '{uuid}', routes: [] } } },
  'microsoft.network/applicationgateways': network,
  'microsoft.network/loadbalancers': network,
  'microsoft.sql/servers': {
    always: {
      kind: 'v12.0',
      properties: {
        fullyQualifiedDomainName: '{name}.database.windows.net',
        version: '12.0',
        state: 'Ready',
        publicNetworkAccess: 'Enabled',
        minimalTlsVersion: 'None',
      },
    },
    stub: { properties: { administratorLogin: 'sqladmin' } },
  },
  'microsoft.sql/servers/databases': {
    always: {
      kind: 'v12.0,user',
      sku: { name: 'GP_Gen5', tier: 'GeneralPurpose', family: 'Gen5', capacity: 2 },
      properties: { status: 'Online', databaseId: '{uuid}', collation: 'SQL_Latin1_General_CP1_CI_AS' },
    },
  },
  'microsoft.sql/managedinstances': {
    always: { properties: { fullyQualifiedDomainName: '{name}.database.windows.net', state: 'Ready' } },
  },
  'microsoft.web/sites': {
    always: {
      kind: 'app',
      properties: {
        state: 'Running',
        enabled: true,
        httpsOnly: false,
        defaultHostName: '{name}.azurewebsites.net',
        hostNames: ['{name}.azurewebsites.net'],
      },
    },
  },
  'microsoft.operationalinsights/workspaces': {
    always: {
      properties: { customerId: '{uuid}', sku: { name: 'pergb2018' }, retentionInDays: 30 },
    },
  },
  'microsoft.insights/datacollectionrules': { always: { properties: { immutableId: 'dcr-{hex}' } } },
  'microsoft.eventhub/namespaces': {
    always: {
      sku: { name: 'Standard', tier: 'Standard', capacity: 1 },
      properties: { serviceBusEndpoint: 'https://{name}.servicebus.windows.net:443/', status: 'Active' },
    },
  },
  'microsoft.containerservice/managedclusters': {
    always: { properties: { powerState: { code: 'Running' }, fqdn: '{name}.azmk8s.io' } },
  },
  'microsoft.security/locations/jitnetworkaccesspolicies': { always: { kind: 'Basic', properties: { requests: [] } } },
  'microsoft.containerregistry/registries': {
    always: { sku: { name: 'Basic', tier: 'Basic' }, properties: { loginServer: '{name}.azurecr.io' } },
  },
  'microsoft.managedidentity/userassignedidentities': {
    always: { properties: { tenantId: '{tenant}', principalId: '{uuid}', clientId: '{uuid:client}' } },
  },
  'microsoft.cache/redis': {
    always: { properties: { hostName: '{name}.redis.cache.windows.net', enableNonSslPort: false, sslPort: 6380 } },
  },
  // Singleton children that Azure answers before anybody puts them: switched off.
  'microsoft.sql/servers/auditingsettings/default': { initial: { properties: { state: 'Disabled' } } },
  'microsoft.sql/servers/extendedauditingsettings/default': { initial: { properties: { state: 'Disabled' } } },
  'microsoft.sql/servers/securityalertpolicies/default': { initial: { properties: { state: 'Disabled' } } },
  'microsoft.sql/servers/vulnerabilityassessments/default': {
    initial: { properties: { recurringScans: { isEnabled: false, emailSubscriptionAdmins: true } } },
  },
  'microsoft.sql/servers/databases/auditingsettings/default': { initial: { properties: { state: 'Disabled' } } },
  'microsoft.sql/servers/databases/extendedauditingsettings/default': {
    initial: { properties: { state: 'Disabled' } },
  },
  'microsoft.sql/servers/databases/securityalertpolicies/default': { initial: { properties: { state: 'Disabled' } } },
  'microsoft.sql/servers/databases/transparentdataencryption/current': {
    initial: { properties: { status: 'Disabled', state: 'Disabled' } },
  },
  'microsoft.sql/managedinstances/securityalertpolicies/default': { initial: { properties: { state: 'Disabled' } } },
  'microsoft.sql/managedinstances/vulnerabilityassessments/default': {
    initial: { properties: { recurringScans: { isEnabled: false, emailSubscriptionAdmins: true } } },
  },
  'microsoft.security/defenderforstoragesettings/current': {
    initial: {
      properties: {
        isEnabled: false,
        malwareScanning: { onUpload: { isEnabled: false, capGBPerMonth: -1 } },
        sensitiveDataDiscovery: { isEnabled: false },
        overrideSubscriptionLevelSettings: false,
      },
    },
  },
  'microsoft.apimanagement/service/tenant/access': { initial: { properties: { enabled: false } } },
  'microsoft.apimanagement/service/tenant/gitaccess': { initial: { properties: { enabled: false } } },
};
