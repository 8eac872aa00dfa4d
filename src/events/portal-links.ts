/**
 * Links to our own portal in events that bring none: mails of playbooks show them.
 *
 * Owns: where they go. Does not own: the portal's addresses, which are `/portal/r` and the id.
 * Source: domain reference 9, 10 and 11; portal reference 1.2.
 *
 * Invariants
 * L1. A link that is there stays, and so does a member that a native event sent without a value.
 * L2. Links of recommendations are without scheme, under both of their names, as those of Azure are.
 */
import { isJsonObject, type JsonObject, memberOf } from '#foundation';
import { looseText } from './members.ts';
import type { SecurityEvent } from './model.ts';

/** The event with a link; `baseUrl` is where the server answers, `http://127.0.0.1:7070`. */
export function withPortalLinks(event: SecurityEvent, baseUrl: string): SecurityEvent {
  if (baseUrl === '' || (event.kind !== 'Alerts' && event.kind !== 'Assessments')) return event;
  const body = event.kind === 'Alerts' ? alertBody(event, baseUrl) : assessmentBody(event, baseUrl);
  return body === undefined ? event : { ...event, body };
}

function alertBody({ body, id, original }: SecurityEvent, baseUrl: string): JsonObject | undefined {
  const given = memberOf(body, 'AlertUri');
  const lacks = given === undefined || (given === null && original !== undefined);
  return lacks ? { ...body, AlertUri: `${baseUrl}/portal/r${id}` } : undefined;
}

function assessmentBody({ body, id, original }: SecurityEvent, baseUrl: string): JsonObject | undefined {
  const properties = memberOf(body, 'properties');
  if (!isJsonObject(properties)) return undefined;
  const links = memberOf(properties, 'links');
  const linked = looseText(links, 'azurePortal') ?? looseText(links, 'azurePortalUri');
  if (linked !== undefined || (links !== undefined && original === undefined)) return undefined;
  const link = `${baseUrl.replace(/^https?:\/\//, '')}/portal/r${id}`;
  const given = isJsonObject(links) ? links : {};
  return { ...body, properties: { ...properties, links: { ...given, azurePortal: link, azurePortalUri: link } } };
}
