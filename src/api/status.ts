/** Health and metrics of the server. Source: DESIGN 4. */
import type { Metrics } from '#service';
import type { ServerState } from './exchange.ts';
import type { Route } from './route.ts';

/** `/healthz` (alive), `/readyz` (store open, journal replayed), `/metrics`. */
export function statusRoutes(state: () => ServerState, metrics: Metrics): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: '/healthz',
      permission: { open: 'Says only that the process answers.' },
      handle: () => ({ status: 200, body: { status: 'alive' } }),
    },
    {
      method: 'GET',
      pattern: '/readyz',
      permission: { open: 'Says only whether the server takes work.' },
      handle: () => ({ status: state() === 'ready' ? 200 : 503, body: { status: state() } }),
    },
    {
      method: 'GET',
      pattern: '/metrics',
      permission: { open: 'Counts and durations without names, ids or contents.' },
      handle: () => ({
        status: 200,
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        rawBody: metrics.text(),
      }),
    },
  ];
}
