/** The runs beside the one that is shown, newest first. Folds away; this browser remembers it. Source: portal reference 7.1. */
import { Button } from '@fluentui/react-components';
import { PanelLeftContractRegular, PanelLeftExpandRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { readKept, writeKept } from '../../data/drafts.ts';
import { usePagedList } from '../../data/lists.ts';
import { type Run, workflowPath } from '../../data/workflows.ts';
import { resourceAddress, RouterLink } from '../../design/anchor.tsx';
import { Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment, useNow } from '../../design/time.tsx';
import { between, durationText } from '../../model/times.ts';

const key = 'runs-rail';

export function RunsRail({ workflowId, runId }: { readonly workflowId: string; readonly runId: string }): ReactElement {
  const [open, setOpen] = useState(() => readKept<boolean>(key) ?? true);
  const toggle = (): void => {
    writeKept(key, !open);
    setOpen(!open);
  };
  return (
    <nav className={open ? 'rail' : 'rail rail-closed'} aria-label="Runs">
      <div className="rail-head">
        {open ? <h2>Runs</h2> : null}
        <Button
          size="small"
          appearance="subtle"
          icon={open ? <PanelLeftContractRegular /> : <PanelLeftExpandRegular />}
          aria-label={open ? 'Hide the runs' : 'Show the runs'}
          aria-expanded={open}
          onClick={toggle}
        />
      </div>
      {open ? <Rows workflowId={workflowId} runId={runId} /> : null}
    </nav>
  );
}

function Rows({ workflowId, runId }: { readonly workflowId: string; readonly runId: string }): ReactElement {
  const now = useNow();
  const { rows, query } = usePagedList<Run>(workflowPath(`${workflowId}/runs`, { $top: '30' }), 5000);
  if (query.isPending) return <Loading rows={4} />;
  return (
    <>
      <ul>
        {rows.map(({ id, name, properties }) => (
          <li key={id}>
            <RouterLink
              to={resourceAddress(id)}
              activeProps={{}}
              aria-current={id.toLowerCase() === runId.toLowerCase() ? 'page' : undefined}
              title={name}
            >
              <Status value={properties.status} />
              <span className="muted">
                <Moment value={properties.startTime} /> ·{' '}
                {durationText(between(properties.startTime, properties.endTime, now) ?? 0)}
              </span>
            </RouterLink>
          </li>
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button size="small" appearance="transparent" onClick={() => void query.fetchNextPage()}>
          Load more
        </Button>
      ) : null}
    </>
  );
}
