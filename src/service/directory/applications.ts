/**
 * Applications and service principals in the shapes of Microsoft Graph, which `az ad` and `az role` speak.
 *
 * Owns: the two views of one principal, and what requests on them mean for it. Does not own: principals, secrets and
 * certificates (`principals.ts`, `principal-certificates.ts`), HTTP.
 * Source: the published Microsoft Graph v1.0 types; ARM reference 3.1, 10.2.
 *
 * Invariants
 * GA1. What cannot be kept (permissions, roles, identifier addresses of one's own) is refused unless it is empty.
 * GA2. An application without a service principal gets no tokens; its two object ids differ.
 */
import { applicationSets, badDirectoryRequest, changedProperties, directoryObjectNotFound } from '#directory';
import {
  fault,
  formatTime,
  type Identity,
  isJsonArray,
  type Json,
  type JsonObject,
  memberOf,
  orThrow,
  textMember,
  TocsinError,
} from '#foundation';
import { managedIdentities } from '../identity-holders.ts';
import { alternateKey } from './graph-alternate-key.ts';
import { graphPrincipalId, graphServicePrincipal } from './app-role-assignments.ts';
import { readCertificate } from '../principal-certificates.ts';
import {
  addSecret,
  changePrincipal,
  createBarePrincipal,
  deletePrincipal,
  findApplication,
  findPrincipal,
  listPrincipals,
  type Principal,
  type PrincipalCertificate,
  rewritePrincipal,
} from '../principals.ts';
import { assignmentRemovals } from '../role-holders.ts';
import type { Services } from '../services.ts';

export type ApplicationView = keyof typeof applicationSets;

// --- Reading ----------------------------------------------------------------------------------------------------

/** All of a view, in the order of ids. */
export function listApplicationView(services: Services, view: ApplicationView): readonly JsonObject[] {
  const principals = listPrincipals(services);
  const found =
    view === 'applications'
      ? principals.map(applicationOf)
      : [
          ...principals.filter(({ inUse }) => inUse).map((principal) => servicePrincipalOf(services, principal)),
          ...managedIdentities(services.store).map((identity) => managedOf(services, identity)),
          graphServicePrincipal(services),
        ];
  return found.toSorted((left, right) => (idOf(left) < idOf(right) ? -1 : 1));
}

function idOf(answer: JsonObject): string {
  return textMember(answer, 'id') ?? '';
}

/** One of a view by its object id. @throws TocsinError `Request_ResourceNotFound`. */
export function readApplicationView(services: Services, view: ApplicationView, key: string): JsonObject {
  const id = objectIdOf(services, view, key);
  const principal = principalAt(services, view, id);
  if (principal !== undefined) {
    return view === 'applications' ? applicationOf(principal) : servicePrincipalOf(services, principal);
  }
  const wanted = id.toLowerCase();
  if (view === 'servicePrincipals' && wanted === graphPrincipalId(services)) return graphServicePrincipal(services);
  const managed =
    view === 'applications' ? undefined : managedIdentities(services.store).find(({ objectId }) => objectId === wanted);
  if (managed === undefined) throw new TocsinError(directoryObjectNotFound(id));
  return managedOf(services, managed);
}

function principalAt(services: Services, view: ApplicationView, id: string): Principal | undefined {
  if (view === 'applications') {
    return listPrincipals(services).find(({ applicationId }) => applicationId === id.toLowerCase());
  }
  const found = findPrincipal(services, id);
  return found?.inUse === true ? found : undefined;
}

/** The object id of a key: itself, or of the one whose `appId` it names. @throws TocsinError `Request_BadRequest`. */
function objectIdOf(services: Services, view: ApplicationView, key: string): string {
  const alternate = alternateKey(key);
  if (alternate === undefined) return key;
  if (alternate.property.toLowerCase() !== 'appid')
    throw new TocsinError(badDirectoryRequest(`'${alternate.property}' is no key of this set.`, alternate.property));
  const wanted = alternate.value.toLowerCase();
  const found = listApplicationView(services, view).find((one) => textMember(one, 'appId')?.toLowerCase() === wanted);
  if (found === undefined) throw new TocsinError(directoryObjectNotFound(alternate.value.slice(0, 100)));
  return idOf(found);
}

