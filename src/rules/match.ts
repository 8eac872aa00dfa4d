/**
 * One-off matching of automation properties against one event, as the command line's `match` does.
 *
 * Owns: putting parse, plan and evaluation together for automations that are not stored.
 */
import { type Fault, type JsonObject, fault, memberIgnoringCase } from '#foundation';
import { type EventSource, eventSources } from './contract.data.ts';
import type { DefinitionFault, MatchableEvent, ParsedRule } from './model.ts';
import { fires } from './naive.ts';
import { parseConditions } from './parse.ts';
import { parsePath } from './path.ts';
import { planAutomation } from './plan.ts';
import { subjectsOf } from './subject.ts';
import { planTest } from './test.ts';

/** The event source of that name, ignoring case. */
export function eventSourceOf(name: string): EventSource | undefined {
  const wanted = name.toLowerCase();
  return eventSources.find((source) => source.toLowerCase() === wanted);
}

/**
 * The source an event belongs to: a body that says it is part of a snapshot needs the `…Snapshot` source, whatever source
 * it is sent for. Source: own API reference, eval and match.
 */
export function sourceOfBody(source: EventSource, body: JsonObject): EventSource {
  const snapshot = eventSources.find((name) => name === `${source}Snapshot`);
  if (snapshot === undefined) return source;
  const says = Object.entries(body).some(
    ([name, member]) => /EventDataEnrichment$/i.test(name) && memberIgnoringCase(member, 'isSnapshot') === true,
  );
  return says ? snapshot : source;
}

/** The first fault as an `InvalidAutomation`, all of them as its details. */
export function invalidAutomation(faults: readonly DefinitionFault[]): Fault {
  const first = faults[0] ?? { target: 'properties', message: 'The automation is invalid.' };
  return fault('InvalidAutomation', first.message, {
    target: first.target,
    details: faults.slice(0, 20).map(({ target, message }) => ({ code: 'InvalidAutomation', target, message })),
  });
}

/**
 * Whether the event fires an automation with these `properties`. Without scopes there is no restriction; scopes are
 * compared with the subject that the event itself names.
 */
export function matchesProperties(properties: JsonObject, event: JsonObject, source: EventSource): boolean | Fault {
  const conditions = parseConditions(properties);
  if (!('sources' in conditions)) return invalidAutomation(conditions);
  const planned = planAutomation(conditions, { id: '' });
  if (!('sources' in planned)) return invalidAutomation(planned);
  return fires(planned, eventOf(event, source));
}

/**
 * The same for automations that nobody has checked: a rule that could not be saved is never true, and neither is a rule
 * set that holds it; what has no shape at all fires nothing.
 */
export function matchesUnchecked(properties: JsonObject, event: JsonObject, source: EventSource): boolean {
  const conditions = parseConditions(properties);
  if (!('sources' in conditions)) return false;
  const plannable = (rule: ParsedRule): boolean =>
    !('fault' in parsePath(rule.propertyJPath)) &&
    !('message' in planTest(rule.propertyType, rule.operator, rule.expectedValue));
  const sources = conditions.sources.flatMap((each) => {
    const ruleSets = each.ruleSets.filter(({ rules }) => rules.every(plannable));
    // A source left without rule sets would match everything.
    return ruleSets.length === 0 && each.ruleSets.length > 0 ? [] : [{ ...each, ruleSets }];
  });
  const planned = planAutomation({ ...conditions, sources }, { id: '' });
  return 'sources' in planned && fires(planned, eventOf(event, source));
}

function eventOf(body: JsonObject, given: EventSource): MatchableEvent {
  const source = sourceOfBody(given, body);
  return { source, body, subjects: subjectsOf(source, body) };
}
