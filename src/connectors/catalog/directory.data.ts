/** Connectors of the directory and of its risk signals: paths are those of Microsoft Graph. Source: connectors reference 3.1, 3.6. */
import { action, type Connector, entra, type Operation, servicePrincipal, token, usualThrottle } from './connector.ts';

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

const users = '/v1.0/users/{userIdOrPrincipalName}';
const groups = '/v1.0/groups/{groupId}';

const directory: readonly Operation[] = [
  action('GetUser', `GET ${users}`, 'Get user', { status: 200, body: user }),
  action('UpdateUser', `PATCH ${users}`, 'Update user', { status: 204 }),
  action('CreateUser', 'POST /v1.0/users', 'Create user', { status: 201, body: user }),
  action('RefreshTokens', `POST ${users}/revokeSignInSessions`, 'Refresh tokens (revoke sign-in sessions)', {
    status: 200,
    body: { value: true },
  }),
  action('AssignManager', `PUT ${users}/manager/$ref`, 'Assign manager', { status: 204 }),
  action('GetMemberGroups', `POST ${users}/getMemberGroups`, 'Get groups of a user', {
    status: 200,
    body: { value: [] },
  }),
  action('GetGroup', `GET ${groups}`, 'Get group', {
    status: 200,
    body: { id: 'b0c1d2e3-f4a5-4b6c-8d7e-9f0a1b2c3d4e', displayName: 'SOC' },
  }),
  action('GetGroupMembers', `GET ${groups}/members`, 'Get group members', { status: 200, body: { value: [user] } }),
  action('AddUserToGroup', `POST ${groups}/members/$ref`, 'Add user to group', { status: 204 }),
  action('RemoveMemberFromGroup', `DELETE ${groups}/members/{memberId}/$ref`, 'Remove member from group', {
    status: 204,
  }),
];

const protection = '/v1.0/identityProtection/riskyUsers';

const risks: readonly Operation[] = [
  action(
    'ConfirmRiskyUser',
    'POST /beta/riskyUsers/confirmCompromised',
    'Confirm a risky user as compromised',
    { status: 204 },
    {
      call: { to: `POST ${protection}/confirmCompromised` },
    },
  ),
  action(
    'DismissRiskyUser',
    'POST /beta/riskyUsers/dismiss',
    'Dismiss a risky user',
    { status: 204 },
    {
      call: { to: `POST ${protection}/dismiss` },
    },
  ),
  action(
    'GetRiskyUser',
    'GET /beta/riskyUsers/{userId}',
    'Get risky user',
    { status: 200, body: riskyUser },
    {
      call: { to: `GET ${protection}/{userId}` },
    },
  ),
  action(
    'GetRiskyUserHistory',
    'GET /beta/riskyUsers/{userId}/history',
    'Get risk history of a user',
    { status: 200, body: { value: [riskyUser] } },
    {
      call: { to: `GET ${protection}/{userId}/history` },
    },
  ),
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
    ['ThreatIndicators.ReadWrite.OwnedBy', 'SecurityAlert.Read.All'],
    [
      action(
        'SubmitTiIndicators',
        'POST /beta/security/tiIndicators/submitTiIndicators',
        'Submit multiple tiIndicators',
        {
          status: 200,
          body: {
            value: [{ id: 'c6fb948b-89c5-3bba-a2cd-a9d9a1e430e4', threatType: 'C2', networkIPv4: '203.0.113.7' }],
          },
        },
      ),
      action('CreateTiIndicator', 'POST /beta/security/tiIndicators', 'Create tiIndicator', {
        status: 201,
        body: { id: 'c6fb948b-89c5-3bba-a2cd-a9d9a1e430e4' },
      }),
    ],
  ),
];
