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
import { type Column, Grid } from '../../design/grid.tsx';
import { listOf } from '../../design/address.ts';
import { Page } from '../../design/page.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { triggerTypeText } from '../../model/automation-form.ts';
import { allOf, anyOf, quoted } from '../../model/filter-text.ts';
import { AutomationPane } from './automation-pane.tsx';

const states = ['Enabled', 'Disabled'];
const defaults = { search: '', status: 'Enabled,Disabled', orderby: 'name', pane: '', id: '', standard: '' };

export function AutomationList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const scopes = useScopesParameter();
  const filter = allOf([
    anyOf('status', listOf(address.status), states),
    address.search === ''
      ? undefined
      : `(contains(name, ${quoted(address.search)}) or contains(properties/description, ${quoted(address.search)}))`,
  ]);
  const { rows, total, query } = usePagedList<AutomationRow>(
    withQuery('/tocsin/v1/automations', { scopes, filter, orderby: address.orderby, $top: '100' }),
  );
  const chosen = rows.filter(({ id }) => ticked.has(id));
  const columns = useColumns();
  const isFiltered = filter !== '';
  return (
    <Page
      title="Workflow automation"
      purpose="Choose which logic apps run when security alerts, recommendations or compliance changes come in."
      commands={
        <ListCommands
          chosen={chosen}
          onAdd={() => setAddress({ pane: 'add' }, false)}
          onDone={() => setTicked(new Set())}
        />
      }
    >
      <div className="filters">
        <SearchBox
          aria-label="Filter by name or description"
          placeholder="Filter by name or description"
          value={address.search}
          onChange={(_, { value }) => setAddress({ search: value })}
        />
        <FilterMany
          label="Status"
          choices={states.map((value) => ({ value, text: value }))}
          values={listOf(address.status)}
          onChange={(values) => setAddress({ status: values.join(',') })}
        />
      </div>
      {query.error === null ? null : (
        <Failure error={query.error} what="The automations could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 && !isFiltered ? (
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
        </Empty>
      ) : null}
      {query.isSuccess && rows.length === 0 && isFiltered ? (
        <Empty text="No automations match the filters">
          <Command text="Clear filters" onClick={() => setAddress({ search: undefined, status: undefined })} />
        </Empty>
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Workflow automations"
          rows={rows}
          columns={columns}
          idOf={({ id }) => id}
          nameOf={({ name }) => name}
          ticks={{ ticked, onTick: setTicked }}
          order={address.orderby}
          onOrder={(orderby) => setAddress({ orderby })}
          total={total}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
      )}
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

function useColumns(): readonly Column<AutomationRow>[] {
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
  readonly chosen: readonly AutomationRow[];
  readonly onAdd: () => void;
  readonly onDone: () => void;
}

const several = (count: number): string => (count === 1 ? '1 automation' : `${count} automations`);

function ListCommands({ chosen, onAdd, onDone }: ListCommandsProps): ReactElement {
  const [asking, setAsking] = useState(false);
  const blocked = chosen.length === 0 ? 'Tick one or more automations first.' : undefined;
  const change = async (isEnabled: boolean): Promise<void> => {
    const rows = chosen.filter(({ status }) => (status === 'Enabled') !== isEnabled);
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
      <CopyCommand chosen={chosen} />
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

function doneText(rows: readonly AutomationRow[], verb: string): string {
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
