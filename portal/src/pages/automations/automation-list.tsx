/** Workflow automation: the list, its commands, and the pane. Source: portal reference 3.5. */
import { SearchBox, Tooltip } from '@fluentui/react-components';
import {
  AddRegular,
  ArrowClockwiseRegular,
  CopyRegular,
  DeleteRegular,
  DismissCircleRegular,
  FlowRegular,
  PlayCircleRegular,
  WarningRegular,
} from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { idParts, withQuery } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import { type AutomationRow, deleteAutomation, scopeText, setEnabled } from '../../data/automations.ts';
import { inBulk } from '../../data/bulk.ts';
import { usePagedList } from '../../data/lists.ts';
import { notifyFailure, notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { subscriptionName, useScopesParameter, useSubscriptions } from '../../data/scope.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { FilterMany } from '../../design/choices.tsx';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import { listOf } from '../../design/address.ts';
import { Page } from '../../design/page.tsx';
import { Question } from '../../design/question.tsx';
import { Empty } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { triggerTypeText } from '../../model/automation-form.ts';
import { allOf, anyOf, quoted } from '../../model/filter-text.ts';
import { type ListColumn, ServerList } from '../../parts/server-list.tsx';
import { AutomationPane } from './automation-pane.tsx';

const states = ['Enabled', 'Disabled'];
const triggerTypes = [
  { value: 'Alerts', text: 'Security alert' },
  { value: 'Assessments', text: 'Recommendation' },
  { value: 'RegulatoryComplianceAssessment', text: 'Regulatory compliance standards' },
  { value: 'Other', text: 'Other' },
] as const;
const allTypes = triggerTypes.map(({ value }) => value as string);
const named = allTypes.filter((value) => value !== 'Other');
const defaults = {
  search: '',
  status: states.join(','),
  trigger: allTypes.join(','),
  orderby: 'name',
  pane: '',
  id: '',
  standard: '',
};

function listFilter({ search, status, trigger }: typeof defaults): string {
  const found = `contains(name, ${quoted(search)}) or contains(properties/description, ${quoted(search)})`;
  return allOf([
    anyOf('status', listOf(status), states),
    typeFilter(listOf(trigger)),
    search === ''
      ? undefined
      : `(${found} or properties/actions/any(a: contains(a/logicAppResourceId, ${quoted(search)})))`,
  ]);
}

/** Snapshots of a source count as the source; what is none of the named ones is another. */
function typeFilter(chosen: readonly string[]): string | undefined {
  if (chosen.length === 0 || chosen.length === allTypes.length) return undefined;
  const one = (value: string): string =>
    value === 'Other'
      ? `properties/sources/any(s: ${named.map((name) => `not startswith(s/eventSource, '${name}')`).join(' and ')})`
      : `properties/sources/any(s: startswith(s/eventSource, '${value}'))`;
  return `(${chosen.map(one).join(' or ')})`;
}

export function AutomationList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const scopes = useScopesParameter();
  const filter = listFilter(address);
  const path = withQuery('/tocsin/v1/automations', { scopes, filter, orderby: address.orderby, $top: '100' });
  const list = usePagedList<AutomationRow>(path);
  return (
    <Page
      title="Workflow automation"
      purpose="Choose which logic apps run when security alerts, recommendations or compliance changes come in."
      commands={
        <ListCommands
          ticked={[...ticked]}
          rows={list.rows}
          onAdd={() => setAddress({ pane: 'add' }, false)}
          onDone={() => setTicked(new Set())}
        />
      }
    >
      <ServerList
        label="Workflow automations"
        noun="automations"
        list={list}
        path={path}
        columns={useColumns()}
        nameOf={({ name }) => name}
        ticks={{ ticked, onTick: setTicked }}
        order={address.orderby}
        onOrder={(orderby) => setAddress({ orderby })}
        filters={<ListFilters address={address} onChange={setAddress} />}
        onClear={
          filter === '' ? undefined : () => setAddress({ search: undefined, status: undefined, trigger: undefined })
        }
        empty={
          <Empty
            icon={<FlowRegular />}
            text="No workflow automations yet. Choose what happens when an alert or recommendation comes in."
          >
            <Command
              primary
              text="Add workflow automation"
              label="Add the first workflow automation"
              icon={<AddRegular />}
              onClick={() => setAddress({ pane: 'add' }, false)}
            />
            <Anchor to="/docs/concepts/automations">Learn more</Anchor>
          </Empty>
        }
      />
      {address.pane === 'add' || (address.pane === 'edit' && address.id !== '') ? (
        <AutomationPane
          key={address.pane + address.id}
          id={address.pane === 'edit' ? address.id : undefined}
          standard={address.standard}
          onClose={() =>
            setAddress({ pane: undefined, id: undefined, logicApp: undefined, standard: undefined }, false)
          }
        />
      ) : null}
    </Page>
  );
}

