/**
 * What the portal's first pages ask for in one call each: figures and charts, grouped recommendations, logic apps with
 * their runs of a day, and what the search box finds.
 *
 * Owns: the mapping. Source: own API reference, overview; portal reference 3.1, 3.3, 3.6.
 */
import { type ArmResponse, armIdKey, orThrow, textMember } from '#foundation';
import {
  listRecommendations,
  listWorkflowSummaries,
  planAnswerFilter,
  rangeNamed,
  readOverview,
  recommendationChanges,
  recommendationKinds,
  search,
  withRuns,
} from '#service';
import { parameter } from '../../call-values.ts';
import { nextLink, pageOfList, skipPosition, topOf } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { viewerOf } from '../../scopes.ts';

async function overview(call: RouteCall): Promise<ArmResponse> {
  const range = rangeNamed(parameter(call, 'range') ?? '24h');
  return { status: 200, body: await readOverview(call.services, viewerOf(call), range) };
}

function recommendations(call: RouteCall): ArmResponse {
  const { services, request } = call;
  const viewer = viewerOf(call);
  const key = parameter(call, 'key');
  const fits = orThrow(planAnswerFilter(parameter(call, 'filter') ?? parameter(call, '$filter') ?? ''));
  const found = listRecommendations(services, viewer, resourceKinds(call)).filter(
    (entry) => fits(entry) && (key === undefined || entry['name'] === key.toLowerCase()),
  );
  const body = pageOfList(request, found, (entry) =>
    key === undefined ? entry : { ...entry, changes: recommendationChanges(services, viewer, key) },
  );
  return { status: 200, body: { ...body, count: { value: found.length, exact: true } } };
}

function resourceKinds(call: RouteCall) {
  const environments = listed(call, 'environments');
  const resourceTypes = listed(call, 'resourceTypes');
  return {
    ...(environments === undefined ? {} : { environments }),
    ...(resourceTypes === undefined ? {} : { resourceTypes }),
  };
}

function listed(call: RouteCall, name: string): readonly string[] | undefined {
  const given = parameter(call, name);
  return given === undefined || given === '' ? undefined : given.toLowerCase().split(',');
}

function kinds(call: RouteCall): ArmResponse {
  const value = recommendationKinds(call.services, viewerOf(call)).map((kind) => ({ ...kind }));
  return { status: 200, body: { value } };
}

const mostSummaries = 100;

/** Runs are looked up for the logic apps of the page alone. */
function workflowSummaries(call: RouteCall): ArmResponse {
  const { services, request } = call;
  const viewer = viewerOf(call);
  const fits = orThrow(planAnswerFilter(parameter(call, 'filter') ?? parameter(call, '$filter') ?? ''));
  const size = Math.min(topOf(request) ?? mostSummaries, mostSummaries);
  const after = skipPosition(request);
  const found = listWorkflowSummaries(services, viewer, {
    count: size + 1,
    fits,
    ...(after === undefined ? {} : { after }),
  });
  const shown = found.slice(0, size);
  const last = textMember(shown.at(-1) ?? {}, 'id');
  const value = shown.map((summary) => withRuns(services, viewer, summary));
  if (found.length <= size || last === undefined) return { status: 200, body: { value } };
  return { status: 200, body: { value, nextLink: nextLink(request, armIdKey(last)) } };
}

const mostFound = 100;

function find(call: RouteCall): ArmResponse {
  const count = Math.min(topOf(call.request) ?? 20, mostFound);
  const { found, exact } = search(call.services, viewerOf(call), parameter(call, 'q') ?? '', count);
  return { status: 200, body: { value: found, count: { value: found.length, exact } } };
}

const signedIn = { signedIn: true } as const;

export const overviewRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/search', permission: signedIn, handle: find },
  { method: 'GET', pattern: '/tocsin/v1/overview', permission: signedIn, handle: overview },
  { method: 'GET', pattern: '/tocsin/v1/recommendations', permission: signedIn, handle: recommendations },
  { method: 'GET', pattern: '/tocsin/v1/recommendationKinds', permission: signedIn, handle: kinds },
  { method: 'GET', pattern: '/tocsin/v1/workflowSummaries', permission: signedIn, handle: workflowSummaries },
];
