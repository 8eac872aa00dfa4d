/**
 * What changed on the server, as hints: what is shown is asked for again, at most once a second, while the tab is looked at.
 *
 * Owns: the stream and its state, which queries a hint concerns, what is new and not shown yet.
 * Source: own API reference, changes; portal reference 2.2.
 *
 * Invariants
 * L1. A list whose rows are read one by one does not move: new rows are counted until somebody asks to see them.
 * L2. While the stream is down for more than ten seconds, lists ask every fifteen seconds instead.
 */
import type { InfiniteData, Query } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ArmError } from '../api/arm-error.ts';
import { type Page, type Resource, withQuery } from '../api/arm.ts';
import { readEvents } from '../api/events.ts';
import { pause, read } from '../api/http.ts';
import { alertVersion } from './alerts.ts';
import { queryClient } from './query-client.ts';
import { useScopesParameter } from './scope.ts';
import { cell, useCell } from './store.ts';

export interface Hint {
  readonly type: string;
  readonly id: string;
  readonly kind: 'created' | 'updated' | 'deleted' | 'reset';
}

/** `paused`: the stream has been down for a while. */
export const liveState = cell<'starting' | 'live' | 'paused'>('starting');

const patience = 10_000;
const intervalMilliseconds = 1000;
/** More than this cannot be told by the reader's eye either. */
const mostCounted = 1000;

export const alertHint = 'Microsoft.Security/alerts';

/** Ids that came and are not shown yet, by type. */
const freshIds = cell<Readonly<Record<string, ReadonlySet<string>>>>({});

interface StillList {
  /** The beginning of the list's path. */
  readonly path: string;
  /** Where one of its rows is read. */
  readonly rowPath: (id: string) => string;
}

/** Lists that keep still. */
const stillLists: Readonly<Record<string, StillList>> = {
  [alertHint]: { path: '/tocsin/v1/alerts', rowPath: (id) => `${id}?api-version=${alertVersion}` },
};

/** Rows of still lists that are read anew at once; of more, those in view stay as they were read. */
const mostRows = 20;

/** What a list shows, by the beginning of its path. */
const shownTypes: readonly (readonly [RegExp, RegExp])[] = [
  [/^\/tocsin\/v1\/alerts/, /\/alerts$/i],
  [/^\/tocsin\/v1\/(?:recommendations|assessments)/, /\/assessments$/i],
  [/^\/tocsin\/v1\/automations/, /\/(?:automations|deliveries|workflows)$/i],
  [/^\/tocsin\/v1\/(?:runs|workflowSummaries)/, /\/(?:workflows|runs)$/i],
  [/^\/tocsin\/v1\/outbox/, /\/outbox$/i],
  [/^\/tocsin\/v1\/deliveries/, /\/deliveries$/i],
  [/\/runs\?/i, /\/runs$/i],
  [/\/workflows\?/i, /\/workflows$/i],
  [/\/connections\?/i, /\/connections$/i],
];

function concerns(query: Query, { type, id, kind }: Hint): boolean {
  const [name, subject] = query.queryKey as readonly [string, unknown];
  const text = typeof subject === 'string' ? subject : '';
  if (name === 'overview') return true;
  if (name === 'arm' || name === 'explain') return text.toLowerCase() === id.toLowerCase();
  if (name === 'deliveries') return type === 'Tocsin/deliveries';
  if (name === 'outbox') return type === 'Tocsin/outbox';
  if (name !== 'list') return false;
  const still = stillLists[type];
  if (still !== undefined && text.startsWith(still.path)) return kind === 'deleted';
  return shownTypes.some(([path, types]) => path.test(text) && types.test(type));
}

const waiting = new Map<string, Hint>();
let timer: ReturnType<typeof setTimeout> | undefined;

function take(hint: Hint): void {
  waiting.set(`${hint.type} ${hint.id}`, hint);
  if (hint.kind === 'created' && stillLists[hint.type] !== undefined) count(hint);
  timer ??= setTimeout(tell, intervalMilliseconds);
}

function count({ type, id }: Hint): void {
  const all = freshIds.get();
  const known = all[type] ?? new Set();
  if (known.size < mostCounted) freshIds.set({ ...all, [type]: new Set([...known, id.toLowerCase()]) });
}

