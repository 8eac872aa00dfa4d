/**
 * When a recommendation was first evaluated, and when its state or cause last changed.
 *
 * Owns: which dates a recommendation is given. Dates that a native event brings are its own; those of foreign ones are kept
 * here. Source: domain reference 9.2 and 12.
 */
import { formatMoment, looseMember, looseText, parseMoment, type SecurityEvent } from '#events';
import { isJsonObject, type Json, type JsonObject, memberOf } from '#foundation';

/** The event with its dates; `known` is the last body of the same recommendation, `now` RFC 3339. */
export function withStatusDates(event: SecurityEvent, known: JsonObject | undefined, now: string): SecurityEvent {
  const properties = memberOf(event.body, 'properties');
  const status = memberOf(properties, 'status');
  if (!isJsonObject(properties) || !isJsonObject(status)) return event;
  const given = event.original === undefined ? status : {};
  const before = looseMember(known, 'properties', 'status');
  const parsed = parseMoment(looseMember(before, 'firstEvaluationDate'));
  const first = parsed === undefined ? undefined : formatMoment(parsed);
  const sent = event.original === undefined ? undefined : status;
  const same = before !== undefined && sameState(before, status);
  const kept = same ? looseMember(before, 'statusChangeDate') : undefined;
  const dates = {
    firstEvaluationDate: looseMember(given, 'firstEvaluationDate') ?? first ?? sent?.['firstEvaluationDate'] ?? now,
    statusChangeDate: looseMember(given, 'statusChangeDate') ?? kept ?? sent?.['statusChangeDate'] ?? now,
  };
  return { ...event, body: { ...event.body, properties: { ...properties, status: { ...status, ...dates } } } };
}

/** Whether state and cause are the same. */
function sameState(before: Json, status: Json): boolean {
  return ['code', 'cause'].every(
    (name) => looseText(before, name)?.toLowerCase() === looseText(status, name)?.toLowerCase(),
  );
}
