/**
 * The Log Analytics query API: by workspace, by resource, in batches; and its ARM form.
 *
 * Owns: the mapping. Does not own: forms of answers (`query-answer.ts`), the work (`queryWorkspaces` of `#service`).
 * Source: published contract of the Log Analytics query API (v1, ARM 2017-10-01); connectors reference 6.
 */
import { type ArmResponse, isJsonArray, isJsonObject, type Json, memberOf, textMember } from '#foundation';
import { isLogsFault, type LogAnswer, type LogsFault, logsFault, queryWorkspaces, spanOfTimespan } from '#service';
import { parameter, segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { answerText, faultBody, type Preferences, preferencesOf, queryResponse } from './query-answer.ts';
import { workspaceIdOf, workspacePattern } from './workspace-path.ts';

interface Asked {
  readonly query: string | undefined;
  readonly timespan: string | undefined;
  readonly workspaces: readonly string[];
}

function fromBody(body: Json | undefined): Asked {
  const workspaces = memberOf(body, 'workspaces');
  return {
    query: textMember(body, 'query'),
    timespan: textMember(body, 'timespan'),
    workspaces: isJsonArray(workspaces) ? workspaces.filter((each) => typeof each === 'string') : [],
  };
}

function fromQuery(call: RouteCall): Asked {
  const workspaces = parameter(call, 'workspaces');
  return {
    query: parameter(call, 'query'),
    timespan: parameter(call, 'timespan'),
    workspaces: workspaces === undefined ? [] : workspaces.split(','),
  };
}

const badRequest = (message: string): LogsFault =>
  logsFault(400, 'BadArgumentError', 'The request had some invalid properties', { code: 'InvalidArgument', message });

async function ask(
  call: RouteCall,
  workspace: string,
  { query, timespan, workspaces }: Asked,
  { wait }: Preferences,
): Promise<LogAnswer | LogsFault> {
  if (query === undefined || query.trim() === '') return badRequest("The query text is missing: 'query'.");
  const span = timespan === undefined ? {} : spanOfTimespan(timespan, call.services.clock.now());
  if (span === undefined) return badRequest(`'${timespan?.slice(0, 80)}' is no timespan of ISO 8601.`);
  return queryWorkspaces(call.services, {
    query,
    span,
    workspaces: [workspace, ...workspaces],
    allowed: (action, scope) => call.allowed(action, scope),
    ...(wait === undefined ? {} : { milliseconds: wait }),
  });
}

async function queryAt(call: RouteCall, workspace: string): Promise<ArmResponse> {
  const preferences = preferencesOf(call.request.headers['prefer']);
  const asked = call.request.method === 'GET' ? fromQuery(call) : fromBody(call.request.body);
  return queryResponse(await ask(call, workspace, asked, preferences), preferences, call.correlationId);
}

const mostBatched = 100;

/** Several queries at once; each is answered by itself. */
async function batch(call: RouteCall): Promise<ArmResponse> {
  const requests = memberOf(call.request.body, 'requests');
  if (!isJsonArray(requests) || requests.length > mostBatched) {
    const fault = badRequest(`'requests' must be a list of at most ${mostBatched} requests.`);
    return queryResponse(fault, preferencesOf(undefined), call.correlationId);
  }
  const responses = await Promise.all(requests.map((each) => one(call, each)));
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    rawBody: `{"responses":[${responses.join(',')}]}`,
  };
}

async function one(call: RouteCall, request: Json): Promise<string> {
  const headers = memberOf(request, 'headers');
  const prefer = isJsonObject(headers)
    ? Object.entries(headers).find(([name]) => name.toLowerCase() === 'prefer')?.[1]
    : undefined;
  const preferences = preferencesOf(typeof prefer === 'string' ? prefer : undefined);
  const workspace = textMember(request, 'workspace') ?? '';
  const result = await ask(call, workspace, fromBody(memberOf(request, 'body')), preferences);
  const id = JSON.stringify(textMember(request, 'id') ?? '');
  const status = isLogsFault(result) ? result.status : 200;
  const body = isLogsFault(result)
    ? JSON.stringify(faultBody(result, call.correlationId))
    : answerText(result, preferences);
  return `{"id":${id},"status":${status},"headers":{"content-type":"application/json"},"body":${body}}`;
}

const signedIn = { signedIn: true } as const;

const byGuid: Route['handle'] = (call) => queryAt(call, segment(call, 'workspace'));
const byId: Route['handle'] = (call) => queryAt(call, workspaceIdOf(call));
const apiVersions = ['2017-01-01-preview', '2017-10-01', '2020-08-01'];

/** A workspace is named by automations before it is there: what is missing is told by the query. */
const anyGroup = true as const;

export const logQueryRoutes: readonly Route[] = [
  ...(['GET', 'POST'] as const).flatMap((method): readonly Route[] => [
    { method, pattern: '/v1/workspaces/{workspace}/query', permission: signedIn, handle: byGuid },
    { method, pattern: `/v1${workspacePattern}/query`, permission: signedIn, handle: byId },
    { method, pattern: `${workspacePattern}/query`, permission: signedIn, apiVersions, anyGroup, handle: byId },
    { method, pattern: `${workspacePattern}/api/query`, permission: signedIn, apiVersions, anyGroup, handle: byId },
  ]),
  { method: 'POST', pattern: '/v1/$batch', permission: signedIn, handle: batch },
];
