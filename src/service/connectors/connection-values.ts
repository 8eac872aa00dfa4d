/**
 * What a connection can show to its service: its own values, or those of the operator's profile.
 *
 * Owns: which of the two count, and whether anything is missing. Does not own: tokens (`connection-grants.ts`).
 * Source: connectors reference 3.1; ARM reference 7.
 *
 * Invariants
 * CV1. A connection with values of its own uses these alone; a profile's secrets never meet an address the connection names.
 * CV2. A managed identity of this server proves itself to what is kept here, and to services elsewhere that trust this server as
 *      issuer. To Azure's own services the operator's profile signs in for it where it is shared; without one nothing is sent.
 */
import {
  type ConnectionParameter,
  type ConnectionValues,
  connectionValues,
  type Connector,
  endpointOf,
} from '#connectors';
import { isFault, isJsonObject, memberIgnoringCase, memberOf, type ResourceDocument, textMember } from '#foundation';
import { isAzures } from '../azure-domains.ts';
import type { Services } from '../services.ts';
import { type ConnectorProfile, findProfile, isSharedWith, textsOf } from './connector-profiles.ts';

/** How a connection proves itself. */
export type Proof =
  /** Nothing is needed, or the workflow's managed identity. */
  | { readonly kind: 'none' | 'managedIdentity' }
  /** Values alone: keys, passwords, addresses. */
  | { readonly kind: 'values' }
  /** A person's consent, kept as a grant on the connection or on the profile. */
  | { readonly kind: 'grant'; readonly of: 'connection' | 'profile' }
  /** An application's own credentials. */
  | { readonly kind: 'application' }
  | { readonly kind: 'missing'; readonly target: string; readonly code: string; readonly message: string };

export interface Credentials {
  readonly proof: Proof;
  readonly values: ConnectionValues;
  readonly profile?: ConnectorProfile;
  /** The credential is the profile's. */
  readonly lent?: true;
}

/** Values a connection was saved with, by whatever member; secrets included. */
export function ownValues(document: ResourceDocument): ConnectionValues {
  const properties = memberOf(document.body, 'properties');
  const set = memberIgnoringCase(memberIgnoringCase(properties, 'parameterValueSet'), 'values');
  const setValues = Object.fromEntries(
    Object.entries(isJsonObject(set) ? set : {}).map(([name, value]) => [name, memberOf(value, 'value') ?? value]),
  );
  const secretSet = memberOf(document.secrets, 'parameterValueSet');
  return connectionValues(
    textsOf(memberIgnoringCase(properties, 'customParameterValues')),
    textsOf(memberIgnoringCase(properties, 'nonSecretParameterValues')),
    textsOf(memberIgnoringCase(properties, 'alternativeParameterValues')),
    textsOf(setValues),
    textsOf(secretSet),
    textsOf(memberOf(document.secrets, 'parameterValues')),
  );
}

/** Sets of parameters that stand for a managed identity, as the published connectors name them. */
const managedSets: ReadonlySet<string> = new Set(['managedidentityauth', 'managedidentity', 'oauthmi']);

/** Whether the connection signs in as the managed identity of the workflow that uses it. */
export function usesManagedIdentity(document: ResourceDocument): boolean {
  const properties = memberOf(document.body, 'properties');
  const type = memberIgnoringCase(properties, 'parameterValueType');
  if (typeof type === 'string' && type.toLowerCase() === 'alternative') return true;
  const name = memberIgnoringCase(memberIgnoringCase(properties, 'parameterValueSet'), 'name');
  return typeof name === 'string' && managedSets.has(name.toLowerCase());
}

export function credentialsOf(services: Services, connector: Connector, document: ResourceDocument): Credentials {
  const own = ownValues(document);
  const profile = findProfile(services, connector.name);
  const endpoint: Record<string, string> = profile?.endpoint === undefined ? {} : { endpoint: profile.endpoint };
  const plain = connectionValues(withoutEndpoint(own), endpoint);
  const found = { values: plain, ...(profile === undefined ? {} : { profile }) };
  if (connector.parameters.length === 0) return { ...found, proof: { kind: 'none' } };
  if (usesManagedIdentity(document)) return managedCredentials(connector, document, own, found);
  const granted = ['grant', 'person'].some((name) => memberOf(document.secrets, name) !== undefined);
  const failed = memberOf(document.body, 'grantError');
  if (isJsonObject(failed)) {
    return {
      ...found,
      proof: {
        kind: 'missing',
        target: 'token',
        code: textMember(failed, 'code') ?? '',
        message: textMember(failed, 'message') ?? '',
      },
    };
  }
  const proof = proofOf(connector, plain, granted ? 'connection' : undefined);
  if (proof.kind !== 'missing' || profile === undefined || !isSharedWith(profile, document.id))
    return { ...found, proof };
  return { ...lentBy(profile, connector, own, proof), profile };
}

