/**
 * Resource types of providers that are not ours but that clients look up by name: canonical case, api-versions, whether a
 * resource has a location. Any other type works too; these are what `GET …/providers` lists beside our own.
 * Source: the provider lists of Azure Resource Manager.
 */

export interface KnownType {
  readonly namespace: string;
  /** Without the namespace: `servers/databases`. */
  readonly type: string;
  /** Newest first. */
  readonly apiVersions: readonly string[];
  readonly tracked: boolean;
}

/** A leading `-` marks a type without a location. */
const providers: readonly (readonly [namespace: string, versions: string, types: string])[] = [
  [
    'Microsoft.Compute',
    '2024-07-01 2023-09-01 2022-08-01 2021-03-01 2019-12-01 2019-07-01 2018-06-01',
    'virtualMachines virtualMachines/extensions virtualMachineScaleSets virtualMachineScaleSets/extensions disks snapshots images availabilitySets galleries sshPublicKeys diskEncryptionSets',
  ],
  [
    'Microsoft.Network',
    '2024-05-01 2023-09-01 2022-07-01 2021-05-01 2020-11-01 2020-07-01 2020-05-01 2019-11-01 2018-11-01',
    'networkSecurityGroups -networkSecurityGroups/securityRules virtualNetworks -virtualNetworks/subnets -virtualNetworks/virtualNetworkPeerings networkInterfaces publicIPAddresses loadBalancers applicationGateways bastionHosts azureFirewalls firewallPolicies -firewallPolicies/ruleCollectionGroups ipGroups routeTables -routeTables/routes networkWatchers networkWatchers/packetCaptures ddosProtectionPlans frontDoors FrontDoorWebApplicationFirewallPolicies applicationGatewayWebApplicationFirewallPolicies privateEndpoints privateDnsZones dnsZones natGateways virtualNetworkGateways',
  ],
  [
    'Microsoft.Storage',
    '2023-05-01 2022-09-01 2021-09-01 2019-06-01 2018-11-01 2018-02-01',
    'storageAccounts -storageAccounts/blobServices -storageAccounts/blobServices/containers -storageAccounts/managementPolicies',
  ],
  [
    'Microsoft.KeyVault',
    '2023-07-01 2022-07-01 2019-09-01 2018-02-14',
    'vaults -vaults/secrets -vaults/keys managedHSMs',
  ],
  [
    'Microsoft.Sql',
    '2023-08-01-preview 2021-11-01 2017-10-01-preview 2017-03-01-preview 2014-04-01',
    'servers servers/databases -servers/firewallRules -servers/auditingSettings -servers/securityAlertPolicies -servers/vulnerabilityAssessments -servers/administrators -servers/databases/auditingSettings -servers/databases/transparentDataEncryption managedInstances servers/elasticPools',
  ],
  ['Microsoft.DBforPostgreSQL', '2022-12-01 2017-12-01', 'servers flexibleServers'],
  ['Microsoft.DBforMySQL', '2023-06-30 2017-12-01', 'servers flexibleServers'],
  ['Microsoft.DocumentDB', '2024-05-15 2021-04-15', 'databaseAccounts'],
  [
    'Microsoft.Insights',
    '2021-05-01-preview 2019-08-01 2017-05-01-preview 2017-04-01 2015-04-01',
    '-diagnosticSettings activityLogAlerts metricAlerts actionGroups components scheduledQueryRules dataCollectionRules workbooks',
  ],
  [
    'Microsoft.OperationalInsights',
    '2023-09-01 2022-10-01 2020-08-01 2015-11-01-preview',
    'workspaces -workspaces/savedSearches -workspaces/dataSources -workspaces/tables',
  ],
  ['Microsoft.OperationsManagement', '2015-11-01-preview', 'solutions'],
  [
    'Microsoft.SecurityInsights',
    '2024-03-01 2023-11-01 2021-10-01 2020-01-01 2019-01-01-preview',
    '-alertRules -incidents -watchlists -automationRules -onboardingStates',
  ],
  [
    'Microsoft.EventHub',
    '2024-01-01 2021-11-01 2017-04-01',
    'namespaces -namespaces/eventhubs -namespaces/authorizationRules',
  ],
  [
    'Microsoft.ServiceBus',
    '2022-10-01-preview 2021-11-01 2017-04-01',
    'namespaces -namespaces/queues -namespaces/topics',
  ],
  ['Microsoft.EventGrid', '2022-06-15 2020-06-01', 'topics systemTopics domains -eventSubscriptions'],
  ['Microsoft.ContainerService', '2024-05-01 2022-09-01 2020-09-01', 'managedClusters -managedClusters/agentPools'],
  ['Microsoft.ContainerRegistry', '2023-07-01 2019-05-01', 'registries'],
  ['Microsoft.ContainerInstance', '2023-05-01 2021-09-01', 'containerGroups'],
  ['Microsoft.HybridCompute', '2024-07-10 2022-12-27 2022-08-11-preview', 'machines machines/extensions'],
  ['Microsoft.ManagedIdentity', '2023-01-31 2018-11-30', 'userAssignedIdentities'],
  ['Microsoft.RecoveryServices', '2024-04-01 2022-03-01 2021-02-10 2019-05-13', 'vaults'],
  [
    'Microsoft.Automation',
    '2023-11-01 2020-01-13-preview 2019-06-01 2015-10-31',
    'automationAccounts automationAccounts/runbooks',
  ],
  ['Microsoft.Cache', '2024-03-01 2020-06-01', 'redis'],
  ['Microsoft.ApiManagement', '2022-08-01 2021-08-01', 'service'],
  ['Microsoft.CognitiveServices', '2023-05-01 2021-10-01', 'accounts'],
  ['Microsoft.DataFactory', '2018-06-01', 'factories'],
  ['Microsoft.ServiceFabric', '2021-06-01 2018-02-01', 'clusters'],
  ['Microsoft.Synapse', '2021-06-01', 'workspaces'],
  ['Microsoft.Easm', '2022-04-01-preview', 'workspaces -workspaces/labels'],
  ['Microsoft.Portal', '2020-09-01-preview', 'dashboards'],
  ['Microsoft.Web', '2023-12-01 2022-03-01 2018-11-01 2016-08-01', 'sites serverFarms sites/slots -sites/config'],
];

export const knownTypes: readonly KnownType[] = providers.flatMap(([namespace, versions, types]) =>
  types.split(' ').map((entry) => ({
    namespace,
    type: entry.replace(/^-/, ''),
    apiVersions: versions.split(' '),
    tracked: !entry.startsWith('-'),
  })),
);
