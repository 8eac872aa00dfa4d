/**
 * One row of Resource Graph: the columns every table has, and how an ARM document becomes a row.
 *
 * Owns: columns and their order, which is contract: playbooks index rows by number. Does not own: where documents come from.
 *
 * Invariants
 * GR1. `type` and `resourceGroup` are in lower case, `id` and `name` as they were stored.
 * Source: connectors reference 6.2.
 */
import { isJsonObject, type Json, type JsonObject, memberOf, parseArmId, textMember } from '#foundation';
import { dynamicOf, type KqlColumn, type Row, type Value } from '#query';

const texts = ['id', 'name', 'type', 'tenantId', 'kind', 'location', 'resourceGroup', 'subscriptionId', 'managedBy'];
const dynamics = ['sku', 'plan', 'properties', 'tags', 'identity', 'zones', 'extendedLocation'];

export const graphColumns: readonly KqlColumn[] = [
  ...texts.map((name): KqlColumn => ({ name, type: 'string' })),
  ...dynamics.map((name): KqlColumn => ({ name, type: 'dynamic' })),
];

/** A document with what a row needs beside it. */
export interface GraphDocument {
  readonly document: JsonObject;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** Built in, and shown to everybody. */
  readonly open?: true;
}

/** The row of a document. */
export function graphRow({ document, subscriptionId, resourceGroup }: GraphDocument, tenantId: string): Row {
  const id = textMember(document, 'id') ?? '';
  const place = parseArmId(id);
  const known: Readonly<Record<string, string>> = {
    id,
    type: (textMember(document, 'type') ?? '').toLowerCase(),
    tenantId,
    resourceGroup: (resourceGroup ?? place?.resourceGroup ?? '').toLowerCase(),
    subscriptionId: subscriptionId ?? place?.subscriptionId ?? '',
  };
  const row: Value[] = texts.map((name) => known[name] ?? textMember(document, name) ?? '');
  for (const name of dynamics) row.push(valueOf(memberOf(document, name)));
  return row;
}

function valueOf(json: Json | undefined): Value {
  if (json === undefined || json === null) return null;
  return isJsonObject(json) && Object.keys(json).length === 0 ? {} : dynamicOf(json);
}
