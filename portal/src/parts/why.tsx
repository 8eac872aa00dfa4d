/** Which automations an event fired, and why the others did not: the server's own matcher, rule by rule. */
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ArmError } from '../api/arm-error.ts';
import { idParts, withQuery } from '../api/arm.ts';
import { call } from '../api/http.ts';
import type { Explanation } from '../data/alerts.ts';
import type { Delivery } from '../data/automations.ts';
import { readAll } from '../data/scope.ts';
import { Anchor, resourceAddress } from '../design/anchor.tsx';
import { Empty, Failure, Loading } from '../design/states.tsx';
import { Status } from '../design/status.tsx';

export function Why({ eventId }: { readonly eventId: string }): ReactElement {
  const { data, error, refetch } = useQuery<readonly Explanation[], ArmError>({
    queryKey: ['explain', eventId],
    queryFn: async ({ signal }) => {
      const { body } = await call<{ readonly value: readonly Explanation[] }>('POST', '/tocsin/v1/explain', {
        body: { eventId },
        signal,
      });
      return body.value;
    },
    refetchInterval: 10_000,
  });
  if (error !== null) return <Failure error={error} what="This could not be explained" retry={() => void refetch()} />;
  if (data === undefined) return <Loading rows={3} />;
  if (data.length === 0) {
    return (
      <Empty text="No automation listens to events of this type.">
        <Anchor to="/automations?pane=add">Add workflow automation</Anchor>
      </Empty>
    );
  }
  const rank = (outcome: string): number => ranks[outcome] ?? 1;
  return (
    <div>
      {data
        .toSorted((left, right) => rank(left.outcome) - rank(right.outcome))
        .slice(0, 200)
        .map((explanation) => (
          <Explained key={explanation.automationId} explanation={explanation} eventId={eventId} />
        ))}
    </div>
  );
}

/** What fired first, what is far from it last. */
const ranks: Readonly<Record<string, number>> = { Fired: 0, NotMatched: 2, OutOfScope: 3 };

function Explained({
  explanation,
  eventId,
}: {
  readonly explanation: Explanation;
  readonly eventId: string;
}): ReactElement {
  const { automationId, outcome, stoppedBy, ruleSets = [] } = explanation;
  return (
    <section className="card" aria-label={idParts(automationId).name}>
      <div className="row">
        <Anchor to={resourceAddress(automationId)}>{idParts(automationId).name}</Anchor>
        <Status value={outcome} />
        {stoppedBy === undefined ? null : <span className="muted">{stoppedBy}</span>}
        {outcome === 'Fired' ? <Runs automationId={automationId} eventId={eventId} /> : null}
      </div>
      {ruleSets.length === 0 ? null : (
        <details open={outcome !== 'Fired' && outcome !== 'OutOfScope'}>
          <summary>Conditions</summary>
          {ruleSets.map((set, index) => (
            <div key={index}>
              {ruleSets.length > 1 ? <h3>{index === 0 ? 'Either' : 'or'}</h3> : null}
              <ul>
                {set.rules.map((rule, place) => (
                  <li key={place}>
                    <Status value={rule.matched ? 'Passed' : 'Failed'} text={rule.matched ? 'yes' : 'no'} />{' '}
                    {rule.propertyJPath} {rule.operator} “{rule.expectedValue}” — the value is{' '}
                    {rule.actualValue === undefined
                      ? 'missing'
                      : `“${typeof rule.actualValue === 'string' ? rule.actualValue : JSON.stringify(rule.actualValue)}”`}
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </details>
      )}
    </section>
  );
}

/** The runs that the automation started for the event. */
function Runs({
  automationId,
  eventId,
}: {
  readonly automationId: string;
  readonly eventId: string;
}): ReactElement | null {
  const { data } = useQuery({
    queryKey: ['deliveries', automationId, eventId],
    queryFn: ({ signal }) =>
      readAll<Delivery>(withQuery('/tocsin/v1/deliveries', { automationId, $top: '1000' }), signal, 3),
  });
  const runs = (data ?? []).filter((delivery) => delivery.eventId.toLowerCase() === eventId.toLowerCase());
  return (
    <>
      {runs.map(({ id, runId, status, attempt }) =>
        runId === undefined ? (
          <Status key={`${id}${attempt}`} value={status} />
        ) : (
          <span key={`${id}${attempt}`} className="row" style={{ gap: 8 }}>
            <Anchor to={resourceAddress(runId)}>View run</Anchor>
            <Status value={status} text={`Delivery ${status.toLowerCase()}`} />
          </span>
        ),
      )}
    </>
  );
}
