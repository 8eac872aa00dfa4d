/** Connections and the APIs they are of. Source: management API reference 7. */
import { useQuery } from '@tanstack/react-query';
import type { ArmError } from '../api/arm-error.ts';
import { armPath, type Resource } from '../api/arm.ts';
import { call, read } from '../api/http.ts';
import { type ConnectionParameter, usersOf } from '../model/connection-form.ts';
import { askGraph } from './resource-graph.ts';
import { readAll } from './scope.ts';

export const connectionType = 'microsoft.web/connections';

export interface ConnectionProperties {
  readonly displayName?: string;
  readonly overallStatus?: string;
  readonly statuses?: readonly {
    readonly status: string;
    readonly error?: { readonly code?: string; readonly message?: string };
  }[];
  readonly createdTime?: string;
  readonly changedTime?: string;
  readonly sandbox?: boolean;
  readonly authenticatedUser?: { readonly name?: string };
  readonly api?: { readonly id?: string; readonly displayName?: string; readonly name?: string };
  readonly testLinks?: readonly { readonly requestUri: string; readonly method: string }[];
}

export type Connection = Resource<ConnectionProperties>;

export interface ManagedApi {
  readonly id: string;
  readonly name: string;
  readonly properties: {
    readonly connectionParameters?: Readonly<Record<string, ConnectionParameter>>;
    readonly generalInformation?: { readonly displayName?: string };
  };
}

export function useConnection(id: string) {
  return useQuery<Connection, ArmError>({
    queryKey: ['arm', id],
    queryFn: ({ signal }) => read<Connection>(armPath(id, connectionType), signal),
  });
}

export function useManagedApis(subscriptionId: string, location: string) {
  return useQuery<readonly ManagedApi[], ArmError>({
    queryKey: ['managedApis', subscriptionId, location],
    queryFn: async ({ signal }) => {
      const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Web/locations/${location}/managedApis`;
      const all = await readAll<ManagedApi>(armPath(path, connectionType), signal);
      return all.toSorted((left, right) => titleOf(left).localeCompare(titleOf(right)));
    },
    enabled: subscriptionId !== '' && location !== '',
    staleTime: 300_000,
  });
}

export const titleOf = ({ name, properties }: ManagedApi): string => properties.generalInformation?.displayName ?? name;

export function useManagedApi(id: string | undefined) {
  return useQuery<ManagedApi, ArmError>({
    queryKey: ['managedApi', id],
    queryFn: ({ signal }) => read<ManagedApi>(armPath(id ?? '', connectionType), signal),
    enabled: id !== undefined,
    staleTime: 300_000,
  });
}

/** Logic apps by the connections they use, ids of connections in lower case. One question for all subscriptions. */
export function useConnectionUsers(): ReadonlyMap<string, readonly string[]> | undefined {
  const { data } = useQuery({
    queryKey: ['connectionUsers'],
    queryFn: async ({ signal }) => {
      const query =
        "resources | where type =~ 'microsoft.logic/workflows' | where tostring(properties.parameters) contains 'connectionId' | project id, connections = properties.parameters['$connections'].value";
      return usersOf(await askGraph<{ readonly id: string; readonly connections: unknown }>(query, [], signal));
    },
    staleTime: 10_000,
  });
  return data;
}

/** Makes or replaces a connection, in the sandbox where that is wanted. */
export async function putConnection(
  id: string,
  given: { readonly location: string; readonly apiId: string; readonly displayName: string; readonly values: object },
  sandbox: boolean,
): Promise<void> {
  const properties = { displayName: given.displayName, api: { id: given.apiId }, parameterValues: given.values };
  await call('PUT', armPath(id, connectionType), { body: { location: given.location, properties } });
  if (sandbox) await setSandbox(id, true);
}

export async function replaceParameters(id: string, values: object): Promise<void> {
  await call('PATCH', armPath(id, connectionType), { body: { properties: { parameterValues: values } } });
}

export async function deleteConnection(id: string): Promise<void> {
  await call('DELETE', armPath(id, connectionType));
}

export async function setSandbox(id: string, enabled: boolean): Promise<void> {
  await call('POST', '/tocsin/v1/connections/sandbox', { body: { connectionId: id, enabled } });
}

/** @throws ArmError with what the service said */
export async function testConnection({ properties }: Connection): Promise<void> {
  const link = properties.testLinks?.[0];
  if (link !== undefined) await call('GET', link.requestUri);
}

/** Where somebody signs in at the service for the connection. */
export async function consentLink(id: string): Promise<string | undefined> {
  const path = armPath(`${id}/listConsentLinks`, connectionType);
  const { body } = await call<{ readonly value: readonly { readonly link: string }[] }>('POST', path, {
    body: { parameters: [{ redirectUrl: `${window.location.origin}/portal/r${id}` }] },
  });
  return body.value[0]?.link;
}
