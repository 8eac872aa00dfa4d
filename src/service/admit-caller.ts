/**
 * Whether a caller from outside may use what a workflow shows to the network: its triggers, callbacks, contents, management.
 *
 * Owns: signature or token, never both; addresses. Does not own: the rules (`access-policies.ts`), signatures
 * (`callback-urls.ts`), tokens (`caller-tokens.ts`), roles (the router).
 * Source: engine reference 2.5 (errors), 10; ARM reference 6.2.
 *
 * Invariants
 * AC1. Credentials are judged before addresses: nothing about a workflow shows to who has none.
 * AC2. Calls of other workflows of this server, and deliveries of the server itself, have no address and pass every range.
 */
import { isFault, raise, TocsinError } from '#foundation';
import { type AccessArea, type AccessPolicy, type AccessRules, accessRules } from './access-policies.ts';
import { unmapped } from './address-ranges.ts';
import { readCallerToken } from './caller-tokens.ts';
import { type SignedPath, verifySignature } from './callback-urls.ts';
import type { Services } from './services.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

export interface InboundCaller {
  /** Absent for calls from inside (AC2). */
  readonly remoteAddress?: string | undefined;
  readonly authorization?: string | undefined;
  readonly signed?: SignedPath | undefined;
}

const read = new WeakMap<object, AccessRules>();

/** The rules of a stored workflow: they were checked when it was saved. */
export function rulesOf(services: Services, { body }: StoredWorkflow): AccessRules {
  const { accessControl } = body;
  if (typeof accessControl !== 'object' || accessControl === null) return accessRules(undefined, () => true);
  let rules = read.get(accessControl);
  if (rules === undefined) {
    rules = accessRules(accessControl, () => true);
    read.set(accessControl, rules);
  }
  return rules;
}

/**
 * Admits a call on a trigger.
 * @throws TocsinError `DirectApiAuthorizationRequired`, `DirectApiInvalidAuthorizationSignature`,
 *   `DirectApiRequestHasMoreThanOneAuthorization`, `InvalidAuthenticationToken`, `ExpiredAuthenticationToken`,
 *   `MisMatchingOAuthClaims`, `AuthorizationFailed` (the address).
 */
export async function admitToTrigger(
  services: Services,
  workflow: StoredWorkflow,
  permission: string,
  caller: InboundCaller,
): Promise<void> {
  refuseTwoSchemes(caller);
  const { policies = [], signatures = true } = rulesOf(services, workflow).triggers ?? {};
  if (caller.signed === undefined && caller.authorization !== undefined && policies.length > 0) {
    await admitToken(services, caller.authorization, policies);
  } else {
    if (!signatures) {
      raise(
        'DirectApiAuthorizationRequired',
        'The request must be authenticated by a bearer token: signatures are disabled.',
      );
    }
    verifySignature(services, workflow, permission, caller.signed);
  }
  admitAddress(services, workflow, 'triggers', caller.remoteAddress);
}

/** Admits a call by signature alone: callbacks of actions, links to contents. */
export function admitBySignature(
  services: Services,
  workflow: StoredWorkflow,
  permission: string,
  area: AccessArea,
  caller: Omit<InboundCaller, 'authorization'>,
): void {
  verifySignature(services, workflow, permission, caller.signed);
  admitAddress(services, workflow, area, caller.remoteAddress);
}

function refuseTwoSchemes({ signed, authorization }: InboundCaller): void {
  if (signed === undefined || authorization === undefined) return;
  const [scheme = ''] = authorization.trim().split(/\s/);
  raise(
    'DirectApiRequestHasMoreThanOneAuthorization',
    `The request has SAS authentication scheme while it also has '${scheme.slice(0, 20)}' authorization scheme. Only one scheme is required.`,
  );
}

async function admitToken(services: Services, authorization: string, policies: readonly AccessPolicy[]): Promise<void> {
  const token = /^Bearer +(\S+)$/i.exec(authorization.trim())?.[1];
  if (token === undefined) {
    return raise('DirectApiAuthorizationRequired', "The request must be authenticated by the 'Bearer' scheme.");
  }
  const checked = await readCallerToken(
    services,
    token,
    policies.map(({ issuer }) => issuer),
  );
  if (isFault(checked)) throw new TocsinError(checked);
  const fits = policies.some(
    ({ issuer, claims }) =>
      checked.isFrom(issuer) &&
      claims.every(({ name, value }) => name === 'iss' || hasClaim(checked.claims, name, value)),
  );
  if (fits) return;
  raise(
    'MisMatchingOAuthClaims',
    'One or more claims either missing or does not match with the open authentication access control policy.',
  );
}

/** A claim that is a list holds the value when one of its items is it. */
function hasClaim(claims: Readonly<Record<string, unknown>>, name: string, value: string): boolean {
  const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return values.some(
    (one) => one === value || ((typeof one === 'number' || typeof one === 'boolean') && String(one) === value),
  );
}

/** @throws TocsinError `AuthorizationFailed`, naming the address. */
export function admitAddress(
  services: Services,
  workflow: StoredWorkflow,
  area: AccessArea,
  remoteAddress: string | undefined,
): void {
  const addresses = rulesOf(services, workflow)[area]?.addresses;
  if (addresses === undefined || remoteAddress === undefined || addresses.has(remoteAddress)) return;
  raise(
    'AuthorizationFailed',
    `The client IP address '${unmapped(remoteAddress)}' is not in the allowed caller IP address range specified in the workflow access control configuration.`,
  );
}
