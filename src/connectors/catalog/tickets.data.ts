/** Connectors that open tickets and wake people. Source: connectors reference 3.1, 3.6. */
import { fault, type Json, type JsonObject, memberIgnoringCase } from '#foundation';
import {
  action,
  type Connector,
  objectOf,
  type Operation,
  type OperationInput,
  secret,
  servicePrincipal,
  text,
  token,
  type ServiceMapping,
} from './connector.ts';
import {
  githubOperations,
  opsGenieOperations,
  pagerDutyOperations,
  serviceNowOperations,
} from './vendor-operations.data.ts';
import { devOpsTriggers } from './devops-triggers.ts';
import { githubTriggers } from './github-triggers.ts';
import { jiraTriggers } from './jira-triggers.ts';

// --- ServiceNow: paths, queries and bodies are those of the Table API -------------------------------------------

const record = {
  result: {
    sys_id: '9d385017c611228701d22104cc95c371',
    number: 'INC0010042',
    short_description: 'Potential SQL brute force attempt',
    state: '1',
    priority: '1',
  },
} as const;
const table = '/api/now/v2/table/{tableType}';

const serviceNow: Connector = {
  name: 'service-now',
  displayName: 'ServiceNow',
  brandColor: '#D1232B',
  parameters: [text('instance', 'Instance name'), text('username', 'User name'), secret('password', 'Password')],
  service: {
    kind: 'http',
    endpoint: 'https://{instance}.service-now.com',
    headers: { authorization: 'basic:{username}:{password}' },
    open: true,
  },
  throttle: { calls: 600, seconds: 60 },
  test: 'GET /api/now/v2/table/sys_user?sysparm_limit=1',
  operations: [
    action('CreateRecord', `POST ${table}`, 'Create Record', { status: 201, body: record }),
    action('GetRecords', `GET ${table}`, 'List Records', { status: 200, body: { result: [record.result] } }),
    action('GetRecord', `GET ${table}/{sys_id}`, 'Get Record', { status: 200, body: record }),
    action('UpdateRecord', `PUT ${table}/{sys_id}`, 'Update Record', { status: 200, body: record }),
    action('DeleteRecord', `DELETE ${table}/{sys_id}`, 'Delete Record', { status: 204 }),
    ...serviceNowOperations,
  ],
};

// --- Jira -------------------------------------------------------------------------------------------------------

const issue = { id: '10042', key: 'SOC-42', self: 'https://example.atlassian.net/rest/api/2/issue/10042' } as const;

/** Project and issue type come as queries; `labels` may be one text. */
function issueBody({ query, body }: OperationInput): Json {
  const fields = objectOf(memberIgnoringCase(body ?? null, 'fields'));
  const { labels, ...others } = fields;
  const project = query['projectKey'] ?? '';
  const type = query['issueTypeIds'] ?? '';
  return {
    fields: {
      ...others,
      ...(labels === undefined
        ? {}
        : { labels: typeof labels === 'string' ? labels.split(/[\s,;]+/).filter((one) => one !== '') : labels }),
      ...(project === '' ? {} : { project: { key: project } }),
      ...(type === '' || fields['issuetype'] !== undefined ? {} : { issuetype: { id: type } }),
    },
  };
}

const createIssue: ServiceMapping = { to: 'POST /rest/api/2/issue', query: () => ({}), body: issueBody };

function jiraCall(route: string): ServiceMapping {
  return { to: route };
}

