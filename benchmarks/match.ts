/**
 * How many events per second one core matches against many automations: the indexed matcher, the naive one, and the
 * general rule engine `json-rules-engine` with the same rules as custom operators.
 *
 * What it measures: `Matcher.match` on parsed alerts of about 3 KB. What it does not: parsing, storing, starting runs.
 * Automations name a distinct word each ("name contains X, severity High"), as rules written by hand do, in one
 * subscription: the hardest case, since automations of other subscriptions cost nothing.
 *
 * Run: `node benchmarks/match.ts`
 */
import { stdout } from 'node:process';
import { Engine } from 'json-rules-engine';
import type { JsonObject } from '#foundation';
import {
  IndexedMatcher,
  type Matcher,
  NaiveMatcher,
  type PlannedAutomation,
  parseConditions,
  planAutomation,
} from '#rules';

const subscription = '/subscriptions/11111111-1111-4111-8111-111111111111';
const syllables = [
  'ba',
  'ce',
  'di',
  'fo',
  'gu',
  'ha',
  'je',
  'ki',
  'lo',
  'mu',
  'na',
  'pe',
  'qi',
  'ro',
  'su',
  'ta',
  've',
  'wi',
  'xo',
  'zu',
];

/** A distinct word per number, of three syllables at least. */
function word(at: number): string {
  const parts: string[] = [];
  let left = at + 8000;
  while (left > 0) {
    parts.push(syllables[left % syllables.length] as string);
    left = Math.floor(left / syllables.length);
  }
  return parts.join('');
}

function automation(at: number): PlannedAutomation {
  const rule = (propertyJPath: string, operator: string, expectedValue: string) => ({
    propertyJPath,
    propertyType: 'String',
    operator,
    expectedValue,
  });
  const severity = rule('Severity', 'Equals', ['high', 'medium', 'low'][at % 3] as string);
  const forms = [
    [rule('AlertDisplayName', 'Contains', word(at)), severity],
    [rule('AlertType', 'Equals', `VM_${word(at)}`), severity],
    [rule('CompromisedEntity', 'StartsWith', `${word(at)}-`), rule('Version', 'Contains', '3.')],
  ];
  const conditions = parseConditions({
    scopes: [{ scopePath: subscription }],
    sources: [{ eventSource: 'Alerts', ruleSets: [{ rules: forms[at % forms.length] as [] }] }],
  });
  if (!('sources' in conditions)) throw new Error('the benchmark writes invalid conditions');
  const planned = planAutomation(conditions, { id: String(at) });
  if (!('sources' in planned)) throw new Error('the benchmark writes conditions that cannot be planned');
  return planned;
}

function alert(at: number): JsonObject {
  const resource = `${subscription}/resourceGroups/rg-${at % 50}/providers/Microsoft.Compute/virtualMachines/vm-${at}`;
  return {
    VendorName: 'Microsoft',
    AlertType: `VM_${word(at * 3 + 1)}`,
    ProductName: 'Microsoft Defender for Cloud',
    StartTimeUtc: '2026-01-01T00:00:00.0000000Z',
    TimeGenerated: '2026-01-01T00:00:00.0000000Z',
    Severity: ['High', 'Medium', 'Low'][at % 3] as string,
    Status: 'New',
    SystemAlertId: `25171848985498929${at}_c9a00165-eff0-4233-ab73-26fbde6aed6e`,
    Intent: 'PreAttack, InitialAccess',
    AzureResourceId: resource,
    CompromisedEntity: `${word(at * 7)}-prod-1`,
    AlertDisplayName: `Suspicious ${word(at * 3)} activity was seen on a machine`,
    Description: 'Many failed sign-ins with varying user names reached the server. '.repeat(12),
    Entities: Array.from({ length: 4 }, (_, index) => ({
      $id: String(index),
      Address: '192.0.2.66',
      Type: 'ip',
      Asset: false,
    })),
    RemediationSteps: [
      'Confirm whether the activity was expected, then isolate the resource and rotate its credentials.',
    ],
    ExtendedProperties: Object.fromEntries(
      Array.from({ length: 16 }, (_, index) => [`Property ${index}`, `value ${at} ${index}`]),
    ),
    ResourceIdentifiers: [{ $id: '2', AzureResourceId: resource, Type: 'AzureResource' }],
  };
}

