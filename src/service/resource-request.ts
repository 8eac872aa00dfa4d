/**
 * A write of a generic resource, and what came of it.
 *
 * Owns: the two shapes. Does not own: writing (`put-resource.ts`).
 */
import type { Json, JsonObject } from '#foundation';
import type { Caller } from './record-activity.ts';

export interface ResourceRequest {
  readonly caller: Caller;
  /** Full id from the path. */
  readonly id: string;
  readonly body: Json | undefined;
  /** For `If-Match`; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ResourceResult {
  readonly created: boolean;
  readonly answer: JsonObject;
  readonly etag: string;
}
