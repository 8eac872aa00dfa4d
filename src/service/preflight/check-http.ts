/**
 * A plain HTTP call before any run: whose identity it carries, whether roles allow it, whether its host may be and can be reached.
 *
 * Owns: the judgement on Http actions, webhooks and triggers. Does not own: the call (`call-http.ts`).
 * Source: engine reference 9; own-api reference (outbound guard).
 *
 * Invariants
 * PH1. Nothing of the playbook is sent: a host is asked for its root with `HEAD`, and any answer at all will do.
 */
import { type Identity, isJsonObject, type Json, memberIgnoringCase, textMember } from '#foundation';
import { isArmHost, managedIdentityOf } from '../call-arm.ts';
import { isGraphHost } from '../directory/call-directory.ts';
import { isDefenderHost, isVaultHost } from '../kept-hosts.ts';
import { graphActionOf, permissionFor } from '../directory/graph-call.ts';
import { findApplication } from '../principals.ts';
import type { Services } from '../services.ts';
import { type Remark, remark } from './finding.ts';
import { isKnown, type KnownInputs } from './known-inputs.ts';
import { armCallOf, type PermissionCheck } from './permission-check.ts';

export interface HttpCheck {
  readonly services: Services;
  readonly workflowId: string;
  readonly known: KnownInputs;
  readonly permissions: PermissionCheck;
  readonly hosts: HostCheck;
}

