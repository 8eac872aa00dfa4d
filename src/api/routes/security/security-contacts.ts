/**
 * The security contacts of a subscription: kept as documents (`resources/generic.ts`), listed here.
 *
 * Owns: the list's form, which depends on the version: 2020-01-01-preview is a bare array. Source: connectors reference 4 (calls of published playbooks).
 */
import type { Json, ResourceDocument } from '#foundation';
import { homeRegion, listSource, matchingResources, resourceAnswer } from '#service';
import { segment } from '../../call-values.ts';
import { page } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

const bareVersion = '2020-01-01-preview';

function contact(document: ResourceDocument): Json {
  const answer = resourceAnswer(document);
  return { ...answer, etag: answer['etag'] ?? `"${document.etag}"`, location: answer['location'] ?? homeRegion };
}

function list(call: RouteCall): Json {
  const scope = `/subscriptions/${segment(call, 'subscription')}`;
  const source = listSource(call.services, { scope, namespace: 'Microsoft.Security', typePath: 'securityContacts' });
  if (source.kind === 'embedded') return [];
  const { query, test } = source;
  const body = page(call.request, {
    read: (count, after) => matchingResources(call.services.store.resources, query, test, count, after),
    position: ({ id }) => id.toLowerCase(),
    shape: contact,
  });
  return call.apiVersion.toLowerCase() === bareVersion ? (body['value'] ?? []) : body;
}

export const securityContactRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/providers/Microsoft.Security/securityContacts',
    permission: { action: 'Microsoft.Security/securityContacts/read' },
    apiVersions: ['2017-08-01-preview', bareVersion, '2023-12-01-preview'],
    handle: (call) => ({ status: 200, body: list(call) }),
  },
];
