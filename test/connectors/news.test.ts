/** Polling triggers of ticket systems and feeds: where each goes on, what it asks its service for. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findOperation, shippedConnector } from '#connectors';
import { isJsonArray, type Json, type JsonObject, memberOf, textMember } from '#foundation';

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: Json;
}
type Service = (asked: Asked) => {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: Json;
};

/** A trigger of a connector over a service: `poll` answers the things that it found. */
function trigger(name: string, path: string, queries: Readonly<Record<string, string>>, service: Service) {
  let query = queries;
  let at = path;
  return async (): Promise<readonly JsonObject[]> => {
    const connector = shippedConnector(name);
    assert.ok(connector);
    const found = findOperation(connector, 'GET', at);
    assert.ok(found?.operation.perform, `no trigger at ${at}`);
    const answer = await found.operation.perform(
      async ({ method, path: asked, body = null }) => {
        const url = new URL(asked, 'https://service.test');
        const { status = 200, headers = {}, body: own } = service({ method, url, body: body as Json });
        return { status, headers, ...(own === undefined ? {} : { body: own }) };
      },
      { path: found.path, query, headers: {}, body: undefined, key: 'k', connection: {} },
    );
    assert.ok('headers' in answer);
    if (answer.status >= 400) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    const next = new URL(answer.headers['location'] ?? '', 'https://c.test');
    [at, query] = [next.pathname, Object.fromEntries(next.searchParams)];
    const list = isJsonArray(answer.body) ? answer.body : memberOf(answer.body, 'value');
    return (list ?? []) as readonly JsonObject[];
  };
}

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const ids = (things: readonly JsonObject[]): readonly (Json | undefined)[] => things.map(({ id }) => id);

describe('Jira triggers', () => {
  /** Orders and cuts as JQL says, in pages of two. */
  function jira(issues: JsonObject[], seen: string[] = []): Service {
    return ({ url }) => {
      assert.equal(url.pathname, '/rest/api/2/search/jql');
      const jql = url.searchParams.get('jql') ?? '';
      seen.push(jql);
      const [, field = '', order = ''] = /ORDER BY (\w+) (ASC|DESC)/.exec(jql) ?? [];
      const minutes = Number(/>= -(\d+)m/.exec(jql)?.[1] ?? Number.POSITIVE_INFINITY);
      const time = (one: JsonObject): number => Date.parse(textMember(memberOf(one, 'fields') ?? null, field) ?? '');
      const found = issues
        .filter((one) => time(one) >= Date.now() - minutes * 60_000)
        .toSorted((left, right) => (order === 'ASC' ? 1 : -1) * (time(left) - time(right)));
      const from = Number(url.searchParams.get('nextPageToken') ?? '0');
      const more = from + 2 < found.length ? { nextPageToken: String(from + 2) } : {};
      return { body: { issues: found.slice(from, from + 2), ...more } };
    };
  }
  const issue = (id: string, minutes: number, more: JsonObject = {}): JsonObject => ({
    id,
    key: `SOC-${id}`,
    fields: { created: ago(minutes).replace('Z', '+0000'), ...more },
  });

  test('answer each new issue once, over pages, and only what came after the first poll', async () => {
    const issues = [issue('old', 30)];
    const asked: string[] = [];
    const poll = trigger('jira', '/new_issue_trigger/search', { projectKey: 'SOC' }, jira(issues, asked));
    assert.deepEqual(await poll(), []);
    issues.push(issue('1', 4), issue('2', 3), issue('3', 2));
    assert.deepEqual(ids(await poll()), ['1', '2', '3']);
    assert.deepEqual(await poll(), []);
    issues.push(issue('late', 3.5), issue('4', 0));
    assert.deepEqual(ids(await poll()), ['late', '4']);
    assert.match(asked.at(-1) ?? '', /^\(project = "SOC"\) AND created >= -\d+m ORDER BY created ASC$/);
  });

  test('keep an order of the JQL behind their own, and closed issues go by their resolution', async () => {
    const asked: string[] = [];
    const issues: JsonObject[] = [];
    const poll = trigger(
      'jira',
      '/v2/new_issue_jql_trigger/search',
      { jql: 'labels = x ORDER BY key' },
      jira(issues, asked),
    );
    await poll();
    await poll();
    assert.match(asked[1] ?? '', /^\(labels = x\) AND created >= -\d+m ORDER BY created ASC, key$/);
    const closed = trigger('jira', '/close_issue_trigger/search', { projectKey: 'SOC' }, jira(issues));
    await closed();
    issues.push(issue('open', 1), issue('closed', 9000, { resolutiondate: ago(1) }));
    assert.deepEqual(ids(await closed()), ['closed']);
  });

  test('a poll that Jira refused says so and goes on from where it was', async () => {
    const issues: JsonObject[] = [];
    let down = false;
    const service = jira(issues);
    const poll = trigger('jira', '/new_issue_trigger/search', { projectKey: 'SOC' }, (asked) =>
      down ? { status: 503, body: { errorMessages: ['down'] } } : service(asked),
    );
    await poll();
    issues.push(issue('1', 0));
    down = true;
    await assert.rejects(poll, /503/);
    down = false;
    assert.deepEqual(ids(await poll()), ['1']);
  });
});

