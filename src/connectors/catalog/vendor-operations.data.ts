/**
 * Further operations of connectors whose paths are those of the vendors' own interfaces: nothing is rewritten on the way.
 * Source: the vendors' published API references.
 */
import { action, type Operation } from './connector.ts';

type Answer = Operation['answer'];

const ok = (body: NonNullable<Answer['body']>): Answer => ({ status: 200, body });

// --- Opsgenie: changes are accepted and carried out later ----------------------------------------------------------

const accepted: Answer = {
  status: 202,
  body: { result: 'Request will be processed', took: 0.1, requestId: '43a29c5c-3dbf-4fa4-9c26-f4f71023e120' },
};
const opsGenieAlert = '/v2/alerts/{identifier}';

export const opsGenieOperations: readonly Operation[] = [
  action('ListAlerts', 'GET /v2/alerts', 'List alerts', ok({ data: [{ id: 'a-1', message: 't', status: 'open' }] })),
  action('DeleteAlert', `DELETE ${opsGenieAlert}`, 'Delete alert', accepted),
  ...(
    [
      ['AcknowledgeAlert', 'acknowledge', 'Acknowledge alert'],
      ['UnacknowledgeAlert', 'unacknowledge', 'Unacknowledge alert'],
      ['SnoozeAlert', 'snooze', 'Snooze alert'],
      ['EscalateAlert', 'escalate', 'Escalate alert to next'],
      ['AssignAlert', 'assign', 'Assign alert'],
      ['AddTags', 'tags', 'Add tags to alert'],
      ['AddTeam', 'teams', 'Add team to alert'],
      ['AddResponder', 'responders', 'Add responder to alert'],
    ] as const
  ).map(([id, verb, summary]) => action(id, `POST ${opsGenieAlert}/${verb}`, summary, accepted)),
  action(
    'GetRequestStatus',
    'GET /v2/alerts/requests/{requestId}',
    'Get request status',
    ok({ data: { isSuccess: true, alertId: 'a-1' } }),
  ),
  action('CreateIncident', 'POST /v1/incidents/create', 'Create incident', accepted),
  action('CloseIncident', 'POST /v1/incidents/{identifier}/close', 'Close incident', accepted),
  action('ListSchedules', 'GET /v2/schedules', 'List schedules', ok({ data: [{ id: 's-1', name: 'SOC' }] })),
  action(
    'GetOnCalls',
    'GET /v2/schedules/{identifier}/on-calls',
    'Get on calls',
    ok({ data: { onCallParticipants: [{ name: 'ana@example.com', type: 'user' }] } }),
  ),
];

// --- PagerDuty --------------------------------------------------------------------------------------------------

export const pagerDutyOperations: readonly Operation[] = [
  action(
    'ListNotes',
    'GET /incidents/{id}/notes',
    'List notes of an incident',
    ok({ notes: [{ id: 'P1', content: 'text' }] }),
  ),
  action(
    'ListAlerts',
    'GET /incidents/{id}/alerts',
    'List alerts of an incident',
    ok({ alerts: [{ id: 'P2', status: 'triggered' }] }),
  ),
  action('SnoozeIncident', 'POST /incidents/{id}/snooze', 'Snooze an incident', {
    status: 201,
    body: { incident: { id: 'PT4KHLK' } },
  }),
  action('MergeIncidents', 'PUT /incidents/{id}/merge', 'Merge incidents', ok({ incident: { id: 'PT4KHLK' } })),
  action('CreateStatusUpdate', 'POST /incidents/{id}/status_updates', 'Create a status update', {
    status: 201,
    body: { status_update: { id: 'P3', message: 'text' } },
  }),
  action('ListServices', 'GET /services', 'List services', ok({ services: [{ id: 'P4', name: 'SOC' }], more: false })),
  action('ListUsers', 'GET /users', 'List users', ok({ users: [{ id: 'P5', email: 'ana@example.com' }], more: false })),
  action(
    'ListOnCalls',
    'GET /oncalls',
    'List all of the on-calls',
    ok({ oncalls: [{ user: { id: 'P5' }, escalation_level: 1 }], more: false }),
  ),
];

// --- GitHub -----------------------------------------------------------------------------------------------------

const repository = '/repos/{repositoryOwner}/{repositoryName}';
const githubIssue = {
  id: 1,
  number: 42,
  state: 'open',
  title: 't',
  html_url: 'https://github.com/contoso/soc/issues/42',
} as const;