/** What can be said of a call with these inputs; `member` is the text that names its URL. */
export async function checkHttp(check: HttpCheck, inputs: Json): Promise<readonly Remark[]> {
  const uri = check.known.member(inputs, 'uri');
  const [, origin = '', host = '', path = ''] = /^(https?:\/\/([^/?#:]+)(?::\d+)?)([^]*)$/i.exec(uri ?? '') ?? [];
  if (host === '' || !isKnown(origin)) return [];
  const authentication = memberIgnoringCase(inputs, 'authentication');
  if (isArmHost(host)) {
    return checkArmCall(check, { method: check.known.member(inputs, 'method') ?? 'GET', path, authentication });
  }
  if (isGraphHost(host)) {
    const identity = identityOf(check, authentication);
    if ('remark' in identity) return [identity.remark];
    return checkGraphCall(check, identity.of, check.known.member(inputs, 'method') ?? 'GET', path);
  }
  if (check.services.settings.sandbox) return [];
  if ((isVaultHost(host) || isDefenderHost(host)) && signsInHere(authentication)) {
    const identity = identityOf(check, authentication);
    return 'remark' in identity ? [identity.remark] : [];
  }
  return check.hosts.of(origin, host);
}

/** Who signs in as a managed identity is somebody of this server, and no host is asked. */
function signsInHere(authentication: Json | undefined): boolean {
  const type = isJsonObject(authentication) ? memberIgnoringCase(authentication, 'type') : undefined;
  return typeof type === 'string' && type.toLowerCase() === 'managedserviceidentity';
}

/** What the identity may at Microsoft Graph, by its permissions there or its roles here. */
function checkGraphCall(
  { permissions }: HttpCheck,
  identity: Identity | undefined,
  method: string,
  path: string,
): readonly Remark[] {
  // Members of the path that only a run knows stand for keys; where one is the set itself, nothing can be said.
  if (identity === undefined || !isKnown(method) || !isKnown(path.split('/')[2] ?? '')) return [];
  const action = graphActionOf(method, path);
  if (permissions.mayCall(identity, { action, scope: '/', exact: true })) return [];
  const permission = permissionFor(action);
  const message = `'${identity.displayName}' has neither a permission of Microsoft Graph nor a role that allows '${action}'.`;
  const fix =
    permission === undefined
      ? `Assign a role with '${action}' at '/' to the principal '${identity.objectId}'.`
      : `tocsin directory grant ${identity.objectId} ${permission}`;
  return [remark('Error', 'PermissionMissing', message, fix)];
}

interface ArmRequestKnown {
  readonly method: string;
  readonly path: string;
  readonly authentication: Json | undefined;
}

function checkArmCall(check: HttpCheck, { method, path, authentication }: ArmRequestKnown): readonly Remark[] {
  const identity = identityOf(check, authentication);
  if ('remark' in identity) return [identity.remark];
  if (identity.of === undefined || !isKnown(method)) return [];
  return permissionRemarks(check, identity.of, { method, path });
}

/** What roles say of a call on resources kept here. */
export function permissionRemarks(
  { permissions }: Pick<HttpCheck, 'permissions'>,
  identity: Identity,
  { method, path }: { readonly method: string; readonly path: string },
): readonly Remark[] {
  const call = armCallOf(method, path);
  if (call === undefined || permissions.mayCall(identity, call)) return [];
  const where = call.exact ? `at '${call.scope}'` : call.scope === '/' ? 'anywhere' : `at or below '${call.scope}'`;
  const message = `'${identity.displayName}' holds no role that allows '${call.action}' ${where}.`;
  const fix = `Assign a role with '${call.action}' to the principal '${identity.objectId}'.`;
  return [remark('Error', 'PermissionMissing', message, fix)];
}

type IdentityFound = { readonly of: Identity | undefined } | { readonly remark: Remark };

/** Who the call signs in as; `of: undefined` when only a run knows. */
function identityOf({ services, workflowId, known }: HttpCheck, authentication: Json | undefined): IdentityFound {
  if (typeof authentication === 'string') return { of: undefined };
  if (!isJsonObject(authentication) || /^none$/i.test(textMember(authentication, 'type') ?? '')) {
    const message = 'The call carries no authentication: Azure Resource Manager and Microsoft Graph answer 401.';
    return { remark: remark('Error', 'AuthenticationMissing', message, 'Set the authentication of the action.') };
  }
  const type = (known.member(authentication, 'type') ?? '').toLowerCase();
  if (type === 'managedserviceidentity') {
    const wanted = known.member(authentication, 'identity');
    const given = wanted === undefined ? authentication : { ...authentication, identity: wanted };
    const identity = managedIdentityOf(services, workflowId, given);
    if (typeof identity !== 'string') return { of: identity };
    const fix = 'Enable the managed identity of the logic app and give it the roles it needs.';
    return { remark: remark('Error', 'IdentityMissing', identity, fix) };
  }
  if (type !== 'activedirectoryoauth') return { of: undefined };
  const clientId = known.member(authentication, 'clientId') ?? '';
  if (clientId === '' || !isKnown(clientId)) return { of: undefined };
  const principal = findApplication(services, clientId);
  if (principal === undefined) {
    const message = `There is no service principal with the application id '${clientId}'.`;
    const fix = 'Create it with `tocsin principal create`, or use a managed identity.';
    return { remark: remark('Error', 'IdentityMissing', message, fix) };
  }
  const { objectId, appId, displayName } = principal;
  return { of: { objectId, appId, displayName, kind: 'ServicePrincipal' } };
}

const probeMilliseconds = 5_000;
/** Hosts asked in one preflight; more are left unasked, and said so by nothing. */
const mostHosts = 100;

/** Asks each host once in a preflight. */
export class HostCheck {
  readonly #services: Services;
  readonly #asks: boolean;
  readonly #answers = new Map<string, Promise<readonly Remark[]>>();

  /** Without `asks` no host is called, as at deployments, which do not wait for others. */
  constructor(services: Services, asks: boolean) {
    this.#services = services;
    this.#asks = asks;
  }

  of(origin: string, host: string): Promise<readonly Remark[]> {
    if (!this.#asks) return Promise.resolve([]);
    const known = this.#answers.get(origin);
    if (known !== undefined) return known;
    if (this.#answers.size >= mostHosts) return Promise.resolve([]);
    const answer = this.#probe(origin, host);
    this.#answers.set(origin, answer);
    return answer;
  }

  async #probe(origin: string, host: string): Promise<readonly Remark[]> {
    const answer = await this.#services.outbound.send({
      method: 'HEAD',
      url: `${origin}/`,
      headers: {},
      timeoutMilliseconds: probeMilliseconds,
    });
    if (answer.kind === 'response') return [];
    if (answer.code === 'OutboundAddressForbidden') {
      const fix = `Allow it with --allow-outbound ${host} if the playbook may call it.`;
      return [remark('Error', 'AddressForbidden', `'${host}' may not be called: ${answer.message}`, fix)];
    }
    return [remark('Warning', 'HostUnreachable', `'${host}' cannot be reached: ${answer.message}`)];
  }
}