describe('GitHub triggers', () => {
  const issue = (id: number, minutes: number, more: JsonObject = {}): JsonObject => ({
    id,
    created_at: ago(minutes),
    updated_at: ago(minutes),
    closed_at: null,
    state: 'open',
    events_url: `https://api.github.com/repos/c/s/issues/${id}/events`,
    ...more,
  });
  function github(issues: JsonObject[], events: Readonly<Record<string, readonly JsonObject[]>> = {}): Service {
    return ({ url }) => {
      if (url.pathname === '/user') return { body: { login: 'ana' } };
      if (url.pathname.endsWith('/events')) return { body: [...(events[url.pathname.split('/').at(-2) ?? ''] ?? [])] };
      assert.equal(url.searchParams.get('filter'), 'assigned');
      const member = `${url.searchParams.get('sort')}_at`;
      const found = issues
        .filter(({ state }) => state === url.searchParams.get('state'))
        .toSorted((left, right) => ((textMember(left, member) ?? '') < (textMember(right, member) ?? '') ? 1 : -1));
      const page = Number(url.searchParams.get('page') ?? '1');
      url.searchParams.set('page', String(page + 1));
      const more =
        found.length > page * 2 ? { link: `<https://api.github.com${url.pathname}${url.search}>; rel="next"` } : {};
      return { headers: more, body: found.slice(page * 2 - 2, page * 2) };
    };
  }

  test('opened: the oldest first, over pages that begin with the newest', async () => {
    const issues = [issue(1, 60)];
    const poll = trigger('github', '/trigger/issueOpened', {}, github(issues));
    assert.deepEqual(await poll(), []);
    issues.push(issue(2, 5), issue(3, 4), issue(4, 3), issue(5, 2, { pull_request: {} }));
    assert.deepEqual(ids(await poll()), [2, 3, 4]);
    assert.deepEqual(await poll(), []);
  });

  test('closed: once, however often the issue is changed later', async () => {
    const issues: JsonObject[] = [issue(9, 50, { state: 'closed', closed_at: ago(50) })];
    const poll = trigger('github', '/trigger/issueClosed', {}, github(issues));
    await poll();
    issues.push(issue(1, 10, { state: 'closed', closed_at: ago(10) }));
    assert.deepEqual(ids(await poll()), [1]);
    issues[1] = { ...(issues[1] as JsonObject), updated_at: ago(1) };
    assert.deepEqual(await poll(), []);
  });

  test('assigned: when its events say so, not when something else changed', async () => {
    const issues: JsonObject[] = [issue(1, 50)];
    const events: Record<string, JsonObject[]> = {};
    const poll = trigger('github', '/trigger/issueAssigned', {}, github(issues, events));
    await poll();
    issues.push(issue(2, 5), issue(3, 4));
    events['2'] = [{ event: 'assigned', assignee: { login: 'ana' }, created_at: ago(5) }];
    events['3'] = [
      { event: 'assigned', assignee: { login: 'ana' }, created_at: ago(90) },
      { event: 'labeled', created_at: ago(4) },
    ];
    const [found, ...others] = await poll();
    assert.deepEqual(
      [found?.id, others.length, Object.keys(found ?? {}).some((name) => name.startsWith(' '))],
      [2, 0, false],
    );
    assert.deepEqual(await poll(), []);
  });
});