export const githubOperations: readonly Operation[] = [
  action('IssueList', `GET ${repository}/issues`, 'Get issues of a repository', ok([githubIssue])),
  action(
    'IssueCommentList',
    `GET ${repository}/issues/{issueNumber}/comments`,
    'Get comments of an issue',
    ok([{ id: 1, body: 'text' }]),
  ),
  action(
    'IssueAddLabels',
    `POST ${repository}/issues/{issueNumber}/labels`,
    'Add labels to an issue',
    ok([{ id: 1, name: 'security' }]),
  ),
  action('IssueAddAssignees', `POST ${repository}/issues/{issueNumber}/assignees`, 'Add assignees to an issue', {
    status: 201,
    body: githubIssue,
  }),
  action('PullRequestCreate', `POST ${repository}/pulls`, 'Create a pull request', { status: 201, body: githubIssue }),
  action('ReleaseLatest', `GET ${repository}/releases/latest`, 'Get the latest release', ok({ id: 1, tag_name: 'v1' })),
  action(
    'WorkflowRunList',
    `GET ${repository}/actions/runs`,
    'Get runs of workflows',
    ok({ total_count: 0, workflow_runs: [] }),
  ),
  action(
    'CodeScanningAlerts',
    `GET ${repository}/code-scanning/alerts`,
    'Get code scanning alerts',
    ok([{ number: 1, state: 'open' }]),
  ),
  action(
    'SecretScanningAlerts',
    `GET ${repository}/secret-scanning/alerts`,
    'Get secret scanning alerts',
    ok([{ number: 1, state: 'open' }]),
  ),
  action(
    'DependabotAlerts',
    `GET ${repository}/dependabot/alerts`,
    'Get Dependabot alerts',
    ok([{ number: 1, state: 'open' }]),
  ),
];

// --- ServiceNow -------------------------------------------------------------------------------------------------

const attachment = {
  sys_id: 'f1',
  file_name: 'report.csv',
  table_name: 'incident',
  table_sys_id: 's1',
  size_bytes: '12',
} as const;

export const serviceNowOperations: readonly Operation[] = [
  action(
    'PatchRecord',
    'PATCH /api/now/v2/table/{tableType}/{sys_id}',
    'Change fields of a record',
    ok({ result: { sys_id: 's1', number: 'INC0010042', state: '2' } }),
  ),
  action('Aggregate', 'GET /api/now/stats/{tableType}', 'Count records', ok({ result: { stats: { count: '1' } } })),
  action('ListAttachments', 'GET /api/now/attachment', 'List attachments', ok({ result: [attachment] })),
  action('UploadAttachment', 'POST /api/now/attachment/file', 'Attach a file to a record', {
    status: 201,
    body: { result: attachment },
  }),
  action('DeleteAttachment', 'DELETE /api/now/attachment/{sys_id}', 'Delete an attachment', { status: 204 }),
];

// --- Threat intelligence ------------------------------------------------------------------------------------------

const comment = { data: [{ type: 'comment', id: 'c-1', attributes: { text: 'seen', date: 1795168800 } }] } as const;

export const virusTotalOperations: readonly Operation[] = [
  ...['ip_addresses', 'domains', 'urls', 'files'].flatMap((kind) => [
    action(`Comments_${kind}`, `GET /api/v3/${kind}/{id}/comments`, `Get comments (${kind})`, ok(comment)),
    action(
      `AddComment_${kind}`,
      `POST /api/v3/${kind}/{id}/comments`,
      `Add a comment (${kind})`,
      ok({ data: comment.data[0] }),
    ),
    action(
      `Votes_${kind}`,
      `GET /api/v3/${kind}/{id}/votes`,
      `Get votes (${kind})`,
      ok({ data: [{ type: 'vote', attributes: { verdict: 'malicious', value: 1 } }] }),
    ),
  ]),
  action(
    'ReanalyseFile',
    'POST /api/v3/files/{id}/analyse',
    'Reanalyse a file',
    ok({ data: { type: 'analysis', id: 'a-1' } }),
  ),
  action(
    'Search',
    'GET /api/v3/search',
    'Search for files, URLs, domains, addresses and tags',
    ok({ data: [{ type: 'ip_address', id: '203.0.113.7' }] }),
  ),
];

export const abuseIpDbOperations: readonly Operation[] = [
  action(
    'GetReports',
    'GET /api/v2/reports',
    'Get reports of an address',
    ok({
      data: { total: 1, results: [{ reportedAt: '2026-11-20T09:00:00+00:00', comment: 'ssh', categories: [18, 22] }] },
    }),
  ),
  action(
    'CheckBlock',
    'GET /api/v2/check-block',
    'Check a network',
    ok({ data: { networkAddress: '203.0.113.0', netmask: '255.255.255.0', reportedAddress: [] } }),
  ),
  action(
    'ClearAddress',
    'DELETE /api/v2/clear-address',
    'Clear own reports of an address',
    ok({ data: { numReportsDeleted: 0 } }),
  ),
];

export const greyNoiseOperations: readonly Operation[] = [
  action(
    'QuickCheck',
    'GET /v2/noise/quick/{ip}',
    'Check an address quickly',
    ok({ ip: '203.0.113.7', noise: true, code: '0x01' }),
  ),
  action(
    'Gnql',
    'GET /v2/experimental/gnql',
    'Query (GNQL)',
    ok({ count: 1, complete: true, data: [{ ip: '203.0.113.7', classification: 'malicious' }] }),
  ),
  action(
    'GnqlStats',
    'GET /v2/experimental/gnql/stats',
    'Statistics of a query (GNQL)',
    ok({ count: 1, stats: { classifications: [{ classification: 'malicious', count: 1 }] } }),
  ),
];
