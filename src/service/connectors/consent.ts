/**
 * Consent: how a person signs a connection, or a profile, in.
 *
 * Owns: the link, the state it carries, what comes back, and by whom it is confirmed.
 * Does not own: tokens (`connection-grants.ts`), the pages (`question-page.ts`), routes.
 * Source: ARM reference 7 (`listConsentLinks`, `confirmConsentCode`); connectors reference 3.1; RFC 6749 10.12, RFC 7636.
 *
 * Invariants
 * CO1. A state is unguessable, good once, for fifteen minutes, and for the connection it was made for.
 * CO2. Coming back from the service changes nothing: a press of a button does, or `confirmConsentCode` by someone who may
 *      write the connection.
 * CO3. For services kept on this server the connection acts as the person who asked for the link.
 */
import { authorizationLink, type Connector, newPkce, redeemCode } from '#connectors';
import {
  type Identity,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  type StoredDocument,
  textMember,
} from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import { findConnection, managedApiOf } from '../connections.ts';
import { findProfile } from './connector-profiles.ts';
import { type GrantPlace, keepGrant, oauthClientOf } from './connection-grants.ts';

export const consentCollection = 'consents';
const validMilliseconds = 15 * 60_000;

export interface ConsentRequest {
  readonly place: GrantPlace;
  readonly caller: Identity;
  /** Where the person's browser goes afterwards, with the code for `confirmConsentCode`. */
  readonly redirectUrl?: string;
  readonly tenantId?: string;
}

/** The address that is registered with services as the redirect URI. */
export function redirectUri({ settings }: Services): string {
  return `${settings.publicBaseUrl}/tocsin/v1/oauth/callback`;
}

/** Services that are kept here need no application of theirs. */
function isLocal({ service }: Connector): boolean {
  return service.kind === 'arm' || service.kind === 'local' || (service.kind === 'http' && service.here !== undefined);
}

/**
 * Where a person consents. @throws TocsinError `InvalidRequestContent` when the API has no sign-in, or no application is
 * registered for it.
 */
export async function consentLink(services: Services, request: ConsentRequest): Promise<string> {
  const { place, redirectUrl, caller, tenantId } = request;
  const connector = connectorAt(services, place);
  const profile = findProfile(services, connector.name);
  const client = oauthClientOf(connector, profile, tenantId === '' ? undefined : tenantId);
  if (client === undefined && !isLocal(connector)) {
    const reason =
      connector.oauth === undefined && profile?.authorizationUrl === undefined
        ? 'has no sign-in'
        : 'has no registered application';
    return raise(
      'InvalidRequestContent',
      `The API '${connector.name}' ${reason}. Name one by PUT /tocsin/v1/connectorProfiles/${connector.name} with 'clientId' and 'clientSecret'; its redirect URI is ${redirectUri(services)}.`,
    );
  }
  if (redirectUrl !== undefined && !/^https?:$/.test(URL.parse(redirectUrl)?.protocol ?? '')) {
    return raise('InvalidRequestContent', "The 'redirectUrl' must be an absolute http or https address.");
  }
  const state = services.secrets.randomKey(32);
  const { verifier, challenge } = newPkce();
  const document: StoredDocument = {
    collection: consentCollection,
    key: services.secrets.digest(state),
    parent: '',
    time: services.clock.now(),
    status: client === undefined ? 'Local' : 'Asked',
    body: {
      place: { ...place },
      person: personOf(caller),
      tenantId: tenantId ?? '',
      ...(redirectUrl === undefined ? {} : { redirectUrl }),
    },
    secrets: { verifier },
  };
  await services.store.commit([{ kind: 'putDocument', document }, ...outdated(services)]);
  if (client === undefined) return `${services.settings.publicBaseUrl}/tocsin/v1/oauth/callback?state=${state}`;
  return authorizationLink(client, { state, challenge, redirectUri: redirectUri(services) });
}

function personOf({ objectId, displayName, kind, appId }: Identity): JsonObject {
  return { objectId, displayName, kind, ...(appId === undefined ? {} : { appId }) };
}

function outdated(services: Services) {
  const to = services.clock.now() - validMilliseconds;
  return services.store.documents
    .list({ collection: consentCollection, to, oldestFirst: true, top: 20 })
    .map(({ key }) => ({ kind: 'deleteDocument', collection: consentCollection, key }) as const);
}

function connectorAt(services: Services, place: GrantPlace): Connector {
  if (place.kind === 'profile') return managedApiOf(place.api);
  const connection = findConnection(services, place.id);
  return (
    connection?.connector ?? raise('ApiConnectionNotFound', `The API connection '${place.id}' could not be found.`)
  );
}

// --- Coming back ------------------------------------------------------------------------------------------------

/** What a browser brought back. */
export interface ConsentReturn {
  readonly state: string;
  readonly code?: string;
  readonly error?: string;
}

export interface ConsentSeen {
  /** For a page: what would be signed in, and as whom. */
  readonly name: string;
  readonly displayName: string;
  readonly person: string;
  readonly local: boolean;
  /** Where the browser goes instead of a page. */
  readonly redirect?: string;
}

