/** Service principals, users and ingestion keys. Source: own API reference, "Identity". */
import {
  type ArmResponse,
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  textMember,
} from '#foundation';
import {
  addCertificate,
  addSecret,
  changePrincipal,
  changeUser,
  createBarePrincipal,
  createIngestionKey,
  createPrincipal,
  createUser,
  deleteCertificate,
  deleteIngestionKey,
  deletePrincipal,
  deleteSecret,
  deleteUser,
  findUser,
  listIngestionKeys,
  listPrincipals,
  listUsers,
  type Principal,
  type PrincipalCertificate,
  readCertificate,
  requirePrincipal,
  type User,
} from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';

// Under Microsoft.Authorization, so that Contributor may not make itself a second identity.
const reads: Permission = { action: 'Microsoft.Authorization/principals/read' };
const writes: Permission = { action: 'Microsoft.Authorization/principals/write' };
const removes: Permission = { action: 'Microsoft.Authorization/principals/delete' };

function answer(call: RouteCall, principal: Principal): JsonObject {
  return {
    objectId: principal.objectId,
    appId: principal.appId,
    displayName: principal.displayName,
    type: 'ServicePrincipal',
    tenantId: call.services.settings.tenantId,
    enabled: principal.enabled,
    createdOn: formatTime(principal.createdTime),
    redirectUris: [...principal.redirectUris],
    publicClient: principal.publicClient,
    secrets: principal.secrets.map(({ keyId, displayName, expires }) => ({
      keyId,
      displayName,
      expiresOn: formatTime(expires),
    })),
    certificates: principal.certificates.map(certificateAnswer),
  };
}

function certificateAnswer({ keyId, displayName, sha1, sha256, starts, expires }: PrincipalCertificate): JsonObject {
  const thumbprints = { thumbprint: sha1.toUpperCase(), thumbprintSha256: sha256.toUpperCase() };
  return { keyId, displayName, ...thumbprints, startsOn: formatTime(starts), expiresOn: formatTime(expires) };
}

function userAnswer(call: RouteCall, user: User): JsonObject {
  return {
    objectId: user.objectId,
    userName: user.userName,
    displayName: user.displayName,
    type: 'User',
    tenantId: call.services.settings.tenantId,
    enabled: user.enabled,
    createdOn: formatTime(user.createdTime),
    ...(user.passwordTime === undefined ? {} : { passwordChangedOn: formatTime(user.passwordTime) }),
  };
}

function bodyOf(call: RouteCall): JsonObject {
  const { body } = call.request;
  return isJsonObject(body)
    ? body
    : raise('InvalidRequestContent', 'The request content was invalid: a JSON object is expected.');
}

function lifetimeOf(body: JsonObject): { readonly lifetimeDays?: number } {
  const days = memberOf(body, 'lifetimeDays');
  if (days === undefined) return {};
  return { lifetimeDays: typeof days === 'number' ? days : Number.NaN };
}

function requiredText(body: JsonObject, name: string): string {
  return (
    textMember(body, name) ??
    raise('InvalidParameter', `The member '${name}' is missing or not a text.`, { target: name })
  );
}

async function create(call: RouteCall): Promise<ArmResponse> {
  const body = bodyOf(call);
  const type = textMember(body, 'type') ?? 'ServicePrincipal';
  if (type === 'User') return createPerson(call, body);
  if (type !== 'ServicePrincipal') {
    raise('InvalidParameter', `The type '${type.slice(0, 40)}' is neither 'ServicePrincipal' nor 'User'.`, {
      target: 'type',
    });
  }
  const wanted = { displayName: requiredText(body, 'displayName'), ...lifetimeOf(body), ...applicationOf(body) };
  const certificate = textMember(body, 'certificate');
  if (certificate !== undefined) {
    const certificates = [readCertificate(call.services, { certificate })];
    const bare = await createBarePrincipal(call.services, { ...wanted, certificates });
    return { status: 201, body: answer(call, bare) };
  }
  if (wanted.publicClient === true) {
    return { status: 201, body: answer(call, await createBarePrincipal(call.services, wanted)) };
  }
  const { principal, secret } = await createPrincipal(call.services, wanted);
  return { status: 201, body: { ...answer(call, principal), secret: { ...secret } } };
}

/** The password is in the answer only when it was made up. */
async function createPerson(call: RouteCall, body: JsonObject): Promise<ArmResponse> {
  const { user, password } = await createUser(call.services, callerOf(call), {
    userName: requiredText(body, 'userName'),
    ...optionalText(body, 'displayName'),
    ...optionalText(body, 'password'),
  });
  const secret = password === undefined ? {} : { secret: { value: password } };
  return { status: 201, body: { ...userAnswer(call, user), ...secret } };
}

function optionalText<N extends string>(body: JsonObject, name: N): { readonly [K in N]?: string } {
  return memberOf(body, name) === undefined ? {} : ({ [name]: requiredText(body, name) } as { [K in N]: string });
}

function optionalFlag<N extends string>(body: JsonObject, name: N): { readonly [K in N]?: boolean } {
  const value = memberOf(body, name);
  if (value === undefined) return {};
  if (typeof value === 'boolean') return { [name]: value } as { [K in N]: boolean };
  return raise('InvalidParameter', `The member '${name}' must be true or false.`, { target: name });
}