const jira: Connector = {
  name: 'jira',
  displayName: 'Jira',
  brandColor: '#0052CC',
  parameters: [text('jirainstance', 'Jira instance'), text('username', 'Email'), secret('password', 'API token')],
  service: {
    kind: 'http',
    endpoint: 'https://{jirainstance}.atlassian.net',
    headers: { authorization: 'basic:{username}:{password}' },
  },
  throttle: { calls: 600, seconds: 60 },
  test: 'GET /rest/api/2/myself',
  operations: [
    ...jiraTriggers,
    action('CreateIssue', 'POST /issue', 'Create a new issue', { status: 201, body: issue }, { call: createIssue }),
    action(
      'CreateIssueV3',
      'POST /v3/issue',
      'Create a new issue (V3)',
      { status: 201, body: issue },
      { call: createIssue },
    ),
    action(
      'CreateIssueV2',
      'POST /v2/issue',
      'Create a new issue (V2)',
      { status: 201, body: issue },
      { call: createIssue },
    ),
    action(
      'GetIssue',
      'GET /issue/{issueKey}',
      'Get issue by key',
      { status: 200, body: { ...issue, fields: { summary: 's', status: { name: 'To Do' } } } },
      {
        call: jiraCall('GET /rest/api/2/issue/{issueKey}'),
      },
    ),
    action(
      'UpdateIssue',
      'PUT /issue/{issueKey}',
      'Edit issue',
      { status: 204 },
      {
        call: { to: 'PUT /rest/api/2/issue/{issueKey}', query: () => ({}), body: issueBody },
      },
    ),
    action(
      'AddComment',
      'POST /issue/{issueKey}/comment',
      'Add comment',
      { status: 201, body: { id: '10101', body: 'text', created: '2026-11-20T09:15:00.000+0000' } },
      {
        call: jiraCall('POST /rest/api/2/issue/{issueKey}/comment'),
      },
    ),
    action(
      'ListProjects',
      'GET /project',
      'Get projects',
      { status: 200, body: [{ id: '10000', key: 'SOC', name: 'Security operations' }] },
      { call: jiraCall('GET /rest/api/2/project') },
    ),
  ],
};

// --- Azure DevOps -----------------------------------------------------------------------------------------------

const workItemFields: Readonly<Record<string, string>> = {
  title: 'System.Title',
  description: 'System.Description',
  area: 'System.AreaPath',
  areapath: 'System.AreaPath',
  iteration: 'System.IterationPath',
  iterationpath: 'System.IterationPath',
  state: 'System.State',
  reason: 'System.Reason',
  assignedto: 'System.AssignedTo',
  priority: 'Microsoft.VSTS.Common.Priority',
  severity: 'Microsoft.VSTS.Common.Severity',
  acceptancecriteria: 'Microsoft.VSTS.Common.AcceptanceCriteria',
};

/** The members of the operation as a JSON Patch of fields. */
function workItemPatch({ body }: OperationInput): Json {
  const patch: JsonObject[] = [];
  const add = (field: string, value: Json): void => {
    if (value !== null && value !== '') patch.push({ op: 'add', path: `/fields/${field}`, value });
  };
  for (const [name, value] of Object.entries(objectOf(body))) {
    const field = workItemFields[name.toLowerCase()];
    if (field !== undefined) add(field, value);
    else if (/^(userEnteredFields|dynamicFields)$/i.test(name)) {
      for (const [inner, entered] of Object.entries(objectOf(value))) {
        add(workItemFields[inner.toLowerCase()] ?? inner, entered);
      }
    } else if (name.includes('.')) add(name, value);
  }
  return patch;
}

const jsonPatch = { 'content-type': 'application/json-patch+json' } as const;
const workItem = {
  id: 297,
  rev: 1,
  url: 'https://dev.azure.com/contoso/_apis/wit/workItems/297',
  fields: { 'System.Title': 't', 'System.State': 'New', 'System.WorkItemType': 'Bug' },
} as const;

function organisation({ query, connection }: OperationInput): string {
  return query['account'] ?? query['organization'] ?? connection['account'] ?? '';
}

/** `POST /{account}/…`: the organisation is a query of the operation and the first segment of the service's path. */
function inOrganisation(method: string, tail: (input: OperationInput) => string): ServiceMapping {
  return {
    to: (input) => {
      const account = organisation(input);
      if (account === '')
        return fault('InvalidRequestContent', "The operation names no organization: query 'account' is empty.");
      return `${method} /${encodeURIComponent(account)}/${tail(input)}`;
    },
    query: ({ query }) => {
      const { account: _, organization: __, ...others } = query;
      return { ...others, 'api-version': '7.1' };
    },
  };
}

const segment = (input: OperationInput, name: string): string => encodeURIComponent(input.path[name] ?? '');

