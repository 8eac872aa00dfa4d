/**
 * Sample alerts by plan, for trying automations out: recognisable by name, description and resources.
 * Source: domain reference 20; management API reference 5.2 (bundle names). Texts are our own.
 */
import type { JsonObject } from '#foundation';

export interface SampleAlert {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly severity: 'High' | 'Medium' | 'Low' | 'Informational';
  readonly intent: string;
  /** Behind `…/resourceGroups/Sample-RG/providers/`. */
  readonly resource: string;
  readonly component: string;
  readonly entities: readonly JsonObject[];
  readonly properties: JsonObject;
  readonly steps: readonly string[];
}

const attacker: JsonObject = { Address: '192.0.2.66', Location: { CountryCode: 'ZZ' }, Asset: false, Type: 'ip' };
const steps = ['This alert is a sample: no action is needed.'];

export const sampleAlerts: Readonly<Record<string, readonly SampleAlert[]>> = {
  AppServices: [
    {
      type: 'SAMPLE_APPS_WebScan',
      name: 'Web vulnerability scanner seen',
      description: 'Requests that look like those of a scanner reached the web application.',
      severity: 'Medium',
      intent: 'PreAttack',
      resource: 'Microsoft.Web/sites/Sample-App',
      component: 'AppServices',
      entities: [attacker],
      properties: { 'Client IP address': '192.0.2.66', 'Sampled URIs': '/.env,/admin' },
      steps,
    },
  ],
  CosmosDbs: [
    {
      type: 'SAMPLE_CosmosDB_SqlInjection',
      name: 'Possible SQL injection in a query',
      description: 'A query that carries the marks of an injection was run on the database account.',
      severity: 'Medium',
      intent: 'PreAttack',
      resource: 'Microsoft.DocumentDB/databaseAccounts/sample-cosmos',
      component: 'CosmosDbs',
      entities: [attacker],
      properties: { 'Client IP address': '192.0.2.66' },
      steps,
    },
  ],
  DNS: [
    {
      type: 'SAMPLE_DNS_TunnelingTool',
      name: 'Traffic of a DNS tunnel',
      description: 'Name look-ups of the machine look like data in a tunnel.',
      severity: 'High',
      intent: 'Exfiltration',
      resource: 'Microsoft.Compute/virtualMachines/Sample-VM',
      component: 'Dns',
      entities: [{ DomainName: 'tunnel.sample.example', Asset: false, Type: 'dns' }],
      properties: { DomainName: 'tunnel.sample.example' },
      steps,
    },
  ],
  KeyVaults: [
    {
      type: 'SAMPLE_KV_SuspiciousIPAccess',
      name: 'Access to a key vault from a suspicious address',
      description: 'Secrets were read by an address that threat intelligence knows.',
      severity: 'Medium',
      intent: 'CredentialAccess',
      resource: 'Microsoft.KeyVault/vaults/Sample-KV',
      component: 'KeyVaults',
      entities: [attacker],
      properties: { 'Client IP address': '192.0.2.66', 'Operation name': 'SecretGet' },
      steps,
    },
  ],
  KubernetesService: [
    {
      type: 'SAMPLE_K8S_ExposedDashboard',
      name: 'Exposed cluster dashboard',
      description: 'The dashboard of the cluster can be reached without signing in.',
      severity: 'High',
      intent: 'InitialAccess, Persistence',
      resource: 'Microsoft.ContainerService/managedClusters/Sample-AKS',
      component: 'Containers',
      entities: [{ Name: 'kube-system', Asset: false, Type: 'K8s-namespace' }],
      properties: { Namespace: 'kube-system', 'Service name': 'dashboard' },
      steps,
    },
  ],
  ResourceManager: [
    {
      type: 'SAMPLE_ARM_SuspiciousOperation',
      name: 'Suspicious management operation',
      description: 'An identity ran operations that it never ran before, from a new place.',
      severity: 'Medium',
      intent: 'CredentialAccess',
      resource: '',
      component: 'Arm',
      entities: [attacker, { Name: 'sample.user', UPNSuffix: 'contoso.example', Asset: false, Type: 'account' }],
      properties: { 'User name': 'sample.user@contoso.example' },
      steps,
    },
  ],
  SqlServers: [
    {
      type: 'SAMPLE_SQL.DB_BruteForce',
      name: 'Possible SQL brute force attempt',
      description: 'Many failed sign-ins with varying user names reached the server.',
      severity: 'High',
      intent: 'PreAttack',
      resource: 'Microsoft.Sql/servers/Sample-SQL/databases/Sample-DB',
      component: 'Databases',
      entities: [attacker],
      properties: { 'Client IP address': '192.0.2.66', 'Failed logins': '1432' },
      steps,
    },
    {
      type: 'SAMPLE_SQL.DB_DataExfiltration',
      name: 'Unusual export from an SQL database',
      description: 'An amount of data left the database that it never gave out before.',
      severity: 'Low',
      intent: 'Exfiltration',
      resource: 'Microsoft.Sql/servers/Sample-SQL/databases/Sample-DB',
      component: 'Databases',
      entities: [],
      properties: { 'Client application': 'sample' },
      steps,
    },
  ],
  StorageAccounts: [
    {
      type: 'SAMPLE_Storage.Blob_MalwareHashReputation',
      name: 'Possible malware uploaded to a storage account',
      description: 'The hash of a blob that was uploaded is that of known malware.',
      severity: 'High',
      intent: 'LateralMovement',
      resource: 'Microsoft.Storage/storageAccounts/samplestorage',
      component: 'StorageAccounts',
      entities: [attacker, { Name: 'sample.bin', Asset: false, Type: 'blob' }],
      properties: { Blob: 'sample.bin', Container: 'incoming', 'Client IP address': '192.0.2.66' },
      steps,
    },
  ],
  VirtualMachines: [
    {
      type: 'SAMPLE_VM_SuspiciousProcess',
      name: 'Suspicious process',
      description: 'A process ran under a name that system processes have, from another folder.',
      severity: 'High',
      intent: 'Execution',
      resource: 'Microsoft.Compute/virtualMachines/Sample-VM',
      component: 'Servers',
      entities: [
        { HostName: 'Sample-VM', OSFamily: 'Windows', Asset: true, Type: 'host' },
        { ProcessId: '0x1a2b', CommandLine: 'c:\\temp\\svchost.exe -k', Asset: false, Type: 'process' },
      ],
      properties: { 'Suspicious process': 'c:\\temp\\svchost.exe', 'User name': 'CONTOSO\\sample' },
      steps,
    },
  ],
};
