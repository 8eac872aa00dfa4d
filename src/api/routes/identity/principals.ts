/** Service principals and ingestion keys. Source: own API reference, "Identity". */
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
  addSecret,
  changePrincipal,
  createIngestionKey,
  createPrincipal,
  deleteIngestionKey,
  deletePrincipal,
  deleteSecret,
  listIngestionKeys,
  listPrincipals,
  type Principal,
  requirePrincipal,
} from '#service';
import { segment } from '../../call-values.ts';
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
    secrets: principal.secrets.map(({ keyId, displayName, expires }) => ({
      keyId,
      displayName,
      expiresOn: formatTime(expires),
    })),
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
  if (type !== 'ServicePrincipal') {
    raise(
      'InvalidParameter',
      `Principals of the type '${type.slice(0, 40)}' cannot be made on this server; use 'ServicePrincipal'.`,
      { target: 'type' },
    );
  }
  const wanted = { displayName: requiredText(body, 'displayName'), ...lifetimeOf(body) };
  const { principal, secret } = await createPrincipal(call.services, wanted);
  return { status: 201, body: { ...answer(call, principal), secret: { ...secret } } };
}

async function change(call: RouteCall): Promise<ArmResponse> {
  const body = bodyOf(call);
  const enabled = memberOf(body, 'enabled');
  if (enabled !== undefined && typeof enabled !== 'boolean') {
    raise('InvalidParameter', "The member 'enabled' must be true or false.", { target: 'enabled' });
  }
  const principal = await changePrincipal(call.services, segment(call, 'principal'), {
    ...(memberOf(body, 'displayName') === undefined ? {} : { displayName: requiredText(body, 'displayName') }),
    ...(enabled === undefined ? {} : { enabled }),
  });
  return { status: 200, body: answer(call, principal) };
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
    ...(formats === undefined ? {} : { formats: formatsOf(formats) }),
  });
  return { status: 201, body: { ...made } };
}

function formatsOf(value: Json): readonly string[] {
  if (isJsonArray(value) && value.every((item) => typeof item === 'string')) return value;
  return raise('InvalidParameter', "The member 'formats' must be a list of texts.", { target: 'formats' });
}

const removed = (found: boolean): ArmResponse => ({ status: found ? 200 : 204 });

const principals = '/tocsin/v1/principals';
const keys = '/tocsin/v1/ingestionKeys';

export const principalRoutes: readonly Route[] = [
  { method: 'POST', pattern: principals, permission: writes, handle: create },
  {
    method: 'GET',
    pattern: principals,
    permission: reads,
    handle: (call) => ({
      status: 200,
      body: pageOfList(call.request, listPrincipals(call.services), (principal) => answer(call, principal)),
    }),
  },
  {
    method: 'GET',
    pattern: `${principals}/{principal}`,
    permission: reads,
    handle: (call) => ({
      status: 200,
      body: answer(call, requirePrincipal(call.services, segment(call, 'principal'))),
    }),
  },
  { method: 'PATCH', pattern: `${principals}/{principal}`, permission: writes, handle: change },
  {
    method: 'DELETE',
    pattern: `${principals}/{principal}`,
    permission: removes,
    handle: async (call) => removed(await deletePrincipal(call.services, segment(call, 'principal'))),
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
