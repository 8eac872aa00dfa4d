/**
 * Runs the rule sets of this folder against the stored events of the corpus, with both matchers.
 *
 * A case is `{id, source, hits, snapshotHits}`: names of event files that the source hits, and those that only the same
 * source with `Snapshot` at its end hits. Without the corpus beside the checkout the cases are skipped.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isFault, type JsonObject, parseJson, textMember } from '#foundation';
import { readNative } from '#events';
import {
  type EventSource,
  eventSourceOf,
  IndexedMatcher,
  type MatchableEvent,
  type Matcher,
  NaiveMatcher,
  parseConditions,
  planAutomation,
  subjectsOf,
} from '#rules';
import { jsonFiles, missing } from '../../test/suites/corpus.ts';

interface Case {
  readonly id: string;
  readonly about: string;
  readonly source: JsonObject;
  readonly hits: readonly string[];
  readonly snapshotHits: readonly string[];
}

const text = readFileSync(`${import.meta.dirname}/policy-rule-sets.json`, 'utf8');
const { cases } = parseJson(text) as unknown as { readonly cases: readonly Case[] };

/** The events as the server takes them, by file name. */
function events(): ReadonlyMap<string, MatchableEvent> {
  const found = new Map<string, MatchableEvent>();
  for (const [name, body] of jsonFiles('events')) {
    const event = readNative(body, { subscriptionId: '00000000-0000-4000-8000-000000000001', now: 0 });
    assert.ok(!isFault(event), name);
    const source: EventSource = event.snapshot ? (`${event.kind}Snapshot` as EventSource) : event.kind;
    found.set(name, { source, body: event.body, subjects: subjectsOf(source, event.body) });
  }
  return found;
}

function hits(source: JsonObject): readonly string[] {
  const conditions = parseConditions({ sources: [source] });
  assert.ok('sources' in conditions, JSON.stringify(conditions));
  const planned = planAutomation(conditions, { id: 'it' });
  assert.ok('sources' in planned, JSON.stringify(planned));
  const answers = [new NaiveMatcher(), new IndexedMatcher()].map((matcher: Matcher) => {
    matcher.put(planned);
    return [...events()].filter(([, event]) => matcher.match(event).length > 0).map(([name]) => name);
  });
  assert.deepEqual(answers[0], answers[1]);
  return answers[0] as readonly string[];
}

const skip = missing('events');

for (const each of cases) {
  test(`${each.id}: ${each.about}`, { skip }, () => {
    assert.deepEqual(hits(each.source), each.hits);
    const snapshot = eventSourceOf(`${textMember(each.source, 'eventSource') ?? ''}Snapshot`);
    const found = snapshot === undefined ? [] : hits({ ...each.source, eventSource: snapshot });
    assert.deepEqual(found, each.snapshotHits);
  });
}
