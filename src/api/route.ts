/**
 * The contract table of the HTTP surface: one entry per operation.
 *
 * Owns: the `Route` type. Does not own: matching (`router.ts`), decisions (`#access`), what a use case does (`#service`).
 *
 * Invariants
 * T1. Every route names the action it needs, or says why it needs none; a test reads the table and proves it.
 * T2. Patterns are written in canonical case; matching ignores case and empty segments. `{name}` takes one segment,
 *     `{scope*}` takes any number of leading segments (extension resources).
 * T3. Handlers map: they take plain values out of the request, call one use case, and shape its result. No rule in here.
 */
import type { ArmRequest, ArmResponse } from '#foundation';
import type { Services } from '#service';

export type Permission =
  /** `Microsoft.Logic/workflows/read`, checked at the resource's scope (the path itself unless the route says). */
  | { readonly action: string }
  /** No identity needed: signed callbacks, health, metadata; `reason` says what protects it. */
  | { readonly open: string }
  /** Any signed-in identity; the use case filters what it shows. */
  | { readonly signedIn: true };

export interface RouteCall {
  readonly services: Services;
  readonly request: ArmRequest;
  /** Values of `{name}` segments, percent-decoded, case as sent; `{scope*}` with a leading slash. */
  readonly path: Readonly<Record<string, string>>;
  /** The api-version asked for; empty on routes without one. */
  readonly apiVersion: string;
  /** Whether the caller may do `action` at `scope`; for linked checks and filters. */
  allowed(action: string, scope: string): boolean;
}

export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly pattern: string;
  readonly permission: Permission;
  /** Supported api-versions, oldest first; absent on paths outside ARM. Later dates are accepted too. */
  readonly apiVersions?: readonly string[];
  readonly handle: (call: RouteCall) => Promise<ArmResponse> | ArmResponse;
}
