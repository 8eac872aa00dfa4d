/**
 * Polling triggers of Azure DevOps.
 *
 * Owns: what each asks its service for. Does not own: the cursor (`news.ts`), actions (`tickets.data.ts`).
 * Source: the published contract of the connector; the REST description of Azure DevOps.
 */
import { type Json, type JsonObject, memberOf } from '#foundation';
import { objectOf, type Operation } from './connector.ts';
import {
  type Ask,
  eventTime,
  getPage,
  happened,
  idOf,
  isRefused,
  listIn,
  mostNewestPages,
  type News,
  newestFirst,
  newsTrigger,
  type Page,
  type Refused,
  textAt,
  tooMany,
  withTimes,
} from './news.ts';

const version = 'api-version=7.1';

function organization({ input: { query, connection } }: Ask): string {
  return encodeURIComponent(query['account'] ?? query['organization'] ?? connection['account'] ?? '');
}

const place = ({ input }: Ask, name: string): string => encodeURIComponent(input.path[name] ?? '');

function buildNews(): News {
  const ask = (of: Ask, more: Readonly<Record<string, string>>, next?: string): Promise<Page | Refused> => {
    const { resultFilter = '', definitions = '' } = of.input.query;
    const query = new URLSearchParams({
      statusFilter: 'completed',
      $top: '50',
      ...(resultFilter === '' ? {} : { resultFilter }),
      ...(definitions === '' ? {} : { definitions }),
      ...(next === undefined ? {} : { continuationToken: next }),
      ...more,
    });
    return getPage(
      of,
      `/${organization(of)}/${place(of, 'project')}/_apis/build/builds?${query.toString()}&${version}`,
      (answer) => ({
        things: listIn(answer),
        next: answer.headers['x-ms-continuationtoken'],
      }),
    );
  };
  return {
    newest: (of) => ask(of, { queryOrder: 'finishTimeDescending' }),
    from: (of, since, next) => ask(of, { queryOrder: 'finishTimeAscending', minTime: since.toISOString() }, next),
    time: (build) => textAt(build, 'finishTime'),
    key: idOf,
  };
}

function gitPage(
  of: Ask,
  list: string,
  criteria: Readonly<Record<string, string>>,
  at: string | undefined,
): Promise<Page | Refused> {
  const query = new URLSearchParams({ ...criteria, $top: '50', $skip: at ?? '0' });
  for (const name of ['refName', 'sourceRefName', 'targetRefName']) {
    const wanted = of.input.query[name] ?? '';
    if (wanted !== '')
      query.set(`searchCriteria.${name}`, wanted.startsWith('refs/') ? wanted : `refs/heads/${wanted}`);
  }
  const path = `/${organization(of)}/${place(of, 'project')}/_apis/git/repositories/${place(of, 'repository')}/${list}`;
  return getPage(of, `${path}?${query.toString()}&${version}`, (answer) => {
    const things = listIn(answer);
    return { things, next: things.length < 50 ? undefined : String(Number(at ?? '0') + 50) };
  });
}

/** Lists that only go backwards. */
function devOpsList(list: string, criteria: Readonly<Record<string, string>>, time: string, key: string): News {
  const at = (one: JsonObject): string => textAt(one, time);
  return {
    ...newestFirst((of, next) => gitPage(of, list, criteria, next), at),
    time: at,
    key: (one) => textAt(one, key),
  };
}