/** A consent under way; with a `redirectUrl`, the code to confirm it by is made (CO2). @throws TocsinError `InvalidRequestContent`. */
export async function consentReturned(services: Services, given: ConsentReturn): Promise<ConsentSeen> {
  const document = stateOf(services, given.state);
  const place = placeOf(document);
  const connector = connectorAt(services, place);
  const local = document.status === 'Local';
  if (given.error !== undefined) {
    return raise('InvalidRequestContent', `The sign-in was refused: ${given.error.slice(0, 500)}`);
  }
  if (!local && (given.code ?? '') === '') return raise('InvalidRequestContent', 'The sign-in brought no code back.');
  const seen: ConsentSeen = {
    name: place.kind === 'connection' ? place.id : `profile ${place.api}`,
    displayName: connector.displayName,
    person: textMember(memberOf(document.body, 'person') ?? null, 'displayName') ?? '',
    local,
  };
  const redirectUrl = textMember(document.body, 'redirectUrl');
  if (redirectUrl === undefined) return seen;
  const code = services.secrets.randomKey(32);
  const moved: StoredDocument = {
    ...document,
    key: services.secrets.digest(code),
    status: local ? 'LocalReturned' : 'Returned',
    secrets: { ...document.secrets, ...(given.code === undefined ? {} : { code: given.code }) },
  };
  await services.store.commit([
    { kind: 'deleteDocument', collection: consentCollection, key: document.key },
    { kind: 'putDocument', document: moved },
  ]);
  const target = new URL(redirectUrl);
  target.searchParams.set('code', code);
  return { ...seen, redirect: target.href };
}

/** The button of the page was pressed: the connection is signed in. @throws TocsinError. */
export function confirmReturned(services: Services, given: ConsentReturn): Promise<void> {
  const document = stateOf(services, given.state);
  return redeem(services, document, given.code);
}

/** `confirmConsentCode`. @throws TocsinError `InvalidRequestContent`. */
export function confirmCode(services: Services, place: GrantPlace, code: string): Promise<void> {
  const document = stateOf(services, code);
  const asked = placeOf(document);
  const same =
    asked.kind === 'connection' && place.kind === 'connection' && asked.id.toLowerCase() === place.id.toLowerCase();
  if (!same || !document.status.endsWith('Returned')) return raise('InvalidRequestContent', invalidCode);
  return redeem(services, document, textMember(document.secrets ?? null, 'code'));
}

const invalidCode = 'The consent code is not valid, or has been used already.';

function stateOf(services: Services, state: string): StoredDocument {
  const document =
    state === '' ? undefined : services.store.documents.get(consentCollection, services.secrets.digest(state));
  if (document === undefined || document.time + validMilliseconds < services.clock.now()) {
    return raise('InvalidRequestContent', invalidCode);
  }
  return document;
}

function placeOf({ body }: StoredDocument): GrantPlace {
  return memberOf(body, 'place') as unknown as GrantPlace;
}

function redeem(services: Services, document: StoredDocument, code: string | undefined): Promise<void> {
  return inTurn(services.store, `/consents/${document.key}`, async () => {
    const current = services.store.documents.get(consentCollection, document.key);
    if (current === undefined) return raise('InvalidRequestContent', invalidCode);
    await services.store.commit([{ kind: 'deleteDocument', collection: consentCollection, key: document.key }]);
    const place = placeOf(document);
    const connector = connectorAt(services, place);
    if (document.status.startsWith('Local'))
      return keepPerson(services, place, memberOf(document.body, 'person') ?? null);
    const tenantId = textMember(document.body, 'tenantId') ?? '';
    const client = oauthClientOf(
      connector,
      findProfile(services, connector.name),
      tenantId === '' ? undefined : tenantId,
    );
    if (client === undefined) return raise('InvalidRequestContent', invalidCode);
    const grant = await redeemCode(services.outbound, client, {
      code: code ?? '',
      redirectUri: redirectUri(services),
      verifier: textMember(document.secrets ?? null, 'verifier') ?? '',
      now: services.clock.now(),
    });
    if (grant.kind === 'failure') {
      return raise('InvalidRequestContent', `The service did not accept the sign-in: ${grant.message}`);
    }
    return keepGrant(services, place, grant);
  });
}

/** CO3. */
async function keepPerson(services: Services, place: GrantPlace, person: Json): Promise<void> {
  if (place.kind !== 'connection' || !isJsonObject(person)) return raise('InvalidRequestContent', invalidCode);
  const document = services.store.resources.get(place.id);
  if (document === undefined)
    return raise('ApiConnectionNotFound', `The API connection '${place.id}' could not be found.`);
  const { grantError: _, ...body } = document.body;
  const resource = {
    ...document,
    body: { ...body, authenticatedUser: textMember(person, 'displayName') ?? '' },
    secrets: { ...document.secrets, person },
    changedTime: services.clock.now(),
  };
  await services.store.commit([{ kind: 'putResource', resource }]);
}