function requireAt(services: Services, view: ApplicationView, id: string): Principal {
  const found = principalAt(services, view, objectIdOf(services, view, id));
  if (found === undefined) throw new TocsinError(directoryObjectNotFound(id));
  return found;
}

function applicationOf(principal: Principal): JsonObject {
  const { applicationId, appId, displayName, createdTime, publicClient, redirectUris } = principal;
  const uris = [...redirectUris];
  return {
    id: applicationId,
    appId,
    displayName,
    createdDateTime: formatTime(createdTime),
    deletedDateTime: null,
    signInAudience: 'AzureADMyOrg',
    identifierUris: [`api://${appId}`],
    isFallbackPublicClient: publicClient,
    publicClient: { redirectUris: publicClient ? uris : [] },
    web: { redirectUris: publicClient ? [] : uris },
    spa: { redirectUris: [] },
    requiredResourceAccess: [],
    appRoles: [],
    tags: [],
    ...credentialsOf(principal),
  };
}

function servicePrincipalOf(services: Pick<Services, 'settings'>, principal: Principal): JsonObject {
  const { objectId, appId, displayName, enabled, createdTime, redirectUris } = principal;
  return {
    id: objectId,
    appId,
    displayName,
    appDisplayName: displayName,
    accountEnabled: enabled,
    createdDateTime: formatTime(createdTime),
    deletedDateTime: null,
    servicePrincipalType: 'Application',
    servicePrincipalNames: [appId, `api://${appId}`],
    alternativeNames: [],
    appOwnerOrganizationId: services.settings.tenantId,
    appRoleAssignmentRequired: false,
    appRoles: [],
    oauth2PermissionScopes: [],
    replyUrls: [...redirectUris],
    signInAudience: 'AzureADMyOrg',
    tags: [],
    ...credentialsOf(principal),
  };
}

function managedOf(services: Pick<Services, 'settings'>, identity: Identity & { readonly holder: string }): JsonObject {
  const { objectId, displayName, appId = objectId, holder } = identity;
  const explicit = /\/providers\/microsoft\.managedidentity\//i.test(holder);
  return {
    id: objectId,
    appId,
    displayName,
    appDisplayName: null,
    accountEnabled: true,
    servicePrincipalType: 'ManagedIdentity',
    servicePrincipalNames: [appId],
    alternativeNames: [`isExplicit=${explicit ? 'True' : 'False'}`, holder],
    appOwnerOrganizationId: services.settings.tenantId,
    tags: [],
    keyCredentials: [],
    passwordCredentials: [],
  };
}

function credentialsOf({ secrets, certificates }: Principal): JsonObject {
  return {
    keyCredentials: certificates.map(keyCredentialOf),
    passwordCredentials: secrets.map(({ keyId, displayName, starts, expires }) => ({
      keyId,
      displayName,
      startDateTime: starts === undefined ? null : formatTime(starts),
      endDateTime: formatTime(expires),
      customKeyIdentifier: null,
      hint: null,
      secretText: null,
    })),
  };
}

function keyCredentialOf({ keyId, displayName, sha1, starts, expires }: PrincipalCertificate): JsonObject {
  return {
    keyId,
    displayName,
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
    customKeyIdentifier: sha1.toUpperCase(),
    startDateTime: formatTime(starts),
    endDateTime: formatTime(expires),
    key: null,
  };
}

// --- Changing ---------------------------------------------------------------------------------------------------

