/**
 * Operations that only designers ask: what there is to choose from where a connector has no operation for steps that says so.
 * Source: connectors reference 3; the list calls of Azure Resource Manager, Microsoft Graph, Jira Cloud, Azure DevOps and GitHub.
 */
import type { Json } from '#foundation';
import { action, type Operation, type ServiceMapping } from './connector.ts';

const list = (id: string, path: string, summary: string, value: Json, more: Partial<Operation> = {}): Operation =>
  action(id, `GET ${path}`, summary, { status: 200, body: value }, { forLists: true, ...more });

// --- Azure Resource Manager -------------------------------------------------------------------------------------

const subscriptions = { value: [{ subscriptionId: '00000000-0000-4000-8000-000000000001', displayName: 'Local' }] };
const groups = { value: [{ name: 'rg', location: 'westeurope' }] };
const workspaces = {
  value: [{ name: 'workspace', properties: { customerId: '6f0b5f3e-6d0e-4f9a-9c51-3d0e7a6f1b11' } }],
};
const accounts = { value: [{ name: 'aa-soc', location: 'westeurope' }] };

/** Asked of ARM as the connection's identity, whatever the connector's own service. */
const ofArm = (to: string, version: string): Partial<Operation> => ({
  onArm: true,
  call: { to: `GET ${to}`, query: () => ({ 'api-version': version }) },
});

/** Lists of ARM below a path of their own, which hides no path of the connector. */
const armLists = (subscription: string, group: string): readonly Operation[] => {
  const inSubscription = `/subscriptions/{${subscription}}`;
  return [
    list(
      'ListSubscriptions',
      '/lists/subscriptions',
      'List subscriptions',
      subscriptions,
      ofArm('/subscriptions', '2022-12-01'),
    ),
    list(
      'ListResourceGroups',
      `/lists${inSubscription}/resourceGroups`,
      'List resource groups',
      groups,
      ofArm(`${inSubscription}/resourceGroups`, '2022-09-01'),
    ),
    list(
      'ListWorkspaces',
      `/lists${inSubscription}/resourceGroups/{${group}}/workspaces`,
      'List Log Analytics workspaces',
      workspaces,
      ofArm(
        `${inSubscription}/resourceGroups/{${group}}/providers/Microsoft.OperationalInsights/workspaces`,
        '2022-10-01',
      ),
    ),
    list(
      'ListAutomationAccounts',
      `/lists${inSubscription}/resourceGroups/{${group}}/automationAccounts`,
      'List Automation accounts',
      accounts,
      ofArm(
        `${inSubscription}/resourceGroups/{${group}}/providers/Microsoft.Automation/automationAccounts`,
        '2022-08-08',
      ),
    ),
  ];
};

const named = (operations: readonly Operation[], ...ids: readonly string[]): readonly Operation[] =>
  operations.filter(({ id }) => ids.includes(id));

// --- Others -----------------------------------------------------------------------------------------------------

const graph = (path: string, select: string): Partial<Operation> => ({
  call: { to: `GET ${path}`, query: () => ({ $select: select, $top: '100' }) },
});

const organisation: ServiceMapping = {
  to: ({ query, connection }) =>
    `GET /${encodeURIComponent(query['account'] ?? connection['account'] ?? '')}/_apis/projects`,
  query: () => ({ 'api-version': '7.1' }),
};
const workItemTypes: ServiceMapping = {
  to: ({ path, query, connection }) =>
    `GET /${encodeURIComponent(query['account'] ?? connection['account'] ?? '')}/${encodeURIComponent(path['project'] ?? '')}/_apis/wit/workitemtypes`,
  query: () => ({ 'api-version': '7.1' }),
};

const mailFolders = list(
  'ListMailFolders',
  '/lists/mailFolders',
  'List mail folders',
  { value: [{ id: 'Inbox', displayName: 'Inbox' }] },
  graph('/v1.0/me/mailFolders', 'id,displayName'),
);

/** By connector. */
export const listOperations: Readonly<Record<string, readonly Operation[]>> = {
  azureautomation: named(
    armLists('subscriptionId', 'resourceGroup'),
    'ListSubscriptions',
    'ListResourceGroups',
    'ListAutomationAccounts',
  ),
  azuremonitorlogs: named(
    armLists('subscription', 'resourceGroup'),
    'ListSubscriptions',
    'ListResourceGroups',
    'ListWorkspaces',
  ),
  azuresentinel: named(
    armLists('subscription', 'resourceGroup'),
    'ListSubscriptions',
    'ListResourceGroups',
    'ListWorkspaces',
  ),
  azurevm: named(armLists('subscription', 'resourceGroup'), 'ListSubscriptions', 'ListResourceGroups'),
  azuread: [
    list(
      'ListUsers',
      '/lists/users',
      'List users',
      { value: [{ userPrincipalName: 'ana.ferreira@example.com', displayName: 'Ana Ferreira' }] },
      graph('/v1.0/users', 'userPrincipalName,displayName'),
    ),
    list(
      'ListGroups',
      '/lists/groups',
      'List groups',
      { value: [{ id: '8d0b5f3e-6d0e-4f9a-9c51-3d0e7a6f1b22', displayName: 'Security team' }] },
      graph('/v1.0/groups', 'id,displayName'),
    ),
  ],
  github: [
    list(
      'ListRepositories',
      '/user/repos',
      'List repositories',
      [{ name: 'soc', full_name: 'contoso/soc', owner: { login: 'contoso' } }],
      { call: { query: () => ({ per_page: '100', sort: 'full_name' }) } },
    ),
  ],
  jira: [
    list(
      'GetProject',
      '/project/{projectKey}',
      'Get project',
      { key: 'SOC', name: 'Security operations', issueTypes: [{ id: '10001', name: 'Task' }] },
      { call: { to: 'GET /rest/api/2/project/{projectKey}' } },
    ),
  ],
  office365: [mailFolders],
  sharepointonline: [
    list(
      'ListSites',
      '/lists/sites',
      'List sites',
      { value: [{ webUrl: 'https://contoso.sharepoint.com/sites/soc', displayName: 'SOC' }] },
      { call: { to: 'GET /v1.0/sites', query: () => ({ search: '*', $select: 'webUrl,displayName' }) } },
    ),
  ],
  visualstudioteamservices: [
    list(
      'ListProjects',
      '/lists/projects',
      'List projects',
      { value: [{ id: '6f0b5f3e-6d0e-4f9a-9c51-3d0e7a6f1b11', name: 'SOC' }] },
      { call: organisation },
    ),
    list(
      'ListWorkItemTypes',
      '/lists/projects/{project}/workItemTypes',
      'List work item types',
      { value: [{ name: 'Bug' }, { name: 'Task' }] },
      { call: workItemTypes },
    ),
  ],
};
