/** Security alerts: the list over all chosen subscriptions. Source: portal reference 3.2. */
import { AlertRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { withQuery } from '../../api/arm.ts';
import type { Alert } from '../../data/alerts.ts';
import { usePagedList } from '../../data/lists.ts';
import { alertHint, useFresh } from '../../data/live.ts';
import { useScopesParameter } from '../../data/scope.ts';
import { useAddress } from '../../design/address.ts';
import { NewItems } from '../../design/new-items.tsx';
import { Page } from '../../design/page.tsx';
import { Empty } from '../../design/states.tsx';
import { useNow } from '../../design/time.tsx';
import { ServerList } from '../../parts/server-list.tsx';
import { useAlertColumns } from './alert-columns.tsx';
import { AlertFilters } from './alert-filters.tsx';
import { alertDefaults, alertFilter, groupFilter, isFiltered, isGroupable, noAlertFilter } from './alert-filter.ts';
import { AlertGroups } from './alert-groups.tsx';
import { AlertPane } from './alert-pane.tsx';
import { ListCommands } from './list-commands.tsx';
import { SeverityBar } from './severity-bar.tsx';
import './alerts.css';

export function AlertList(): ReactElement {
  const [address, setAddress] = useAddress(alertDefaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const scopes = useScopesParameter();
  const filter = alertFilter(address, useNow());
  const path = withQuery('/tocsin/v1/alerts', { scopes, filter, orderby: address.order, $top: '100' });
  const list = usePagedList<Alert>(path);
  const [fresh, showFresh] = useFresh(alertHint, list.query.dataUpdatedAt);
  const columns = useAlertColumns();
  const ticks = { ticked, onTick: setTicked };
  const isGrouped = address.group !== '' && isGroupable(address);
  return (
    <Page
      title="Security alerts"
      purpose="Threats that detectors reported. Automations start logic apps when they come in; you can start one by hand as well."
      commands={<ListCommands path={path} rows={list.rows} ticked={ticked} onDone={() => setTicked(new Set())} />}
    >
      <NewItems count={fresh} nouns={['alert', 'alerts']} onShow={showFresh} />
      <SeverityBar />
      {address.group !== '' && !isGrouped ? (
        <p className="help">Groups are counted by status and severity. Take the other filters off to see them.</p>
      ) : null}
      {isGrouped ? (
        <>
          <div className="filters">
            <AlertFilters address={address} onChange={setAddress} />
          </div>
          <AlertGroups by={address.group} scopes={scopes} filter={groupFilter(address)} ticks={ticks} />
        </>
      ) : (
        <ServerList
          label="Security alerts"
          list={list}
          path={path}
          columns={columns}
          nameOf={({ properties }) => properties.alertDisplayName}
          ticks={ticks}
          order={address.order}
          onOrder={(order) => setAddress({ order })}
          filters={<AlertFilters address={address} onChange={setAddress} />}
          onClear={isFiltered(address) ? () => setAddress(noAlertFilter) : undefined}
          empty={
            <Empty
              icon={<AlertRegular />}
              text="No alerts yet. Send events of a detector to /ingest/v1/events, or create sample alerts."
            />
          }
        />
      )}
      {address.alert === '' ? null : (
        <AlertPane id={address.alert} onClose={() => setAddress({ alert: undefined }, false)} />
      )}
    </Page>
  );
}
