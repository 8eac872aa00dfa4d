/**
 * Parents that are never stored: they exist with what they lie in.
 * Source: the REST APIs of the types.
 */

/** Lower-case types of parents that every subscription, group or parent resource has. */
export const virtualParents: ReadonlySet<string> = new Set([
  'microsoft.security/locations',
  'microsoft.recoveryservices/locations',
  'microsoft.recoveryservices/vaults/backupfabrics',
  'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers',
  'microsoft.sql/locations',
  'microsoft.compute/locations',
  'microsoft.network/locations',
  'microsoft.storage/locations',
  'microsoft.web/locations',
]);

/** Lists at a subscription or group that show a type below a virtual parent: lower-case type asked for, full type shown. */
export const listAliases: Readonly<Record<string, string>> = {
  'microsoft.security/jitnetworkaccesspolicies': 'Microsoft.Security/locations/jitNetworkAccessPolicies',
  'microsoft.recoveryservices/vaults/backupprotecteditems':
    'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems',
  'microsoft.recoveryservices/vaults/backupprotectioncontainers':
    'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers',
};

/** Lower-case types whose PUT changes what it names and leaves the rest of a stored document. */
export const partialPuts: ReadonlySet<string> = new Set([
  'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems',
]);