const devOpsOperations: readonly Operation[] = [
  ...(['PATCH', 'POST'] as const).map((method) =>
    action(
      method === 'PATCH' ? 'CreateWorkItem' : 'CreateWorkItemV2',
      `${method} /{project}/_apis/wit/workitems/\${type}`,
      'Create a work item',
      { status: 200, body: workItem },
      {
        call: {
          ...inOrganisation(
            'POST',
            (input) => `${segment(input, 'project')}/_apis/wit/workitems/$${segment(input, 'type')}`,
          ),
          headers: () => jsonPatch,
          body: workItemPatch,
        },
      },
    ),
  ),
  action(
    'UpdateWorkItem',
    'PATCH /_apis/wit/workitems/{id}',
    'Update a work item',
    { status: 200, body: workItem },
    {
      call: {
        ...inOrganisation('PATCH', (input) => `_apis/wit/workitems/${segment(input, 'id')}`),
        headers: () => jsonPatch,
        body: workItemPatch,
      },
    },
  ),
  action(
    'GetWorkItem',
    'GET /_apis/wit/workitems/{id}',
    'Get work item details',
    { status: 200, body: workItem },
    {
      call: inOrganisation('GET', (input) => `_apis/wit/workitems/${segment(input, 'id')}`),
    },
  ),
  action(
    'QueueBuild',
    'POST /{project}/_apis/build/builds',
    'Queue a new build',
    { status: 200, body: { id: 1, status: 'notStarted' } },
    {
      call: inOrganisation('POST', (input) => `${segment(input, 'project')}/_apis/build/builds`),
    },
  ),
];

const azureDevOps: Connector = {
  name: 'visualstudioteamservices',
  displayName: 'Azure DevOps',
  brandColor: '#0078D7',
  description: 'Signs in by consent, or with a personal access token (`pat`).',
  parameters: [token],
  alternatives: [
    { name: 'pat', displayName: 'Personal access token', parameters: [secret('pat', 'Personal access token')] },
    servicePrincipal,
  ],
  oauth: {
    identityProvider: 'aad',
    authorizationUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
    tokenUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
    scopes: ['499b84ac-1321-427f-aa17-267ca6975798/user_impersonation', 'offline_access'],
    resource: '499b84ac-1321-427f-aa17-267ca6975798',
  },
  service: { kind: 'http', endpoint: 'https://dev.azure.com', headers: { authorization: 'basic:{username}:{pat}' } },
  throttle: { calls: 300, seconds: 60 },
  operations: [...devOpsTriggers, ...devOpsOperations],
};

// --- GitHub -----------------------------------------------------------------------------------------------------

const githubIssue = {
  id: 1,
  number: 42,
  state: 'open',
  title: 't',
  html_url: 'https://github.com/contoso/soc/issues/42',
} as const;
const githubAnswer = { 'x-github-api-version': '2022-11-28', accept: 'application/vnd.github+json' } as const;
const repository = '/repos/{repositoryOwner}/{repositoryName}';

const github: Connector = {
  name: 'github',
  displayName: 'GitHub',
  brandColor: '#4078C0',
  parameters: [token],
  oauth: {
    identityProvider: 'github',
    authorizationUrl: 'https://github.com/login/oauth/authorize',
    tokenUrl: 'https://github.com/login/oauth/access_token',
    scopes: ['repo'],
  },
  service: {
    kind: 'http',
    endpoint: 'https://api.github.com',
    headers: { authorization: 'Bearer {token}', ...githubAnswer },
    open: true,
  },
  throttle: { calls: 300, seconds: 60 },
  test: 'GET /user',
  operations: [
    ...githubTriggers,
    action('IssueCreate', `POST ${repository}/issues`, 'Create an issue', { status: 201, body: githubIssue }),
    action('IssueGet', `GET ${repository}/issues/{issueNumber}`, 'Get a particular issue', {
      status: 200,
      body: githubIssue,
    }),
    action('IssueUpdate', `PATCH ${repository}/issues/{issueNumber}`, 'Update an issue', {
      status: 200,
      body: githubIssue,
    }),
    action('IssueCommentCreate', `POST ${repository}/issues/{issueNumber}/comments`, 'Add a comment to an issue', {
      status: 201,
      body: { id: 1, body: 'text' },
    }),
    action('RepositoryDispatch', `POST ${repository}/dispatches`, 'Create a repository dispatch event', {
      status: 204,
    }),
    action(
      'WorkflowDispatch',
      `POST ${repository}/actions/workflows/{workflowId}/dispatches`,
      'Create a workflow dispatch event',
      { status: 204 },
    ),
    ...githubOperations,
  ],
};