/** Pull requests are listed by their creation, whenever they were closed: those closed since then are asked for and sorted. */
function closedPulls(): News {
  const time = (pull: JsonObject): string => textAt(pull, 'closedDate');
  return {
    newest: async () => ({ things: [{ closedDate: new Date().toISOString() }] }),
    from: async (of, since) => {
      const things: JsonObject[] = [];
      const criteria = {
        'searchCriteria.status': 'all',
        'searchCriteria.queryTimeRangeType': 'closed',
        'searchCriteria.minTime': since.toISOString(),
      };
      for (let next: string | undefined = '0', pages = 0; next !== undefined; pages += 1) {
        if (pages >= mostNewestPages) return tooMany;
        const page: Page | Refused = await gitPage(of, 'pullrequests', criteria, next);
        if (isRefused(page)) return page;
        things.push(...page.things.filter((pull) => time(pull) !== ''));
        next = page.next;
      }
      return { things: things.toSorted((left, right) => Date.parse(time(left)) - Date.parse(time(right))) };
    },
    time,
    key: (pull) => `${textAt(pull, 'pullRequestId')} ${time(pull)}`,
    uncut: true,
  };
}

interface WorkItemKind {
  readonly field: string;
  /** A work item is news with each change of the field, not once. */
  readonly each?: true;
  /** What counts is when it was assigned, which only its history tells. */
  readonly assigned?: true;
  readonly where?: (query: Readonly<Record<string, string>>) => string;
}

const quotedWiql = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Conditions that the trigger's queries name: `wiql__System_AssignedTo`. */
function wiqlConditions(query: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(query).flatMap(([name, value]) => {
    if (!name.startsWith('wiql__') || value === '') return [];
    const field = name.slice('wiql__'.length).replaceAll('_', '.');
    const comparison = query[field === 'System.AreaPath' ? 'areaPathComparison' : 'iterationPathComparison'];
    const isPath = field === 'System.AreaPath' || field === 'System.IterationPath';
    return [`[${field}] ${isPath && comparison?.toLowerCase() === 'under' ? 'UNDER' : '='} ${quotedWiql(value)}`];
  });
}

function workItemNews({ field, each, where, assigned }: WorkItemKind): News {
  const ask = async (of: Ask, more: readonly string[], order: string): Promise<Page | Refused> => {
    const { query, path } = of.input;
    const conditions = [
      `[System.TeamProject] = ${quotedWiql(path['project'] ?? '')}`,
      ...wiqlConditions(query),
      ...(where === undefined ? [] : [where(query)]),
      ...more,
    ];
    const wiql = `SELECT [System.Id] FROM WorkItems WHERE ${conditions.join(' AND ')} ORDER BY [${field}] ${order}`;
    const root = `/${organization(of)}/${place(of, 'project')}`;
    const asked = await of.send({
      method: 'POST',
      path: `${root}/_apis/wit/wiql?timePrecision=true&$top=200&${version}`,
      body: { query: wiql },
    });
    if ('kind' in asked || asked.status >= 300) return asked;
    const ids = listIn(asked, 'workItems').map((one) => memberOf(one, 'id') ?? null);
    if (ids.length === 0) return { things: [] };
    const batch = await of.send({
      method: 'POST',
      path: `${root}/_apis/wit/workitemsbatch?${version}`,
      body: { ids, errorPolicy: 'Omit' },
    });
    if ('kind' in batch || batch.status >= 300) return batch;
    const found = new Map(listIn(batch).map((one) => [idOf(one), one]));
    const things = listIn(asked, 'workItems')
      .map((one) => found.get(idOf(one)))
      .filter((one) => one !== undefined);
    return assigned === true ? withTimes(things, (item) => assignedTime(of, root, item)) : { things };
  };
  const time = (item: JsonObject): string => textAt(item, 'fields', field);
  return {
    newest: (of) => ask(of, [], 'DESC'),
    from: (of, since) => ask(of, [`[${field}] >= ${quotedWiql(since.toISOString())}`], 'ASC'),
    time,
    key: (item) => `${idOf(item)} ${assigned === true ? textAt(item, eventTime) : each === true ? time(item) : ''}`,
    ...(assigned === true ? { fits: happened, uncut: true } : {}),
    show: async (_, items) => items.map(workItemShown),
  };
}

