/** The first page: what came in last, what ran last, and where to go. Source: portal reference 3.1. */
import type { ReactElement, ReactNode } from 'react';
import { idParts, withQuery } from '../../api/arm.ts';
import type { Alert } from '../../data/alerts.ts';
import type { AutomationRow } from '../../data/automations.ts';
import { type PagedList, usePagedList } from '../../data/lists.ts';
import { useScopesParameter } from '../../data/scope.ts';
import type { Run } from '../../data/workflows.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Page } from '../../design/page.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';

const often = 10_000;

export function Overview(): ReactElement {
  const scopes = useScopesParameter();
  const alerts = usePagedList<Alert>(
    withQuery('/tocsin/v1/alerts', { scopes, filter: "properties/status eq 'Active'", $top: '8' }),
    often,
  );
  const runs = usePagedList<Run>(withQuery('/tocsin/v1/runs', { scopes, $top: '8' }), often);
  const failed = usePagedList<Run>(
    withQuery('/tocsin/v1/runs', { scopes, filter: "status eq 'Failed'", $top: '8' }),
    often,
  );
  const automations = usePagedList<AutomationRow>(withQuery('/tocsin/v1/automations', { scopes, $top: '100' }), often);
  const troubled = automations.rows.filter(({ warnings }) => warnings.length > 0);
  return (
    <Page title="Overview" purpose="What came in last and what ran because of it.">
      <div className="charts">
        <Card
          title="Active alerts"
          list={alerts}
          none="No active alerts."
          more={<Anchor to="/alerts">All alerts</Anchor>}
        >
          {alerts.rows.map(({ id, properties }) => (
            <tr key={id}>
              <td>
                <Status value={properties.severity} />
              </td>
              <td>
                <Anchor to={resourceAddress(id)}>{properties.alertDisplayName}</Anchor>
              </td>
              <td>
                <Moment value={properties.startTimeUtc} />
              </td>
            </tr>
          ))}
        </Card>
        <Card
          title="Latest runs"
          list={runs}
          none="Nothing has run yet."
          more={<Anchor to="/logicapps">All logic apps</Anchor>}
        >
          <RunRows runs={runs.rows} />
        </Card>
        <Card
          title="Failed runs"
          list={failed}
          none="No run has failed."
          more={<Anchor to="/logicapps">All logic apps</Anchor>}
        >
          <RunRows runs={failed.rows} />
        </Card>
        <Card
          title="Automations that need attention"
          list={automations}
          none="Every automation leads somewhere."
          isEmpty={troubled.length === 0}
          more={<Anchor to="/automations">All automations</Anchor>}
        >
          {troubled.map(({ id, name, warnings }) => (
            <tr key={id}>
              <td>
                <Anchor to={resourceAddress(id)}>{name}</Anchor>
              </td>
              <td colSpan={2}>{warnings.map(({ message }) => message).join(' ')}</td>
            </tr>
          ))}
        </Card>
      </div>
      <section className="card" aria-label="Get started" style={{ marginTop: 12 }}>
        <h2>Get started</h2>
        <ol>
          <li>
            See the <Anchor to="/alerts">alerts</Anchor> that came in, and on each which automations fired and why the
            others did not.
          </li>
          <li>
            Say <Anchor to="/automations?pane=add">what happens automatically</Anchor>, and see how often it would have
            happened before.
          </li>
          <li>
            Look at the mails that were kept from leaving, in the <Anchor to="/outbox">outbox</Anchor>.
          </li>
          <li>
            Make a <Anchor to="/settings">key</Anchor> and let your own detector send its events.
          </li>
        </ol>
      </section>
    </Page>
  );
}

function RunRows({ runs }: { readonly runs: readonly Run[] }): ReactElement {
  return (
    <>
      {runs.map(({ id, properties }) => (
        <tr key={id}>
          <td>
            <Status value={properties.status} />
          </td>
          <td>
            <Anchor to={resourceAddress(id)}>{idParts(id.replace(/\/runs\/[^/]+$/i, '')).name}</Anchor>
          </td>
          <td>
            <Moment value={properties.startTime} />
          </td>
        </tr>
      ))}
    </>
  );
}

interface CardProps<T> {
  readonly title: string;
  readonly list: PagedList<T>;
  readonly none: string;
  readonly isEmpty?: boolean;
  readonly more: ReactNode;
  readonly children: ReactNode;
}

function Card<T>({ title, list, none, isEmpty, more, children }: CardProps<T>): ReactElement {
  const { rows, query } = list;
  const empty = isEmpty ?? rows.length === 0;
  return (
    <section className="card" aria-label={title} style={{ margin: 0 }}>
      <h2>{title}</h2>
      {query.error === null ? null : (
        <Failure error={query.error} what={`${title} could not be read`} retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading rows={3} /> : null}
      {query.isSuccess && empty ? <p className="muted">{none}</p> : null}
      {empty ? null : (
        <table className="plain">
          <tbody>{children}</tbody>
        </table>
      )}
      <p>{more}</p>
    </section>
  );
}
