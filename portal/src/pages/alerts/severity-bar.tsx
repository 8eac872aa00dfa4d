/** How many alerts are active, by severity: a bar over the list. */
import type { ReactElement } from 'react';
import { useOverview } from '../../data/overview.ts';
import { Status } from '../../design/status.tsx';
import { lookOf } from '../../model/status.ts';
import { severities } from './alert-filter.ts';

export function SeverityBar(): ReactElement | null {
  const { data } = useOverview('24h');
  if (data === undefined) return null;
  const counts = severities.map((severity) => ({ severity, count: data.activeAlerts[severity] ?? 0 }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  return (
    <section className="severity-bar" aria-label="Active alerts by severity">
      <span>
        Active alerts <b>{total.toLocaleString('en')}</b> · Affected resources{' '}
        <b>{data.affectedResources.toLocaleString('en')}</b>
      </span>
      <span className="bar" aria-hidden="true">
        {counts.map(({ severity, count }) =>
          count === 0 ? null : (
            <span key={severity} className={`look-${lookOf(severity)}`} style={{ flexGrow: count }} />
          ),
        )}
      </span>
      {counts.map(({ severity, count }) => (
        <Status key={severity} value={severity} text={`${count.toLocaleString('en')} ${severity}`} />
      ))}
    </section>
  );
}
