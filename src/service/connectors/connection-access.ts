/**
 * Access policies of connections: which identities may use a connection at its runtime URL.
 *
 * Owns: the documents below a connection, whom they let in. Does not own: keys (`connection-keys.ts`), roles (`#access`).
 * Source: ARM reference 7 (`accessPolicies`).
 *
 * Invariants
 * AP1. A policy names one identity of this server's tenant; nobody is let in by a policy that names nobody.
 */
import {
  type Identity,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  raise,
  type ResourceDocument,
  textMember,
} from '#foundation';
import { type Connection, connectionType } from '../connections.ts';
import type { Services } from '../services.ts';

export const connectionAccessType = `${connectionType}/accessPolicies`;

/** Policies of one connection, by name. */
export function connectionAccess(services: Services, { document }: Connection): readonly ResourceDocument[] {
  return services.store.resources.list({ scope: document.id, type: connectionAccessType });
}

/** Whether a policy of the connection names the identity. */
export function mayUseConnection(services: Services, connection: Connection, { objectId }: Identity): boolean {
  return (
    objectId !== '' &&
    connectionAccess(services, connection).some(({ body }) => identityNamed(body) === objectId.toLowerCase())
  );
}

function identityNamed(body: JsonObject): string | undefined {
  const principal = memberIgnoringCase(memberIgnoringCase(body, 'properties'), 'principal');
  const objectId = memberIgnoringCase(memberIgnoringCase(principal, 'identity'), 'objectId');
  return typeof objectId === 'string' && objectId !== '' ? objectId.toLowerCase() : undefined;
}

/**
 * PUT of a policy. @throws TocsinError `InvalidRequestContent` for a connection of kind V1, whose workflows need none, for
 * a principal that is no identity of a directory (AP1), and for another tenant.
 */
export async function putConnectionAccess(
  services: Services,
  { document: { id, body, location, subscriptionId, resourceGroup } }: Connection,
  name: string,
  given: Json,
): Promise<{ readonly policy: ResourceDocument; readonly created: boolean }> {
  if (textMember(body, 'kind')?.toUpperCase() !== 'V2') {
    raise('InvalidRequestContent', "Access policies are for connections of the kind 'V2'; this one is 'V1'.");
  }
  const properties = memberIgnoringCase(given, 'properties');
  const principal = memberIgnoringCase(properties, 'principal');
  const type = memberIgnoringCase(principal, 'type');
  const tenant = memberIgnoringCase(memberIgnoringCase(principal, 'identity'), 'tenantId');
  const named = isJsonObject(properties) ? identityNamed({ properties }) : undefined;
  if (!isJsonObject(properties) || type !== 'ActiveDirectory' || named === undefined) {
    return raise(
      'InvalidRequestContent',
      "The access policy must name in 'properties.principal' a 'type' of 'ActiveDirectory' and an 'identity' with its 'objectId'.",
    );
  }
  if (typeof tenant === 'string' && tenant.toLowerCase() !== services.settings.tenantId.toLowerCase()) {
    raise('InvalidRequestContent', `The tenant '${tenant}' of the access policy is not this server's.`);
  }
  const policyId = `${id}/accessPolicies/${name}`;
  const existing = services.store.resources.get(policyId);
  const now = services.clock.now();
  const policy: ResourceDocument = {
    id: existing?.id ?? policyId,
    type: connectionAccessType,
    name: existing?.name ?? name,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    ...(location === undefined ? {} : { location }),
    body: { properties },
    etag: `"${services.random.uuid()}"`,
    createdTime: existing?.createdTime ?? now,
    changedTime: now,
  };
  await services.store.commit([{ kind: 'putResource', resource: policy }]);
  return { policy, created: existing === undefined };
}
