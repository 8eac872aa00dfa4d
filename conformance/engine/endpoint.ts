/** Services outside as data: who answers what. */
import type { Json } from '#foundation';

export type ScriptedAnswer =
  | {
      readonly statusCode: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Json;
    }
  | { readonly failure: string; readonly retryable?: boolean };

/** Who answers calls to `uri` (connections: the path; workflows: the id): one answer after the other, the last for ever. */
export interface Endpoint {
  readonly uri: string;
  readonly method?: string;
  readonly answers: readonly ScriptedAnswer[];
}
