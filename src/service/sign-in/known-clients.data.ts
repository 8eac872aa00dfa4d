/**
 * Public clients that need no registration: the applications of Azure's own tools and libraries.
 * Source: published application ids of Microsoft's first-party clients; seen in what they send (ARM reference 2, 3).
 */
export const knownClients = [
  { appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', displayName: 'Microsoft Azure CLI' },
  { appId: '1950a258-227b-4e31-a9cf-717495945fc2', displayName: 'Microsoft Azure PowerShell' },
  { appId: 'aebc6443-996d-45c2-90f0-388ff96faa56', displayName: 'Visual Studio Code' },
  { appId: '872cd9fa-d31f-45e0-9eab-6e460a02d1f1', displayName: 'Visual Studio' },
] as const;
