/** A moment: relative, with the whole time to be read on hover and by machines. */
import { type ReactElement, useSyncExternalStore } from 'react';
import { useCell } from '../data/store.ts';
import { relativeTime, utcTime } from '../model/times.ts';
import { preferences } from './preferences.ts';

let now = Date.now();
const listeners = new Set<() => void>();
setInterval(() => {
  now = Date.now();
  for (const listener of listeners) listener();
}, 10_000);

/** The time, told anew every ten seconds. */
export const useNow = (): number =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => now,
  );

export interface MomentProps {
  readonly value: string | number | undefined;
  readonly absolute?: boolean;
}

export function Moment({ value, absolute = false }: MomentProps): ReactElement {
  const current = useNow();
  const { times } = useCell(preferences);
  const time = typeof value === 'number' ? value : Date.parse(value ?? '');
  if (Number.isNaN(time)) return <span className="muted">–</span>;
  const local = new Date(time).toLocaleString();
  const whole = times === 'utc' ? utcTime(time) : local;
  return (
    <time dateTime={new Date(time).toISOString()} title={`${utcTime(time)} · ${local}`}>
      {absolute ? whole : relativeTime(time, Math.max(current, time))}
    </time>
  );
}