describe('Azure DevOps triggers', () => {
  const item = (id: number, minutes: number, fields: JsonObject = {}): JsonObject => ({
    id,
    rev: 1,
    fields: {
      'System.CreatedDate': ago(minutes),
      'System.ChangedDate': ago(minutes),
      'System.Title': `t${id}`,
      ...fields,
    },
  });
  function devOps(
    items: JsonObject[],
    asked: string[] = [],
    updates: Readonly<Record<string, readonly JsonObject[]>> = {},
  ): Service {
    return ({ url, body }) => {
      assert.match(url.pathname, /^\/contoso\/My%20Project\//);
      const updatesOf = /workItems\/(\d+)\/updates$/.exec(url.pathname)?.[1];
      if (updatesOf !== undefined) return { body: { value: [...(updates[updatesOf] ?? [])] } };
      if (url.pathname.endsWith('/workitemsbatch')) {
        const wanted = memberOf(body, 'ids') as readonly Json[];
        return { body: { value: items.filter(({ id }) => wanted.includes(id ?? null)).toReversed() } };
      }
      const wiql = textMember(body, 'query') ?? '';
      asked.push(wiql);
      const [, field = '', order = ''] = /ORDER BY \[([\w.]+)\] (\w+)$/.exec(wiql) ?? [];
      const since = /Date\] >= '([^']+)'/.exec(wiql)?.[1] ?? '';
      const time = (one: JsonObject): string => textMember(memberOf(one, 'fields') ?? null, field) ?? '';
      const found = items
        .filter((one) => time(one) >= since)
        .toSorted((left, right) => (order === 'ASC' ? 1 : -1) * (time(left) < time(right) ? -1 : 1));
      return { body: { workItems: found.map(({ id }) => ({ id: id ?? null })) } };
    };
  }
  const path = (name: string): string => `/v2/${name}_trigger/My%20Project/_apis/wit/wiql`;

  test('created: with its fields under names that expressions read, asked for as the queries say', async () => {
    const items: JsonObject[] = [];
    const asked: string[] = [];
    const queries = {
      account: 'contoso',
      wiql__System_WorkItemType: "Bug's",
      wiql__System_AreaPath: 'A\\B',
      areaPathComparison: 'Under',
    };
    const poll = trigger('visualstudioteamservices', path('workitemcreated'), queries, devOps(items, asked));
    await poll();
    items.push(item(1, 2), item(2, 1));
    const found = await poll();
    assert.deepEqual(ids(found), [1, 2]);
    assert.equal(textMember(memberOf(found[0], 'fields') ?? null, 'System_Title'), 't1');
    assert.match(asked[1] ?? '', /\[System\.WorkItemType\] = 'Bug''s' AND \[System\.AreaPath\] UNDER 'A\\B'/);
    assert.deepEqual(await poll(), []);
  });

  test('updated: once for each change; assigned: by its history', async () => {
    const items: JsonObject[] = [item(1, 30)];
    const updates: Record<string, JsonObject[]> = {};
    const updated = trigger('visualstudioteamservices', path('workitemupdated'), { account: 'contoso' }, devOps(items));
    const assigned = trigger(
      'visualstudioteamservices',
      path('workitemassigned'),
      { account: 'contoso' },
      devOps(items, [], updates),
    );
    await updated();
    await assigned();
    items[0] = item(1, 3);
    assert.deepEqual([ids(await updated()), ids(await assigned())], [[1], []]);
    items[0] = item(1, 1);
    updates['1'] = [
      { fields: { 'System.AssignedTo': { newValue: 'ana' }, 'System.ChangedDate': { newValue: ago(1) } } },
    ];
    assert.deepEqual([ids(await updated()), ids(await assigned())], [[1], [1]]);
    assert.deepEqual([await updated(), await assigned()], [[], []]);
  });

  test('builds and pushes', async () => {
    const builds: JsonObject[] = [];
    const poll = trigger(
      'visualstudioteamservices',
      '/buildcompleted_trigger/P/_apis/build/builds',
      { account: 'contoso', resultFilter: 'failed' },
      ({ url }) => {
        assert.equal(url.searchParams.get('resultFilter'), 'failed');
        const from = url.searchParams.get('minTime') ?? '';
        return { body: { value: builds.filter((one) => (textMember(one, 'finishTime') ?? '') >= from) } };
      },
    );
    await poll();
    builds.push({ id: 7, finishTime: ago(1) });
    assert.deepEqual(ids(await poll()), [7]);
    const pushes: JsonObject[] = [{ pushId: 1, date: ago(20) }];
    const pushed = trigger(
      'visualstudioteamservices',
      '/gitpushed_trigger/P/_apis/git/repositories/R/pushes',
      { account: 'contoso', refName: 'main' },
      ({ url }) => {
        assert.equal(url.searchParams.get('searchCriteria.refName'), 'refs/heads/main');
        return { body: { value: url.searchParams.get('$skip') === '0' ? pushes.toReversed() : [] } };
      },
    );
    await pushed();
    pushes.push({ pushId: 2, date: ago(2) }, { pushId: 3, date: ago(1) });
    assert.deepEqual(
      (await pushed()).map(({ pushId }) => pushId),
      [2, 3],
    );
    assert.deepEqual(await pushed(), []);
  });
});

