/** The resource lists of a subscription and of a group, and the activity log. Source: ARM reference 8.2. */
import { type ArmResponse, orThrow, type ResourceDocument } from '#foundation';
import {
  activityPage,
  isListedResource,
  matchingResources,
  planResourceFilter,
  resourceListItem,
  selectedMembers,
} from '#service';
import { parameter, segment } from '../../call-values.ts';
import { nextLink, page, skipPosition, topOf } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { activityVersions, resourceVersions } from '../../versions.data.ts';

function list(call: RouteCall): ArmResponse {
  const { resources } = call.services.store;
  const fits = orThrow(planResourceFilter(parameter(call, '$filter') ?? ''));
  const expand = new Set((parameter(call, '$expand') ?? '').toLowerCase().split(/\s*,\s*/));
  const group = call.path['group'];
  const query = {
    subscriptionId: segment(call, 'subscription'),
    ...(group === undefined ? {} : { resourceGroup: group }),
  };
  const shown = (document: ResourceDocument): boolean =>
    isListedResource(document) && fits(document) && call.allowed(`${document.type}/read`, document.id);
  const body = page(
    call.request,
    {
      read: (count, after) => matchingResources(resources, query, shown, count, after),
      position: ({ id }) => id.toLowerCase(),
      shape: (document) => resourceListItem(document, expand),
    },
    { usual: 500 },
  );
  return { status: 200, body };
}

function activity(call: RouteCall): ArmResponse {
  const select = selectedMembers(parameter(call, '$select'));
  const found = activityPage(call.services, {
    subscriptionId: call.path['subscription'] ?? '',
    filter: parameter(call, '$filter') ?? '',
    top: Math.min(topOf(call.request) ?? 200, 1000),
    after: skipPosition(call.request),
    ...(select === undefined ? {} : { select }),
  });
  const { value, next } = found;
  return { status: 200, body: next === undefined ? { value } : { value, nextLink: nextLink(call.request, next) } };
}

const eventTypes = 'providers/Microsoft.Insights/eventtypes/management/values';

export const resourceListRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/resources',
    permission: { signedIn: true },
    apiVersions: resourceVersions,
    handle: list,
  },
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/resourceGroups/{group}/resources',
    permission: { signedIn: true },
    apiVersions: resourceVersions,
    handle: list,
  },
  {
    method: 'GET',
    pattern: `/subscriptions/{subscription}/${eventTypes}`,
    permission: {
      action: 'Microsoft.Insights/eventtypes/values/Read',
      scope: (path) => `/subscriptions/${path['subscription'] ?? ''}`,
    },
    apiVersions: activityVersions,
    handle: activity,
  },
  {
    method: 'GET',
    pattern: `/${eventTypes}`,
    permission: { action: 'Microsoft.Insights/eventtypes/values/Read', scope: () => '' },
    apiVersions: activityVersions,
    handle: activity,
  },
];
