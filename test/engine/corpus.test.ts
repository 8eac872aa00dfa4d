import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type EffectOutcome, pendingCommands } from '#engine';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, parseJson, SeededRandom } from '#foundation';
import { planWorkflow, type WorkflowPlan } from '#workflow';
import { canonical, Driver, startTime } from './driver.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus');

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return filesOf(path);
      return name.endsWith('.json') ? [path] : [];
    });
}

function read(path: string): Json {
  const bytes = readFileSync(path);
  const text = bytes[0] === 0xff ? bytes.toString('utf16le') : bytes.toString('utf8');
  try {
    return parseJson(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
}

function plansIn(value: Json): readonly WorkflowPlan[] {
  if (isJsonArray(value)) return value.flatMap(plansIn);
  if (!isJsonObject(value)) return [];
  const type = memberOf(value, 'type');
  if (typeof type !== 'string' || type.toLowerCase() !== 'microsoft.logic/workflows') {
    return Object.values(value).flatMap(plansIn);
  }
  const properties = memberOf(value, 'properties');
  const given = memberOf(properties, 'parameters');
  const result = planWorkflow({
    definition: memberOf(properties, 'definition') ?? null,
    parameters: isJsonObject(given) ? given : {},
  });
  return result.kind === 'planned' ? [result.plan] : [];
}

const alert: JsonObject = {
  AlertDisplayName: 'Potential SQL injection',
  AlertType: 'SQL.DB_PotentialSqlInjection',
  Severity: 'High',
  SystemAlertId: '2518_7b2f',
  AlertUri: 'https://portal.test/alert',
  Description: 'text',
  Entities: [{ Type: 'ip', Address: '203.0.113.7' }],
  ResourceIdentifiers: [
    {
      $id: 'r',
      AzureResourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/db',
      Type: 'AzureResource',
    },
  ],
  TimeGenerated: '2026-01-01T00:00:00Z',
};

const bodies: readonly Json[] = [
  {},
  { value: [] },
  { value: [{ id: '/a/b/c', name: 'n', properties: { status: 'x' } }] },
  [],
  'text',
  alert,
];

function outcomeOf(random: SeededRandom): EffectOutcome {
  const chance = random.fraction();
  if (chance < 0.05) return { kind: 'failure', code: 'UnresolvableHostName', message: 'nobody', retryable: true };
  if (chance < 0.1) return { kind: 'response', statusCode: 404, headers: {} };
  const body = bodies[Math.floor(random.fraction() * bodies.length)] ?? null;
  return { kind: 'response', statusCode: 200, headers: {}, body: { value: body } };
}

/** Answers everything the run waits for until it has ended; time moves from wait to wait. */
function drive(driver: Driver, random: SeededRandom): void {
  let now = startTime;
  driver.start(alert);
  for (let events = 0; events < 3_000; events += 1) {
    const [next] = [...pendingCommands(driver.state, now)].sort((left, right) => due(left) - due(right));
    if (next === undefined || next.kind === 'finish') return;
    if (next.kind === 'effect') driver.answer(next.id, outcomeOf(random), now);
    else if (next.kind === 'continue') driver.send({ kind: 'continued', now });
    else if (next.kind === 'openCallback') {
      driver.send({ kind: 'callback', now, callback: next.id, content: { value: { headers: {}, body: {} } } });
    } else if (next.kind === 'timer') {
      now += next.delayMilliseconds;
      driver.fire(next.id, now);
    }
  }
  // Whoever still loops is stopped as an operator would.
  driver.send({ kind: 'cancelled', now });
}

type Pending = ReturnType<typeof pendingCommands>[number];

function due(command: Pending): number {
  return command.kind === 'timer' ? command.delayMilliseconds : -1;
}

test('published playbooks run to an end whatever the world answers, and replay to the same state', (context) => {
  if (!existsSync(corpus)) return context.skip('no corpus beside the checkout');
  const statuses = new Map<string, number>();
  for (const path of filesOf(corpus)) {
    for (const plan of plansIn(read(path))) {
      for (const seed of [1, 2, 3]) {
        const driver = new Driver(plan);
        drive(driver, new SeededRandom(seed));
        const { status } = driver.state;
        assert.notEqual(status, 'Running', path);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const again = new Driver(plan, { serialise: seed === 1 });
        for (const event of driver.events) again.send(event);
        assert.equal(canonical(again.state), canonical(driver.state), path);
      }
    }
  }
  context.diagnostic(`${JSON.stringify(Object.fromEntries(statuses))}`);
  assert.ok((statuses.get('Succeeded') ?? 0) + (statuses.get('Failed') ?? 0) > 200);
});
