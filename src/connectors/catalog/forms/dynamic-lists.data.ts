/**
 * Which parameters are chosen from a list that the connected service answers, and which from a fixed one.
 *
 * A row names parameters of an operation as forms do (`a`, within the body `a.b`), the operation that lists, what it is asked
 * with (`name=parameter`, or `name='constant'`; of several parameters the first that the operation has), and where in its answer
 * the list, each value and each title stand. Source: connectors reference 3; the `x-ms-dynamic-values` of connectors' documents.
 */
export type DynamicListRow = readonly [
  connector: string,
  parameters: string,
  operation: string,
  asked: string,
  collection: string,
  value: string,
  title: string,
];

const team = 'groupId recipient.groupId body.recipient.groupId';

export const dynamicLists: readonly DynamicListRow[] = [
  ['arm', 'subscription', 'Subscriptions_List', '', 'value', 'subscriptionId', 'displayName'],
  ['arm', 'resourceGroup', 'ResourceGroups_List', 'subscription=subscription', 'value', 'name', 'name'],
  ['azuread', 'userIdOrPrincipalName', 'ListUsers', '', 'value', 'userPrincipalName', 'displayName'],
  ['azuread', 'groupId', 'ListGroups', '', 'value', 'id', 'displayName'],
  ['azureautomation', 'subscriptionId', 'ListSubscriptions', '', 'value', 'subscriptionId', 'displayName'],
  ['azureautomation', 'resourceGroup', 'ListResourceGroups', 'subscriptionId=subscriptionId', 'value', 'name', 'name'],
  [
    'azureautomation',
    'automationAccount',
    'ListAutomationAccounts',
    'subscriptionId=subscriptionId resourceGroup=resourceGroup',
    'value',
    'name',
    'name',
  ],
  [
    'azureautomation',
    'runbookName',
    'ListRunbooks',
    'subscriptionId=subscriptionId resourceGroup=resourceGroup automationAccount=automationAccount',
    'value',
    'name',
    'name',
  ],
  ['azuremonitorlogs', 'subscriptions', 'ListSubscriptions', '', 'value', 'subscriptionId', 'displayName'],
  ['azuremonitorlogs', 'resourcegroups', 'ListResourceGroups', 'subscription=subscriptions', 'value', 'name', 'name'],
  [
    'azuremonitorlogs',
    'resourcename',
    'ListWorkspaces',
    'subscription=subscriptions resourceGroup=resourcegroups',
    'value',
    'name',
    'name',
  ],
  ['azuresentinel', 'subscriptionId', 'ListSubscriptions', '', 'value', 'subscriptionId', 'displayName'],
  ['azuresentinel', 'resourceGroup', 'ListResourceGroups', 'subscription=subscriptionId', 'value', 'name', 'name'],
  [
    'azuresentinel',
    'workspaceId',
    'ListWorkspaces',
    'subscription=subscriptionId resourceGroup=resourceGroup',
    'value',
    'name',
    'name',
  ],
  ['azurevm', 'subscription', 'ListSubscriptions', '', 'value', 'subscriptionId', 'displayName'],
  ['azurevm', 'resourceGroup', 'ListResourceGroups', 'subscription=subscription', 'value', 'name', 'name'],
  [
    'azurevm',
    'virtualMachine',
    'VirtualMachine_List',
    'subscription=subscription resourceGroup=resourceGroup',
    'value',
    'name',
    'name',
  ],
  ['github', 'repositoryOwner', 'ListRepositories', '', '', 'owner/login', 'owner/login'],
  ['github', 'repositoryName', 'ListRepositories', '', '', 'name', 'full_name'],
  ['jira', 'projectKey', 'ListProjects', '', '', 'key', 'name'],
  ['jira', 'issueTypeIds fields.issuetype.id', 'GetProject', 'projectKey=projectKey', 'issueTypes', 'id', 'name'],
  ['keyvault', 'secretName', 'ListSecrets', '', 'value', 'name', 'name'],
  ['office365', 'folderPath', 'ListMailFolders', '', 'value', 'id', 'displayName'],
  [
    'service-now',
    'tableType',
    'GetRecords',
    "tableType='sys_db_object' sysparm_fields='name,label' sysparm_limit='1000'",
    'result',
    'name',
    'label',
  ],
  ['sharepointonline', 'siteUrl', 'ListSites', '', 'value', 'webUrl', 'displayName'],
  ['slack', 'channel', 'ListChannels', '', 'channels', 'id', 'name'],
  ['sql', 'server', 'GetServers_V2', '', 'value', 'Name', 'DisplayName'],
  ['sql', 'database', 'GetDatabases_V2', 'server=server', 'value', 'Name', 'DisplayName'],
  ['sql', 'table', 'GetTables_V2', 'server=server database=database', 'value', 'Name', 'DisplayName'],
  ['sql', 'procedure', 'GetProcedures_V2', 'server=server database=database', 'value', 'Name', 'DisplayName'],
  ['sql', 'table', 'GetTables', '', 'value', 'Name', 'DisplayName'],
  ['sql', 'procedure', 'GetProcedures', '', 'value', 'Name', 'DisplayName'],
  ['teams', team, 'GetAllTeams', '', 'value', 'id', 'displayName'],
  [
    'teams',
    'channelId recipient.channelId body.recipient.channelId',
    'GetChannelsForGroup',
    'groupId=groupId|recipient.groupId|body.recipient.groupId',
    'value',
    'id',
    'displayName',
  ],
  ['visualstudioteamservices', 'project', 'ListProjects', 'account=account', 'value', 'name', 'name'],
  ['visualstudioteamservices', 'type', 'ListWorkItemTypes', 'project=project account=account', 'value', 'name', 'name'],
  ['wdatp', 'machineId', 'GetMachines', '', 'value', 'id', 'computerDnsName'],
];

