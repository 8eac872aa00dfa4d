/** Connectors of the directory and of its risk signals: paths are those of Microsoft Graph. Source: connectors reference 3.1, 3.6. */
import { fault, isJsonArray, type Json, type JsonObject, memberIgnoringCase } from '#foundation';
import {
  action,
  type Connector,
  entra,
  objectOf,
  type Operation,
  type OperationInput,
  type ServiceMapping,
  servicePrincipal,
  token,
  usualThrottle,
} from './connector.ts';

const graph = 'https://graph.microsoft.com';
const service = {
  kind: 'http',
  endpoint: graph,
  headers: { authorization: 'Bearer {token}' },
  open: true,
  here: 'directory',
} as const;

const user = {
  id: '6f0b5f3e-6d0e-4f9a-9c51-3d0e7a6f1b11',
  displayName: 'Ana Ferreira',
  givenName: 'Ana',
  surname: 'Ferreira',
  userPrincipalName: 'ana.ferreira@example.com',
  mail: 'ana.ferreira@example.com',
  jobTitle: 'Accountant',
  mobilePhone: '+351 555 0100',
  businessPhones: ['+351 555 0101'],
  officeLocation: 'Lisbon',
  preferredLanguage: 'pt-PT',
  accountEnabled: true,
} as const;

const riskyUser = {
  id: user.id,
  isDeleted: false,
  isProcessing: false,
  riskLevel: 'high',
  riskState: 'atRisk',
  riskDetail: 'none',
  riskLastUpdatedDateTime: '2026-11-20T09:00:00Z',
  userDisplayName: user.displayName,
  userPrincipalName: user.userPrincipalName,
} as const;

const group = {
  id: 'b0c1d2e3-f4a5-4b6c-8d7e-9f0a1b2c3d4e',
  displayName: 'SOC',
  description: 'Security operations',
  groupTypes: [],
  mail: null,
  mailEnabled: false,
  mailNickname: 'soc',
  securityEnabled: true,
  visibility: null,
  createdDateTime: '2026-01-01T00:00:00Z',
} as const;

const users = '/v1.0/users/{userIdOrPrincipalName}';
const groups = '/v1.0/groups/{groupId}';
const groupIds = { status: 200, body: { value: [group.id] } } as const;

/** The connector's callers give an id where Microsoft Graph wants the address of an object. */
function referenceTo(set: 'directoryObjects' | 'users'): Partial<Operation> {
  return {
    call: {
      body: ({ body }) => {
        const id = memberIgnoringCase(body ?? null, '@odata.id');
        if (typeof id !== 'string' || id.trim() === '')
          return fault('InvalidRequestContent', "The request names nobody: it has no '@odata.id'.");
        return { '@odata.id': /^https?:/i.test(id) ? id : `${graph}/v1.0/${set}/${encodeURIComponent(id.trim())}` };
      },
    },
  };
}

/** Properties of one's own stand beside the others at Microsoft Graph; the connector has them apart. */
function withOwnProperties({ body }: OperationInput): JsonObject {
  const { customProperties, ...rest } = objectOf(body);
  return { ...rest, ...objectOf(customProperties) };
}

/** A group of no type is a list without `None`, which the connector offers. */
function newGroup(groupTypes?: readonly string[]): ServiceMapping {
  return {
    to: 'POST /v1.0/groups',
    body: ({ body }) => {
      const given = objectOf(body);
      const named = given['groupTypes'];
      const types = groupTypes ?? (isJsonArray(named) ? named.filter((type) => type !== 'None') : []);
      return { ...given, groupTypes: [...types] };
    },
  };
}

/** Which groups are meant is asked for by the service and defaulted by the connector. */
const securityGroupsOnly: ServiceMapping['body'] = ({ body }) => ({ securityEnabledOnly: true, ...objectOf(body) });