function tell(): void {
  timer = undefined;
  const hints = [...waiting.values()];
  waiting.clear();
  const isReset = hints.some(({ kind }) => kind === 'reset');
  void queryClient.invalidateQueries({
    predicate: (query) => isReset || hints.some((hint) => concerns(query, hint)),
  });
  if (!isReset) void refreshRows(hints.filter(({ type, kind }) => kind === 'updated' && type in stillLists));
}

type Pages = InfiniteData<Page<Resource>>;

/** Reads the rows anew that changed, and puts them where they are (L1). */
async function refreshRows(hints: readonly Hint[]): Promise<void> {
  const inView = hints.filter((hint) => queriesShowing(hint).length > 0).slice(0, mostRows);
  await Promise.all(
    inView.map(async (hint) => {
      const still = stillLists[hint.type];
      if (still === undefined) return;
      try {
        const row = await read<Resource>(still.rowPath(hint.id));
        for (const query of queriesShowing(hint)) putRow(query, row);
      } catch {
        // What cannot be read any more is found gone when the list is.
      }
    }),
  );
}

const isRow =
  (id: string) =>
  (row: Resource): boolean =>
    row.id.toLowerCase() === id.toLowerCase();

function queriesShowing({ type, id }: Hint): readonly Query[] {
  const path = stillLists[type]?.path ?? '';
  return queryClient.getQueryCache().findAll({
    queryKey: ['list'],
    predicate: ({ queryKey, state }) =>
      String(queryKey[1]).startsWith(path) &&
      (state.data as Pages | undefined)?.pages.some(({ value }) => value.some(isRow(id))) === true,
  });
}

function putRow({ queryKey, state }: Query, row: Resource): void {
  const replaced = (data: Pages | undefined): Pages | undefined =>
    data === undefined
      ? undefined
      : {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            value: page.value.map((each) => (isRow(row.id)(each) ? { ...each, ...row } : each)),
          })),
        };
  // The list itself is as old as it was.
  queryClient.setQueryData<Pages>(queryKey, replaced, { updatedAt: state.dataUpdatedAt });
}

/** How many of a type came since the list was read (`readAt`, as queries tell it), and the way to see them. */
export function useFresh(type: string, readAt: number): readonly [number, () => void] {
  const all = useCell(freshIds);
  useEffect(() => forgetFresh(type), [type, readAt]);
  const show = (): void => {
    freshIds.set({ ...freshIds.get(), [type]: new Set() });
    void queryClient.invalidateQueries({ queryKey: ['list'] });
  };
  return [all[type]?.size ?? 0, show];
}

function forgetFresh(type: string): void {
  if ((freshIds.get()[type]?.size ?? 0) > 0) freshIds.set({ ...freshIds.get(), [type]: new Set() });
}

/** How often lists ask by themselves: never while the stream is there (L2). */
export function usePolling(every: number | false): number | false {
  return useCell(liveState) === 'live' ? false : every;
}

/** Keeps the stream open while the tab is looked at. */
export function useLiveUpdates(): void {
  const scopes = useScopesParameter();
  useEffect(() => {
    let stop: (() => void) | undefined;
    const look = (): void => {
      stop?.();
      stop = document.visibilityState === 'visible' ? follow(withQuery('/tocsin/v1/changes', { scopes })) : undefined;
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      stop?.();
    };
  }, [scopes]);
}

/** Reads the stream, and again whenever it ends, until told to stop. */
function follow(path: string): () => void {
  const control = new AbortController();
  let position: string | undefined;
  let downSince = Date.now();
  const watch = setInterval(() => {
    if (liveState.get() !== 'live' && Date.now() - downSince > patience) liveState.set('paused');
  }, 1000);
  const run = async (): Promise<void> => {
    while (!control.signal.aborted) {
      try {
        await readEvents(path, {
          after: position,
          signal: control.signal,
          onAlive: () => liveState.set('live'),
          onEvent: ({ id, data }) => {
            position = id;
            take(JSON.parse(data) as Hint);
          },
        });
      } catch (error) {
        // Who may not listen, or has to sign in again, is not helped by asking again soon.
        if (error instanceof ArmError && error.status >= 400 && error.status < 500) await pause(patience);
      }
      if (control.signal.aborted) return;
      if (liveState.get() === 'live') {
        liveState.set('starting');
        downSince = Date.now();
      }
      await pause(2000);
    }
  };
  void run();
  return () => {
    clearInterval(watch);
    control.abort();
  };
}