interface ListFiltersProps {
  readonly address: typeof defaults;
  readonly onChange: (change: Partial<typeof defaults>) => void;
}

function ListFilters({ address, onChange }: ListFiltersProps): ReactElement {
  return (
    <>
      <SearchBox
        aria-label="Filter by name, description or logic app"
        placeholder="Filter by name, description or logic app"
        value={address.search}
        onChange={(_, { value }) => onChange({ search: value })}
      />
      <FilterMany
        label="Status"
        choices={states.map((value) => ({ value, text: value }))}
        values={listOf(address.status)}
        onChange={(values) => onChange({ status: values.join(',') })}
      />
      <FilterMany
        label="Trigger type"
        choices={triggerTypes}
        values={listOf(address.trigger)}
        onChange={(values) => onChange({ trigger: values.join(',') })}
      />
    </>
  );
}

function useColumns(): readonly ListColumn<AutomationRow>[] {
  const subscriptions = useSubscriptions();
  const nameOf = (id: string | undefined): string => subscriptionName(subscriptions, id);
  return [
    {
      key: 'name',
      title: 'Name',
      width: 'minmax(160px, 2fr)',
      orderBy: 'name',
      cell: ({ id, name }) => <Anchor to={`/automations?pane=edit&id=${encodeURIComponent(id)}`}>{name}</Anchor>,
    },
    {
      key: 'status',
      title: 'Status',
      width: '110px',
      orderBy: 'status',
      cell: ({ status }) => <Status value={status} />,
    },
    { key: 'scope', title: 'Scope', width: 'minmax(100px, 1fr)', cell: (row) => scopeText(row, nameOf) },
    {
      key: 'trigger',
      title: 'Trigger type',
      width: 'minmax(130px, 1fr)',
      cell: ({ properties }) => triggerTypeText(properties.sources ?? []),
    },
    {
      key: 'description',
      title: 'Description',
      width: 'minmax(120px, 2fr)',
      cell: ({ properties }) => <span title={properties.description}>{properties.description ?? ''}</span>,
    },
    { key: 'app', title: 'Logic app', width: 'minmax(140px, 1.4fr)', cell: (row) => <LogicAppCell row={row} /> },
    { key: 'last', title: 'Last delivery', width: '190px', cell: (row) => <LastDelivery row={row} /> },
    {
      key: 'group',
      title: 'Resource group',
      width: '140px',
      hidden: true,
      cell: ({ id }) => idParts(id).resourceGroup ?? '–',
    },
    {
      key: 'location',
      title: 'Location',
      width: '120px',
      hidden: true,
      orderBy: 'location',
      cell: ({ location }) => location ?? '–',
    },
    {
      key: 'sets',
      title: 'Rule sets',
      width: '90px',
      hidden: true,
      numeric: true,
      cell: ({ properties }) =>
        (properties.sources ?? []).reduce((sum, { ruleSets }) => sum + (ruleSets?.length ?? 0), 0),
    },
  ];
}

function LogicAppCell({ row }: { readonly row: AutomationRow }): ReactElement {
  const actions = row.properties.actions ?? [];
  const app = actions[0]?.logicAppResourceId;
  return (
    <span className="row" style={{ gap: 6, flexWrap: 'nowrap' }}>
      {row.warnings.length === 0 ? null : (
        <Tooltip content={row.warnings.map(({ message }) => message).join(' ')} relationship="label">
          <span className="look-medium look-fill" role="img">
            <WarningRegular />
          </span>
        </Tooltip>
      )}
      {actions.length > 1 ? (
        `${actions.length} actions`
      ) : app === undefined ? (
        (actions[0]?.actionType ?? '–')
      ) : (
        <Anchor to={resourceAddress(app)}>{idParts(app).name}</Anchor>
      )}
    </span>
  );
}

