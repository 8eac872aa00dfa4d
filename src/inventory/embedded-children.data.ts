/**
 * Child resources that live inside their parent's document: addressable below it and members of it.
 * Source: connector reference 4.4; the REST APIs of the types.
 */
export interface EmbeddedChild {
  /** Full type of the parent. */
  readonly parent: string;
  /** The child's own type segment. */
  readonly child: string;
  /** Where the parent holds them: the names on the way to an array. */
  readonly member: readonly string[];
  /** No two children may share all of these properties. */
  readonly unique?: { readonly properties: readonly string[]; readonly code: 'SecurityRuleConflict' };
}

export const embeddedChildren: readonly EmbeddedChild[] = [
  {
    parent: 'Microsoft.Network/networkSecurityGroups',
    child: 'securityRules',
    member: ['properties', 'securityRules'],
    unique: { properties: ['priority', 'direction'], code: 'SecurityRuleConflict' },
  },
  { parent: 'Microsoft.Network/virtualNetworks', child: 'subnets', member: ['properties', 'subnets'] },
  {
    parent: 'Microsoft.Network/virtualNetworks',
    child: 'virtualNetworkPeerings',
    member: ['properties', 'virtualNetworkPeerings'],
  },
  { parent: 'Microsoft.Network/routeTables', child: 'routes', member: ['properties', 'routes'] },
  {
    parent: 'Microsoft.Network/networkInterfaces',
    child: 'ipConfigurations',
    member: ['properties', 'ipConfigurations'],
  },
  { parent: 'Microsoft.Compute/virtualMachines', child: 'extensions', member: ['resources'] },
  {
    parent: 'Microsoft.Compute/virtualMachineScaleSets',
    child: 'extensions',
    member: ['properties', 'virtualMachineProfile', 'extensionProfile', 'extensions'],
  },
  { parent: 'Microsoft.HybridCompute/machines', child: 'extensions', member: ['resources'] },
];
