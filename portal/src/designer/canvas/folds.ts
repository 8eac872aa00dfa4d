/**
 * What is folded on a canvas.
 *
 * Owns: what starts folded, and what this browser remembers of a workflow. Does not own: how folded containers look.
 *
 * Source: portal reference 5.3 (rule 8 and the state of folding).
 */
import { useCallback, useState } from 'react';
import { readKept, writeKept } from '../../data/drafts.ts';
import type { Graph } from '../core/graph.ts';
import { initiallyCollapsed } from '../core/layout.ts';

export interface Folds {
  readonly collapsed: ReadonlySet<string>;
  readonly fold: (path: string, folded: boolean) => void;
  /** Opens what is around a step. */
  readonly openTo: (path: string) => void;
  readonly openAll: () => void;
  /** The inner levels were folded because the workflow is large, and are so still. */
  readonly isLarge: boolean;
}

/** @param key of the workflow in this browser; empty to remember nothing. */
export function useFolds(graph: Graph, selected: string | undefined, key: string): Folds {
  const [{ collapsed, isLarge }, setState] = useState(() => {
    const kept = key === '' ? undefined : readKept<readonly string[]>(keptAs(key));
    const first = kept === undefined ? initiallyCollapsed(graph) : new Set(kept);
    return { collapsed: openedTo(first, graph, selected), isLarge: kept === undefined && first.size > 0 };
  });
  const set = useCallback(
    (change: (now: ReadonlySet<string>) => ReadonlySet<string>): void =>
      setState((now) => {
        const next = change(now.collapsed);
        if (key !== '') writeKept(keptAs(key), [...next]);
        return { collapsed: next, isLarge: now.isLarge && next.size > 0 };
      }),
    [key],
  );
  return {
    collapsed,
    isLarge,
    fold: useCallback(
      (path: string, folded: boolean): void =>
        set((now) => new Set(folded ? [...now, path] : [...now].filter((each) => each !== path))),
      [set],
    ),
    openTo: (path) => set((now) => openedTo(now, graph, path)),
    openAll: () => set(() => new Set()),
  };
}

const keptAs = (key: string): string => `folds ${key.toLowerCase()}`;

function openedTo(collapsed: ReadonlySet<string>, { nodes }: Graph, path: string | undefined): ReadonlySet<string> {
  const open = new Set(collapsed);
  for (let at = path; at !== undefined; at = nodes.get(at)?.parent) open.delete(at);
  return open;
}
