/** The cards of figures, each a link to the page that lists what it counts. */
import type { ReactElement, ReactNode } from 'react';
import type { OverviewFigures } from '../../data/overview.ts';
import { RouterLink } from '../../design/anchor.tsx';
import { Status } from '../../design/status.tsx';

const severities = ['High', 'Medium', 'Low'] as const;

export function Figures({ figures }: { readonly figures: OverviewFigures }): ReactElement {
  const { activeAlerts, automations, runs, secureScore } = figures;
  const active = severities.reduce((sum, severity) => sum + (activeAlerts[severity] ?? 0), 0);
  return (
    <div className="figures">
      <Figure title="Active alerts" value={active} to="/alerts" search={{ status: 'Active' }}>
        <span className="row figure-parts">
          {severities.map((severity) => (
            <Status key={severity} value={severity} text={`${count(activeAlerts[severity] ?? 0)} ${severity}`} />
          ))}
        </span>
      </Figure>
      <Figure
        title="Unhealthy resources"
        value={figures.unhealthyResources}
        to="/recommendations"
        search={{ status: 'Unhealthy' }}
      >
        with a recommendation to follow
      </Figure>
      <Figure title="Enabled automations" value={automations.enabled} to="/automations" search={{ status: 'Enabled' }}>
        {automations.disabled === 0 ? 'none is disabled' : `${count(automations.disabled)} disabled`}
      </Figure>
      <Figure title="Runs (24 h)" value={runs.total} to="/logicapps">
        of logic apps
      </Figure>
      <Figure title="Failed runs (24 h)" value={runs.failed} to="/logicapps">
        {runs.failed === 0 ? (
          <Status value="Succeeded" text="no failure" />
        ) : (
          <Status value="Failed" text={share(runs)} />
        )}
      </Figure>
      <Figure
        title="Secure score"
        value={secureScore === undefined ? '–' : `${Math.round(secureScore.percentage * 100)}%`}
        to="/recommendations"
      >
        {secureScore === undefined ? 'no recommendation counts yet' : 'of the points to be had'}
      </Figure>
    </div>
  );
}

const count = (value: number): string => value.toLocaleString('en');

const share = ({ total, failed }: OverviewFigures['runs']): string => {
  const percent = (failed / Math.max(1, total)) * 100;
  return `${percent < 1 ? '< 1' : Math.round(percent)}% of all runs`;
};

interface FigureProps {
  readonly title: string;
  readonly value: number | string;
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
  readonly children: ReactNode;
}

function Figure({ title, value, to, search = {}, children }: FigureProps): ReactElement {
  return (
    <RouterLink to={to} search={search} className="figure">
      <span>{title}</span>
      <b>{typeof value === 'number' ? count(value) : value}</b>
      <small>{children}</small>
    </RouterLink>
  );
}
