/**
 * What an action that needs code is given, and what comes of it.
 *
 * Owns: the two shapes. Does not own: which action does what (`special-actions.ts`).
 */
import type { Json, JsonObject, ResourceDocument } from '#foundation';

export interface SpecialCall {
  readonly document: ResourceDocument;
  readonly body: Json | undefined;
  readonly caller: string;
}

export interface SpecialOutcome {
  /** What is answered. */
  readonly result: JsonObject;
  /** The body of the resource from now on, when it changes. */
  readonly changed?: JsonObject;
  readonly secrets?: JsonObject;
  /** Another resource that comes of it. */
  readonly made?: { readonly id: string; readonly body: JsonObject };
  /** 200 unless said otherwise. */
  readonly status?: 202;
}
