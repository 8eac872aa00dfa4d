/** Alerts in groups: how many there are of each, and those of the group that is opened. Source: portal reference 3.2. */
import { Button } from '@fluentui/react-components';
import { ChevronDownRegular, ChevronRightRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { withQuery } from '../../api/arm.ts';
import type { Alert } from '../../data/alerts.ts';
import { usePagedList } from '../../data/lists.ts';
import { Grid, type Ticks } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { wordOf } from '../../model/status.ts';
import { useAlertColumns } from './alert-columns.tsx';
import { severities } from './alert-filter.ts';

interface AlertGroup {
  readonly value: string;
  readonly title: string;
  readonly count: number;
  readonly severities: Readonly<Record<string, number>>;
}

export interface AlertGroupsProps {
  readonly by: string;
  readonly scopes: string | undefined;
  /** Over states and severities alone: groups are counted by these. */
  readonly filter: string;
  readonly ticks: Ticks;
}

export function AlertGroups(props: AlertGroupsProps): ReactElement {
  const { by, scopes, filter } = props;
  const { rows, query } = usePagedList<AlertGroup>(withQuery('/tocsin/v1/alertGroups', { by, scopes, filter }));
  return (
    <div className="stack">
      {query.error === null ? null : (
        <Failure error={query.error} what="The groups could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? <Empty text="No security alerts match the filters" /> : null}
      {rows.length === 0 ? null : (
        <ul className="alert-groups" aria-label={`Groups by ${by}`}>
          {rows.map((group) => (
            <Group key={`${by} ${group.value}`} {...props} group={group} />
          ))}
        </ul>
      )}
      {query.hasNextPage ? (
        <div>
          <Button size="small" disabledFocusable={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load more groups
          </Button>
        </div>
      ) : null}
    </div>
  );
}

type GroupProps = AlertGroupsProps & { readonly group: AlertGroup };

function Group(props: GroupProps): ReactElement {
  const [open, setOpen] = useState(false);
  const { group, by } = props;
  const title = group.title === '' ? `No ${by}` : wordOf(group.title);
  return (
    <li>
      <div className="alert-group-head">
        <Button
          appearance="transparent"
          aria-expanded={open}
          icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />}
          onClick={() => setOpen(!open)}
        >
          {title} ({group.count.toLocaleString('en')})
        </Button>
        {by === 'severity'
          ? null
          : severities.flatMap((severity) => {
              const count = group.severities[severity] ?? 0;
              return count === 0
                ? []
                : [<Status key={severity} value={severity} text={`${count.toLocaleString('en')} ${severity}`} />];
            })}
      </div>
      {open ? <GroupAlerts {...props} title={title} /> : null}
    </li>
  );
}

function GroupAlerts({
  by,
  group,
  scopes,
  filter,
  ticks,
  title,
}: GroupProps & { readonly title: string }): ReactElement {
  const columns = useAlertColumns().filter(({ hidden }) => hidden !== true);
  const { rows, query } = usePagedList<Alert>(
    withQuery('/tocsin/v1/alerts', { ...groupQuery(by, group.value, filter), scopes, $top: '50' }),
  );
  return (
    <>
      {query.error === null ? null : (
        <Failure error={query.error} what="The alerts could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading rows={3} /> : null}
      {rows.length === 0 ? null : (
        <Grid
          label={`Security alerts of ${title}`}
          rows={rows}
          columns={columns}
          idOf={({ id }) => id}
          nameOf={({ properties }) => properties.alertDisplayName}
          ticks={ticks}
          total={group.count}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
        />
      )}
    </>
  );
}

/** Severities and states are narrowed by the filter, texts by the group. */
function groupQuery(by: string, value: string, filter: string): Readonly<Record<string, string>> {
  if (by !== 'severity' && by !== 'status') return { filter, group: by, groupValue: value };
  const own = `properties/${by} eq '${value.replaceAll("'", "''")}'`;
  return { filter: filter === '' ? own : `${own} and ${filter}` };
}
