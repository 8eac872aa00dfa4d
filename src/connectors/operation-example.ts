/**
 * One published operation of a managed API with an example of its answer.
 *
 * Owns: the shape of the table's rows.
 */
import type { Json } from '#foundation';

export interface OperationExample {
  /** The managed API's name: `office365`. */
  readonly api: string;
  readonly method: string;
  /** `/v2/Mail`, `/v1.0/users/{id}`: `{…}` takes one segment. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly status: number;
  /** Absent for operations that answer nothing. */
  readonly body?: Json;
}
