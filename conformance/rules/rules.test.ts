/**
 * Runs the rule cases of this folder against the rules of the product, and against both matchers.
 *
 * A case is `{id, rule | properties, event, eventSource, matched}` or `{id, check, subscriptionId, fault}` (`fault`: the
 * target of the first fault, null for none). Cases listed in `expected-failures.json` as `file/id` must fail: one that
 * passes fails the run, so the list only shrinks.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { type JsonObject, parseJson } from '#foundation';
import {
  IndexedMatcher,
  type Matcher,
  NaiveMatcher,
  checkConditions,
  eventSourceOf,
  parseConditions,
  planAutomation,
  subjectsOf,
} from '#rules';

interface MatchCase {
  readonly id: string;
  readonly rule?: JsonObject;
  readonly properties?: JsonObject;
  readonly event: JsonObject;
  readonly eventSource: string;
  readonly matched: boolean;
}

interface CheckCase {
  readonly id: string;
  readonly check: JsonObject;
  readonly subscriptionId: string;
  readonly fault: string | null;
}

function read(name: string): unknown {
  return parseJson(readFileSync(`${import.meta.dirname}/${name}`, 'utf8'));
}

const expectedFailures = new Set(read('expected-failures.json') as string[]);
const files = readdirSync(import.meta.dirname).filter(
  (name) => name.endsWith('.json') && name !== 'expected-failures.json',
);

function runMatch(given: MatchCase): void {
  const source = eventSourceOf(given.eventSource);
  assert.ok(source !== undefined);
  const properties = given.properties ?? {
    sources: [{ eventSource: source, ruleSets: [{ rules: [given.rule as JsonObject] }] }],
  };
  const conditions = parseConditions(properties);
  assert.ok('sources' in conditions, JSON.stringify(conditions));
  const planned = planAutomation(conditions, { id: 'it' });
  assert.ok('sources' in planned, JSON.stringify(planned));
  const matchers: Matcher[] = [new NaiveMatcher(), new IndexedMatcher()];
  for (const matcher of matchers) {
    matcher.put(planned);
    const fired = matcher.match({ source, body: given.event, subjects: subjectsOf(source, given.event) });
    assert.deepEqual([...fired], given.matched ? ['it'] : []);
  }
}

function runCheck(given: CheckCase): void {
  const conditions = parseConditions(given.check);
  const faults =
    'sources' in conditions ? checkConditions(conditions, { subscriptionId: given.subscriptionId }) : conditions;
  assert.equal(faults[0]?.target ?? null, given.fault, faults[0]?.message);
}

for (const file of files) {
  const { about, cases } = read(file) as { readonly about: string; readonly cases: readonly (MatchCase | CheckCase)[] };
  test(`${file.replace('.json', '')}: ${about}`, () => {
    const wrong: string[] = [];
    for (const given of cases) {
      const name = `${file}/${given.id}`;
      const failure = failureOf(() => ('check' in given ? runCheck(given) : runMatch(given)));
      if (failure !== undefined && !expectedFailures.has(name)) wrong.push(`${name}: ${failure}`);
      if (failure === undefined && expectedFailures.has(name)) wrong.push(`${name} passes: take it off the list`);
    }
    assert.deepEqual(wrong, []);
  });
}

test('every expected failure names a case that exists', () => {
  const known = new Set(
    files.flatMap((file) => (read(file) as { cases: { id: string }[] }).cases.map(({ id }) => `${file}/${id}`)),
  );
  assert.deepEqual(
    [...expectedFailures].filter((name) => !known.has(name)),
    [],
  );
});

function failureOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
