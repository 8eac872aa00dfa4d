/** What the lists of alerts show of each. Source: portal reference 3.2. */
import { Badge } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { idParts } from '../../api/arm.ts';
import { affectedResource, type Alert } from '../../data/alerts.ts';
import { subscriptionName, useSubscriptions } from '../../data/scope.ts';
import { Anchor, HereLink, resourceAddress } from '../../design/anchor.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { outcomeText } from '../../model/event-outcome.ts';
import type { ListColumn } from '../../parts/server-list.tsx';

export function useAlertColumns(): readonly ListColumn<Alert>[] {
  const all = useSubscriptions();
  return [...mainColumns, ...hiddenColumns, subscriptionColumn((id) => subscriptionName(all, id))];
}

/** As Azure's own samples are marked. */
const isSample = (type: string | undefined): boolean => type?.toUpperCase().startsWith('SAMPLE_') === true;

const mainColumns: readonly ListColumn<Alert>[] = [
  {
    key: 'severity',
    title: 'Severity',
    width: '124px',
    orderBy: 'severity',
    highFirst: true,
    cell: ({ properties }) => (
      <span className="severity-cell">
        <Status value={properties.severity} />
      </span>
    ),
  },
  {
    key: 'title',
    title: 'Alert title',
    width: 'minmax(200px, 3fr)',
    orderBy: 'title',
    cell: ({ id, properties }) => (
      <>
        <HereLink name="alert" value={id}>
          {properties.alertDisplayName}
        </HereLink>{' '}
        {isSample(properties.alertType) ? <Badge appearance="outline">Sample</Badge> : null}{' '}
        {properties.isIncident === true ? <Badge appearance="outline">Incident</Badge> : null}
      </>
    ),
  },
  {
    key: 'resource',
    title: 'Affected resource',
    width: 'minmax(150px, 1.2fr)',
    orderBy: 'resource',
    cell: (alert) => <AffectedResource alert={alert} />,
  },
  {
    key: 'time',
    title: 'Activity start time',
    width: '150px',
    orderBy: 'startTime',
    highFirst: true,
    cell: ({ properties }) => <Moment value={properties.startTimeUtc} />,
  },
  {
    key: 'tactics',
    title: 'MITRE ATT&CK® tactics',
    width: 'minmax(96px, 1fr)',
    cell: ({ properties }) => properties.intent?.split(',').join(', ') ?? '–',
  },
  {
    key: 'status',
    title: 'Status',
    width: '110px',
    orderBy: 'status',
    cell: ({ properties }) => <Status value={properties.status} />,
  },
  {
    key: 'automations',
    title: 'Automations',
    width: '130px',
    cell: (alert) => <Automations alert={alert} />,
  },
];

const hiddenColumns: readonly ListColumn<Alert>[] = [
  {
    key: 'type',
    title: 'Alert type',
    width: '180px',
    hidden: true,
    orderBy: 'type',
    cell: ({ properties }) => properties.alertType ?? '–',
  },
  {
    key: 'product',
    title: 'Detector',
    width: '180px',
    hidden: true,
    cell: ({ properties }) => properties.productName ?? '–',
  },
  {
    key: 'group',
    title: 'Resource group',
    width: '140px',
    hidden: true,
    cell: ({ id }) => idParts(id).resourceGroup ?? '–',
  },
  {
    key: 'received',
    title: 'Reported',
    width: '140px',
    hidden: true,
    orderBy: 'received',
    highFirst: true,
    cell: ({ properties }) => <Moment value={properties.timeGeneratedUtc} />,
  },
];

const subscriptionColumn = (nameOf: (id: string | undefined) => string): ListColumn<Alert> => ({
  key: 'subscription',
  title: 'Subscription',
  width: '140px',
  hidden: true,
  cell: ({ id }) => nameOf(idParts(id).subscriptionId),
});

function AffectedResource({ alert }: { readonly alert: Alert }): ReactElement {
  const { id, name } = affectedResource(alert);
  return id === undefined ? <>{name}</> : <Anchor to={resourceAddress(id)}>{name}</Anchor>;
}

/** Leads to which automations they were, and to why the others did not act. */
function Automations({ alert: { id, automations } }: { readonly alert: Alert }): ReactElement {
  const { text, look } = outcomeText(automations);
  if (automations === undefined) return <span title="Alerts of earlier versions do not say.">{text}</span>;
  return (
    <span className={`look-${look}`}>
      <Anchor to={resourceAddress(id, '?view=automations')}>{text}</Anchor>
    </span>
  );
}
