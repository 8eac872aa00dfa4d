/**
 * Polling triggers of Jira.
 *
 * Owns: what each asks its service for. Does not own: the cursor (`news.ts`), actions (`tickets.data.ts`).
 * Source: the published contract of the connector; the REST description of Jira.
 */
import { isJsonArray, isJsonObject, memberOf, textMember } from '#foundation';
import type { Operation, OperationInput, ServiceAnswer } from './connector.ts';
import { type Ask, getPage, idOf, type News, newsTrigger, type Page, type Refused, textAt } from './news.ts';

interface JiraKind {
  /** The field that orders issues: `created`. */
  readonly field: string;
  readonly jql: (input: OperationInput) => string;
}

const quotedJql = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
const projectOf = ({ query }: OperationInput): string => `project = ${quotedJql(query['projectKey'] ?? '')}`;

/** JQL knows times by the clock of the user's zone, but spans of minutes by any: those are asked for. */
function minutesSince(since: Date): number {
  return Math.ceil(Math.max(0, Date.now() - since.getTime()) / 60_000) + 1;
}

function jiraNews(kind: JiraKind, search: string): News {
  const ask = (of: Ask, more: string, order: string, place: string | undefined): Promise<Page | Refused> => {
    const { where, sorted } = splitJql(kind.jql(of.input));
    const jql = `${where === '' ? '' : `(${where}) AND `}${more} ORDER BY ${kind.field} ${order}${sorted}`;
    const query = new URLSearchParams({ jql, fields: '*all', maxResults: '50', ...jiraPlace(place) });
    return getPage(of, `${search}?${query.toString()}`, jiraPage);
  };
  return {
    newest: (of) => ask(of, `${kind.field} IS NOT EMPTY`, 'DESC', undefined),
    from: (of, since, place) => ask(of, `${kind.field} >= -${minutesSince(since)}m`, 'ASC', place),
    time: (issue) => textAt(issue, 'fields', kind.field),
    key: (issue) => `${idOf(issue)} ${textAt(issue, 'fields', kind.field)}`,
    body: (issues) => [...issues],
  };
}

/** An order of the caller's own stands behind ours, which the cursor needs. */
function splitJql(jql: string): { readonly where: string; readonly sorted: string } {
  const [where = '', order] = jql.split(/\border\s+by\b/i);
  return { where: where.trim(), sorted: order === undefined ? '' : `, ${order.trim()}` };
}

/** Cloud goes on by a token, a data centre by a number. */
function jiraPlace(place: string | undefined): Readonly<Record<string, string>> {
  if (place === undefined) return {};
  const [kind = '', value = ''] = place.split(/ (.*)/s);
  return { [kind]: value };
}

function jiraPage({ body = null }: ServiceAnswer): Page {
  const issues = memberOf(body, 'issues');
  const things = (isJsonArray(issues) ? issues : []).filter(isJsonObject);
  const token = textMember(body, 'nextPageToken');
  const end = Number(memberOf(body, 'startAt') ?? 0) + things.length;
  const isMore = things.length > 0 && end < Number(memberOf(body, 'total') ?? 0);
  return { things, next: token === undefined ? (isMore ? `startAt ${end}` : undefined) : `nextPageToken ${token}` };
}

const jiraIssue = {
  id: '10042',
  key: 'SOC-42',
  self: 'https://example.atlassian.net/rest/api/2/issue/10042',
  fields: {
    summary: 's',
    description: 'd',
    created: '2026-11-20T09:15:00.000+0000',
    updated: '2026-11-20T09:15:00.000+0000',
    status: { id: '1', name: 'To Do' },
    issuetype: { id: '10001', name: 'Task' },
    priority: { id: '3', name: 'Medium' },
    project: { id: '10000', key: 'SOC', name: 'Security' },
    reporter: { accountId: 'a', displayName: 'Ana', emailAddress: 'ana@example.com' },
  },
} as const;

const jiraKinds: readonly (readonly [id: string, path: string, summary: string, kind: JiraKind])[] = [
  ['OnNewIssue', 'new_issue_trigger/search', 'When a new issue is created', { field: 'created', jql: projectOf }],
  [
    'OnCloseIssue',
    'close_issue_trigger/search',
    'When an issue is closed',
    { field: 'resolutiondate', jql: projectOf },
  ],
  [
    'OnNewIssueJQL',
    'new_issue_jql_trigger/search',
    'When a new issue is returned by a JQL query',
    { field: 'created', jql: ({ query }) => query['jql'] ?? '' },
  ],
];

export const jiraTriggers: readonly Operation[] = jiraKinds.flatMap(([id, path, summary, kind]) => [
  newsTrigger(id, `/${path}`, summary, jiraIssue, jiraNews(kind, '/rest/api/2/search/jql')),
  newsTrigger(`${id}_V2`, `/v2/${path}`, `${summary} (V2)`, jiraIssue, jiraNews(kind, '/rest/api/2/search/jql')),
  newsTrigger(
    `${id}_Datacenter`,
    `/datacenter/${path}`,
    `${summary} (Data Center)`,
    jiraIssue,
    jiraNews(kind, '/rest/api/2/search'),
  ),
]);
