/**
 * The operations that roles speak of: `operations` of a provider, and the catalogue `providerOperations` that tools for
 * custom roles read. Both are read out of the route table, so they name exactly what this server checks.
 * Source: ARM reference 6.1 and 10.2.
 */
import { type ArmResponse, type JsonObject, raise } from '#foundation';
import { segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

interface Operation {
  /** `Microsoft.Logic/workflows/enable/action` */
  readonly name: string;
  readonly namespace: string;
  /** `workflows` */
  readonly resource: string;
  /** What a person reads: `Enable workflows`. */
  readonly title: string;
}

const verbs: Readonly<Record<string, string>> = { read: 'Read', write: 'Create or update', delete: 'Delete' };

function operationOf(action: string): Operation {
  const [namespace = '', ...parts] = action.split('/');
  const last = parts.at(-1) ?? '';
  const acts = last.toLowerCase() === 'action';
  const verb = acts ? (parts.at(-2) ?? '') : last;
  const resource = parts.slice(0, acts ? -2 : -1).join('/');
  const words = verbs[verb.toLowerCase()] ?? verb.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const title = `${words.slice(0, 1).toUpperCase()}${words.slice(1)} ${resource || namespace}`;
  return { name: action, namespace, resource, title };
}

/** Every action of the table by lower-case namespace, in order of their names, each once whatever its case. */
function operationsOf(routes: readonly Route[]): ReadonlyMap<string, readonly Operation[]> {
  const found = new Map<string, Operation>();
  for (const { permission } of routes) {
    if (!('action' in permission) || typeof permission.action !== 'string') continue;
    const operation = operationOf(permission.action);
    if (!found.has(operation.name.toLowerCase())) found.set(operation.name.toLowerCase(), operation);
  }
  const sorted = [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return Map.groupBy(sorted, ({ namespace }) => namespace.toLowerCase());
}

function shortForm({ name, namespace, resource, title }: Operation): JsonObject {
  return {
    name,
    isDataAction: false,
    display: { provider: namespace, resource, operation: title, description: title },
  };
}

function catalogueEntry(operations: readonly Operation[]): JsonObject {
  const namespace = operations[0]?.namespace ?? '';
  const form = ({ name, title }: Operation): JsonObject => ({
    name,
    displayName: title,
    description: title,
    origin: 'user,system',
    properties: null,
    isDataAction: false,
  });
  const byType = Map.groupBy(operations, ({ resource }) => resource);
  return {
    id: `/providers/Microsoft.Authorization/providerOperations/${namespace}`,
    name: namespace,
    type: 'Microsoft.Authorization/providerOperations',
    displayName: namespace,
    resourceTypes: [...byType]
      .filter(([resource]) => resource !== '')
      .map(([resource, own]) => ({ name: resource, displayName: resource, operations: own.map(form) })),
    operations: (byType.get('') ?? []).map(form),
  };
}

/** The operation lists over all other routes. */
export function operationListRoutes(routes: readonly Route[]): readonly Route[] {
  const operations = operationsOf(routes);
  const ofNamespace = (call: RouteCall): readonly Operation[] =>
    operations.get(segment(call, 'namespace').toLowerCase()) ?? [];
  const list = (call: RouteCall): ArmResponse => ({
    status: 200,
    body: pageOfList(call.request, ofNamespace(call), shortForm, { usual: 1000 }),
  });
  const one = (call: RouteCall): ArmResponse => {
    const own = ofNamespace(call);
    if (own.length > 0) return { status: 200, body: catalogueEntry(own) };
    return raise('InvalidResourceNamespace', `The resource namespace '${segment(call, 'namespace')}' is invalid.`);
  };
  const all = (call: RouteCall): ArmResponse => ({
    status: 200,
    body: pageOfList(call.request, [...operations.values()], catalogueEntry, { usual: 1000 }),
  });
  const catalogue = '/providers/Microsoft.Authorization/providerOperations';
  const open = { permission: { signedIn: true }, apiVersions: 'any' } as const;
  return [
    { method: 'GET', pattern: '/providers/{namespace}/operations', ...open, handle: list },
    { method: 'GET', pattern: catalogue, ...open, handle: all },
    { method: 'GET', pattern: `${catalogue}/{namespace}`, ...open, handle: one },
  ];
}