function measure(
  matcher: Matcher,
  events: readonly JsonObject[],
  milliseconds: number,
): { rate: number; hits: number } {
  const asked = events.map((body) => ({
    source: 'Alerts' as const,
    body,
    subjects: [body['AzureResourceId'] as string],
  }));
  let hits = 0;
  for (const event of asked) hits += matcher.match(event).length;
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < milliseconds) {
    for (const event of asked) matcher.match(event);
    count += asked.length;
  }
  return { rate: (count / (performance.now() - start)) * 1000, hits };
}

/** The general engine over the rules of the first `size` automations; it evaluates every rule for every event. */
async function measureGeneral(size: number, events: readonly JsonObject[], milliseconds: number): Promise<number> {
  const engine = new Engine([], { allowUndefinedFacts: true });
  const folded = (value: unknown): string => (typeof value === 'string' ? value.toUpperCase() : '');
  engine.addOperator('Equals', (actual: unknown, expected: unknown) => folded(actual) === folded(expected));
  engine.addOperator('Contains', (actual: unknown, expected: unknown) => folded(actual).includes(folded(expected)));
  engine.addOperator('StartsWith', (actual: unknown, expected: unknown) => folded(actual).startsWith(folded(expected)));
  for (let at = 0; at < size; at += 1) {
    const rules = automation(at).sources[0]?.ruleSets[0]?.rules ?? [];
    const all = rules
      .filter(({ propertyJPath }) => propertyJPath !== 'Version')
      .map(({ propertyJPath, operator, expectedValue }) => ({ fact: propertyJPath, operator, value: expectedValue }));
    engine.addRule({ conditions: { all }, event: { type: String(at) } });
  }
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < milliseconds) {
    await engine.run(events[count % events.length] as Record<string, unknown>);
    count += 1;
  }
  return (count / (performance.now() - start)) * 1000;
}

function line(text: string): void {
  stdout.write(`${text}\n`);
}

const events = Array.from({ length: 500 }, (_, at) => alert(at));
line(`events of ${Math.round(JSON.stringify(events[0]).length / 100) / 10} KB; events per second:`);
for (const size of [1, 100, 10_000, 100_000]) {
  const automations = Array.from({ length: size }, (_, at) => automation(at));
  const indexed = new IndexedMatcher();
  const loading = performance.now();
  for (const each of automations) indexed.put(each);
  const loaded = performance.now() - loading;
  const fast = measure(indexed, events, 1000);
  let slowest = 0;
  for (let at = 0; at < 200; at += 1) {
    const begin = performance.now();
    indexed.put(automation(size + at));
    indexed.remove(String(size + at));
    slowest = Math.max(slowest, performance.now() - begin);
  }
  line(
    `${String(size).padStart(7)} automations  indexed ${Math.round(fast.rate)}  (${fast.hits} hits in ${events.length} events, ` +
      `loaded in ${Math.round(loaded)} ms, slowest save ${slowest.toFixed(2)} ms)`,
  );
  if (size > 10_000) continue;
  const naive = new NaiveMatcher();
  for (const each of automations) naive.put(each);
  line(
    `${''.padStart(7)}              naive   ${Math.round(measure(naive, events.slice(0, size > 1000 ? 5 : 500), 1000).rate)}`,
  );
  const general = await measureGeneral(size, events, 2000);
  line(`${''.padStart(7)}              general ${general < 100 ? general.toFixed(1) : Math.round(general)}`);
}
