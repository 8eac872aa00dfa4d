/**
 * What the bell shows: results of commands, and operations under way with their progress.
 *
 * Owns: the list and the watching of operations.
 *
 * Invariants
 * NO1. The list and the addresses of operations are kept in this browser tab: a reload shows what was said, and goes on
 *      watching. A command that the browser itself was carrying out says that it was cut off.
 */
import { asArmError } from '../api/arm-error.ts';
import type { Answer } from '../api/http.ts';
import { operationOf, watchOperation } from '../api/long-running.ts';
import { cell } from './store.ts';

export type NoticeKind = 'progress' | 'success' | 'failure' | 'info';

export interface NoticeLink {
  readonly text: string;
  /** Path below `/portal`. */
  readonly to: string;
}

export interface Notice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly title: string;
  readonly text?: string;
  readonly link?: NoticeLink;
  readonly time: number;
  readonly read: boolean;
  /** Shown in the corner until this time. */
  readonly toastUntil: number;
  /** From 0 to 1; absent when nobody knows. */
  readonly progress?: number;
  /** Whether a reload goes on watching it. */
  readonly followed?: boolean;
  /** Does what failed again; gone after a reload. */
  readonly retry?: (() => void) | undefined;
}

type NewNotice = Pick<Notice, 'kind' | 'title'> & Partial<Pick<Notice, 'text' | 'link' | 'progress' | 'followed'>>;

const toastMilliseconds = 8000;
const mostNotices = 100;
const noticesKey = 'tocsin.notices';

export const notices = cell<readonly Notice[]>(keptNotices());
let lastId = Math.max(0, ...notices.get().map(({ id }) => id));

notices.subscribe(() => sessionStorage.setItem(noticesKey, JSON.stringify(notices.get())));

function keptNotices(): readonly Notice[] {
  return readList<Notice>(noticesKey).flatMap((notice) => {
    const { progress: _, ...quiet } = { ...notice, toastUntil: 0 };
    if (notice.kind !== 'progress') return [quiet];
    // Operations of the server get a new notice, as they are still watched.
    if (notice.followed === true) return [];
    return [
      { ...quiet, kind: 'failure', text: 'It was cut off when the page was left; what was done by then is done.' },
    ];
  });
}

export function notify(notice: NewNotice): number {
  lastId += 1;
  const now = Date.now();
  const full: Notice = { ...notice, id: lastId, time: now, read: false, toastUntil: now + toastMilliseconds };
  notices.set([full, ...notices.get()].slice(0, mostNotices));
  return lastId;
}

export function updateNotice(id: number, change: Partial<Notice>): void {
  const toastUntil = change.kind === undefined ? {} : { toastUntil: Date.now() + toastMilliseconds, read: false };
  notices.set(notices.get().map((each) => (each.id === id ? { ...each, ...toastUntil, ...change } : each)));
}

export function markAllRead(): void {
  if (notices.get().some(({ read }) => !read)) notices.set(notices.get().map((each) => ({ ...each, read: true })));
}

export function dismissToast(id: number): void {
  notices.set(notices.get().map((each) => (each.id === id ? { ...each, toastUntil: 0 } : each)));
}

export function clearNotices(): void {
  notices.set(notices.get().filter(({ kind }) => kind === 'progress'));
}

/** Tells of a fault of a command. */
export function notifyFailure(title: string, error: unknown): void {
  const { code, message, requestId } = asArmError(error);
  notify({ kind: 'failure', title, text: `${message} (${code}${requestId === '' ? '' : `, request ${requestId}`})` });
}

const keptKey = 'tocsin.operations';
type KeptOperation = { readonly address: string; readonly title: string; readonly done: string };

/**
 * Shows the operation of an answer as under way until it has ended, and says how it ended; answers at once that it is done
 * where there is none. Rejects with the operation's error.
 */
export async function followOperation(answer: Answer<unknown>, title: string, done: string): Promise<void> {
  const address = operationOf(answer);
  if (address === undefined) {
    notify({ kind: 'success', title: done });
    return;
  }
  await watch({ address, title, done });
}

async function watch(operation: KeptOperation): Promise<void> {
  const id = notify({ kind: 'progress', title: operation.title, followed: true });
  keep((all) => [...all, operation]);
  try {
    await watchOperation(operation.address);
    updateNotice(id, { kind: 'success', title: operation.done });
  } catch (error) {
    const { code, message } = asArmError(error);
    updateNotice(id, { kind: 'failure', text: `${message} (${code})` });
    throw error;
  } finally {
    keep((all) => all.filter(({ address }) => address !== operation.address));
  }
}

function keep(change: (all: readonly KeptOperation[]) => readonly KeptOperation[]): void {
  sessionStorage.setItem(keptKey, JSON.stringify(change(kept())));
}

const kept = (): readonly KeptOperation[] => readList<KeptOperation>(keptKey);

function readList<T>(key: string): readonly T[] {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '[]') as readonly T[];
  } catch {
    return [];
  }
}

/** Goes on watching what was under way when the page was left. */
export function resumeOperations(): void {
  const all = kept();
  sessionStorage.removeItem(keptKey);
  for (const operation of all) watch(operation).catch(() => undefined);
}