function applicationOf(body: JsonObject): {
  readonly redirectUris?: readonly string[];
  readonly publicClient?: boolean;
} {
  const uris = memberOf(body, 'redirectUris');
  const redirectUris = uris === undefined ? {} : { redirectUris: textsOf(uris, 'redirectUris') };
  return { ...redirectUris, ...optionalFlag(body, 'publicClient') };
}

async function change(call: RouteCall): Promise<ArmResponse> {
  const body = bodyOf(call);
  const objectId = segment(call, 'principal');
  const common = { ...optionalText(body, 'displayName'), ...optionalFlag(body, 'enabled') };
  if (findUser(call.services, objectId) !== undefined) {
    const user = await changeUser(call.services, callerOf(call), objectId, {
      ...common,
      ...optionalText(body, 'password'),
    });
    return { status: 200, body: userAnswer(call, user) };
  }
  const principal = await changePrincipal(call.services, objectId, { ...common, ...applicationOf(body) });
  return { status: 200, body: answer(call, principal) };
}

/** Users are told from applications by `type`; both without it, applications first. */
function list(call: RouteCall): ArmResponse {
  const type = parameter(call, 'type')?.toLowerCase();
  const applications = type === 'user' ? [] : listPrincipals(call.services).map((one) => answer(call, one));
  const users = type === 'serviceprincipal' ? [] : listUsers(call.services).map((one) => userAnswer(call, one));
  return { status: 200, body: pageOfList(call.request, [...applications, ...users], (one) => one) };
}

function read(call: RouteCall): ArmResponse {
  const objectId = segment(call, 'principal');
  const user = findUser(call.services, objectId);
  if (user !== undefined) return { status: 200, body: userAnswer(call, user) };
  return { status: 200, body: answer(call, requirePrincipal(call.services, objectId)) };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const objectId = segment(call, 'principal');
  const caller = callerOf(call);
  return removed(
    (await deleteUser(call.services, caller, objectId)) || (await deletePrincipal(call.services, objectId)),
  );
}

async function newCertificate(call: RouteCall): Promise<ArmResponse> {
  const body = bodyOf(call);
  const given = { certificate: requiredText(body, 'certificate'), ...optionalText(body, 'displayName') };
  const made = await addCertificate(call.services, segment(call, 'principal'), given);
  return { status: 201, body: certificateAnswer(made) };
}

async function newSecret(call: RouteCall): Promise<ArmResponse> {
  const body = call.request.body === undefined ? {} : bodyOf(call);
  const wanted = { displayName: textMember(body, 'displayName') ?? '', ...lifetimeOf(body) };
  const secret = await addSecret(call.services, segment(call, 'principal'), wanted);
  return { status: 201, body: { ...secret } };
}

async function createKey(call: RouteCall): Promise<ArmResponse> {
  const body = bodyOf(call);
  const formats = memberOf(body, 'formats');
  const made = await createIngestionKey(call.services, {
    name: requiredText(body, 'name'),
    subscriptionId: requiredText(body, 'subscriptionId'),
    ...(formats === undefined ? {} : { formats: textsOf(formats, 'formats') }),
  });
  return { status: 201, body: { ...made } };
}

function textsOf(value: Json, name: string): readonly string[] {
  if (isJsonArray(value) && value.every((item) => typeof item === 'string')) return value;
  return raise('InvalidParameter', `The member '${name}' must be a list of texts.`, { target: name });
}

const removed = (found: boolean): ArmResponse => ({ status: found ? 200 : 204 });

const principals = '/tocsin/v1/principals';
const keys = '/tocsin/v1/ingestionKeys';

export const principalRoutes: readonly Route[] = [
  { method: 'POST', pattern: principals, permission: writes, handle: create },
  { method: 'GET', pattern: principals, permission: reads, handle: list },
  { method: 'GET', pattern: `${principals}/{principal}`, permission: reads, handle: read },
  { method: 'PATCH', pattern: `${principals}/{principal}`, permission: writes, handle: change },
  { method: 'DELETE', pattern: `${principals}/{principal}`, permission: removes, handle: remove },
  { method: 'POST', pattern: `${principals}/{principal}/certificates`, permission: writes, handle: newCertificate },
  {
    method: 'DELETE',
    pattern: `${principals}/{principal}/certificates/{certificate}`,
    permission: removes,
    handle: async (call) =>
      removed(await deleteCertificate(call.services, segment(call, 'principal'), segment(call, 'certificate'))),
  },
  { method: 'POST', pattern: `${principals}/{principal}/secrets`, permission: writes, handle: newSecret },
  {
    method: 'DELETE',
    pattern: `${principals}/{principal}/secrets/{secret}`,
    permission: removes,
    handle: async (call) =>
      removed(await deleteSecret(call.services, segment(call, 'principal'), segment(call, 'secret'))),
  },
  { method: 'POST', pattern: keys, permission: writes, handle: createKey },
  {
    method: 'GET',
    pattern: keys,
    permission: reads,
    handle: (call) => ({
      status: 200,
      body: pageOfList(call.request, listIngestionKeys(call.services), (key) => key),
    }),
  },
  {
    method: 'DELETE',
    pattern: `${keys}/{key}`,
    permission: removes,
    handle: async (call) => removed(await deleteIngestionKey(call.services, segment(call, 'key'))),
  },
];