/** When a work item was last assigned. */
async function assignedTime(of: Ask, root: string, item: JsonObject): Promise<string | Refused> {
  const path = `${root}/_apis/wit/workItems/${idOf(item)}/updates?$top=200&${version}`;
  const updates = await getPage(of, path, (answer) => ({ things: listIn(answer) }));
  if (isRefused(updates)) return updates;
  const last = updates.things.findLast((one) => memberOf(memberOf(one, 'fields'), 'System.AssignedTo') !== undefined);
  return last === undefined ? '' : textAt(last, 'fields', 'System.ChangedDate', 'newValue');
}

/** Fields have underscores for dots, as expressions read them. */
function workItemShown(item: JsonObject): Json {
  const { [eventTime]: _, ...shown } = item;
  const fields = objectOf(memberOf(item, 'fields'));
  return {
    ...shown,
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.replaceAll('.', '_'), value])),
  };
}

const workItem = {
  id: 297,
  rev: 1,
  url: 'https://dev.azure.com/contoso/_apis/wit/workItems/297',
  fields: {
    System_Title: 't',
    System_State: 'New',
    System_WorkItemType: 'Bug',
    System_CreatedDate: '2026-11-20T09:15:00Z',
  },
} as const;

const workItemKinds: readonly (readonly [id: string, name: string, summary: string, kind: WorkItemKind])[] = [
  ['OnWorkItemCreated', 'workitemcreated', 'When a work item is created', { field: 'System.CreatedDate' }],
  ['OnWorkItemUpdated', 'workitemupdated', 'When a work item is updated', { field: 'System.ChangedDate', each: true }],
  [
    'OnWorkItemAssigned',
    'workitemassigned',
    'When a work item is assigned',
    { field: 'System.ChangedDate', assigned: true },
  ],
  [
    'OnWorkItemClosed',
    'workitemclosed',
    'When a work item is closed',
    {
      field: 'Microsoft.VSTS.Common.StateChangeDate',
      each: true,
      where: ({ closedState = '' }) => `[System.State] = ${quotedWiql(closedState === '' ? 'Closed' : closedState)}`,
    },
  ],
];

const repositories = '{project}/_apis/git/repositories/{repository}';

export const devOpsTriggers: readonly Operation[] = [
  ...workItemKinds.flatMap(([id, name, summary, kind]) => [
    newsTrigger(`${id}_V2`, `/v2/${name}_trigger/{project}/_apis/wit/wiql`, summary, workItem, workItemNews(kind)),
    newsTrigger(id, `/${name}_trigger/{project}/_apis/wit/wiql`, `${summary} (old)`, workItem, workItemNews(kind)),
  ]),
  newsTrigger(
    'OnBuildCompleted',
    '/buildcompleted_trigger/{project}/_apis/build/builds',
    'When a build completes',
    { id: 1, buildNumber: '20261120.1', status: 'completed', result: 'failed', finishTime: '2026-11-20T09:15:00Z' },
    buildNews(),
  ),
  newsTrigger(
    'OnGitPush',
    `/gitpushed_trigger/${repositories}/pushes`,
    'When code is pushed (Git)',
    { pushId: 1, date: '2026-11-20T09:15:00Z', pushedBy: { displayName: 'Ana' } },
    devOpsList('pushes', { 'searchCriteria.includeRefUpdates': 'true' }, 'date', 'pushId'),
  ),
  newsTrigger(
    'OnGitPullCreated',
    `/gitpullcreated_trigger/${repositories}/pullrequests`,
    'When a pull request is created (Git)',
    { pullRequestId: 1, title: 't', status: 'active', creationDate: '2026-11-20T09:15:00Z' },
    devOpsList('pullrequests', { 'searchCriteria.status': 'all' }, 'creationDate', 'pullRequestId'),
  ),
  newsTrigger(
    'OnGitPullClosed',
    `/gitpullclosed_trigger/${repositories}/pullrequests`,
    'When a pull request is closed (Git)',
    { pullRequestId: 1, title: 't', status: 'completed', closedDate: '2026-11-20T09:15:00Z' },
    closedPulls(),
  ),
];
