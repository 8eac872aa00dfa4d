/**
 * Resource providers: what exists, in which versions, and registration. The list is read out of the route table and the
 * table of known types, so it cannot lag behind them. Source: ARM reference 3.1 and 8.2.
 */
import { type ArmResponse, type JsonObject, raise } from '#foundation';
import { isRegistered, knownTypes, listLocations, setRegistration } from '#service';
import { typeOfPattern } from '../../api-version.ts';
import { segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { resourceVersions } from '../../versions.data.ts';

interface Provider {
  readonly namespace: string;
  /** Lower-case type without namespace → its entry. */
  readonly types: Map<
    string,
    { readonly name: string; readonly versions: readonly string[]; readonly tracked: boolean }
  >;
}

function providersOf(routes: readonly Route[]): ReadonlyMap<string, Provider> {
  const providers = new Map<string, Provider>();
  const add = (namespace: string, name: string, versions: readonly string[], tracked: boolean): void => {
    const key = namespace.toLowerCase();
    const provider: Provider = providers.get(key) ?? { namespace, types: new Map() };
    providers.set(key, provider);
    const known = provider.types.get(name.toLowerCase());
    const all = [...new Set([...(known?.versions ?? []), ...versions])].toSorted((one, other) =>
      one < other ? 1 : -1,
    );
    provider.types.set(name.toLowerCase(), {
      name: known?.name ?? name,
      versions: all,
      tracked: tracked || known?.tracked === true,
    });
  };
  for (const { pattern, apiVersions } of routes) {
    const type = typeOfPattern(pattern);
    if (type === undefined || !type.includes('/') || !Array.isArray(apiVersions)) continue;
    const at = type.indexOf('/');
    add(type.slice(0, at), type.slice(at + 1), apiVersions as readonly string[], /\/resourceGroups\//i.test(pattern));
  }
  for (const { namespace, type, apiVersions, tracked } of knownTypes) add(namespace, type, apiVersions, tracked);
  return providers;
}

function answer(call: RouteCall, provider: Provider): JsonObject {
  const subscription = call.path['subscription'];
  const names = listLocations('').map((location) => location['displayName'] as string);
  const resourceTypes = [...provider.types.values()].map(({ name, versions, tracked }) => ({
    resourceType: name,
    locations: tracked ? names : [],
    apiVersions: versions,
    capabilities: tracked ? 'SupportsTags, SupportsLocation' : 'None',
  }));
  if (subscription === undefined) return { namespace: provider.namespace, resourceTypes };
  const registered = isRegistered(call.services, subscription, provider.namespace);
  return {
    id: `/subscriptions/${subscription}/providers/${provider.namespace}`,
    namespace: provider.namespace,
    registrationPolicy: 'RegistrationRequired',
    registrationState: registered ? 'Registered' : 'NotRegistered',
    resourceTypes,
  };
}

function requireProvider(providers: ReadonlyMap<string, Provider>, call: RouteCall): Provider {
  const namespace = segment(call, 'namespace');
  const found = providers.get(namespace.toLowerCase());
  if (found !== undefined) return found;
  // Documents of any type are taken, so a provider nobody listed exists as soon as its name is well formed.
  if (/^[a-z0-9]+(?:\.[a-z0-9]+)+$/i.test(namespace)) return { namespace, types: new Map() };
  return raise('InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
}

/** The provider routes over all other routes. */
export function providerRoutes(routes: readonly Route[]): readonly Route[] {
  const providers = providersOf(routes);
  const register = (registered: boolean) => async (call: RouteCall) => {
    const provider = requireProvider(providers, call);
    await setRegistration(call.services, segment(call, 'subscription'), provider.namespace, registered);
    return { status: 200, body: answer(call, provider) } satisfies ArmResponse;
  };
  const list = (call: RouteCall): ArmResponse => ({
    status: 200,
    body: pageOfList(call.request, [...providers.values()], (provider) => answer(call, provider), { usual: 1000 }),
  });
  const one = (call: RouteCall): ArmResponse => ({
    status: 200,
    body: answer(call, requireProvider(providers, call)),
  });
  const types = (call: RouteCall): ArmResponse => ({
    status: 200,
    body: { value: answer(call, requireProvider(providers, call))['resourceTypes'] ?? [] },
  });
  const base = '/subscriptions/{subscription}/providers';
  const read = { action: 'Microsoft.Resources/subscriptions/providers/read' };
  const versions = { apiVersions: resourceVersions };
  return [
    { method: 'GET', pattern: base, permission: read, ...versions, handle: list },
    { method: 'GET', pattern: `${base}/{namespace}`, permission: read, ...versions, handle: one },
    { method: 'GET', pattern: `${base}/{namespace}/resourceTypes`, permission: read, ...versions, handle: types },
    { method: 'GET', pattern: '/providers', permission: { signedIn: true }, ...versions, handle: list },
    { method: 'GET', pattern: '/providers/{namespace}', permission: { signedIn: true }, ...versions, handle: one },
    {
      method: 'POST',
      pattern: `${base}/{namespace}/register`,
      permission: {
        action: (path) => `${path['namespace'] ?? ''}/register/action`,
        scope: (path) => `/subscriptions/${path['subscription'] ?? ''}`,
      },
      ...versions,
      handle: register(true),
    },
    {
      method: 'POST',
      pattern: `${base}/{namespace}/unregister`,
      permission: {
        action: (path) => `${path['namespace'] ?? ''}/unregister/action`,
        scope: (path) => `/subscriptions/${path['subscription'] ?? ''}`,
      },
      ...versions,
      handle: register(false),
    },
    {
      method: 'POST',
      pattern: '/providers/Microsoft.Management/managementGroups/{group}/providers/{namespace}/register',
      permission: {
        action: 'Microsoft.Management/managementGroups/write',
        scope: (path) => `/providers/Microsoft.Management/managementGroups/${path['group'] ?? ''}`,
      },
      ...versions,
      handle: (call) => ({ status: 200, body: answer(call, requireProvider(providers, call)) }),
    },
  ];
}
