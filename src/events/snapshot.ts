/**
 * A stored event as part of a weekly full state.
 *
 * Owns: the enrichment of snapshots, in whatever casing the body has. Does not own: when snapshots are made (`#service`).
 * Source: domain reference 7 and 9.
 */
import { isJsonObject, type Json, type JsonObject, memberOf, setMember } from '#foundation';
import { looseMember } from './members.ts';
import type { EventKind } from './model.ts';
import { enrichmentNames } from './recognize.ts';

/** Compliance events say over which time they are repeated. */
const weekly = '7.00:00:00';

/** The body with `isSnapshot` true, and the action of something that is there. */
export function asSnapshot(kind: EventKind, body: JsonObject): JsonObject {
  const known = new Set<string>(enrichmentNames.map((name) => name.toLowerCase()));
  const marked: { [name: string]: Json } = {};
  let found = false;
  for (const [name, value] of Object.entries(body)) {
    const enrichment = isJsonObject(value) && known.has(name.toLowerCase());
    found ||= enrichment;
    setMember(marked, name, enrichment ? markedEnrichment(kind, value) : value);
  }
  if (found) return marked;
  const pascal = memberOf(body, 'Id') !== undefined;
  const name = pascal ? 'SecurityEventDataEnrichment' : 'securityEventDataEnrichment';
  return { [name]: markedEnrichment(kind, pascal ? { Action: '' } : { action: '' }), ...marked };
}

function markedEnrichment(kind: EventKind, enrichment: JsonObject): JsonObject {
  const pascal = memberOf(enrichment, 'Action') !== undefined || memberOf(enrichment, 'IsSnapshot') !== undefined;
  const compliance = kind === 'RegulatoryComplianceAssessment';
  const values: JsonObject = {
    action: compliance ? 'Write' : 'Insert',
    issnapshot: true,
    ...(compliance ? { interval: weekly } : {}),
  };
  const marked: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(enrichment))
    setMember(marked, name, memberOf(values, name.toLowerCase()) ?? value);
  const names = { action: 'action', issnapshot: 'isSnapshot', interval: 'interval' } as const;
  for (const [key, plain] of Object.entries(names)) {
    const value = memberOf(values, key);
    if (value === undefined || looseMember(marked, key) !== undefined) continue;
    setMember(marked, pascal ? plain.charAt(0).toUpperCase() + plain.slice(1) : plain, value);
  }
  return marked;
}
