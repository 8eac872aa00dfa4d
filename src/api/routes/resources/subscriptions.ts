/** Tenants, subscriptions, their locations and aliases. Source: ARM reference 8.1, own API reference. */
import { authorizationFailed } from '#access';
import { type ArmResponse, type JsonObject, raise, type ResourceDocument, TocsinError } from '#foundation';
import {
  aliasAnswer,
  aliasType,
  changeSubscription,
  listLocations,
  matchingResources,
  putSubscriptionAlias,
  subscriptionAnswer,
  subscriptionType,
} from '#service';
import { callerOf, segment } from '../../call-values.ts';
import { page, type PageSource } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { aliasVersions, resourceVersions } from '../../versions.data.ts';

function listTenants(call: RouteCall): ArmResponse {
  const { tenantId } = call.services.settings;
  const tenant: JsonObject = {
    id: `/tenants/${tenantId}`,
    tenantId,
    countryCode: 'US',
    displayName: 'Tocsin',
    domains: ['tocsin.local'],
    defaultDomain: 'tocsin.local',
    tenantCategory: 'Home',
    tenantType: 'AAD',
  };
  return { status: 200, body: { value: [tenant] } };
}

function resourcesOfType(
  call: RouteCall,
  type: string,
  test: (document: ResourceDocument) => boolean,
  shape: (document: ResourceDocument) => JsonObject,
): PageSource<ResourceDocument> {
  const { resources } = call.services.store;
  return {
    read: (count, after) => matchingResources(resources, { type }, test, count, after),
    position: ({ id }) => id.toLowerCase(),
    shape,
  };
}

function listSubscriptions(call: RouteCall): ArmResponse {
  const source = resourcesOfType(
    call,
    subscriptionType,
    ({ id }) => call.visible(id),
    (document) => subscriptionAnswer(call.services, document),
  );
  return { status: 200, body: page(call.request, source, { usual: 1000 }) };
}

function getSubscription(call: RouteCall): ArmResponse {
  const id = `/subscriptions/${segment(call, 'subscription')}`;
  if (!call.visible(id)) {
    throw new TocsinError(authorizationFailed(call.request.identity, 'Microsoft.Resources/subscriptions/read', id));
  }
  const document = call.services.store.resources.get(id);
  if (document === undefined) return raise('SubscriptionNotFound', `The subscription '${id}' could not be found.`);
  return { status: 200, body: subscriptionAnswer(call.services, document) };
}

function getLocations(call: RouteCall): ArmResponse {
  return { status: 200, body: { value: listLocations(segment(call, 'subscription')) } };
}

async function putAlias(call: RouteCall): Promise<ArmResponse> {
  const { created, answer } = await putSubscriptionAlias(call.services, {
    caller: callerOf(call),
    alias: segment(call, 'alias'),
    body: call.request.body,
  });
  return { status: created ? 201 : 200, body: answer };
}

function requireAlias(call: RouteCall): ResourceDocument {
  const id = `/providers/${aliasType}/${segment(call, 'alias')}`;
  const found = call.services.store.resources.get(id);
  return found ?? raise('ResourceNotFound', `The subscription alias '${segment(call, 'alias')}' was not found.`);
}

async function deleteAlias(call: RouteCall): Promise<ArmResponse> {
  const id = `/providers/${aliasType}/${segment(call, 'alias')}`;
  if (call.services.store.resources.get(id) === undefined) return { status: 204 };
  await call.services.store.commit([{ kind: 'deleteResource', id }]);
  return { status: 200 };
}

function changing(kind: 'rename' | 'cancel' | 'enable'): Route {
  return {
    method: 'POST',
    pattern: `/subscriptions/{subscription}/providers/Microsoft.Subscription/${kind}`,
    permission: {
      action: `Microsoft.Subscription/${kind}/action`,
      scope: (path) => `/subscriptions/${path['subscription'] ?? ''}`,
    },
    apiVersions: aliasVersions,
    handle: async (call) => ({
      status: 200,
      body: await changeSubscription(call.services, {
        caller: callerOf(call),
        subscriptionId: segment(call, 'subscription'),
        kind,
        body: call.request.body,
      }),
    }),
  };
}

const aliases = '/providers/Microsoft.Subscription/aliases';

export const subscriptionRoutes: readonly Route[] = [
  changing('rename'),
  changing('cancel'),
  changing('enable'),
  {
    method: 'GET',
    pattern: '/tenants',
    permission: { signedIn: true },
    apiVersions: resourceVersions,
    handle: listTenants,
  },
  {
    method: 'GET',
    pattern: '/subscriptions',
    permission: { signedIn: true },
    apiVersions: resourceVersions,
    handle: listSubscriptions,
  },
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}',
    permission: { signedIn: true },
    apiVersions: resourceVersions,
    handle: getSubscription,
  },
  {
    method: 'GET',
    pattern: '/subscriptions/{subscription}/locations',
    permission: { action: 'Microsoft.Resources/subscriptions/locations/read' },
    apiVersions: resourceVersions,
    handle: getLocations,
  },
  {
    method: 'PUT',
    pattern: `${aliases}/{alias}`,
    permission: { action: 'Microsoft.Subscription/aliases/write', scope: () => '' },
    apiVersions: aliasVersions,
    handle: putAlias,
  },
  {
    method: 'GET',
    pattern: `${aliases}/{alias}`,
    permission: { action: 'Microsoft.Subscription/aliases/read', scope: () => '' },
    apiVersions: aliasVersions,
    handle: (call) => ({ status: 200, body: aliasAnswer(call.services, requireAlias(call)) }),
  },
  {
    method: 'GET',
    pattern: aliases,
    permission: { action: 'Microsoft.Subscription/aliases/read', scope: () => '' },
    apiVersions: aliasVersions,
    handle: (call) => ({
      status: 200,
      body: page(
        call.request,
        resourcesOfType(
          call,
          aliasType,
          () => true,
          (document) => aliasAnswer(call.services, document),
        ),
      ),
    }),
  },
  {
    method: 'DELETE',
    pattern: `${aliases}/{alias}`,
    permission: { action: 'Microsoft.Subscription/aliases/delete', scope: () => '' },
    apiVersions: aliasVersions,
    handle: deleteAlias,
  },
];