describe('pull requests of Azure DevOps', () => {
  test('closed: by when they were closed, however long ago they were created', async () => {
    const pulls: JsonObject[] = [];
    const path = '/gitpullclosed_trigger/P/_apis/git/repositories/R/pullrequests';
    const poll = trigger('visualstudioteamservices', path, { account: 'contoso' }, ({ url }) => {
      assert.equal(url.searchParams.get('searchCriteria.queryTimeRangeType'), 'closed');
      const since = url.searchParams.get('searchCriteria.minTime') ?? '';
      const created = (one: JsonObject): string => textMember(one, 'creationDate') ?? '';
      const found = pulls.filter((one) => (textMember(one, 'closedDate') ?? '') >= since);
      return { body: { value: found.toSorted((left, right) => (created(left) < created(right) ? 1 : -1)) } };
    });
    await poll();
    const later = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
    pulls.push({ pullRequestId: 1, creationDate: ago(9000), closedDate: later(2) });
    pulls.push({ pullRequestId: 2, creationDate: ago(10), closedDate: later(1) });
    assert.deepEqual(
      (await poll()).map(({ pullRequestId }) => pullRequestId),
      [2, 1],
    );
    assert.deepEqual(await poll(), []);
  });
});

describe('the trigger on feeds', () => {
  const feed = (items: readonly string[]): string =>
    `<?xml version="1.0"?><rss version="2.0"><channel><title>f</title>${items.join('')}</channel></rss>`;
  const item = (id: string, date = 'Fri, 20 Nov 2026 09:15:00 GMT'): string =>
    `<item><guid>${id}</guid><title>About ${id} &amp; more</title><link>https://x.test/${id}</link><pubDate>${date}</pubDate><category>cve</category></item>`;

  test('fires for items that were not there before, whatever their times say', async () => {
    let text = feed([item('1')]);
    const poll = trigger('rss', '/OnNewFeed', { feedUrl: 'https://x.test/feed' }, () => ({ body: text }));
    assert.deepEqual(await poll(), []);
    text = feed([item('3', 'Fri, 20 Nov 2020 09:15:00 GMT'), item('2', ''), item('1')]);
    const found = await poll();
    assert.deepEqual(ids(found), ['2', '3']);
    assert.deepEqual(
      [found[1]?.title, found[1]?.primaryLink, found[1]?.publishDate, found[1]?.categories],
      ['About 3 & more', 'https://x.test/3', '2020-11-20 09:15:00Z', ['cve']],
    );
    assert.deepEqual(await poll(), []);
  });

  test('reads Atom, and refuses what is no feed or declares entities', async () => {
    const atom =
      '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:1</id><title>t</title><updated>2026-11-20T09:15:00Z</updated><link href="https://x.test/a"/><summary>s</summary></entry></feed>';
    let text = '<feed xmlns="http://www.w3.org/2005/Atom"></feed>';
    const poll = trigger('rss', '/OnNewFeed', { feedUrl: 'https://x.test/feed' }, () => ({ body: text }));
    await poll();
    text = atom;
    const [entry] = await poll();
    assert.deepEqual(
      [entry?.id, entry?.primaryLink, entry?.updatedOn],
      ['urn:1', 'https://x.test/a', '2026-11-20 09:15:00Z'],
    );
    for (const wrong of ['<html></html>', 'no xml', '<!DOCTYPE rss [<!ENTITY a "b">]><rss></rss>']) {
      text = wrong;
      await assert.rejects(poll);
    }
  });
});

