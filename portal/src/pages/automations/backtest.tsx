/** How often the conditions would have fired: asked a moment after the last change, said as clearly for zero as for seven. */
import { Button } from '@fluentui/react-components';
import { HistoryRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { call } from '../../api/http.ts';
import { Moment } from '../../design/time.tsx';
import { type Conditions, sourcesOf } from '../../model/automation-form.ts';

interface Answer {
  readonly matched: number;
  readonly total: number;
  readonly sample: readonly { readonly id: string; readonly time?: string; readonly title?: string }[];
}

const quietMilliseconds = 400;

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), quietMilliseconds);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export interface BacktestProps {
  readonly conditions: Conditions;
  readonly subscriptionId: string;
}

export function Backtest({ conditions, subscriptionId }: BacktestProps): ReactElement | null {
  const wanted = useSettled(JSON.stringify({ sources: sourcesOf(conditions), subscriptionId }));
  const [open, setOpen] = useState(false);
  const { data, error, isFetching } = useQuery<Answer, ArmError>({
    queryKey: ['backtest', wanted],
    queryFn: async ({ signal }) => {
      const { sources } = JSON.parse(wanted) as { readonly sources: unknown };
      const automation = { sources, scopes: [{ scopePath: `/subscriptions/${subscriptionId}` }] };
      const { body } = await call<Answer>('POST', '/tocsin/v1/backtest', { body: { automation, days: 30 }, signal });
      return body;
    },
    enabled: subscriptionId !== '',
    staleTime: 10_000,
    placeholderData: (before) => before,
  });
  if (subscriptionId === '') return null;
  return (
    <div className="card" style={{ margin: 0 }}>
      <div className="row">
        <HistoryRegular aria-hidden="true" />
        <span role="status">{textOf(data, error, isFetching)}</span>
        {data === undefined || data.sample.length === 0 ? null : (
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Hide events' : 'Show events'}
          </Button>
        )}
      </div>
      {open && data !== undefined ? (
        <ul>
          {data.sample.map((event) => (
            <li key={event.id}>
              {event.title ?? event.id} <Moment value={event.time} />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function textOf(data: Answer | undefined, error: ArmError | null, isFetching: boolean): string {
  if (error !== null) return `The back-test failed: ${error.message}`;
  if (data === undefined) return isFetching ? 'Looking at the last 30 days…' : '';
  const times = data.matched === 1 ? '1 time' : `${data.matched.toLocaleString('en')} times`;
  return `This would have fired ${times} in the last 30 days, on ${data.total.toLocaleString('en')} events of this type.`;
}