// --- Waking people ----------------------------------------------------------------------------------------------

const pagerIncident = {
  incident: {
    id: 'PT4KHLK',
    type: 'incident',
    incident_number: 1234,
    title: 't',
    status: 'triggered',
    html_url: 'https://contoso.pagerduty.com/incidents/PT4KHLK',
  },
} as const;

const pagerDuty: Connector = {
  name: 'pagerduty',
  displayName: 'PagerDuty',
  brandColor: '#06AC38',
  parameters: [secret('api_key', 'API key')],
  service: {
    kind: 'http',
    endpoint: 'https://api.pagerduty.com',
    headers: { authorization: 'Token token={api_key}', accept: 'application/vnd.pagerduty+json;version=2' },
    open: true,
  },
  throttle: { calls: 900, seconds: 60 },
  test: 'GET /abilities',
  operations: [
    action('CreateIncident', 'POST /incidents', 'Create an incident', { status: 201, body: pagerIncident }),
    action('GetIncident', 'GET /incidents/{id}', 'Get an incident', { status: 200, body: pagerIncident }),
    action('ListIncidents', 'GET /incidents', 'List incidents', {
      status: 200,
      body: { incidents: [pagerIncident.incident], more: false },
    }),
    action('UpdateIncident', 'PUT /incidents/{id}', 'Update an incident', { status: 200, body: pagerIncident }),
    action('CreateNote', 'POST /incidents/{id}/notes', 'Create a note on an incident', {
      status: 201,
      body: { note: { id: 'P1', content: 'text' } },
    }),
    action(
      'CreateEvent',
      'POST /v2/enqueue',
      'Send an event',
      { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: 'k' } },
      {
        call: {
          to: ({ connection }) => `POST ${connection['eventsEndpoint'] ?? 'https://events.pagerduty.com'}/v2/enqueue`,
          body: ({ body, connection }) => ({ routing_key: connection['api_key'] ?? '', ...objectOf(body) }),
        },
      },
    ),
    ...pagerDutyOperations,
  ],
};

const opsGenie: Connector = {
  name: 'opsgenie',
  displayName: 'Opsgenie',
  brandColor: '#2684FF',
  parameters: [secret('api_key', 'API key')],
  service: {
    kind: 'http',
    endpoint: 'https://api.opsgenie.com',
    headers: { authorization: 'GenieKey {api_key}' },
    open: true,
  },
  throttle: { calls: 600, seconds: 60 },
  test: 'GET /v2/alerts?limit=1',
  operations: [
    action('CreateAlert', 'POST /v2/alerts', 'Create alert', {
      status: 202,
      body: { result: 'Request will be processed', took: 0.3, requestId: '43a29c5c-3dbf-4fa4-9c26-f4f71023e120' },
    }),
    action('GetAlert', 'GET /v2/alerts/{identifier}', 'Get alert', {
      status: 200,
      body: { data: { id: '70413a06-38d6-4c85-92b8-5ebc900d42e2', tinyId: '1791', message: 't', status: 'open' } },
    }),
    action('CloseAlert', 'POST /v2/alerts/{identifier}/close', 'Close alert', {
      status: 202,
      body: { result: 'Request will be processed', requestId: '43a29c5c-3dbf-4fa4-9c26-f4f71023e120' },
    }),
    action('AddNote', 'POST /v2/alerts/{identifier}/notes', 'Add note to alert', {
      status: 202,
      body: { result: 'Request will be processed', requestId: '43a29c5c-3dbf-4fa4-9c26-f4f71023e120' },
    }),
    ...opsGenieOperations,
  ],
};

export const ticketConnectors: readonly Connector[] = [serviceNow, jira, azureDevOps, github, pagerDuty, opsGenie];
