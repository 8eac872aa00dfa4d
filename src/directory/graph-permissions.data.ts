/**
 * Application permissions of Microsoft Graph: their published ids, and which calls of the local directory each allows.
 *
 * Actions on mail, hunting and incidents of security are of services that are not here: their permissions can be granted, as
 * playbooks' instructions say, and count where the directory is linked to a tenant that has them.
 * Source: the published Microsoft Graph permissions reference.
 */

export interface GraphPermission {
  readonly value: string;
  readonly id: string;
  readonly displayName: string;
  /** Below `Microsoft.Authorization/`. */
  readonly actions: readonly string[];
}

/** The application that Microsoft Graph is in every tenant. */
export const graphAppId = '00000003-0000-0000-c000-000000000000';

const rows: readonly (readonly [value: string, id: string, displayName: string, actions: string])[] = [
  ['User.Read.All', 'df021288-bdef-4463-88db-98f22de89214', "Read all users' full profiles", 'directory/users/read'],
  [
    'User.ReadWrite.All',
    '741f803b-c850-494e-b5df-cde7c675a1ca',
    "Read and write all users' full profiles",
    'directory/users/read directory/users/write directory/users/delete directory/users/manager/write directory/users/signInSessions/write directory/users/accountEnabled/write',
  ],
  [
    'User.EnableDisableAccount.All',
    '3011c876-62b7-4ada-afa2-506cbbecc68c',
    'Enable and disable user accounts',
    'directory/users/accountEnabled/write',
  ],
  [
    'User.RevokeSessions.All',
    '77f3a031-c388-4f99-b373-dc68676a979e',
    'Revoke all sign in sessions for a user',
    'directory/users/signInSessions/write',
  ],
  [
    'Directory.Read.All',
    '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
    'Read directory data',
    'directory/users/read directory/groups/read directory/devices/read directory/directoryRoles/read directory/organization/read principals/read',
  ],
  [
    'Directory.ReadWrite.All',
    '19dbc75e-c2e2-444c-a770-ec69d8559fc7',
    'Read and write directory data',
    'directory/users/read directory/users/write directory/users/manager/write directory/users/signInSessions/write directory/groups/read directory/groups/write directory/groups/members/write directory/groups/owners/write directory/devices/* directory/directoryRoles/read directory/organization/read principals/read',
  ],
  ['Group.Read.All', '5b567255-7703-4780-807c-7be8301ae99b', 'Read all groups', 'directory/groups/read'],
  ['Group.ReadWrite.All', '62a82d76-70ea-41e2-9197-370581804d09', 'Read and write all groups', 'directory/groups/*'],
  [
    'GroupMember.Read.All',
    '98830695-27a2-44f7-8c18-0c3ebc9698f6',
    'Read all group memberships',
    'directory/groups/read',
  ],
  [
    'GroupMember.ReadWrite.All',
    'dbaae8cf-10b5-4b86-a4a1-f871c94c6695',
    'Read and write all group memberships',
    'directory/groups/read directory/groups/members/write',
  ],
  ['Device.Read.All', '7438b122-aefc-4978-80ed-43db9fcc7715', 'Read all devices', 'directory/devices/read'],
  ['Device.ReadWrite.All', '1138cb37-bd11-4084-a2b7-9f71582aeddb', 'Read and write devices', 'directory/devices/*'],
  [
    'AuditLog.Read.All',
    'b0afded3-3588-46d8-8b3d-9842eff778da',
    'Read all audit log data',
    'directory/signIns/read directory/directoryAudits/read',
  ],
  [
    'IdentityRiskyUser.Read.All',
    'dc5007c0-2d7d-4c42-879c-2dab87571379',
    'Read all identity risky user information',
    'directory/riskyUsers/read',
  ],
  [
    'IdentityRiskyUser.ReadWrite.All',
    '656f6061-f9fe-4807-9708-6a2e0934df76',
    'Read and write all risky user information',
    'directory/riskyUsers/*',
  ],
  [
    'IdentityRiskEvent.Read.All',
    '6e472fd1-ad78-48da-a0f0-97ab2c6b769e',
    'Read all identity risk event information',
    'directory/riskDetections/read',
  ],
  [
    'Policy.Read.All',
    '246dd0d5-5bd0-4def-940b-0421030a5b68',
    "Read your organization's policies",
    'directory/namedLocations/read',
  ],
  [
    'Policy.ReadWrite.ConditionalAccess',
    '01c0a623-fc9b-48e9-b794-0756f8e8f067',
    "Read and write your organization's conditional access policies",
    'directory/namedLocations/*',
  ],
  [
    'RoleManagement.Read.Directory',
    '483bed4a-2ad3-4361-a73b-c83ccdbdc53c',
    'Read all directory RBAC settings',
    'directory/directoryRoles/read',
  ],
  [
    'RoleManagement.ReadWrite.Directory',
    '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8',
    'Read and write all directory RBAC settings',
    'directory/directoryRoles/*',
  ],
  ['Application.Read.All', '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30', 'Read all applications', 'principals/read'],
  [
    'Application.ReadWrite.All',
    '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9',
    'Read and write all applications',
    'principals/read principals/write principals/delete',
  ],
  [
    'AppRoleAssignment.ReadWrite.All',
    '06b708a9-e830-4db3-a914-8e69da51d44f',
    'Manage app permission grants and app role assignments',
    'principals/read principals/appRoleAssignments/*',
  ],
  [
    'Organization.Read.All',
    '498476ce-e0fe-48b0-b801-37ba7e2685c6',
    'Read organization information',
    'directory/organization/read',
  ],
  ['Mail.Read', '810c84a8-4a9e-49e6-bf7d-12d183f40d01', 'Read mail in all mailboxes', 'directory/users/messages/read'],
  [
    'Mail.ReadWrite',
    'e2a3a72e-5f79-4c64-b1b1-878b674786c9',
    'Read and write mail in all mailboxes',
    'directory/users/messages/*',
  ],
  ['Mail.Send', 'b633e1c5-b582-4048-a93e-9f11b44c7e96', 'Send mail as any user', 'directory/users/sendMail/write'],
  [
    'ThreatIndicators.Read.All',
    '197ee4e9-b993-4066-898f-d6aecc55125b',
    'Read all threat indicators',
    'directory/tiIndicators/read',
  ],
  [
    'ThreatIndicators.ReadWrite.OwnedBy',
    '21792b6c-c986-4ffc-85de-df9da54b52fa',
    'Manage threat indicators this app creates or owns',
    'directory/tiIndicators/*',
  ],
  [
    'SecurityAlert.Read.All',
    '472e4a4d-bb4a-4026-98d1-0b0d74cb74a5',
    'Read all security alerts',
    'directory/security/alerts/read directory/security/alerts_v2/read',
  ],
  [
    'SecurityAlert.ReadWrite.All',
    'ed4fca05-be46-441f-9803-1873825f8fdb',
    'Read and write to all security alerts',
    'directory/security/alerts/* directory/security/alerts_v2/*',
  ],
  [
    'SecurityEvents.ReadWrite.All',
    'd903a879-88e0-4c09-b0c9-82f6a1333f84',
    "Read and update your organization's security events",
    'directory/security/alerts/* directory/security/secureScores/*',
  ],
  [
    'SecurityEvents.Read.All',
    'bf394140-e372-4bf9-a898-299cfc7564e5',
    "Read your organization's security events",
    'directory/security/alerts/read directory/security/secureScores/read',
  ],
  [
    'SecurityIncident.ReadWrite.All',
    '34bf0e97-1971-4929-b999-9e2442d941d7',
    'Read and write to all security incidents',
    'directory/security/incidents/*',
  ],
  [
    'ThreatHunting.Read.All',
    'dd98c7f5-2d42-42d3-a0e4-633161547251',
    'Run hunting queries',
    'directory/security/runHuntingQuery/read',
  ],
];

export const graphPermissions: readonly GraphPermission[] = rows.map(([value, id, displayName, actions]) => ({
  value,
  id,
  displayName,
  actions: actions === '' ? [] : actions.split(' ').map((action) => `Microsoft.Authorization/${action}`),
}));

/** By id, or by name ignoring case. */
export function graphPermission(idOrName: string): GraphPermission | undefined {
  const wanted = idOrName.toLowerCase();
  return graphPermissions.find(({ id, value }) => id === wanted || value.toLowerCase() === wanted);
}
