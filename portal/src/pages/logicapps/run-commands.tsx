/** What can be done with a run as a whole. Source: portal reference 7.3. */
import {
  ArrowClockwiseRegular,
  ArrowRepeatAllRegular,
  BranchCompareRegular,
  LinkRegular,
  OpenRegular,
  RecordStopRegular,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { idParts } from '../../api/arm.ts';
import { call, read } from '../../api/http.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { isFinal, type Run, type Workflow, workflowPath } from '../../data/workflows.ts';
import { useAddress } from '../../design/address.ts';
import { resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Question } from '../../design/question.tsx';
import { CompareDialog } from './compare-dialog.tsx';

const noDefaults = {};

export function RunCommands({ run, workflowId }: { readonly run: Run; readonly workflowId: string }): ReactElement {
  const navigate = useNavigate();
  const [, setAddress] = useAddress(noDefaults);
  const [comparing, setComparing] = useState(false);
  const [asking, setAsking] = useState(false);
  const { data: workflow } = useQuery<Workflow, ArmError>({
    queryKey: ['arm', workflowId],
    queryFn: ({ signal }) => read<Workflow>(workflowPath(workflowId), signal),
  });
  const used = run.properties.workflow?.name;
  const isEarlier = used !== undefined && workflow !== undefined && used !== workflow.properties.version;
  const act = async (what: () => Promise<void>, failed: string): Promise<void> => {
    try {
      await what();
      await refreshAll();
    } catch (error) {
      notifyFailure(failed, error);
    }
  };
  const resubmit = (): Promise<void> =>
    act(async () => {
      const { headers } = await call('POST', workflowPath(`${run.id}/resubmit`));
      const next = headers.get('x-ms-workflow-run-id');
      const to = next === null ? resourceAddress(workflowId) : resourceAddress(`${workflowId}/runs/${next}`);
      notify({
        kind: 'success',
        title: 'The run was resubmitted',
        link: { text: next === null ? 'View runs' : 'View run', to },
      });
      if (next === null) await navigate({ to });
    }, 'The run was not resubmitted');
  const cancel = (): Promise<void> =>
    act(async () => {
      await call('POST', workflowPath(`${run.id}/cancel`));
      notify({ kind: 'success', title: 'The run is being cancelled' });
    }, 'The run was not cancelled');
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    notify({ kind: 'success', title: 'The link was copied' });
  };
  return (
    <Commands>
      <Command
        text="Resubmit"
        icon={<ArrowRepeatAllRegular />}
        onClick={() => (isEarlier ? setAsking(true) : void resubmit())}
      />
      <Command
        text="Cancel run"
        icon={<RecordStopRegular />}
        blocked={isFinal(run.properties.status) ? 'The run has ended.' : undefined}
        onClick={() => void cancel()}
      />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <Command text="Compare" icon={<BranchCompareRegular />} onClick={() => setComparing(true)} />
      <Command
        text="Open in designer"
        icon={<OpenRegular />}
        onClick={() => void navigate({ to: resourceAddress(workflowId), search: { view: 'designer' } })}
      />
      <Command text="Copy link" icon={<LinkRegular />} onClick={() => void copy()} />
      {asking ? (
        <Question
          title="Resubmit with the current version?"
          verb="Resubmit"
          onConfirm={() => void resubmit()}
          onClose={() => setAsking(false)}
        >
          The logic app has been changed since this run. What the trigger brought is run again by the definition of
          today.
        </Question>
      ) : null}
      {comparing ? (
        <CompareDialog
          workflowId={workflowId}
          runName={idParts(run.id).name}
          onChoose={(compare) => {
            setComparing(false);
            setAddress({ compare, view: 'graph' });
          }}
          onClose={() => setComparing(false)}
        />
      ) : null}
    </Commands>
  );
}
