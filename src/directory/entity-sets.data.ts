/**
 * The entity sets of the local directory: what Microsoft Graph calls them, which properties their entities have, what a
 * creation needs, and what an equality filter finds without reading all.
 * Source: the published Microsoft Graph v1.0 metadata of the types; connector reference 5 (the calls playbooks make).
 */
import type { JsonObject } from '#foundation';

export interface EntitySet {
  /** Below the version: `users`, `identityProtection/riskyUsers`. */
  readonly path: string;
  /** Singular, as `@odata.type` and permissions have it: `user`. */
  readonly type: string;
  /** As error texts have it: `User`. */
  readonly noun: string;
  /** Answered when nothing is selected; absent: every property that the entity has. */
  readonly shown?: readonly string[];
  /** Every property that may be selected, filtered by or written. */
  readonly properties: readonly string[];
  /** Of these the ones that requests may not write. */
  readonly readOnly: readonly string[];
  /** What a creation must bring; absent: entities come by import or by effects only. */
  readonly required?: readonly string[];
  /** What an entity has when nobody said otherwise. */
  readonly initial: JsonObject;
  /** No two entities may share these, ignoring case. */
  readonly unique: readonly string[];
  /** What an equality filter finds through an index; `unique` ones are found so too. */
  readonly indexed: readonly string[];
  /** Whether `PATCH` and `DELETE` are there. */
  readonly changes: 'none' | 'update' | 'all';
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const userShown = words(
  'businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname userPrincipalName id',
);

const users: EntitySet = {
  path: 'users',
  type: 'user',
  noun: 'User',
  shown: userShown,
  properties: words(`
    id deletedDateTime accountEnabled ageGroup assignedLicenses assignedPlans authorizationInfo businessPhones city companyName
    consentProvidedForMinor country createdDateTime creationType customSecurityAttributes department displayName employeeHireDate
    employeeId employeeLeaveDateTime employeeOrgData employeeType externalUserState externalUserStateChangeDateTime faxNumber
    givenName identities imAddresses infoCatalogs isManagementRestricted isResourceAccount jobTitle lastPasswordChangeDateTime
    legalAgeGroupClassification licenseAssignmentStates mail mailNickname mobilePhone officeLocation onPremisesDistinguishedName
    onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime
    onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled
    onPremisesUserPrincipalName otherMails passwordPolicies passwordProfile postalCode preferredDataLocation preferredLanguage
    preferredName provisionedPlans proxyAddresses refreshTokensValidFromDateTime securityIdentifier serviceProvisioningErrors
    showInAddressList signInActivity signInSessionsValidFromDateTime state streetAddress surname usageLocation
    userPrincipalName userType aboutMe birthday hireDate interests mySite pastProjects responsibilities schools skills
    mailboxSettings print`),
  readOnly: words(
    'id createdDateTime deletedDateTime signInSessionsValidFromDateTime refreshTokensValidFromDateTime securityIdentifier lastPasswordChangeDateTime',
  ),
  required: ['accountEnabled', 'displayName', 'mailNickname', 'passwordProfile', 'userPrincipalName'],
  initial: {
    accountEnabled: true,
    businessPhones: [],
    imAddresses: [],
    otherMails: [],
    proxyAddresses: [],
    assignedLicenses: [],
    assignedPlans: [],
    identities: [],
    userType: 'Member',
  },
  unique: ['userPrincipalName'],
  indexed: [
    'mail',
    'displayName',
    'onPremisesSamAccountName',
    'employeeId',
    'mailNickname',
    'onPremisesSecurityIdentifier',
  ],
  changes: 'all',
};

const groups: EntitySet = {
  path: 'groups',
  type: 'group',
  noun: 'Group',
  properties: words(`
    id deletedDateTime allowExternalSenders assignedLabels assignedLicenses autoSubscribeNewMembers classification
    createdDateTime creationOptions description displayName expirationDateTime groupTypes hideFromAddressLists
    hideFromOutlookClients infoCatalogs isArchived isAssignableToRole isManagementRestricted isSubscribedByMail
    licenseProcessingState mail mailEnabled mailNickname membershipRule membershipRuleProcessingState onPremisesDomainName
    onPremisesLastSyncDateTime onPremisesNetBiosName onPremisesProvisioningErrors onPremisesSamAccountName
    onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation preferredLanguage proxyAddresses renewedDateTime
    resourceBehaviorOptions resourceProvisioningOptions securityEnabled securityIdentifier serviceProvisioningErrors theme
    uniqueName unseenCount visibility writebackConfiguration`),
  readOnly: words('id createdDateTime deletedDateTime securityIdentifier renewedDateTime'),
  required: ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'],
  initial: {
    description: null,
    groupTypes: [],
    mail: null,
    mailEnabled: false,
    proxyAddresses: [],
    securityEnabled: true,
    visibility: null,
  },
  unique: [],
  indexed: ['displayName', 'mail', 'mailNickname', 'onPremisesSecurityIdentifier'],
  changes: 'all',
};

const devices: EntitySet = {
  path: 'devices',
  type: 'device',
  noun: 'Device',
  properties: words(`
    id deletedDateTime accountEnabled alternativeSecurityIds approximateLastSignInDateTime complianceExpirationDateTime
    createdDateTime deviceCategory deviceId deviceMetadata deviceOwnership deviceVersion displayName domainName enrollmentProfileName
    enrollmentType extensionAttributes hostnames isCompliant isManaged isManagementRestricted isRooted managementType
    manufacturer mdmAppId model onPremisesLastSyncDateTime onPremisesSecurityIdentifier onPremisesSyncEnabled operatingSystem
    operatingSystemVersion physicalIds profileType registrationDateTime systemLabels trustType`),
  readOnly: words('id createdDateTime deletedDateTime'),
  required: ['accountEnabled', 'deviceId', 'displayName', 'operatingSystem', 'operatingSystemVersion'],
  initial: { accountEnabled: true, isCompliant: null, isManaged: null, physicalIds: [], trustType: null },
  unique: ['deviceId'],
  indexed: ['displayName'],
  changes: 'all',
};

const directoryRoles: EntitySet = {
  path: 'directoryRoles',
  type: 'directoryRole',
  noun: 'DirectoryRole',
  properties: words('id deletedDateTime description displayName roleTemplateId'),
  readOnly: ['id', 'deletedDateTime'],
  required: ['roleTemplateId'],
  initial: { description: null, displayName: null },
  unique: ['roleTemplateId'],
  indexed: ['displayName'],
  changes: 'none',
};

const riskyUsers: EntitySet = {
  path: 'identityProtection/riskyUsers',
  type: 'riskyUser',
  noun: 'RiskyUser',
  properties: words(
    'id isDeleted isProcessing riskLastUpdatedDateTime riskLevel riskState riskDetail userDisplayName userPrincipalName',
  ),
  readOnly: [],
  initial: { isDeleted: false, isProcessing: false, riskLevel: 'none', riskState: 'none', riskDetail: 'none' },
  unique: ['userPrincipalName'],
  indexed: ['riskLevel', 'riskState'],
  changes: 'none',
};

const riskDetections: EntitySet = {
  path: 'identityProtection/riskDetections',
  type: 'riskDetection',
  noun: 'RiskDetection',
  properties: words(`
    id activity activityDateTime additionalInfo correlationId detectedDateTime detectionTimingType ipAddress
    lastUpdatedDateTime location requestId riskDetail riskEventType riskLevel riskState riskType source tokenIssuerType
    userDisplayName userId userPrincipalName`),
  readOnly: [],
  initial: {},
  unique: [],
  indexed: ['userId', 'userPrincipalName'],
  changes: 'none',
};

const signIns: EntitySet = {
  path: 'auditLogs/signIns',
  type: 'signIn',
  noun: 'SignIn',
  properties: words(`
    id appDisplayName appId appliedConditionalAccessPolicies clientAppUsed conditionalAccessStatus correlationId
    createdDateTime deviceDetail ipAddress isInteractive location resourceDisplayName resourceId riskDetail riskEventTypes
    riskEventTypes_v2 riskLevelAggregated riskLevelDuringSignIn riskState status userDisplayName userId userPrincipalName
    signInEventTypes userType authenticationRequirement authenticationDetails userAgent sessionId uniqueTokenIdentifier
    servicePrincipalId servicePrincipalName`),
  readOnly: [],
  initial: {},
  unique: [],
  indexed: ['userId', 'userPrincipalName', 'ipAddress'],
  changes: 'none',
};

const directoryAudits: EntitySet = {
  path: 'auditLogs/directoryAudits',
  type: 'directoryAudit',
  noun: 'DirectoryAudit',
  properties: words(`
    id activityDateTime activityDisplayName additionalDetails category correlationId initiatedBy loggedByService
    operationType result resultReason targetResources`),
  readOnly: [],
  initial: {},
  unique: [],
  indexed: [],
  changes: 'none',
};

const namedLocations: EntitySet = {
  path: 'identity/conditionalAccess/namedLocations',
  type: 'namedLocation',
  noun: 'NamedLocation',
  properties: words(`
    @odata.type id createdDateTime displayName modifiedDateTime isTrusted ipRanges countriesAndRegions
    includeUnknownCountriesAndRegions countryLookupMethod`),
  readOnly: ['id', 'createdDateTime', 'modifiedDateTime'],
  required: ['@odata.type', 'displayName'],
  initial: {},
  unique: [],
  indexed: ['displayName'],
  changes: 'all',
};

/** Indicators that connectors of threat intelligence submit; the service of Microsoft that took them is retired. */
const tiIndicators: EntitySet = {
  path: 'security/tiIndicators',
  type: 'tiIndicator',
  noun: 'TiIndicator',
  properties: words(`
    id action activityGroupNames additionalInformation azureTenantId confidence description diamondModel domainName
    emailEncoding emailLanguage emailRecipient emailSenderAddress emailSenderName emailSourceDomain emailSourceIpAddress
    emailSubject emailXMailer expirationDateTime externalId fileCompileDateTime fileCreatedDateTime fileHashType fileHashValue
    fileMutexName fileName filePacker filePath fileSize fileType ingestedDateTime isActive killChain knownFalsePositives
    lastReportedDateTime malwareFamilyNames networkCidrBlock networkDestinationAsn networkDestinationCidrBlock
    networkDestinationIPv4 networkDestinationIPv6 networkDestinationPort networkIPv4 networkIPv6 networkPort networkProtocol
    networkSourceAsn networkSourceCidrBlock networkSourceIPv4 networkSourceIPv6 networkSourcePort passiveOnly severity tags
    targetProduct threatType tlpLevel url userAgent vendorInformation`),
  readOnly: ['id', 'azureTenantId', 'ingestedDateTime'],
  required: ['action', 'expirationDateTime', 'targetProduct'],
  initial: { isActive: true, tags: [], killChain: [], activityGroupNames: [], malwareFamilyNames: [] },
  unique: [],
  indexed: ['externalId', 'networkIPv4', 'domainName', 'url', 'fileHashValue', 'threatType'],
  changes: 'all',
};

/** Every set; the order is that of the documentation. */
export const entitySets = {
  users,
  groups,
  devices,
  directoryRoles,
  riskyUsers,
  riskDetections,
  signIns,
  directoryAudits,
  namedLocations,
  tiIndicators,
} as const satisfies Readonly<Record<string, EntitySet>>;

export type EntitySetName = keyof typeof entitySets;

/** The sets whose entities are directory objects: one id names one of them. */
export const directoryObjectSets = [
  'users',
  'groups',
  'devices',
  'directoryRoles',
] as const satisfies readonly EntitySetName[];
