/**
 * Key vaults of linked subscriptions: where one is, and its secrets, read at the vault itself with the operator's credential.
 *
 * Owns: finding a vault by its name, its address and audience, the call. Does not own: who may (routes, deployments), vaults kept
 * here (`vault/secrets.ts`), the call itself (`pass-through.ts`). Source: the published REST description of Key Vault 7.4.
 *
 * Invariants
 * LV1. Nothing of a secret is kept: each reading is one of the vault's. Kept is where a vault is, for ten minutes.
 * LV2. Each reading is in the activity log, before and after, as a write is: with whose credential it was read must be known.
 * LV3. The name of a vault becomes part of an address only when the subscription has a vault of that name.
 */
import { type ArmResponse, isJsonArray, memberOf, type Outbound, parseArmId, raise, textMember } from '#foundation';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { type LinkedSubscription, linkedSubscriptions, linkOf, subscriptionTarget } from './linked-subscriptions.ts';
import { type LinkTarget, type PassedRequest, passThrough } from './pass-through.ts';

export interface LinkedVault {
  /** As the real cloud has it. */
  readonly id: string;
  readonly name: string;
  readonly link: LinkedSubscription;
}

const vaultType = 'Microsoft.KeyVault/vaults';
const vaultName = /^[a-z][0-9a-z-]{1,22}[0-9a-z]$/i;
const keptMilliseconds = 600_000;
const mostKept = 1_000;
const mostPages = 20;
/** Of the calls on the vault itself. */
export const vaultVersion = '7.4';

const places = new WeakMap<Outbound, Map<string, { readonly id: string; readonly until: number }>>();

/**
 * The vault of that name in a linked subscription that `visible` shows to the caller.
 * @throws TocsinError `LinkedCredentialFailed`, `LinkedCloudUnavailable` where a subscription could not be asked and no other has it.
 */
export async function findLinkedVault(
  services: Services,
  caller: Caller,
  name: string,
  visible: (scope: string) => boolean,
): Promise<LinkedVault | undefined> {
  if (!vaultName.test(name)) return undefined;
  const links = linkedSubscriptions(services).filter(({ subscriptionId }) =>
    visible(`/subscriptions/${subscriptionId}`),
  );
  const asked = await Promise.allSettled(links.map((link) => idIn(services, caller, link, name)));
  for (const [index, answer] of asked.entries()) {
    const link = links[index];
    if (answer.status === 'fulfilled' && answer.value !== undefined && link !== undefined)
      return { id: answer.value, name, link };
  }
  const failed = asked.find((answer) => answer.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return undefined;
}

/** The vault of an id, where its subscription is linked. */
export function linkedVaultOf(services: Services, id: string): LinkedVault | undefined {
  const parsed = parseArmId(id);
  const link = linkOf(services, parsed?.subscriptionId ?? '');
  if (parsed === undefined || link === undefined || parsed.type.toLowerCase() !== vaultType.toLowerCase())
    return undefined;
  return { id: parsed.text, name: parsed.name, link };
}

async function idIn(
  services: Services,
  caller: Caller,
  link: LinkedSubscription,
  name: string,
): Promise<string | undefined> {
  const known = places.get(services.outbound) ?? new Map<string, { readonly id: string; readonly until: number }>();
  places.set(services.outbound, known);
  const key = `${link.version} ${name.toLowerCase()}`;
  const kept = known.get(key);
  if (kept !== undefined && kept.until > services.clock.now()) return kept.id;
  const id = await searched(services, caller, link, name);
  if (id === undefined) return undefined;
  if (known.size >= mostKept) known.clear();
  known.set(key, { id, until: services.clock.now() + keptMilliseconds });
  return id;
}

async function searched(
  services: Services,
  caller: Caller,
  link: LinkedSubscription,
  name: string,
): Promise<string | undefined> {
  const target = subscriptionTarget(link);
  const scope = `/subscriptions/${link.subscriptionId}`;
  const filter = encodeURIComponent(`resourceType eq '${vaultType}' and name eq '${name}'`);
  let next: string | undefined = `${target.root}${scope}/resources?$filter=${filter}&api-version=2021-04-01`;
  for (let page = 0; page < mostPages && next !== undefined; page += 1) {
    const url = new URL(next);
    const answer: ArmResponse = await passThrough(services, {
      caller,
      target,
      here: target.root,
      path: url.pathname.slice(new URL(target.root).pathname.replace(/\/$/, '').length),
      request: get(url.search),
      isRead: true,
      operation: `${vaultType}/read`,
      resourceId: scope,
    });
    if (answer.status !== 200) return unlisted(target, answer);
    const value = memberOf(answer.body, 'value');
    const found = (isJsonArray(value) ? value : []).find(
      (one) =>
        textMember(one, 'name')?.toLowerCase() === name.toLowerCase() &&
        textMember(one, 'type')?.toLowerCase() === vaultType.toLowerCase(),
    );
    if (found !== undefined) return textMember(found, 'id');
    next = textMember(answer.body ?? null, 'nextLink');
  }
  return undefined;
}

function unlisted({ title }: LinkTarget, { status, body }: ArmResponse): never {
  const message = textMember(memberOf(body, 'error'), 'message') ?? `status ${status}`;
  return raise('LinkedCredentialFailed', `The vaults of the ${title} could not be listed: ${message.slice(0, 500)}`);
}

export interface VaultCall {
  readonly caller: Caller;
  readonly vault: LinkedVault;
  /** The address of ours that stands for the vault's. */
  readonly here: string;
  /** `/secrets/ApiKey`. */
  readonly path: string;
  /** Queries beside the version: `$skiptoken=…`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly operation: string;
  readonly resourceId: string;
}

/** @throws TocsinError `NotSupported` for a cloud that names no address of vaults, and what `passThrough` throws. */
export function callLinkedVault(services: Services, call: VaultCall): Promise<ArmResponse> {
  const { caller, vault, here, path, query = {}, operation, resourceId } = call;
  const target = vaultTarget(vault);
  const search = new URLSearchParams({ ...query, 'api-version': vaultVersion }).toString();
  return passThrough(services, {
    caller,
    target,
    here,
    path,
    request: get(`?${search}`),
    isRead: false,
    operation,
    resourceId,
  });
}

/** Whether templates may take secrets of the vault. */
export async function isOpenToTemplates(services: Services, caller: Caller, vault: LinkedVault): Promise<boolean> {
  const target = subscriptionTarget(vault.link);
  const answer = await passThrough(services, {
    caller,
    target,
    here: target.root,
    path: vault.id,
    request: get('?api-version=2022-07-01'),
    isRead: true,
    operation: `${vaultType}/read`,
    resourceId: vault.id,
  });
  return memberOf(memberOf(answer.body, 'properties'), 'enabledForTemplateDeployment') === true;
}

function get(search: string): PassedRequest {
  return { method: 'GET', query: {}, search, headers: {} };
}

function vaultTarget({ link, name }: LinkedVault): LinkTarget {
  const { vaults } = link.endpoints;
  if (vaults === undefined) {
    return raise(
      'NotSupported',
      `The cloud of the linked subscription '${link.subscriptionId}' names no address of vaults: set 'endpoints.keyVault' of the link, such as 'https://{vault}.vault.example.com'.`,
    );
  }
  return {
    ...subscriptionTarget(link),
    title: `key vault '${name}' of the linked subscription '${link.subscriptionId}'`,
    root: vaults.address.replace('{vault}', name.toLowerCase()),
    audience: vaults.audience,
  };
}
