/** Security alerts: the list over all chosen subscriptions. Source: portal reference 3.2. */
import {
  Badge,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  SearchBox,
  ToolbarButton,
} from '@fluentui/react-components';
import {
  AlertRegular,
  ArrowClockwiseRegular,
  BeakerRegular,
  ChevronDownRegular,
  DocumentArrowDownRegular,
} from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { withQuery } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import {
  affectedResource,
  type Alert,
  alertStatuses,
  type AlertStatus,
  alertVersion,
  changeStatus,
} from '../../data/alerts.ts';
import { inBulk } from '../../data/bulk.ts';
import { alertHint, useFresh } from '../../data/live.ts';
import { usePagedList } from '../../data/lists.ts';
import { followOperation, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useChosenSubscriptions, useScopesParameter } from '../../data/scope.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { FilterMany } from '../../design/choices.tsx';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import { saveFile } from '../../design/save-file.ts';
import { type Column, Grid } from '../../design/grid.tsx';
import { NewItems } from '../../design/new-items.tsx';
import { Page } from '../../design/page.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { csvText } from '../../model/csv.ts';
import { allOf, anyOf, quoted } from '../../model/filter-text.ts';
import { wordOf } from '../../model/status.ts';

const severities = ['High', 'Medium', 'Low', 'Informational'];
const defaults = { search: '', status: 'Active,InProgress', severity: 'High,Medium,Low' };

const columns: readonly Column<Alert>[] = [
  {
    key: 'severity',
    title: 'Severity',
    width: '120px',
    cell: ({ properties }) => <Status value={properties.severity} />,
  },
  {
    key: 'title',
    title: 'Alert title',
    width: 'minmax(220px, 3fr)',
    cell: ({ id, properties }) => (
      <>
        <Anchor to={resourceAddress(id)}>{properties.alertDisplayName}</Anchor>{' '}
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
    title: 'Activity start time (UTC)',
    width: '180px',
    cell: ({ properties }) => <Moment value={properties.startTimeUtc} />,
  },
  {
    key: 'tactics',
    title: 'MITRE ATT&CK® tactics',
    width: 'minmax(120px, 1fr)',
    cell: ({ properties }) => properties.intent ?? '–',
  },
  { key: 'status', title: 'Status', width: '120px', cell: ({ properties }) => <Status value={properties.status} /> },
];

export function AlertList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const scopes = useScopesParameter();
  const filter = allOf([
    anyOf('properties/status', listOf(address.status), alertStatuses),
    anyOf('properties/severity', listOf(address.severity), severities),
    address.search === '' ? undefined : searchFilter(address.search),
  ]);
  const { rows, query } = usePagedList<Alert>(withQuery('/tocsin/v1/alerts', { scopes, filter, $top: '100' }));
  const [fresh, showFresh] = useFresh(alertHint, query.dataUpdatedAt);
  const isFiltered = filter !== '';
  return (
    <Page
      title="Security alerts"
      purpose="Threats that detectors reported. Automations start logic apps when they come in; you can start one by hand as well."
      commands={<ListCommands rows={rows} chosen={rows.filter(({ id }) => ticked.has(id))} />}
    >
      <NewItems count={fresh} nouns={['alert', 'alerts']} onShow={showFresh} />
      <div className="filters">
        <SearchBox
          aria-label="Search by ID, title, or affected resource"
          placeholder="Search by ID, title, or affected resource"
          value={address.search}
          onChange={(_, { value }) => setAddress({ search: value })}
        />
        <FilterMany
          label="Status"
          choices={alertStatuses.map((value) => ({ value, text: wordOf(value) }))}
          values={listOf(address.status)}
          onChange={(values) => setAddress({ status: values.join(',') })}
        />
        <FilterMany
          label="Severity"
          choices={severities.map((value) => ({ value, text: value }))}
          values={listOf(address.severity)}
          onChange={(values) => setAddress({ severity: values.join(',') })}
        />
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what="The alerts could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 && !query.hasNextPage ? (
        <Empty
          icon={<AlertRegular />}
          text={
            isFiltered
              ? 'No alerts match the filters'
              : 'No alerts yet. Send events of a detector to /ingest/v1/events, or create sample alerts.'
          }
        >
          {isFiltered ? (
            <Command
              text="Show all alerts"
              onClick={() =>
                setAddress({ search: undefined, status: alertStatuses.join(','), severity: severities.join(',') })
              }
            />
          ) : null}
        </Empty>
      ) : null}
      {rows.length === 0 && !query.hasNextPage ? null : (
        <Grid
          label="Security alerts"
          rows={rows}
          columns={columns}
          idOf={({ id }) => id}
          nameOf={({ properties }) => properties.alertDisplayName}
          ticks={{ ticked, onTick: setTicked }}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
      )}
    </Page>
  );
}

