/** Policy definitions and set definitions with their versions. Source: management API reference 4, 10.1. */
import { type ArmResponse, textMember } from '#foundation';
import {
  type DefinitionKind,
  deletePolicyDefinition,
  deletePolicyVersion,
  listPolicyDefinitions,
  listPolicyVersions,
  putPolicyDefinition,
  readPolicyDefinition,
  readPolicyVersion,
} from '#service';
import { segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { policyVersions } from '../../versions.data.ts';
import { atPolicyScope, deletedAnswer, policyListOf, policyPage, policyRequestOf } from './policy-call.ts';

const provider = '{scope*}/providers/Microsoft.Authorization';
/** Versions of definitions as resources of their own. */
const versionsFrom = policyVersions.filter((version) => version >= '2023-04-01');

const segments = { definition: 'policyDefinitions', setDefinition: 'policySetDefinitions' } as const;

function getDefinition(call: RouteCall, kind: DefinitionKind): ArmResponse {
  return {
    status: 200,
    body: readPolicyDefinition(call.services, kind, segment(call, 'scope'), segment(call, 'name')),
  };
}

function routesOf(kind: DefinitionKind): readonly Route[] {
  const type = segments[kind];
  const versionTail = `${type}/{name}/versions`;
  /** Definitions: clients take 201 only, for updates too; sets: 201 and 200. */
  const statusOf = (created: boolean): number => (created || kind === 'definition' ? 201 : 200);
  const put = async (call: RouteCall): Promise<ArmResponse> => {
    const { answer, created } = await putPolicyDefinition(call.services, { ...policyRequestOf(call), kind });
    return { status: statusOf(created), body: answer };
  };
  const putVersion = async (call: RouteCall): Promise<ArmResponse> => {
    const [name, version, scope] = [segment(call, 'name'), segment(call, 'version'), segment(call, 'scope')];
    const { created } = await putPolicyDefinition(call.services, { ...policyRequestOf(call), kind, version });
    const body = readPolicyVersion(call.services, kind, scope, { name, version });
    return { status: created ? 201 : 200, body };
  };
  const removeVersion = async (call: RouteCall): Promise<ArmResponse> => {
    const request = { ...policyRequestOf(call), kind, version: segment(call, 'version') };
    return { status: (await deletePolicyVersion(call.services, request)) ? 200 : 204 };
  };
  const getVersion = (call: RouteCall): ArmResponse => {
    const [name, version] = [segment(call, 'name'), segment(call, 'version')];
    return { status: 200, body: readPolicyVersion(call.services, kind, segment(call, 'scope'), { name, version }) };
  };
  const route = (
    [method, verb, tail]: readonly [Route['method'], string, string],
    handle: Route['handle'],
    apiVersions = policyVersions,
  ): Route => ({
    method,
    pattern: `${provider}/${tail}`,
    permission: atPolicyScope(
      tail.endsWith('versions') || tail.endsWith('{version}') ? `${type}/versions` : type,
      verb,
    ),
    apiVersions,
    handle,
  });
  return [
    route(['GET', 'read', type], (call) =>
      policyPage(call, listPolicyDefinitions(call.services, kind, policyListOf(call))),
    ),
    route(['GET', 'read', `${type}/{name}`], (call) => getDefinition(call, kind)),
    route(['PUT', 'write', `${type}/{name}`], put),
    route(['DELETE', 'delete', `${type}/{name}`], async (call) =>
      deletedAnswer(await deletePolicyDefinition(call.services, { ...policyRequestOf(call), kind })),
    ),
    route(
      ['GET', 'read', versionTail],
      (call) =>
        policyPage(call, listPolicyVersions(call.services, kind, segment(call, 'scope'), segment(call, 'name'))),
      versionsFrom,
    ),
    route(['GET', 'read', `${versionTail}/{version}`], getVersion, versionsFrom),
    route(['PUT', 'write', `${versionTail}/{version}`], putVersion, versionsFrom),
    route(['DELETE', 'delete', `${versionTail}/{version}`], removeVersion, versionsFrom),
  ];
}

/** The shipped ones at the tenant: every caller may read them. */
function shippedRoutesOf(kind: DefinitionKind): readonly Route[] {
  const pattern = `/providers/Microsoft.Authorization/${segments[kind]}`;
  const route = (tail: string, handle: Route['handle'], apiVersions = policyVersions): Route => ({
    method: 'GET',
    pattern: `${pattern}${tail}`,
    permission: { signedIn: true },
    apiVersions,
    handle,
  });
  return [
    route('', (call) => {
      const list = { ...policyListOf(call), scope: '' };
      return policyPage(call, listPolicyDefinitions(call.services, kind, list));
    }),
    route('/{name}', (call) => ({
      status: 200,
      body: readPolicyDefinition(call.services, kind, '', segment(call, 'name')),
    })),
    route(
      '/{name}/versions',
      (call) => policyPage(call, listPolicyVersions(call.services, kind, '', segment(call, 'name'))),
      versionsFrom,
    ),
    route(
      '/{name}/versions/{version}',
      (call) => {
        const [name, version] = [segment(call, 'name'), segment(call, 'version')];
        return { status: 200, body: readPolicyVersion(call.services, kind, '', { name, version }) };
      },
      versionsFrom,
    ),
  ];
}

/** Every version of the definitions that stand at the scope; at the tenant of the shipped ones. */
function allVersions(kind: DefinitionKind, action: string): Route {
  return {
    method: 'POST',
    pattern: `${provider}/${action}`,
    permission: atPolicyScope(`${segments[kind]}/versions`, 'read'),
    apiVersions: versionsFrom,
    handle: (call) => {
      const scope = segment(call, 'scope');
      const list = { ...policyListOf(call), filter: 'atExactScope()' };
      const names = listPolicyDefinitions(call.services, kind, list).flatMap((each) => textMember(each, 'name') ?? []);
      return policyPage(
        call,
        names.flatMap((name) => listPolicyVersions(call.services, kind, scope, name)),
      );
    },
  };
}

export const policyDefinitionRoutes: readonly Route[] = [
  ...routesOf('definition'),
  ...routesOf('setDefinition'),
  ...shippedRoutesOf('definition'),
  ...shippedRoutesOf('setDefinition'),
  allVersions('definition', 'listPolicyDefinitionVersions'),
  allVersions('setDefinition', 'listPolicySetDefinitionVersions'),
];
