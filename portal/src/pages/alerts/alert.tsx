/** One alert as a page of its own. Source: portal reference 3.2. */
import { type ReactElement, useState } from 'react';
import { Page } from '../../design/page.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { type AlertDialog, AlertCommands, AlertSummary, AlertTabs } from './alert-body.tsx';
import { AlertDialogs } from './alert-dialogs.tsx';
import { useAlert } from './use-alert.ts';

const crumbs = [{ text: 'Security alerts', to: '/alerts' }];

export function AlertPage({ id }: { readonly id: string }): ReactElement {
  const [dialog, setDialog] = useState<AlertDialog>();
  const { data, error, refetch } = useAlert(id);
  if (data === undefined) {
    return (
      <Page title="Security alert" crumbs={crumbs}>
        {error === null ? (
          <Loading />
        ) : (
          <Failure
            error={error}
            what="The alert could not be read"
            retry={() => void refetch()}
            back={{ to: '/alerts', text: 'All alerts' }}
          />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={data.properties.alertDisplayName}
      crumbs={crumbs}
      badges={
        <>
          <Status value={data.properties.severity} />
          <Status value={data.properties.status} />
          <Moment value={data.properties.startTimeUtc} />
        </>
      }
      commands={<AlertCommands alert={data} onOpen={setDialog} />}
    >
      <div className="columns">
        <AlertSummary alert={data} />
        <AlertTabs alert={data} onOpen={setDialog} />
      </div>
      <AlertDialogs alert={data} open={dialog} onClose={() => setDialog(undefined)} />
    </Page>
  );
}
