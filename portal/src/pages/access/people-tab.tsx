/** Users and applications of this server: made here, changed here, their secrets told once. */
import { Link } from '@fluentui/react-components';
import { ArrowClockwiseRegular, BotAddRegular, PersonAddRegular, PersonRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { usePagedList } from '../../data/lists.ts';
import { type KnownPrincipal, principalsPath } from '../../data/principals.ts';
import { refreshAll } from '../../data/query-client.ts';
import { Command, Commands } from '../../design/commands.tsx';
import { Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { principalWord } from '../../model/access.ts';
import { NewPrincipalPane } from './new-principal-pane.tsx';
import { PrincipalPane } from './principal-pane.tsx';

export function PeopleTab(): ReactElement {
  const [making, setMaking] = useState<KnownPrincipal['type']>();
  const [openId, setOpenId] = useState('');
  const { rows, query } = usePagedList<KnownPrincipal>(`${principalsPath}?$top=500`, false);
  const open = rows.find(({ objectId }) => objectId === openId);
  return (
    <>
      <Commands>
        <Command text="Create user" icon={<PersonAddRegular />} onClick={() => setMaking('User')} />
        <Command text="Create application" icon={<BotAddRegular />} onClick={() => setMaking('ServicePrincipal')} />
        <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      </Commands>
      {query.error === null ? null : (
        <Failure
          error={query.error}
          what="Users and applications could not be read"
          retry={() => void query.refetch()}
        />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <Empty
          icon={<PersonRegular />}
          text="There is nobody yet but the admin. Create users for people, and applications (service principals) for what calls the API."
        />
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Users and applications"
          rows={rows}
          idOf={({ objectId }) => objectId}
          nameOf={({ displayName }) => displayName}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={[
            {
              key: 'name',
              title: 'Name',
              width: 'minmax(180px, 2fr)',
              cell: ({ objectId, displayName }) => (
                <Link as="button" onClick={() => setOpenId(objectId)}>
                  {displayName}
                </Link>
              ),
            },
            { key: 'type', title: 'Type', width: '150px', cell: ({ type }) => principalWord(type) },
            {
              key: 'sign-in',
              title: 'User name or client id',
              width: 'minmax(220px, 2fr)',
              cell: ({ userName, appId }) => userName ?? appId,
            },
            {
              key: 'status',
              title: 'Status',
              width: '120px',
              cell: ({ enabled }) => <Status value={enabled ? 'Enabled' : 'Disabled'} />,
            },
            {
              key: 'expires',
              title: 'Secrets expire',
              width: '150px',
              cell: ({ secrets = [] }) => (
                <Moment
                  value={secrets
                    .map(({ expiresOn }) => expiresOn)
                    .toSorted()
                    .at(-1)}
                />
              ),
            },
            { key: 'created', title: 'Created', width: '140px', cell: ({ createdOn }) => <Moment value={createdOn} /> },
          ]}
        />
      )}
      {making === undefined ? null : <NewPrincipalPane type={making} onClose={() => setMaking(undefined)} />}
      {open === undefined ? null : <PrincipalPane principal={open} onClose={() => setOpenId('')} />}
    </>
  );
}
