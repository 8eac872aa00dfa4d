/**
 * What an event says about itself: that it is part of a weekly full state, that its thing is gone.
 *
 * Owns: writing enrichments, in whatever casing the body has. Does not own: reading them (`recognize.ts`), when snapshots
 * are made (`#service`).
 * Source: domain reference 7, 9 and 12.
 */
import { isJsonObject, type Json, type JsonObject, memberOf, setMember } from '#foundation';
import { looseMember } from './members.ts';
import type { EventKind } from './model.ts';
import { enrichmentNames } from './recognize.ts';

/** Compliance events say over which time they are repeated. */
const weekly = '7.00:00:00';

/** Names in the plain spelling. */
interface Marks {
  readonly action: string;
  readonly isSnapshot: boolean;
  readonly interval?: string;
}

/** The body with `isSnapshot` true, and the action of something that is there. */
export function asSnapshot(kind: EventKind, body: JsonObject): JsonObject {
  const compliance = kind === 'RegulatoryComplianceAssessment';
  return marked(body, {
    action: compliance ? 'Write' : 'Insert',
    isSnapshot: true,
    ...(compliance ? { interval: weekly } : {}),
  });
}

/** The last known state as the event of a thing that is gone. */
export function asDelete(body: JsonObject): JsonObject {
  return marked(body, { action: 'Delete', isSnapshot: false });
}

function marked(body: JsonObject, marks: Marks): JsonObject {
  const known = new Set<string>(enrichmentNames.map((name) => name.toLowerCase()));
  const copy: { [name: string]: Json } = {};
  let found = false;
  for (const [name, value] of Object.entries(body)) {
    const enrichment = isJsonObject(value) && known.has(name.toLowerCase());
    found ||= enrichment;
    setMember(copy, name, enrichment ? markedEnrichment(value, marks) : value);
  }
  if (found) return copy;
  const pascal = memberOf(body, 'Id') !== undefined;
  const name = pascal ? 'SecurityEventDataEnrichment' : 'securityEventDataEnrichment';
  return { [name]: markedEnrichment(pascal ? { Action: '' } : { action: '' }, marks), ...copy };
}

function markedEnrichment(enrichment: JsonObject, marks: Marks): JsonObject {
  const pascal = memberOf(enrichment, 'Action') !== undefined || memberOf(enrichment, 'IsSnapshot') !== undefined;
  const values = new Map<string, Json>(Object.entries(marks).map(([name, value]) => [name.toLowerCase(), value]));
  const copy: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(enrichment))
    setMember(copy, name, values.get(name.toLowerCase()) ?? value);
  for (const [name, value] of Object.entries(marks)) {
    if (looseMember(copy, name) !== undefined) continue;
    setMember(copy, pascal ? name.charAt(0).toUpperCase() + name.slice(1) : name, value as Json);
  }
  return copy;
}