describe('triggers of Microsoft Graph', () => {
  test('a channel: new messages, not those that only got a reply; mentions of whoever signed in', async () => {
    const posted = (id: string, minutes: number, more: JsonObject = {}): JsonObject => ({
      id,
      messageType: 'message',
      createdDateTime: ago(minutes),
      lastModifiedDateTime: ago(minutes),
      mentions: [],
      ...more,
    });
    const messages: JsonObject[] = [posted('old', 60)];
    const service: Service = ({ url }) => {
      if (url.pathname === '/v1.0/me') return { body: { id: 'me' } };
      assert.equal(url.pathname, '/v1.0/teams/g/channels/19%3Ax%40thread.tacv2/messages');
      const time = (one: JsonObject): string => textMember(one, 'lastModifiedDateTime') ?? '';
      return { body: { value: messages.toSorted((left, right) => (time(left) < time(right) ? 1 : -1)) } };
    };
    const path = '/trigger/beta/teams/g/channels/19%3Ax%40thread.tacv2';
    const any = trigger('teams', `${path}/messages`, { $top: '50' }, service);
    const mine = trigger('teams', `${path}/messages_mentioningme`, {}, service);
    await any();
    await mine();
    messages[0] = posted('old', 60, { lastModifiedDateTime: ago(1) });
    messages.push(posted('1', 5), posted('2', 4, { mentions: [{ mentioned: { user: { id: 'me' } } }] }));
    messages.push(posted('system', 3, { messageType: 'systemEventMessage' }));
    assert.deepEqual([ids(await any()), ids(await mine())], [['1', '2'], ['2']]);
    assert.deepEqual([await any(), await mine()], [[], []]);
  });

  test('a list of a site: its columns in the item, names of site and list decoded as the designer encodes them', async () => {
    const items: JsonObject[] = [];
    const site = 'https://contoso.sharepoint.com/sites/soc team';
    const twice = (text: string): string => encodeURIComponent(encodeURIComponent(text));
    const service: Service = ({ url }) => {
      if (url.pathname === '/v1.0/sites/contoso.sharepoint.com:/sites/soc%20team') return { body: { id: 'c,1,2' } };
      assert.equal(url.pathname, '/v1.0/sites/c%2C1%2C2/lists/My%20list/items');
      const since = /ge '([^']+)'/.exec(url.searchParams.get('$filter') ?? '')?.[1] ?? '';
      const time = (one: JsonObject): string => textMember(memberOf(one, 'fields') ?? null, 'Modified') ?? '';
      return { body: { value: items.filter((one) => time(one) >= since) } };
    };
    const path = `/datasets/${twice(site)}/tables/${twice('My list')}`;
    const poll = trigger('sharepointonline', `${path}/onupdateditems`, {}, service);
    await poll();
    const item = (minutes: number): JsonObject => ({
      id: '7',
      webUrl: 'https://contoso.sharepoint.com/x',
      createdBy: { user: { displayName: 'Ana', email: 'ana@example.com' } },
      fields: { Title: 't', Colour: 'red', Created: ago(30), Modified: ago(minutes) },
    });
    items.push(item(3));
    const [found] = await poll();
    assert.deepEqual(
      [found?.ID, found?.Title, found?.Colour, found?.['{Link}'], memberOf(found?.Author, 'Email')],
      [7, 't', 'red', 'https://contoso.sharepoint.com/x', 'ana@example.com'],
    );
    assert.deepEqual(await poll(), []);
    items[0] = item(1);
    assert.equal((await poll()).length, 1);
  });

  test('a calendar: new events, and changes of those that are there', async () => {
    const events: JsonObject[] = [];
    const service: Service = ({ url }) => {
      assert.equal(url.pathname, '/v1.0/me/calendars/AAMk%3D/events');
      const [, member = '', since = ''] = /^(\w+) ge (\S+)$/.exec(url.searchParams.get('$filter') ?? '') ?? [];
      return { body: { value: events.filter((one) => member === '' || (textMember(one, member) ?? '') >= since) } };
    };
    const path = '/datasets/calendars/v3/tables/AAMk%3D';
    const fresh = trigger('office365', `${path}/onnewitems`, {}, service);
    const changed = trigger('office365', `${path}/onupdateditems`, {}, service);
    await fresh();
    await changed();
    const event = (minutes: number): JsonObject => ({
      id: 'e',
      subject: 's',
      createdDateTime: ago(5),
      lastModifiedDateTime: ago(minutes),
      start: { dateTime: '2026-11-20T09:00:00.0000000', timeZone: 'UTC' },
      organizer: { emailAddress: { address: 'ana@example.com' } },
      attendees: [{ type: 'required', emailAddress: { address: 'soc@example.com' } }],
    });
    const made = event(5);
    events.push({ ...made, lastModifiedDateTime: made.createdDateTime ?? '' });
    const [found] = await fresh();
    assert.deepEqual(
      [found?.subject, found?.start, found?.organizer, found?.requiredAttendees],
      ['s', '2026-11-20T09:00:00.0000000', 'ana@example.com', 'soc@example.com'],
    );
    assert.deepEqual(await changed(), []);
    events[0] = event(1);
    assert.deepEqual([(await fresh()).length, (await changed()).length], [0, 1]);
  });
});
