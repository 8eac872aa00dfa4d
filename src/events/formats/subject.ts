/**
 * What a foreign record is about, as an Azure resource id: the record's own when it has one, else a security entity.
 *
 * Owns: the shape of ids for things outside Azure. Source: domain reference 21, common rules.
 */
import { parseArmId } from '#foundation';
import { uuid5 } from '../uuid5.ts';
import type { ForeignContext } from './format.ts';

/** The resource group of everything that is not in Azure. */
export const detectorGroup = 'detectors';

export interface ForeignSubject {
  readonly id: string;
  /** The native id, when `id` is one made here. */
  readonly nativeId?: string;
}

/** A name fit for an id segment: lower case, at most 80 characters, longer ones told apart by a hash. */
export function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  if (plain.length > 0 && plain.length <= 80) return plain;
  return `${plain.slice(0, 60)}${plain === '' ? '' : '-'}${uuid5('slug', text).slice(0, 12)}`;
}

/**
 * The subject of a record: `native` itself when it is an Azure resource id, else the resource that the record's envelope names,
 * else an entity under the format's connector.
 */
export function subjectOf(
  native: string,
  connector: string,
  { subscriptionId, subject }: Pick<ForeignContext, 'subscriptionId' | 'subject'>,
): ForeignSubject {
  const azure = native.startsWith('/') ? parseArmId(native) : undefined;
  if (azure?.subscriptionId !== undefined) return { id: azure.text };
  if (subject !== undefined) return { id: subject, nativeId: native };
  const id =
    `/subscriptions/${subscriptionId}/resourceGroups/${detectorGroup}/providers/Microsoft.Security` +
    `/securityConnectors/${slug(connector)}/securityentitydata/${slug(native)}`;
  return { id, nativeId: native };
}
