/** An alert beside the list: the whole of it, and the way to its page. Source: portal reference 3.2. */
import { Button } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { resourceAddress } from '../../design/anchor.tsx';
import { Pane } from '../../design/pane.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { type AlertDialog, AlertCommands, AlertSummary, AlertTabs } from './alert-body.tsx';
import { AlertDialogs } from './alert-dialogs.tsx';
import { useAlert } from './use-alert.ts';

export interface AlertPaneProps {
  readonly id: string;
  readonly onClose: () => void;
}

export function AlertPane({ id, onClose }: AlertPaneProps): ReactElement {
  const [dialog, setDialog] = useState<AlertDialog>();
  const { data, error, refetch } = useAlert(id);
  const navigate = useNavigate();
  return (
    <Pane
      title="Alert"
      large
      beside
      onClose={onClose}
      footer={
        <>
          <Button onClick={() => void navigate({ to: resourceAddress(id) })}>View full details</Button>
          <Button onClick={onClose}>Close pane</Button>
        </>
      }
    >
      {error === null ? null : (
        <Failure error={error} what="The alert could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data === undefined ? null : (
        <div className="stack alert-pane">
          <h2 className="pane-title">{data.properties.alertDisplayName}</h2>
          <div className="row">
            <Status value={data.properties.severity} />
            <Status value={data.properties.status} />
            <Moment value={data.properties.startTimeUtc} />
          </div>
          <AlertCommands alert={data} onOpen={setDialog} />
          <AlertSummary alert={data} />
          <AlertTabs alert={data} onOpen={setDialog} />
          <AlertDialogs alert={data} open={dialog} onClose={() => setDialog(undefined)} />
        </div>
      )}
    </Pane>
  );
}
