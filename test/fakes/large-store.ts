/**
 * Fills a store in which the sample is already: alerts that nobody sent, its automation and its run many times over. What lists at
 * their size are tested and measured with; far faster than sending what would make as many.
 */
import { SeededRandom, type Store, VirtualClock, type Write } from '#foundation';
import { RunNames } from '#service';

const subscriptionId = '00000000-0000-4000-8000-000000000001';
export const largeGroup = `/subscriptions/${subscriptionId}/resourceGroups/rg-sample`;
const severities = ['High', 'Medium', 'Low', 'Informational'];
const states = ['Active', 'InProgress', 'Resolved', 'Dismissed'];
const perCommit = 2_000;

function alertWrite(index: number, now: number, gap: number): Write {
  const time = now - index * gap;
  const severity = severities[index % 4] ?? 'Low';
  const name = `scale-${index}`;
  const id = `${largeGroup}/providers/Microsoft.Security/locations/westeurope/alerts/${name}`;
  const at = new Date(time).toISOString();
  const event = {
    SystemAlertId: name,
    AlertDisplayName: `Alert ${index}`,
    AlertType: 'Scale.Alert',
    Severity: severity,
    Status: 'New',
    StartTimeUtc: at,
    TimeGenerated: at,
    CompromisedEntity: `vm-${index % 500}`,
  };
  const place = { collection: 'alerts', key: `${subscriptionId}/${name}`, parent: subscriptionId, label: 'rg-sample' };
  const document = { ...place, time, status: states[(index >> 2) % 4] ?? 'Active', tally: severity };
  return {
    kind: 'putDocument',
    document: { ...document, body: { kind: 'Alerts', id, resourceGroup: 'rg-sample', event } },
  };
}

async function inCommits(store: Store, count: number, writeOf: (index: number) => Write): Promise<void> {
  for (let from = 0; from < count; from += perCommit) {
    const size = Math.min(perCommit, count - from);
    await store.commit(Array.from({ length: size }, (_, index) => writeOf(from + index)));
  }
}

/** `gap`: milliseconds between one alert and the next older one. */
export async function fillAlerts(store: Store, count: number, gap: number): Promise<void> {
  const now = Date.now();
  await inCommits(store, count, (index) => alertWrite(index, now, gap));
}

/** `Automation-00000` and so on, each like the sample's. */
export async function fillAutomations(store: Store, count: number): Promise<void> {
  const [first] = store.resources.list({ type: 'Microsoft.Security/automations', top: 1 });
  if (first === undefined) throw new Error('The sample has no automation.');
  await inCommits(store, count, (index) => {
    const name = `Automation-${String(index).padStart(5, '0')}`;
    const id = `${largeGroup}/providers/Microsoft.Security/automations/${name}`;
    return { kind: 'putResource', resource: { ...first, id, name } };
  });
}

/** Runs of the sample's logic app over the last thirty days, one of a thousand failed. */
export async function fillRuns(store: Store, count: number): Promise<void> {
  const [first] = store.history.runs({ scope: largeGroup.toLowerCase(), top: 1 });
  if (first === undefined) throw new Error('The sample has no run.');
  const month = 30 * 86_400_000;
  const clock = new VirtualClock(Date.now() - month);
  const names = new RunNames(clock, new SeededRandom(5));
  await inCommits(store, count, (index) => {
    clock.advance(month / count);
    const name = names.run();
    const startTime = Math.floor(clock.now());
    const status = index % 1000 === 7 ? 'Failed' : 'Succeeded';
    const key = `${first.workflow}/runs/${name}`;
    const run = { ...first, key, name, status, startTime, endTime: startTime + 40, clientTrackingId: name };
    return { kind: 'putRun', run };
  });
}
