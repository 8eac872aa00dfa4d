/**
 * Applications and service principals as Microsoft Graph shows them. They are kept by the server itself, not as entities.
 * Source: the published Microsoft Graph v1.0 metadata; ARM reference 10.2 (what clients ask for).
 */
import type { EntitySet } from './entity-sets.data.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const shared = { initial: {}, unique: [], indexed: [], changes: 'all' } as const;

export const applicationSets = {
  applications: {
    ...shared,
    path: 'applications',
    type: 'application',
    noun: 'Application',
    properties: words(`
      id appId displayName createdDateTime deletedDateTime signInAudience identifierUris isFallbackPublicClient web spa
      publicClient keyCredentials passwordCredentials requiredResourceAccess appRoles api optionalClaims info notes tags
      publisherDomain description`),
    readOnly: words('id appId createdDateTime deletedDateTime publisherDomain passwordCredentials'),
    required: ['displayName'],
  },
  servicePrincipals: {
    ...shared,
    path: 'servicePrincipals',
    type: 'servicePrincipal',
    noun: 'ServicePrincipal',
    properties: words(`
      id appId displayName appDisplayName accountEnabled createdDateTime deletedDateTime servicePrincipalType
      servicePrincipalNames alternativeNames appOwnerOrganizationId appRoleAssignmentRequired appRoles oauth2PermissionScopes
      keyCredentials passwordCredentials replyUrls signInAudience tags homepage notes description`),
    readOnly: words('id createdDateTime deletedDateTime servicePrincipalType servicePrincipalNames'),
    required: ['appId'],
  },
} as const satisfies Record<string, EntitySet>;