/** Whether what a connector is about is kept on this server. */
export function isKeptHere({ service }: Connector): boolean {
  return service.kind === 'arm' || service.kind === 'local' || (service.kind === 'http' && service.here !== undefined);
}

/** CV2. Links say where directory and vaults are; for devices, as for all that is not here, it is the profile that does. */
function managedCredentials(
  connector: Connector,
  document: ResourceDocument,
  own: ConnectionValues,
  found: Omit<Credentials, 'proof'>,
): Credentials {
  const { service, displayName } = connector;
  const isAsked = !isKeptHere(connector) || (service.kind === 'http' && service.here === 'devices');
  const { profile } = found;
  if (isAsked && profile !== undefined && isSharedWith(profile, document.id)) {
    const lent = lentBy(profile, connector, own, missing('token'));
    if (lent.proof.kind !== 'missing') return { ...lent, profile };
  }
  const isAway = (service.kind === 'http' || service.kind === 'mail') && !isKeptHere(connector);
  if (!isAway || trustsThisServer(service, found.values)) return { ...found, proof: { kind: 'managedIdentity' } };
  const message = `The connection signs in as a managed identity, which exists on this server only; ${displayName} does not know it. Share a profile of '${connector.name}' that has a credential with the connection, or give the connection a service principal.`;
  return { ...found, proof: { kind: 'missing', target: 'token', code: 'Unauthenticated', message } };
}

/** Services of Azure trust Azure's own issuer only. */
function trustsThisServer(service: Connector['service'], values: ConnectionValues): boolean {
  const endpoint = service.kind === 'http' ? endpointOf(service.endpoint, values) : undefined;
  return endpoint !== undefined && !isFault(endpoint) && !isAzures(endpoint.href);
}

function withoutEndpoint(values: ConnectionValues): Record<string, string> {
  return Object.fromEntries([...values].filter(([name]) => name !== 'endpoint'));
}

/** CV1: of the connection's own values only plain names stay, which no address is made of. */
export function lentBy(
  profile: ConnectorProfile,
  connector: Connector,
  own: ConnectionValues,
  lacking: Proof,
): Credentials {
  const names = Object.fromEntries([...own].filter(([name, value]) => name !== 'endpoint' && /^[\w-]*$/.test(value)));
  const endpoint: Record<string, string> = profile.endpoint === undefined ? {} : { endpoint: profile.endpoint };
  const placed =
    profile.endpoint === undefined ? {} : Object.fromEntries(placesIn(connector).map((name) => [name, '-']));
  const values = connectionValues(placed, names, profile.values, endpoint);
  if (profile.grantType === 'client_credentials' && profile.clientId !== undefined) {
    return { values, proof: { kind: 'application' }, lent: true };
  }
  const granted = memberOf(profile.document.secrets, 'grant') !== undefined;
  const proof = proofOf(connector, values, granted ? 'profile' : undefined);
  return proof.kind === 'missing' ? { values, proof: lacking } : { values, proof, lent: true };
}

/** Parameters that are part of the service's address: nobody needs them where the profile gives the whole address. */
function placesIn({ service }: Connector): readonly string[] {
  const template = service.kind === 'http' ? service.endpoint : '';
  return [...template.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
}

function proofOf(connector: Connector, values: ConnectionValues, grant: 'connection' | 'profile' | undefined): Proof {
  const has = (names: readonly string[]): boolean => names.every((name) => values.has(name.toLowerCase()));
  for (const { parameters } of connector.alternatives ?? []) {
    if (has(needed(parameters))) {
      return { kind: parameters.some(({ name }) => name === 'token:clientId') ? 'application' : 'values' };
    }
  }
  const sign = connector.parameters.find(({ type }) => type === 'oauthSetting');
  const lacking = needed(connector.parameters).find((name) => name !== sign?.name && !values.has(name.toLowerCase()));
  if (lacking !== undefined) return missing(lacking);
  if (sign === undefined || values.has(sign.name.toLowerCase())) return { kind: 'values' };
  return grant === undefined ? missing(sign.name) : { kind: 'grant', of: grant };
}

function needed(parameters: readonly ConnectionParameter[]): readonly string[] {
  return parameters.filter(({ optional }) => optional !== true).map(({ name }) => name);
}

/** What is said of a connection that has nothing yet. */
export const notAuthenticated = 'This connection is not authenticated.';

function missing(target: string): Proof {
  return { kind: 'missing', target, code: 'Unauthenticated', message: notAuthenticated };
}
