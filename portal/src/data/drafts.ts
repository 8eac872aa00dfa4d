/** Forms that survive leaving their page, kept in this tab until saved or discarded. */
import { useEffect, useState } from 'react';

export function readDraft<T>(key: string): T | undefined {
  try {
    const text = sessionStorage.getItem(`tocsin.draft.${key}`);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

export function writeDraft(key: string, value: unknown): void {
  sessionStorage.setItem(`tocsin.draft.${key}`, JSON.stringify(value));
}

export function dropDraft(key: string): void {
  sessionStorage.removeItem(`tocsin.draft.${key}`);
}

export interface Draft<T> {
  readonly value: T;
  readonly changed: boolean;
  readonly change: (part: Partial<T>) => void;
  readonly drop: () => void;
}

/** A form's values: those of the draft, else `first`; kept at each change. */
export function useDraft<T extends object>(key: string, first: T): Draft<T> {
  const [state, setState] = useState(() => {
    const draft = readDraft<T>(key);
    return { value: { ...first, ...draft }, changed: draft !== undefined };
  });
  useEffect(() => {
    if (state.changed) writeDraft(key, state.value);
  }, [key, state]);
  return {
    ...state,
    change: (part) => setState(({ value }) => ({ value: { ...value, ...part }, changed: true })),
    drop: () => dropDraft(key),
  };
}

// --- Kept over the life of the tab ------------------------------------------------------------------------------

const keptKey = (key: string): string => `tocsin.kept.${key}`;

/** What this browser kept under a key, from any tab. */
export function readKept<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(keptKey(key));
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** Answers whether there was room. */
export function writeKept(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(keptKey(key), JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function dropKept(key: string): void {
  localStorage.removeItem(keptKey(key));
}
