/** A value outside React that components can watch. */
import { useSyncExternalStore } from 'react';

export interface Cell<T> {
  readonly get: () => T;
  readonly set: (value: T) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function cell<T>(first: T): Cell<T> {
  let current = first;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (value) => {
      current = value;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const useCell = <T>(source: Cell<T>): T => useSyncExternalStore(source.subscribe, source.get);

/** A cell that is kept in this browser under `key`. */
export function keptCell<T>(key: string, first: T): Cell<T> {
  const kept = cell<T>(readKept(key, first));
  kept.subscribe(() => localStorage.setItem(key, JSON.stringify(kept.get())));
  return kept;
}

function readKept<T>(key: string, first: T): T {
  try {
    const text = localStorage.getItem(key);
    return text === null ? first : (JSON.parse(text) as T);
  } catch {
    return first;
  }
}
