/** Ticket systems as their documents describe them: what they keep, what they refuse. */
import { type JsonObject, textMember } from '#foundation';
import { basicOnly, type FakeRoute, member } from './service.ts';

/** Records of a ServiceNow instance, for the user `soc`. */
export function serviceNow(password: string): Readonly<Record<string, FakeRoute>> {
  const records = new Map<string, JsonObject>();
  const sole = (route: FakeRoute): FakeRoute => basicOnly('soc', password, route);
  return {
    'POST /api/now/v2/table/{}': sole(({ body }) => {
      const record = {
        sys_id: `sys-${records.size + 1}`,
        number: `INC001000${records.size + 1}`,
        state: '1',
        ...(body as JsonObject),
      };
      records.set(record.sys_id, record);
      return { status: 201, headers: { location: '/x' }, body: { result: record } };
    }),
    'GET /api/now/v2/table/{}/{}': sole((_, [, id = '']) => {
      const record = records.get(id);
      return record === undefined
        ? {
            status: 404,
            body: {
              error: {
                message: 'No Record found',
                detail: "Record doesn't exist or ACL restricts the record retrieval",
              },
              status: 'failure',
            },
          }
        : { body: { result: record } };
    }),
    'PUT /api/now/v2/table/{}/{}': sole(({ body }, [, id = '']) => {
      const record = { ...records.get(id), ...(body as JsonObject) };
      records.set(id, record);
      return { body: { result: record } };
    }),
  };
}

/** Issues of the project SOC, for `ana@example.com`. */
export function jira(password: string): Readonly<Record<string, FakeRoute>> {
  return {
    'POST /rest/api/2/issue': basicOnly('ana@example.com', password, ({ body }) => {
      const fields = member(body, 'fields');
      if (member(fields, 'project').key !== 'SOC')
        return { status: 400, body: { errorMessages: [], errors: { project: 'project is required' } } };
      if (fields.labels !== undefined && !Array.isArray(fields.labels))
        return { status: 400, body: { errorMessages: [], errors: { labels: 'data was not an array' } } };
      return { status: 201, body: { id: '10042', key: 'SOC-42', self: 'https://x/rest/api/2/issue/10042' } };
    }),
    'POST /rest/api/2/issue/{}/comment': basicOnly('ana@example.com', password, ({ body }, [key = '']) => ({
      status: 201,
      body: { id: key, body: (body as JsonObject).body ?? null },
    })),
  };
}

/** Work items of any project of an organization; `guard` lets its callers through. */
export function azureDevOps(guard: (route: FakeRoute) => FakeRoute): Readonly<Record<string, FakeRoute>> {
  return {
    'POST /{}/{}/_apis/wit/workitems/(\\$[^/]+)': guard(({ body, headers, query }) => {
      if (headers['content-type'] !== 'application/json-patch+json' || query.get('api-version') !== '7.1')
        return { status: 415 };
      const fields = (body as readonly JsonObject[]).map(({ op, path, value }) => [
        `${textMember({ op: op ?? '' }, 'op')} ${textMember({ path: path ?? '' }, 'path')}`,
        value ?? null,
      ]);
      return { body: { id: 297, rev: 1, fields: Object.fromEntries(fields) as JsonObject } };
    }),
  };
}

/** Searches issues as Jira does, as far as triggers ask: a span of minutes and an order by a field. */
export function jiraSearch(issues: readonly JsonObject[], pageSize = 50): FakeRoute {
  return ({ query }) => {
    const jql = query.get('jql') ?? '';
    const [, field = '', order = ''] = /ORDER BY (\w+) (ASC|DESC)/.exec(jql) ?? [];
    if (field === '') return { status: 400, body: { errorMessages: [`Error in the JQL query: ${jql}`] } };
    const minutes = Number(/>= -(\d+)m/.exec(jql)?.[1] ?? Number.POSITIVE_INFINITY);
    const time = (one: JsonObject): number => Date.parse(textMember(member(one, 'fields'), field) ?? '');
    const found = issues
      .filter((one) => time(one) >= Date.now() - minutes * 60_000)
      .toSorted((left, right) => (order === 'ASC' ? 1 : -1) * (time(left) - time(right)));
    const from = Number(query.get('nextPageToken') ?? '0');
    const more = from + pageSize < found.length ? { nextPageToken: String(from + pageSize) } : {};
    return { body: { issues: found.slice(from, from + pageSize), ...more } };
  };
}