/** Values that the service knows and its document lists. */
export const fixedLists: readonly (readonly [connector: string, parameter: string, values: readonly string[]])[] = [
  ['azuremonitorlogs', 'resourcetype', ['Log Analytics Workspace']],
  ['azuremonitorlogs', 'visType', ['Html Table']],
  ['teams', 'location', ['Channel', 'Group chat', 'Chat with Flow bot']],
  ['teams', 'poster', ['Flow bot', 'User']],
];

/** What parameters are called where their names say it badly. */
export const parameterLabels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  azuread: { userIdOrPrincipalName: 'User id or principal name', groupId: 'Group' },
  azureautomation: {
    subscriptionId: 'Subscription',
    resourceGroup: 'Resource Group',
    automationAccount: 'Automation Account',
    runbookName: 'Runbook Name',
    wait: 'Wait for Job',
  },
  azuremonitorlogs: {
    subscriptions: 'Subscription',
    resourcegroups: 'Resource Group',
    resourcetype: 'Resource Type',
    resourcename: 'Resource Name',
    timerange: 'Time Range',
    visType: 'Chart Type',
  },
  jira: {
    projectKey: 'Project',
    issueTypeIds: 'Issue Type',
    issueKey: 'Issue Key',
    'fields.summary': 'Summary',
    'fields.description': 'Description',
    'fields.labels': 'Labels',
  },
  office365: { folderPath: 'Folder' },
  'service-now': { tableType: 'Record Type', sys_id: 'System ID' },
  sharepointonline: { siteUrl: 'Site Address' },
  teams: {
    poster: 'Post as',
    location: 'Post in',
    groupId: 'Team',
    channelId: 'Channel',
    'recipient.groupId': 'Team',
    'recipient.channelId': 'Channel',
    'body.recipient.groupId': 'Team',
    'body.recipient.channelId': 'Channel',
  },
  visualstudioteamservices: { account: 'Organization Name', project: 'Project Name', type: 'Work Item Type' },
};
