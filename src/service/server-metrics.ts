/** Gauges of runs in memory and of calls to other hosts. */
import type { EmbeddedHost } from './embedded-host.ts';
import type { Metrics } from './metrics.ts';
import type { Services } from './services.ts';

export function watchServer(
  metrics: Metrics,
  host: Pick<EmbeddedHost, 'counts'>,
  circuits: Services['circuits'],
): void {
  metrics.gauge('tocsin_runs_in_memory', 'Runs held in memory.', () => host.counts().runsInMemory);
  metrics.gauge('tocsin_effects_under_way', 'Effects being performed.', () => host.counts().effectsUnderWay);
  metrics.gauge('tocsin_effects_queued', 'Effects waiting for a slot.', () => host.counts().effectsQueued);
  metrics.gauge('tocsin_timers', 'Timers armed for runs.', () => host.counts().timers);
  metrics.gauge('tocsin_runs_to_recover', 'Runs not yet taken up since the start.', () => host.counts().runsToRecover);
  const troubled = 'Hosts that are left alone because they do not answer.';
  metrics.gauge('tocsin_outbound_circuits_open', troubled, () => {
    return circuits.list().filter(({ state }) => state !== 'closed').length;
  });
  metrics.gauge('tocsin_outbound_calls_under_way', 'Calls to other hosts under way.', () => {
    return circuits.list().reduce((sum, { underWay }) => sum + underWay, 0);
  });
}