/** POST on applications. @throws TocsinError `Request_BadRequest`. */
export async function createApplication(services: Services, request: Json | undefined): Promise<JsonObject> {
  const { body } = orThrow(changedProperties(applicationSets.applications, request));
  refuseUnkept(body);
  const displayName = textMember(body, 'displayName');
  if (displayName === undefined) throw new TocsinError(badDirectoryRequest('Property displayName is required.'));
  const principal = await createBarePrincipal(services, {
    displayName,
    inUse: false,
    ...redirects(body),
    certificates: newCertificates(services, body),
  });
  return applicationOf(principal);
}

/** PATCH on an application. @throws TocsinError `Request_ResourceNotFound`, `Request_BadRequest`. */
export async function changeApplication(services: Services, id: string, request: Json | undefined): Promise<void> {
  const { objectId, appId } = requireAt(services, 'applications', id);
  const { body } = orThrow(changedProperties(applicationSets.applications, request));
  refuseUnkept(body, appId);
  const displayName = textMember(body, 'displayName');
  const added = newCertificates(services, body);
  const given = memberOf(body, 'keyCredentials');
  const keyIds = isJsonArray(given) ? given.map((one) => textMember(one, 'keyId')?.toLowerCase()) : undefined;
  await changePrincipal(services, objectId, {
    ...(displayName === undefined ? {} : { displayName }),
    ...redirects(body),
  });
  if (keyIds === undefined) return;
  // What comes back without its key is kept; what is left out goes.
  await rewritePrincipal(services, objectId, (principal) => ({
    ...principal,
    certificates: [...principal.certificates.filter(({ keyId }) => keyIds.includes(keyId)), ...added],
  }));
}