function searchFilter(text: string): string {
  const parts = ['name', 'properties/alertDisplayName', 'properties/compromisedEntity', 'properties/systemAlertId'];
  return `(${parts.map((path) => `contains(${path}, ${quoted(text)})`).join(' or ')})`;
}

function ListCommands({
  rows,
  chosen,
}: {
  readonly rows: readonly Alert[];
  readonly chosen: readonly Alert[];
}): ReactElement {
  const change = async (status: AlertStatus): Promise<void> => {
    const count = chosen.length === 1 ? '1 alert' : `${chosen.length} alerts`;
    const words = {
      doing: `Changing ${count}`,
      done: `${count} ${chosen.length === 1 ? 'is' : 'are'} now ${wordOf(status).toLowerCase()}`,
    };
    await inBulk(chosen, words, ({ id }) => changeStatus(id, status));
    await refreshAll();
  };
  const exported = (): void => {
    const header = ['Severity', 'Title', 'Affected resource', 'Start time', 'Status', 'Id'];
    const lines = rows.map((alert) => [
      alert.properties.severity,
      alert.properties.alertDisplayName,
      affectedResource(alert).name,
      alert.properties.startTimeUtc ?? '',
      alert.properties.status,
      alert.id,
    ]);
    saveFile('alerts.csv', 'text/csv', csvText(header, lines));
  };
  return (
    <Commands>
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <CommandDivider />
      <StatusMenu blocked={chosen.length === 0} onChoose={(status) => void change(status)} />
      <SampleCommand />
      <Command
        text="Export shown to CSV"
        icon={<DocumentArrowDownRegular />}
        blocked={rows.length === 0 ? 'There is nothing to export.' : undefined}
        onClick={exported}
      />
    </Commands>
  );
}

export interface StatusMenuProps {
  readonly blocked: boolean;
  readonly onChoose: (status: AlertStatus) => void;
}

export function StatusMenu({ blocked, onChoose }: StatusMenuProps): ReactElement {
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <ToolbarButton icon={<ChevronDownRegular />} disabledFocusable={blocked}>
          Change status
        </ToolbarButton>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {alertStatuses.map((status) => (
            <MenuItem key={status} onClick={() => onChoose(status)}>
              {wordOf(status)}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

const bundles = [
  'VirtualMachines',
  'SqlServers',
  'StorageAccounts',
  'KubernetesService',
  'AppServices',
  'KeyVaults',
  'DNS',
  'ResourceManager',
];

/** Alerts of a bundle, as Azure's own samples are made: they start automations like real ones. */
function SampleCommand(): ReactElement {
  const [subscription] = useChosenSubscriptions();
  const create = async (bundle: string): Promise<void> => {
    if (subscription === undefined) return;
    try {
      const answer = await call(
        'POST',
        `${subscription.id}/providers/Microsoft.Security/locations/westeurope/alerts/default/simulate?api-version=${alertVersion}`,
        { body: { properties: { kind: 'Bundles', bundles: [bundle] } } },
      );
      await followOperation(answer, `Creating sample alerts: ${bundle}`, `Sample alerts of ${bundle} were created`);
      await refreshAll();
    } catch (error) {
      notifyFailure('The sample alerts were not created', error);
    }
  };
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <ToolbarButton icon={<BeakerRegular />}>Create sample alerts</ToolbarButton>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {bundles.map((bundle) => (
            <MenuItem key={bundle} onClick={() => void create(bundle)}>
              {bundle}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
