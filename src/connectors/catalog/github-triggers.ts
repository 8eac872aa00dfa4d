/**
 * Polling triggers of GitHub.
 *
 * Owns: what each asks its service for. Does not own: the cursor (`news.ts`), actions (`tickets.data.ts`).
 * Source: the published contract of the connector; the REST description of GitHub.
 */
import { type JsonObject, textMember } from '#foundation';
import type { Operation, ServiceAnswer } from './connector.ts';
import {
  type Ask,
  eventTime,
  getPage,
  happened,
  idOf,
  isRefused,
  listIn,
  type News,
  newestFirst,
  newsTrigger,
  type Page,
  type Refused,
  textAt,
  withTimes,
} from './news.ts';

const githubIssue = {
  id: 1,
  number: 42,
  state: 'open',
  title: 't',
  body: 'b',
  html_url: 'https://github.com/contoso/soc/issues/42',
  created_at: '2026-11-20T09:15:00Z',
  updated_at: '2026-11-20T09:15:00Z',
  closed_at: null,
  user: { login: 'ana' },
  repository: { full_name: 'contoso/soc' },
} as const;

/** Issues assigned to whom the connection signed in, by a time of theirs. */
function githubNews(state: string, sort: 'created' | 'updated', time: string): News {
  const page = (of: Ask, place: string | undefined): Promise<Page | Refused> => {
    const query = new URLSearchParams({ filter: 'assigned', state, sort, direction: 'desc', per_page: '50' });
    return getPage(of, place ?? `/issues?${query.toString()}`, (answer) => ({
      // Pull requests are issues too.
      things: listIn(answer, '').filter((issue) => issue['pull_request'] === undefined),
      next: /<([^>]+)>;\s*rel="next"/.exec(answer.headers['link'] ?? '')?.[1],
    }));
  };
  const ordered = (issue: JsonObject): string => textAt(issue, sort === 'created' ? 'created_at' : 'updated_at');
  return {
    ...newestFirst(page, ordered),
    time: ordered,
    key: (issue) => `${idOf(issue)} ${textAt(issue, time)}`,
    fits: (issue, _, since) => Date.parse(textAt(issue, time)) >= since.getTime(),
    body: (issues) => [...issues],
    uncut: true,
  };
}

/** Issues that were assigned to whom the connection signed in; only an issue's events tell when. */
function githubAssigned(): News {
  const listed = githubNews('open', 'updated', 'updated_at');
  return {
    ...listed,
    from: async (of, since, next) => {
      const found = await listed.from(of, since, next);
      if (isRefused(found) || found.things.length === 0) return found;
      const me = await of.send({ method: 'GET', path: '/user' });
      if ('kind' in me || me.status >= 300) return me;
      const login = textMember(me.body ?? null, 'login') ?? '';
      return withTimes(found.things, (issue) => githubAssignment(of, issue, login));
    },
    key: (issue) => `${idOf(issue)} ${textAt(issue, eventTime)}`,
    fits: happened,
    show: async (_, issues) => issues.map(({ [eventTime]: __, ...issue }) => issue),
  };
}

async function githubAssignment(of: Ask, issue: JsonObject, login: string): Promise<string | Refused> {
  const read = (answer: ServiceAnswer): Page => ({
    things: listIn(answer, ''),
    next: /<([^>]+)>;\s*rel="last"/.exec(answer.headers['link'] ?? '')?.[1],
  });
  const first = await getPage(of, `${textAt(issue, 'events_url')}?per_page=100`, read);
  if (isRefused(first)) return first;
  const last = first.next === undefined ? first : await getPage(of, first.next, read);
  if (isRefused(last)) return last;
  const found = [...first.things, ...last.things].findLast(
    (event) => textAt(event, 'event') === 'assigned' && textAt(event, 'assignee', 'login') === login,
  );
  return found === undefined ? '' : textAt(found, 'created_at');
}

export const githubTriggers: readonly Operation[] = [
  newsTrigger(
    'IssueOpened',
    '/trigger/issueOpened',
    'When a new issue is opened and assigned to me',
    githubIssue,
    githubNews('open', 'created', 'created_at'),
  ),
  newsTrigger(
    'IssueClosed',
    '/trigger/issueClosed',
    'When an issue assigned to me is closed',
    { ...githubIssue, state: 'closed', closed_at: '2026-11-20T09:15:00Z' },
    githubNews('closed', 'updated', 'closed_at'),
  ),
  newsTrigger(
    'IssueAssigned',
    '/trigger/issueAssigned',
    'When an issue is assigned to me',
    githubIssue,
    githubAssigned(),
  ),
];