const directory: readonly Operation[] = [
  action('GetUser', `GET ${users}`, 'Get user', { status: 200, body: user }),
  action('UpdateUser', `PATCH ${users}`, 'Update user', { status: 204 }, { call: { body: withOwnProperties } }),
  action('CreateUser', 'POST /v1.0/users', 'Create user', { status: 201, body: user }),
  action('RefreshTokens', `POST ${users}/revokeSignInSessions`, 'Refresh tokens (revoke sign-in sessions)', {
    status: 200,
    body: { value: true },
  }),
  action('AssignManager', `PUT ${users}/manager/$ref`, 'Assign manager', { status: 204 }, referenceTo('users')),
  action('GetMemberGroups', `POST ${users}/getMemberGroups`, 'Get groups of a user', groupIds, {
    call: { body: securityGroupsOnly },
  }),
  action('GetMemberGroupsV2', `POST /v2${users}/getMemberGroups`, 'Get groups of a user (V2)', groupIds, {
    call: { to: `POST ${users}/getMemberGroups`, body: securityGroupsOnly },
  }),
  action('CheckMemberGroups', `POST ${users}/checkMemberGroups`, 'Check group membership', groupIds),
  action('CheckMemberGroupsV2', `POST /v2${users}/checkMemberGroups`, 'Check group membership (V2)', groupIds, {
    call: { to: `POST ${users}/checkMemberGroups` },
  }),
  action('GetGroup', `GET ${groups}`, 'Get group', { status: 200, body: group }),
  action(
    'CreateGroup',
    'POST /v1.0/groups',
    'Create group',
    { status: 201, body: group },
    {
      call: newGroup(),
    },
  ),
  action(
    'CreateOffice365Group',
    'POST /v1.0/groups/office365',
    'Create Office 365 group',
    { status: 201, body: { ...group, groupTypes: ['Unified'], mailEnabled: true } },
    { call: newGroup(['Unified']) },
  ),
  action(
    'CreateSecurityGroup',
    'POST /v1.0/groups/securityGroup',
    'Create security group',
    { status: 201, body: group },
    { call: newGroup([]) },
  ),
  action('GetGroupMembers', `GET ${groups}/members`, 'Get group members', { status: 200, body: { value: [user] } }),
  action(
    'AddUserToGroup',
    `POST ${groups}/members/$ref`,
    'Add user to group',
    { status: 204 },
    referenceTo('directoryObjects'),
  ),
  action('RemoveMemberFromGroup', `DELETE ${groups}/members/{memberId}/$ref`, 'Remove member from group', {
    status: 204,
  }),
];

const protection = '/v1.0/identityProtection';

const riskDetection = {
  id: '2856d6e87c5c3a74ec70e8a1a0d5e3c1',
  userId: user.id,
  userDisplayName: user.displayName,
  userPrincipalName: user.userPrincipalName,
  riskEventType: 'unfamiliarFeatures',
  riskState: 'atRisk',
  riskLevel: 'high',
  riskDetail: 'none',
  detectionTimingType: 'realtime',
  activity: 'signin',
  ipAddress: '203.0.113.7',
  activityDateTime: '2026-11-20T08:58:00Z',
  detectedDateTime: '2026-11-20T09:00:00Z',
  lastUpdatedDateTime: '2026-11-20T09:00:00Z',
} as const;

const riskHistory = { ...riskyUser, activity: { eventTypes: ['unfamiliarFeatures'], detail: null }, initiatedBy: null };

/** The connector's paths lack the part of Microsoft Graph that risks are in. */
function ofProtection(id: string, route: string, summary: string, answer: Operation['answer']): Operation {
  const [method = 'GET', path = ''] = route.split(' ');
  return action(id, `${method} /beta/${path}`, summary, answer, { call: { to: `${method} ${protection}/${path}` } });
}

const list = (one: Json) => ({ status: 200, body: { value: [one] } }) as const;

const risks: readonly Operation[] = [
  ofProtection('ConfirmRiskyUser', 'POST riskyUsers/confirmCompromised', 'Confirm a risky user as compromised', {
    status: 204,
  }),
  ofProtection('DismissRiskyUser', 'POST riskyUsers/dismiss', 'Dismiss a risky user', { status: 204 }),
  ofProtection('GetRiskyUsers', 'GET riskyUsers', 'Get risky users', list(riskyUser)),
  ofProtection('GetRiskyUser', 'GET riskyUsers/{userId}', 'Get risky user', { status: 200, body: riskyUser }),
  ofProtection(
    'GetRiskyUserHistory',
    'GET riskyUsers/{userId}/history',
    'Get the risk history of a risky user',
    list(riskHistory),
  ),
  ofProtection('GetRiskDetections', 'GET riskDetections', 'Get risk detections', list(riskDetection)),
  ofProtection('GetRiskDetection', 'GET riskDetections/{riskDetectionId}', 'Get risk detection', {
    status: 200,
    body: riskDetection,
  }),
];

const profile = '/codeless/v1.0/users/{id}';

