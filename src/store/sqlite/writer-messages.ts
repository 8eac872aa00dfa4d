/** What the store and its writer's thread say to each other. */
import type { PrunePlan, PrunePosition, PruneSlice } from './prune.ts';
import type { Call } from './wire.ts';
import type { CallFailure } from './write-session.ts';

/** A list of calls to commit, or something to do between commits. */
export type ToWriter =
  | readonly Call[]
  | { readonly kind: 'prune'; readonly plan: PrunePlan; readonly from: PrunePosition }
  | { readonly kind: 'close' };

export type FromWriter =
  /** All calls up to this id are durable, apart from those that failed. */
  | { readonly kind: 'durable'; readonly through: number; readonly failures: readonly CallFailure[] }
  | { readonly kind: 'pruned'; readonly slice: PruneSlice }
  | { readonly kind: 'pruneFailed'; readonly message: string }
  | { readonly kind: 'closed' };

export interface WriterData {
  readonly file: string;
}
