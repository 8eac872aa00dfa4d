/**
 * The stream of hints to everybody who looks at a page: what changed, as it is committed.
 *
 * Owns: who listens, what each is told and when, going on after a break. Does not own: what is told of (`hints.ts`), the
 * wire (`#api`). Source: own API reference, changes; portal reference 2.2.
 *
 * Invariants
 * CF1. A listener is told only of what it may read at that moment, in the scopes it asked for.
 * CF2. Everything is bounded: streams of one caller and of all, hints that wait for a slow listener, hints kept for those who
 *      come back. Over a bound a listener is told to start anew (`reset`), and nothing is lost but detail.
 *      A caller that is gone counts no more, at once: somebody who goes from page to page is not refused.
 * CF3. Without listeners, and some time after the last, commits cost nothing here.
 */
import { armIdKey, type Clock, formatTime, raise, type Store } from '#foundation';
import { isObservedStore } from '../commit-feed.ts';
import type { Viewer } from '../overview/viewer.ts';
import type { Services } from '../services.ts';
import { type Hint, hintsOf, readingOf } from './hints.ts';

export interface ToldHint {
  /** Tells a listener that comes back where it was. */
  readonly position: string;
  readonly type: string;
  /** Empty for `reset`. */
  readonly id: string;
  /** `reset`: hints are missing; whatever is shown may be old. */
  readonly kind: Hint['kind'] | 'reset';
  readonly at: string;
}

interface KeptHint extends Hint {
  readonly sequence: number;
  readonly at: number;
}

export interface ListenRequest {
  /** Who listens, for the bound on its streams. */
  readonly caller: string;
  readonly viewer: Viewer;
  /** The position of the last hint that arrived. */
  readonly after?: string;
  /** Told what to do when the caller is gone; a stream that waits does not notice by itself. */
  readonly whenGone?: ((leave: () => void) => void) | undefined;
}

/** Hints of one interval travel together, each resource once. */
const intervalMilliseconds = 500;
const beatMilliseconds = 15_000;
/** Then the stream ends and the listener comes back: its rights and its session are looked at anew. */
const lifeMilliseconds = 10 * 60_000;
const mostOfOne = 10;
const mostOfAll = 1_000;
const mostWaiting = 500;
const mostKept = 5_000;
/** How long hints are kept after the last listener left. */
const lingerMilliseconds = 60_000;

class Listener {
  readonly request: ListenRequest;
  readonly ends: number;
  readonly waiting = new Map<string, KeptHint>();
  isOver = false;
  mustReset = false;
  #wake: () => void = () => {};

  constructor(request: ListenRequest, ends: number) {
    this.request = request;
    this.ends = ends;
  }

  add(hint: KeptHint): void {
    if (this.mustReset) return;
    const key = `${hint.type} ${armIdKey(hint.id)}`;
    const before = this.waiting.get(key);
    this.waiting.delete(key);
    this.waiting.set(key, before?.kind === 'created' && hint.kind === 'updated' ? { ...hint, kind: 'created' } : hint);
    if (this.waiting.size <= mostWaiting) return;
    this.waiting.clear();
    this.mustReset = true;
  }

  wake(): void {
    this.#wake();
  }

  end(): void {
    this.isOver = true;
    this.#wake();
  }

