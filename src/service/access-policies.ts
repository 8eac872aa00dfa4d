/**
 * The `accessControl` of a workflow: who may call its triggers and callbacks, read its contents, and manage it.
 *
 * Owns: its shape, its checks on save, and the rules made of it. Does not own: asking them (`admit-caller.ts`).
 * Source: engine reference 1.2 (authorization policies), 10; ARM reference 6.2.
 *
 * Invariants
 * AP1. What is stored was checked here, so every member of it means something: nothing is ignored.
 */
import { isJsonArray, isJsonObject, type Json, memberIgnoringCase, raise } from '#foundation';
import { AddressRanges } from './address-ranges.ts';

export type AccessArea = 'triggers' | 'contents' | 'actions' | 'workflowManagement';

export interface AccessPolicy {
  readonly name: string;
  readonly issuer: string;
  /** All of them, `iss` included. */
  readonly claims: readonly { readonly name: string; readonly value: string }[];
}

export interface AreaRules {
  /** Absent: every address. */
  readonly addresses?: AddressRanges;
  /** An empty list of a trigger: no address, only other workflows of this server. */
  readonly policies: readonly AccessPolicy[];
  /** False: signatures do not open it. */
  readonly signatures: boolean;
}

export type AccessRules = { readonly [A in AccessArea]?: AreaRules };

const areas: readonly AccessArea[] = ['triggers', 'contents', 'actions', 'workflowManagement'];
const policyLimit = 5;
const claimLimit = 10;
const claimCharacters = 150;

/** Where issuers of policies must begin, beside those that the server knows. */
export const issuerPrefixes: readonly string[] = ['https://sts.windows.net/', 'https://login.microsoftonline.com/'];

const none: AccessRules = {};

/**
 * The rules of an `accessControl`.
 * @param knowsIssuer whether a policy may name this issuer though it has another prefix.
 * @throws TocsinError `InvalidAccessControl`.
 */
export function accessRules(given: Json | undefined, knowsIssuer: (issuer: string) => boolean): AccessRules {
  if (given === undefined || given === null) return none;
  if (!isJsonObject(given)) return refuse('it must be an object');
  const rules: { [A in AccessArea]?: AreaRules } = {};
  for (const [name, value] of Object.entries(given)) {
    const area = areas.find((one) => one.toLowerCase() === name.toLowerCase());
    if (area === undefined) return refuse(`it has no member '${name}'`);
    if (value !== null) rules[area] = areaRules(area, value, knowsIssuer);
  }
  return rules;
}

function refuse(what: string): never {
  return raise('InvalidAccessControl', `The access control configuration of the workflow is not valid: ${what}.`);
}

const known = ['allowedcalleripaddresses', 'openauthenticationpolicies', 'sasauthenticationpolicy'];

function areaRules(area: AccessArea, given: Json, knowsIssuer: (issuer: string) => boolean): AreaRules {
  if (!isJsonObject(given)) return refuse(`'${area}' must be an object`);
  const unknown = Object.keys(given).find((name) => !known.includes(name.toLowerCase()));
  if (unknown !== undefined) return refuse(`'${area}' has no member '${unknown}'`);
  const addresses = addressesOf(area, memberIgnoringCase(given, 'allowedCallerIpAddresses'));
  const policies = policiesOf(memberIgnoringCase(given, 'openAuthenticationPolicies'), knowsIssuer);
  const signatures = signaturesOf(memberIgnoringCase(given, 'sasAuthenticationPolicy'));
  if (area !== 'triggers' && (policies.length > 0 || !signatures)) {
    return refuse(`'${area}' may restrict addresses only; authentication is set for 'triggers'`);
  }
  return { ...(addresses === undefined ? {} : { addresses }), policies, signatures };
}

function addressesOf(area: AccessArea, given: Json | undefined): AddressRanges | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isJsonArray(given)) return refuse(`'allowedCallerIpAddresses' of '${area}' must be an array`);
  const ranges = new AddressRanges();
  for (const entry of given) {
    const text = memberIgnoringCase(entry, 'addressRange');
    if (typeof text !== 'string' || !ranges.add(text)) {
      const shown = typeof text === 'string' ? text : '';
      return refuse(
        `'${shown}' of '${area}' is not an IP address, a range in CIDR form, or two addresses joined by '-'`,
      );
    }
  }
  return ranges;
}

function signaturesOf(given: Json | undefined): boolean {
  if (given === undefined || given === null) return true;
  const state = memberIgnoringCase(given, 'state');
  const lower = typeof state === 'string' ? state.toLowerCase() : '';
  if (lower === 'enabled' || lower === 'disabled') return lower === 'enabled';
  return refuse("the state of 'sasAuthenticationPolicy' must be 'Enabled' or 'Disabled'");
}

function policiesOf(given: Json | undefined, knowsIssuer: (issuer: string) => boolean): readonly AccessPolicy[] {
  if (given === undefined || given === null) return [];
  const policies = memberIgnoringCase(given, 'policies') ?? {};
  if (!isJsonObject(policies)) return refuse("'openAuthenticationPolicies.policies' must be an object");
  const entries = Object.entries(policies);
  if (entries.length > policyLimit) return refuse(`it has more than '${policyLimit}' authorization policies`);
  return entries.map(([name, policy]) => policyOf(name, policy, knowsIssuer));
}

function policyOf(name: string, given: Json, knowsIssuer: (issuer: string) => boolean): AccessPolicy {
  const type = memberIgnoringCase(given, 'type');
  if (typeof type !== 'string' || type.toUpperCase() !== 'AAD') {
    return refuse(`the type of the authorization policy '${name}' must be 'AAD'`);
  }
  const list = memberIgnoringCase(given, 'claims');
  if (!isJsonArray(list) || list.length === 0) return refuse(`the authorization policy '${name}' has no claims`);
  if (list.length > claimLimit)
    return refuse(`the authorization policy '${name}' has more than '${claimLimit}' claims`);
  const claims = list.map((claim) => {
    const [claimName, value] = [memberIgnoringCase(claim, 'name'), memberIgnoringCase(claim, 'value')];
    if (typeof claimName !== 'string' || claimName === '' || typeof value !== 'string' || value === '') {
      return refuse(`a claim of the authorization policy '${name}' needs a name and a value`);
    }
    if (value.length > claimCharacters) {
      return refuse(`the value of the claim '${claimName}' has more than '${claimCharacters}' characters`);
    }
    return { name: claimName, value };
  });
  const issuers = claims.filter((claim) => claim.name === 'iss');
  const issuer = issuers[0]?.value;
  if (issuer === undefined || issuers.length > 1) {
    return refuse(`the authorization policy '${name}' must have one claim 'iss'`);
  }
  if (!issuerPrefixes.some((prefix) => issuer.startsWith(prefix)) && !knowsIssuer(issuer)) {
    return refuse(`the issuer of the authorization policy '${name}' must start with ${issuerPrefixes.join(' or ')}`);
  }
  return { name, issuer, claims };
}
