/** Security alerts: the list over all chosen subscriptions. Source: portal reference 3.2. */
import { Badge } from '@fluentui/react-components';
import { AlertRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { idParts, withQuery } from '../../api/arm.ts';
import { affectedResource, type Alert } from '../../data/alerts.ts';
import { usePagedList } from '../../data/lists.ts';
import { alertHint, useFresh } from '../../data/live.ts';
import { subscriptionName, useScopesParameter, useSubscriptions } from '../../data/scope.ts';
import { useAddress } from '../../design/address.ts';
import { HereLink } from '../../design/anchor.tsx';
import { NewItems } from '../../design/new-items.tsx';
import { Page } from '../../design/page.tsx';
import { Empty } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment, useNow } from '../../design/time.tsx';
import { type ListColumn, ServerList } from '../../parts/server-list.tsx';
import { AlertFilters } from './alert-filters.tsx';
import { alertDefaults, alertFilter, isFiltered, noAlertFilter } from './alert-filter.ts';
import { AlertPane } from './alert-pane.tsx';
import { ListCommands } from './list-commands.tsx';
import { SeverityBar } from './severity-bar.tsx';
import './alerts.css';

export function AlertList(): ReactElement {
  const [address, setAddress] = useAddress(alertDefaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const scopes = useScopesParameter();
  const filter = alertFilter(address, useNow());
  const path = withQuery('/tocsin/v1/alerts', { scopes, filter, $top: '100' });
  const list = usePagedList<Alert>(path);
  const [fresh, showFresh] = useFresh(alertHint, list.query.dataUpdatedAt);
  const columns = useColumns();
  return (
    <Page
      title="Security alerts"
      purpose="Threats that detectors reported. Automations start logic apps when they come in; you can start one by hand as well."
      commands={<ListCommands path={path} rows={list.rows} ticked={ticked} onDone={() => setTicked(new Set())} />}
    >
      <NewItems count={fresh} nouns={['alert', 'alerts']} onShow={showFresh} />
      <SeverityBar />
      <ServerList
        label="Security alerts"
        list={list}
        path={path}
        columns={columns}
        nameOf={({ properties }) => properties.alertDisplayName}
        ticks={{ ticked, onTick: setTicked }}
        filters={<AlertFilters address={address} onChange={setAddress} />}
        onClear={isFiltered(address) ? () => setAddress(noAlertFilter) : undefined}
        empty={
          <Empty
            icon={<AlertRegular />}
            text="No alerts yet. Send events of a detector to /ingest/v1/events, or create sample alerts."
          />
        }
      />
      {address.alert === '' ? null : (
        <AlertPane id={address.alert} onClose={() => setAddress({ alert: undefined }, false)} />
      )}
    </Page>
  );
}

function useColumns(): readonly ListColumn<Alert>[] {
  const all = useSubscriptions();
  return [
    {
      key: 'severity',
      title: 'Severity',
      width: '124px',
      cell: ({ properties }) => (
        <span className="severity-cell">
          <Status value={properties.severity} />
        </span>
      ),
    },
    {
      key: 'title',
      title: 'Alert title',
      width: 'minmax(220px, 3fr)',
      cell: ({ id, properties }) => (
        <>
          <HereLink name="alert" value={id}>
            {properties.alertDisplayName}
          </HereLink>{' '}
          {properties.isIncident === true ? <Badge appearance="outline">Incident</Badge> : null}
        </>
      ),
    },
    {
      key: 'resource',
      title: 'Affected resource',
      width: 'minmax(120px, 1.2fr)',
      cell: (alert) => affectedResource(alert).name,
    },
    {
      key: 'time',
      title: 'Activity start time',
      width: '140px',
      cell: ({ properties }) => <Moment value={properties.startTimeUtc} />,
    },
    {
      key: 'tactics',
      title: 'MITRE ATT&CK® tactics',
      width: 'minmax(120px, 1fr)',
      cell: ({ properties }) => properties.intent?.split(',').join(', ') ?? '–',
    },
    { key: 'status', title: 'Status', width: '120px', cell: ({ properties }) => <Status value={properties.status} /> },
    {
      key: 'type',
      title: 'Alert type',
      width: '180px',
      hidden: true,
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
      key: 'subscription',
      title: 'Subscription',
      width: '140px',
      hidden: true,
      cell: ({ id }) => subscriptionName(all, idParts(id).subscriptionId),
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
      cell: ({ properties }) => <Moment value={properties.timeGeneratedUtc} />,
    },
  ];
}