  /** Resolves after a while, at the stream's end at once. */
  pause(clock: Clock, milliseconds: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.after(milliseconds * clock.scale, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

export class ChangeFeed {
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #listeners = new Set<Listener>();
  /** Tells this server's positions from those of another start. */
  readonly #epoch: string;
  #kept: KeptHint[] = [];
  readonly #known = new Map<string, number>();
  #sequence = 0;
  /** Hints up to here are not kept. */
  #forgotten = 0;
  #unfollow: (() => void) | undefined;
  #linger: () => void = () => {};
  #isEnded = false;

  constructor({ clock, store, random }: Pick<Services, 'clock' | 'store' | 'random'>) {
    this.#clock = clock;
    this.#store = store;
    this.#epoch = random.uuid().slice(0, 8);
  }

  /**
   * What changes from now on, or from the position that was seen last, until the caller leaves the iteration; undefined is
   * a sign of life. @throws TocsinError `TooManyRequests`.
   */
  listen(request: ListenRequest): AsyncGenerator<readonly ToldHint[] | undefined, void> {
    const own = [...this.#listeners].filter(({ request: { caller } }) => caller === request.caller);
    if (own.length >= mostOfOne || this.#listeners.size >= mostOfAll) {
      raise('TooManyRequests', 'Too many streams of changes are open; close one, or ask for the lists.', {
        retryAfterSeconds: 30,
      });
    }
    const listener = new Listener(request, this.#clock.elapsed() + lifeMilliseconds);
    request.whenGone?.(() => {
      listener.end();
      this.#leave(listener);
    });
    return this.#tell(listener);
  }

  /** The server stops: every stream ends. */
  end(): void {
    this.#isEnded = true;
    this.#linger();
    this.#unfollow?.();
    for (const listener of this.#listeners) listener.end();
  }

  async *#tell(listener: Listener): AsyncGenerator<readonly ToldHint[] | undefined, void> {
    if (listener.isOver) return;
    this.#follow();
    this.#listeners.add(listener);
    this.#catchUp(listener);
    if (this.#isEnded) listener.end();
    let quietSince = this.#clock.elapsed();
    try {
      // The first sign of life says that the stream is there.
      yield undefined;
      while (!listener.isOver && this.#clock.elapsed() < listener.ends) {
        const hints = this.#take(listener);
        if (hints.length > 0) yield hints;
        else if (this.#clock.elapsed() - quietSince < beatMilliseconds) {
          await listener.pause(this.#clock, intervalMilliseconds);
          continue;
        } else yield undefined;
        quietSince = this.#clock.elapsed();
      }
    } finally {
      this.#leave(listener);
    }
  }

  /** CF1. */
  #take(listener: Listener): readonly ToldHint[] {
    const { viewer } = listener.request;
    const told: ToldHint[] = [];
    if (listener.mustReset) {
      told.push(this.#resetHint());
      listener.mustReset = false;
    }
    for (const hint of listener.waiting.values()) {
      const { action, scope } = readingOf(hint);
      if (viewer.sees(action, scope)) told.push(this.#told(hint));
    }
    listener.waiting.clear();
    return told;
  }

  #told({ sequence, at, type, id, kind }: KeptHint): ToldHint {
    return { position: this.#position(sequence), type, id, kind, at: formatTime(at) };
  }

  #resetHint(): ToldHint {
    const at = formatTime(this.#clock.now());
    return { position: this.#position(this.#sequence), type: '', id: '', kind: 'reset', at };
  }

  #position(sequence: number): string {
    return `${this.#epoch}-${sequence}`;
  }

  #catchUp(listener: Listener): void {
    const { after } = listener.request;
    if (after === undefined) return;
    const [epoch, text = ''] = after.split('-');
    const sequence = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    if (epoch !== this.#epoch || sequence < this.#forgotten || sequence > this.#sequence) listener.mustReset = true;
    else for (const hint of this.#kept) if (hint.sequence > sequence) listener.add(hint);
  }

  #follow(): void {
    this.#linger();
    if (this.#unfollow !== undefined || !isObservedStore(this.#store)) return;
    this.#forgotten = this.#sequence;
    this.#unfollow = this.#store.onCommit((writes) => {
      const now = this.#clock.now();
      const moment = { now, isKnown: (type: string, id: string) => this.#known.has(`${type} ${armIdKey(id)}`) };
      for (const hint of hintsOf(writes, moment)) this.#keep({ ...hint, at: now, sequence: (this.#sequence += 1) });
    });
  }

  #keep(hint: KeptHint): void {
    this.#kept.push(hint);
    this.#known.set(`${hint.type} ${armIdKey(hint.id)}`, hint.sequence);
    // Cut by halves: cutting one at each would move all the others.
    if (this.#kept.length > 2 * mostKept) {
      const gone = this.#kept.splice(0, this.#kept.length - mostKept);
      this.#forgotten = gone.at(-1)?.sequence ?? this.#forgotten;
      for (const { type, id, sequence } of gone) {
        const key = `${type} ${armIdKey(id)}`;
        if (this.#known.get(key) === sequence) this.#known.delete(key);
      }
    }
    for (const listener of this.#listeners) listener.add(hint);
  }

  /** CF3. */
  #leave(listener: Listener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0 || this.#isEnded) return;
    this.#linger = this.#clock.after(lingerMilliseconds * this.#clock.scale, () => {
      this.#unfollow?.();
      this.#unfollow = undefined;
      this.#kept = [];
      this.#known.clear();
    });
  }
}

const feeds = new WeakMap<Store, ChangeFeed>();

export function changeFeedOf(services: Pick<Services, 'clock' | 'store' | 'random'>): ChangeFeed {
  const known = feeds.get(services.store);
  if (known !== undefined) return known;
  const feed = new ChangeFeed(services);
  feeds.set(services.store, feed);
  return feed;
}