/** POST on service principals: the application may sign in from now on. @throws TocsinError `Request_BadRequest`. */
export async function createServicePrincipal(services: Services, request: Json | undefined): Promise<JsonObject> {
  const { body } = orThrow(changedProperties(applicationSets.servicePrincipals, request));
  const appId = textMember(body, 'appId') ?? '';
  const principal = findApplication(services, appId);
  if (principal === undefined) {
    throw new TocsinError(
      badDirectoryRequest(`The appId '${appId.slice(0, 100)}' does not reference a valid application object.`),
    );
  }
  if (principal.inUse) {
    throw new TocsinError(
      fault(
        'Conflict',
        `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
      ),
    );
  }
  const enabled = memberOf(body, 'accountEnabled') !== false;
  return servicePrincipalOf(services, await changePrincipal(services, principal.objectId, { inUse: true, enabled }));
}

/** PATCH on a service principal: whether it may sign in. @throws TocsinError `Request_BadRequest`. */
export async function changeServicePrincipal(services: Services, id: string, request: Json | undefined): Promise<void> {
  const { objectId } = requireAt(services, 'servicePrincipals', id);
  const { body } = orThrow(changedProperties(applicationSets.servicePrincipals, request));
  const other = Object.keys(body).find((name) => name !== 'accountEnabled' && !isEmpty(memberOf(body, name)));
  if (other !== undefined) throw new TocsinError(badDirectoryRequest(unkept(other), other));
  const enabled = memberOf(body, 'accountEnabled');
  if (typeof enabled === 'boolean') await changePrincipal(services, objectId, { enabled });
}

/** DELETE of either: an application goes altogether, a service principal with its roles only. */
export async function removeFromView(services: Services, view: ApplicationView, id: string): Promise<void> {
  const { objectId } = requireAt(services, view, id);
  if (view === 'applications') {
    await deletePrincipal(services, objectId);
    return;
  }
  await changePrincipal(services, objectId, { inUse: false });
  const roles = assignmentRemovals(services.store, objectId);
  if (roles.length > 0) await services.store.commit(roles);
}

/** `addPassword`: a secret, shown this once. @throws TocsinError `Request_ResourceNotFound`, `InvalidParameter`. */
export async function addPassword(
  services: Services,
  view: ApplicationView,
  id: string,
  request: Json | undefined,
): Promise<JsonObject> {
  const { objectId } = requireAt(services, view, id);
  const wanted = memberOf(request, 'passwordCredential');
  const end = textMember(wanted, 'endDateTime');
  const now = services.clock.now();
  const lifetimeDays = end === undefined ? undefined : (Date.parse(end) - now) / 86_400_000;
  const displayName = textMember(wanted, 'displayName') ?? null;
  const made = await addSecret(services, objectId, {
    displayName: displayName ?? '',
    // Two years unless told, as Graph has it.
    lifetimeDays: lifetimeDays ?? 730,
  });
  return {
    keyId: made.keyId,
    displayName,
    startDateTime: formatTime(now),
    endDateTime: made.expiresOn,
    customKeyIdentifier: null,
    hint: made.value.slice(0, 3),
    secretText: made.value,
  };
}

/** `removePassword`, `removeKey`. @throws TocsinError `Request_BadRequest` when there is no such credential. */
export async function removeCredential(
  services: Services,
  view: ApplicationView,
  id: string,
  request: Json | undefined,
): Promise<void> {
  const { objectId } = requireAt(services, view, id);
  const keyId = textMember(request, 'keyId')?.toLowerCase() ?? '';
  await rewritePrincipal(services, objectId, (principal) => {
    const secrets = principal.secrets.filter((one) => one.keyId !== keyId);
    const certificates = principal.certificates.filter((one) => one.keyId !== keyId);
    if (secrets.length + certificates.length === principal.secrets.length + principal.certificates.length) {
      throw new TocsinError(badDirectoryRequest(`No credentials found to be removed with the key '${keyId}'.`));
    }
    return { ...principal, secrets, certificates };
  });
}

const keptProperties: ReadonlySet<string> = new Set([
  'displayName',
  'signInAudience',
  'isFallbackPublicClient',
  'web',
  'spa',
  'publicClient',
  'keyCredentials',
  'identifierUris',
]);

/** GA1. */
function refuseUnkept(body: JsonObject, appId?: string): void {
  for (const [name, value] of Object.entries(body)) {
    const uris = name === 'identifierUris' && isJsonArray(value) ? value : [];
    const foreign = uris.some((uri) => uri !== `api://${appId ?? ''}`);
    if ((!keptProperties.has(name) && !isEmpty(value)) || foreign) {
      throw new TocsinError(badDirectoryRequest(unkept(name), name));
    }
  }
}

function unkept(name: string): string {
  return `Property '${name}' cannot be kept by this directory.`;
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  if (typeof value !== 'object') return false;
  return Object.values(value).every((one) => isEmpty(one as Json));
}

function redirects(body: JsonObject): { readonly redirectUris?: readonly string[]; readonly publicClient?: boolean } {
  const lists = ['web', 'spa', 'publicClient'].map((name) => memberOf(memberOf(body, name), 'redirectUris'));
  const uris = lists.flatMap((list) => (isJsonArray(list) ? list : [])).filter((uri) => typeof uri === 'string');
  const fallback = memberOf(body, 'isFallbackPublicClient');
  const isPublic = isJsonArray(lists[2]) && lists[2].length > 0;
  return {
    ...(lists.some(isJsonArray) ? { redirectUris: uris } : {}),
    ...(typeof fallback === 'boolean' ? { publicClient: fallback } : isPublic ? { publicClient: true } : {}),
  };
}

function newCertificates(services: Services, body: JsonObject): readonly PrincipalCertificate[] {
  const given = memberOf(body, 'keyCredentials');
  return (isJsonArray(given) ? given : []).flatMap((one) => {
    const certificate = textMember(one, 'key');
    const displayName = textMember(one, 'displayName');
    if (certificate === undefined || certificate === '') return [];
    return [readCertificate(services, { certificate, ...(displayName === undefined ? {} : { displayName }) })];
  });
}