function LastDelivery({ row: { id, lastDelivery } }: { readonly row: AutomationRow }): ReactElement {
  if (lastDelivery === undefined) return <span className="muted">None yet</span>;
  return (
    <Anchor to={resourceAddress(id, '?view=deliveries')}>
      <Status value={lastDelivery.status} /> <Moment value={lastDelivery.time} />
    </Anchor>
  );
}

interface ListCommandsProps {
  /** Ids, also of rows that are not loaded. */
  readonly ticked: readonly string[];
  readonly rows: readonly AutomationRow[];
  readonly onAdd: () => void;
  readonly onDone: () => void;
}

const several = (count: number): string => (count === 1 ? '1 automation' : `${count} automations`);

function ListCommands({ ticked, rows: loaded, onAdd, onDone }: ListCommandsProps): ReactElement {
  const [asking, setAsking] = useState(false);
  const known = new Map(loaded.map((row) => [row.id, row]));
  const chosen = ticked.map((id) => known.get(id) ?? { id, name: idParts(id).name });
  const blocked = chosen.length === 0 ? 'Tick one or more automations first.' : undefined;
  const change = async (isEnabled: boolean): Promise<void> => {
    const rows = chosen.filter(({ id }) => {
      const status = known.get(id)?.status;
      return status === undefined || (status === 'Enabled') !== isEnabled;
    });
    const [doing, done] = isEnabled ? ['Enabling', 'enabled'] : ['Disabling', 'disabled'];
    const words = { doing: `${doing} ${several(rows.length)}`, done: doneText(rows, done) };
    if (rows.length > 0) await inBulk(rows, words, ({ id }) => setEnabled(id, isEnabled));
    else notify({ kind: 'info', title: `The ticked automations are ${done} already` });
    await refreshAll();
  };
  const remove = async (): Promise<void> => {
    const words = { doing: `Deleting ${several(chosen.length)}`, done: doneText(chosen, 'deleted') };
    await inBulk(chosen, words, ({ id }) => deleteAutomation(id));
    onDone();
    await refreshAll();
  };
  return (
    <Commands>
      <Command text="Add workflow automation" icon={<AddRegular />} onClick={onAdd} />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <CommandDivider />
      <Command text="Enable" icon={<PlayCircleRegular />} blocked={blocked} onClick={() => void change(true)} />
      <Command text="Disable" icon={<DismissCircleRegular />} blocked={blocked} onClick={() => void change(false)} />
      <Command text="Delete" icon={<DeleteRegular />} blocked={blocked} onClick={() => setAsking(chosen.length > 0)} />
      <CommandDivider />
      <CopyCommand chosen={loaded.filter(({ id }) => ticked.includes(id))} />
      {asking ? (
        <Question
          title={`Delete ${chosen.length === 1 ? `'${chosen[0]?.name ?? ''}'` : several(chosen.length)}?`}
          verb="Delete"
          count={chosen.length}
          onConfirm={() => void remove()}
          onClose={() => setAsking(false)}
        >
          Alerts and recommendations will no longer start their logic apps. Runs and deliveries stay in the history.
        </Question>
      ) : null}
    </Commands>
  );
}

function doneText(rows: readonly { readonly name: string }[], verb: string): string {
  const [first] = rows;
  return rows.length === 1 && first !== undefined
    ? `Workflow automation '${first.name}' was ${verb}`
    : `${several(rows.length)} were ${verb}`;
}

/** A disabled copy in another location, to switch to when one fails. Its name holds no other command's name. */
function CopyCommand({ chosen }: { readonly chosen: readonly AutomationRow[] }): ReactElement {
  const [only] = chosen;
  const location = only?.location === 'northeurope' ? 'westeurope' : 'northeurope';
  const copy = async (): Promise<void> => {
    if (only === undefined) return;
    try {
      await call('POST', '/tocsin/v1/automationBackups', { body: { automationId: only.id, location } });
      notify({ kind: 'success', title: `A disabled copy of '${only.name}' was made in ${location}` });
      await refreshAll();
    } catch (error) {
      notifyFailure(`'${only.name}' could not be copied`, error);
    }
  };
  return (
    <Command
      text="Create backup copy"
      icon={<CopyRegular />}
      blocked={chosen.length === 1 ? undefined : 'Tick exactly one automation.'}
      onClick={() => void copy()}
    />
  );
}