const people: readonly Operation[] = [
  action(
    'Manager_V2',
    `GET ${profile}/manager`,
    'Get manager (V2)',
    { status: 200, body: user },
    { call: { to: 'GET /v1.0/users/{id}/manager' } },
  ),
  action(
    'UserProfile_V2',
    `GET ${profile}`,
    'Get user profile (V2)',
    { status: 200, body: user },
    { call: { to: 'GET /v1.0/users/{id}' } },
  ),
  action(
    'MyProfile_V2',
    'GET /codeless/v1.0/me',
    'Get my profile (V2)',
    { status: 200, body: user },
    { call: { to: 'GET /v1.0/me' } },
  ),
  action(
    'DirectReports_V2',
    `GET ${profile}/directReports`,
    'Get direct reports (V2)',
    { status: 200, body: { value: [user] } },
    {
      call: { to: 'GET /v1.0/users/{id}/directReports' },
    },
  ),
];

const indicators = '/beta/security/tiIndicators';
const indicator = {
  id: 'c6fb948b-89c5-3bba-a2cd-a9d9a1e430e4',
  action: 'alert',
  targetProduct: 'Azure Sentinel',
  threatType: 'C2',
  tlpLevel: 'green',
  networkIPv4: '203.0.113.7',
  description: 'By a playbook',
  expirationDateTime: '2026-12-20T00:00:00Z',
  externalId: 'feed-1',
  isActive: true,
  tags: [],
} as const;
const results = list({ code: 0, message: '', subCode: null });
const alertPath = '/v1.0/security/alerts/{alertId}';
const graphAlert = {
  id: '2518770965529163669_F144EE95-A3E5-42DA-A279-967D115809AA',
  title: 'Suspicious sign-in',
  category: 'VM_LoginBruteForceSuccess',
  severity: 'high',
  status: 'newAlert',
  createdDateTime: '2026-11-20T09:12:40Z',
  description: 'A sign-in after many failed ones',
  vendorInformation: { provider: 'Microsoft Defender for Cloud', vendor: 'Microsoft' },
} as const;

const security: readonly Operation[] = [
  action(
    'SubmitTiIndicators',
    `POST ${indicators}/submitTiIndicators`,
    'Submit multiple tiIndicators',
    list(indicator),
  ),
  action('CreateTiIndicator', `POST ${indicators}`, 'Create tiIndicator', { status: 201, body: indicator }),
  action('GetTiIndicators', `GET ${indicators}`, 'Get tiIndicators', list(indicator)),
  action('GetTiIndicator', `GET ${indicators}/{tiIndicatorId}`, 'Get tiIndicator by ID', {
    status: 200,
    body: indicator,
  }),
  action('UpdateTiIndicator', `PATCH ${indicators}/{tiIndicatorId}`, 'Update tiIndicator by ID', { status: 204 }),
  action(
    'UpdateTiIndicators',
    `POST ${indicators}/updateTiIndicators`,
    'Update multiple tiIndicators',
    list(indicator),
  ),
  action('DeleteTiIndicator', `DELETE ${indicators}/{tiIndicatorId}`, 'Delete tiIndicator by ID', { status: 204 }),
  action('DeleteTiIndicators', `POST ${indicators}/deleteTiIndicators`, 'Delete multiple tiIndicators by IDs', results),
  action(
    'DeleteTiIndicatorsByExternalId',
    `POST ${indicators}/deleteTiIndicatorsByExternalId`,
    'Delete multiple tiIndicators by external IDs',
    results,
  ),
  action('GetAlerts', 'GET /v1.0/security/alerts', 'Get alerts', list(graphAlert)),
  action('GetAlert', `GET ${alertPath}`, 'Get alert by ID', { status: 200, body: graphAlert }),
  action('UpdateAlert', `PATCH ${alertPath}`, 'Update alert', { status: 204 }),
];

function graphConnector(
  name: string,
  displayName: string,
  scopes: readonly string[],
  operations: readonly Operation[],
): Connector {
  return {
    name,
    displayName,
    brandColor: '#0072C6',
    parameters: [token],
    alternatives: [servicePrincipal],
    oauth: entra(
      graph,
      scopes.map((scope) => `${graph}/${scope}`),
    ),
    service,
    throttle: usualThrottle,
    test: 'GET /v1.0/me',
    operations,
  };
}

export const directoryConnectors: readonly Connector[] = [
  graphConnector('azuread', 'Microsoft Entra ID', ['User.ReadWrite.All', 'Group.ReadWrite.All'], directory),
  graphConnector('azureadip', 'Microsoft Entra ID Protection', ['IdentityRiskyUser.ReadWrite.All'], risks),
  graphConnector('office365users', 'Office 365 Users', ['User.Read.All'], people),
  graphConnector(
    'microsoftgraphsecurity',
    'Microsoft Graph Security',
    ['ThreatIndicators.ReadWrite.OwnedBy', 'SecurityAlert.ReadWrite.All', 'SecurityEvents.ReadWrite.All'],
    security,
  ),
];
