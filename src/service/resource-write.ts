/**
 * Small pieces that the use cases on resources share: who may not, what was not found, what a new document looks like.
 *
 * Owns: `ResourceNotFound` in Azure's words, the stored document of a generic resource.
 */
import { createHash } from 'node:crypto';
import {
  type DefaultsContext,
  defaultsOf,
  finishEmbedded,
  provisioned,
  type ResourcePlace,
  withDefaults,
  withExtendedOf,
} from '#inventory';
import { type Fault, fault, isFault, type JsonObject, parseArmId, type ResourceDocument } from '#foundation';
import type { Services } from './services.ts';
import { isVaultSecret, sealVaultSecret } from './vault/secrets.ts';

/** 404 in Azure's words for a resource in a group, else by its id. */
export function resourceNotFound(id: string): Fault {
  const parsed = parseArmId(id);
  if (parsed?.namespace === undefined) return fault('ResourceNotFound', `The Resource '${id}' was not found.`);
  const path = parsed.type
    .split('/')
    .slice(1)
    .map((type, index) => `${type}/${parsed.names[index] ?? ''}`)
    .join('/');
  const group = parsed.resourceGroup === undefined ? '' : ` under resource group '${parsed.resourceGroup}'`;
  return fault(
    'ResourceNotFound',
    `The Resource '${parsed.namespace}/${path}'${group} was not found. For more details please go to ` +
      'https://aka.ms/ARMResourceNotFoundFix',
  );
}

/** The context in which a type's defaults are filled in. */
export function defaultsContext(
  services: Pick<Services, 'settings'>,
  place: ResourcePlace,
  location: string | undefined,
): DefaultsContext {
  const groupId =
    place.resourceGroup === undefined
      ? ''
      : `/subscriptions/${place.subscriptionId ?? ''}/resourceGroups/${place.resourceGroup}`;
  return {
    id: place.id,
    name: place.name,
    location: location ?? '',
    subscriptionId: place.subscriptionId ?? '',
    groupId,
    tenantId: services.settings.tenantId,
    stableUuid: (salt) => uuidOf(`${place.id.toLowerCase()}\n${salt}`),
  };
}

/** A UUID made from a text, the same for ever. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export interface NewState {
  readonly place: ResourcePlace;
  readonly location: string | undefined;
  readonly body: JsonObject;
  readonly existing: ResourceDocument | undefined;
}

/** The document to store: defaults filled in, embedded children finished, a new etag. */
export function resourceDocument(services: Services, state: NewState): ResourceDocument | Fault {
  const { place, location, existing } = state;
  const now = services.clock.now();
  const etag = services.random.uuid();
  const full = withDefaults(
    state.body,
    defaultsOf(place.type, defaultsContext(services, place, location)),
  ) as JsonObject;
  const id = existing?.id ?? place.id;
  const kept = withExtendedOf(place.type, provisioned(full), existing?.body);
  const finished = finishEmbedded(place.type, id, kept, etag);
  if (isFault(finished)) return finished;
  const { body, secrets } = withoutSecrets(services, place.type, { id, body: finished, secrets: existing?.secrets });
  return {
    id,
    type: existing?.type ?? place.type,
    name: existing?.name ?? place.name,
    ...(place.subscriptionId === undefined ? {} : { subscriptionId: place.subscriptionId }),
    ...(place.resourceGroup === undefined ? {} : { resourceGroup: place.resourceGroup }),
    ...(location === undefined ? {} : { location }),
    body,
    ...(secrets === undefined ? {} : { secrets }),
    etag,
    createdTime: existing?.createdTime ?? now,
    changedTime: now,
  };
}

/** What may be stored in clear of a body, and what is sealed. */
function withoutSecrets(
  { random }: Services,
  type: string,
  state: { readonly id: string; readonly body: JsonObject; readonly secrets: JsonObject | undefined },
): { readonly body: JsonObject; readonly secrets: JsonObject | undefined } {
  if (!isVaultSecret(type)) return state;
  return sealVaultSecret({ ...state, newVersion: random.uuid().replaceAll('-', '') });
}
