/**
 * Actions on directory objects: sessions, risk, memberships, look-ups of many ids, the caller himself.
 * Source: Microsoft Graph's published calls; connector reference 5.
 */
import {
  type ArmResponse,
  isJsonArray,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  TocsinError,
  textMember,
} from '#foundation';
import {
  directoryAnswer,
  findDirectoryObject,
  findIdentity,
  judgeRisk,
  linkedAnswer,
  membershipsOf,
  requireEntity,
  revokeSignInSessions,
  riskHistoryOf,
  type RiskVerdict,
  directoryObjectNotFound,
} from '#service';
import { callerOf, segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { directoryPermission, entityShown } from './entities.ts';
import { contextOf, entityResponse, versionOf } from './graph-answers.ts';

async function revoke(call: RouteCall): Promise<ArmResponse> {
  const context = contextOf(call, 'Edm.Boolean');
  await revokeSignInSessions(call.services, callerOf(call), segment(call, 'id'));
  return { status: 200, body: { '@odata.context': context, value: true } };
}

async function judge(call: RouteCall, verdict: RiskVerdict): Promise<ArmResponse> {
  versionOf(call);
  await judgeRisk(call.services, callerOf(call), verdict, call.request.body);
  return { status: 204 };
}

function riskHistory(call: RouteCall): ArmResponse {
  const value = riskHistoryOf(call.services, segment(call, 'id'));
  return { status: 200, body: { '@odata.context': contextOf(call, 'Collection(riskyUserHistoryItem)'), value } };
}

function textsOf(call: RouteCall, name: string, most: number): readonly string[] {
  const value = memberOf(call.request.body, name);
  if (isJsonArray(value) && value.length <= most && value.every((item) => typeof item === 'string')) return value;
  return raise('Request_BadRequest', `The member '${name}' must be a list of at most ${most} texts.`, { target: name });
}

/** Ids of the groups (and roles) that a directory object is in, through groups too. */
function membershipIds(call: RouteCall, groupsOnly: boolean): readonly string[] {
  const id = segment(call, 'id');
  const set = call.path['set']?.toLowerCase();
  const known =
    set === 'users'
      ? requireEntity(call.services, 'users', id).id
      : (findDirectoryObject(call.services, id)?.id ?? findIdentity(call.services, id)?.identity.objectId);
  if (known === undefined) throw new TocsinError(directoryObjectNotFound(id));
  return membershipsOf(call.services, known).flatMap((end) => (groupsOnly && end.set !== 'groups' ? [] : [end.id]));
}

function idList(call: RouteCall, value: readonly string[]): ArmResponse {
  return { status: 200, body: { '@odata.context': contextOf(call, 'Collection(Edm.String)'), value } };
}

function checkMembership(call: RouteCall, name: string, groupsOnly: boolean): ArmResponse {
  const asked = new Set(textsOf(call, name, 20).map((id) => id.toLowerCase()));
  return idList(
    call,
    membershipIds(call, groupsOnly).filter((id) => asked.has(id.toLowerCase())),
  );
}

/** Directory objects and service principals of ids; ids of nothing are left out. */
function objectsOf(call: RouteCall, ids: readonly string[]): readonly JsonObject[] {
  return ids.flatMap((id) => {
    const entity = findDirectoryObject(call.services, id);
    if (entity !== undefined) return [directoryAnswer(entity, { typed: true })];
    return findIdentity(call.services, id) === undefined ? [] : [linkedAnswer(call.services, { id }, undefined)];
  });
}

function byIds(call: RouteCall): ArmResponse {
  const types = memberOf(call.request.body, 'types');
  const wanted = isJsonArray(types)
    ? types.map((type) => `#microsoft.graph.${typeof type === 'string' ? type : ''}`.toLowerCase())
    : undefined;
  const fits = (value: JsonObject): boolean => {
    const type = (textMember(value, '@odata.type') ?? '').toLowerCase();
    return wanted === undefined || wanted.includes(type) || wanted.includes('#microsoft.graph.directoryobject');
  };
  const value: readonly Json[] = objectsOf(call, textsOf(call, 'ids', 1_000)).filter(fits);
  return { status: 200, body: { '@odata.context': contextOf(call, 'directoryObjects'), value } };
}

/** The retired Azure AD Graph: `POST {tenant}/getObjectsByObjectIds`. */
function byObjectIds(call: RouteCall): ArmResponse {
  const value = objectsOf(call, textsOf(call, 'objectIds', 1_000)).map((found): JsonObject => {
    const { '@odata.type': type, id, ...rest } = found;
    const kind = (typeof type === 'string' ? type : '').slice('#microsoft.graph.'.length);
    const entity = typeof id === 'string' ? findDirectoryObject(call.services, id) : undefined;
    return {
      'odata.type': `Microsoft.DirectoryServices.${kind.charAt(0).toUpperCase()}${kind.slice(1)}`,
      objectType: kind.charAt(0).toUpperCase() + kind.slice(1),
      objectId: id ?? null,
      ...(entity === undefined ? rest : entity.body),
    };
  });
  return { status: 200, body: { value } };
}

function anyObject(call: RouteCall): ArmResponse {
  const id = segment(call, 'id');
  const [value] = objectsOf(call, [id]);
  if (value === undefined) throw new TocsinError(directoryObjectNotFound(id));
  return entityResponse(call, 'directoryObjects', value);
}

/** The signed-in user; an application has no `me`. */
function me(call: RouteCall): ArmResponse {
  const { identity } = call.request;
  if (identity.kind === 'User') return entityShown(call, 'users', identity.objectId);
  return raise('Request_BadRequest', '/me request is only valid with delegated authentication flow.');
}

/** There are no mailboxes here, and a user's is asked for by published playbooks: Microsoft Graph's own answer. */
function noMailbox(call: RouteCall): never {
  requireEntity(call.services, 'users', segment(call, 'id'));
  return raise('MailboxNotEnabledForRESTAPI', 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.');
}

function organization(call: RouteCall): ArmResponse {
  const { tenantId } = call.services.settings;
  const value = [{ id: tenantId, displayName: 'Tocsin', tenantType: 'AAD', verifiedDomains: [] }];
  return { status: 200, body: { '@odata.context': contextOf(call, 'organization'), value } };
}

const reads = directoryPermission('users', 'read');
const risk = directoryPermission('riskyUsers', 'write');
const sessions = directoryPermission('users', 'signInSessions/write');
const version = '/graph/{version}';

const sessionRoutes: readonly Route[] = [
  'revokeSignInSessions',
  'invalidateAllRefreshTokens',
  'microsoft.graph.revokeSignInSessions',
].map(
  (name): Route => ({ method: 'POST', pattern: `${version}/users/{id}/${name}`, permission: sessions, handle: revoke }),
);

const verdictRoutes: readonly Route[] = (['confirmCompromised', 'confirmSafe', 'dismiss'] as const).map(
  (verdict): Route => ({
    method: 'POST',
    pattern: `${version}/identityProtection/riskyUsers/${verdict}`,
    permission: risk,
    handle: (call) => judge(call, verdict),
  }),
);

const membershipRoutes: readonly Route[] = (
  ['checkMemberGroups', 'checkMemberObjects', 'getMemberGroups', 'getMemberObjects'] as const
).map(
  (name): Route => ({
    method: 'POST',
    pattern: `${version}/{set}/{id}/${name}`,
    permission: reads,
    handle: (call) => {
      const groupsOnly = name.endsWith('Groups');
      if (name === 'checkMemberGroups') return checkMembership(call, 'groupIds', groupsOnly);
      if (name === 'checkMemberObjects') return checkMembership(call, 'ids', groupsOnly);
      return idList(
        call,
        membershipIds(call, groupsOnly || memberOf(call.request.body, 'securityEnabledOnly') === true),
      );
    },
  }),
);

export const directoryActionRoutes: readonly Route[] = [
  ...sessionRoutes,
  ...verdictRoutes,
  {
    method: 'GET',
    pattern: `${version}/identityProtection/riskyUsers/{id}/history`,
    permission: directoryPermission('riskyUsers', 'read'),
    handle: riskHistory,
  },
  ...membershipRoutes,
  { method: 'POST', pattern: `${version}/directoryObjects/getByIds`, permission: reads, handle: byIds },
  { method: 'GET', pattern: `${version}/directoryObjects/{id}`, permission: reads, handle: anyObject },
  { method: 'POST', pattern: '/graph/aad/{tenant}/getObjectsByObjectIds', permission: reads, handle: byObjectIds },
  { method: 'GET', pattern: `${version}/me`, permission: { signedIn: true }, handle: me },
  {
    method: 'GET',
    pattern: `${version}/organization`,
    permission: { action: 'Microsoft.Authorization/directory/organization/read' },
    handle: organization,
  },
  ...(['GET', 'POST'] as const).map(
    (method): Route => ({ method, pattern: `${version}/users/{id}/messages`, permission: reads, handle: noMailbox }),
  ),
  ...(['GET', 'PATCH', 'DELETE'] as const).map(
    (method): Route => ({
      method,
      pattern: `${version}/users/{id}/messages/{message}`,
      permission: reads,
      handle: noMailbox,
    }),
  ),
];
