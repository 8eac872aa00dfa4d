/**
 * The contract table of the HTTP surface: one entry per operation.
 *
 * Owns: the `Route` type. Does not own: matching (`router.ts`), decisions (`#access`), what a use case does (`#service`).
 *
 * Invariants
 * T1. Every route names the action it needs, or says why it needs none; a test reads the table and proves it.
 * T2. Patterns are written in canonical case; matching ignores case and empty segments. `{name}` takes one segment,
 *     `{scope*}` in front takes any number of leading segments (extension resources), `{rest*}` at the end one or more.
 * T3. Handlers map: they take plain values out of the request, call one use case, and shape its result. No rule in here.
 * T4. Before a handler runs, the router has checked: identity, subscription, api-version, permission, and that the
 *     resource group of the path exists and, for writes, is not being deleted.
 */
import type { RolePermission } from '#access';
import type { ArmRequest, ArmResponse, Identity } from '#foundation';
import type { Services } from '#service';

/** Values taken from the path, percent-decoded, case as sent; has no prototype. */
export type PathValues = Readonly<Record<string, string>>;

export type Permission =
  /**
   * `Microsoft.Logic/workflows/read`, checked at `scope`. Without `scope` that is the resource named by the path: for
   * `…/workflows/{w}/enable` the workflow, for a list what stands before its `/providers/`, outside ARM the tenant `/`.
   */
  | { readonly action: string | ((path: PathValues) => string); readonly scope?: (path: PathValues) => string }
  /** No identity needed: signed callbacks, health, metadata; the text says what protects it. */
  | { readonly open: string }
  /** Any signed-in identity; the handler filters what it shows by `visible` or `allowed`. */
  | { readonly signedIn: true };

export interface RouteCall {
  readonly services: Services;
  readonly request: ArmRequest;
  /** `{name}` one segment; `{scope*}` with a leading slash, empty at the tenant; `{rest*}` without a leading slash. */
  readonly path: PathValues;
  /** The api-version asked for; empty on routes without one. */
  readonly apiVersion: string;
  /** `x-ms-correlation-request-id` of the answer; goes into the activity log. */
  readonly correlationId: string;
  /** Told that the use case wrote an entry of the activity log: the router then writes none. */
  readonly noted: () => void;
  /** Whether the caller may do `action` at `scope`; for linked checks and filters. */
  allowed(action: string, scope: string): boolean;
  /** The same, counting only roles that are assigned at `within` or below it, whoever the caller is. */
  allowedWithin(action: string, scope: string, within: string): boolean;
  /** Whether a permission of Microsoft Graph that is granted to the caller himself allows `action`; no role counts. */
  permitted(action: string): boolean;
  /** Whether the caller may read something at `scope` or holds a role somewhere below it; for lists of containers. */
  visible(scope: string): boolean;
  /** The role permissions that count for the caller at `scope`. */
  permissionsAt(scope: string): readonly RolePermission[];
  /** The same for another identity: signing in tells what the new session may do. */
  permissionsOf(identity: Identity, scope: string): readonly RolePermission[];
  /** Keys of the management groups above a scope, nearest first. */
  groupsAbove(scope: string): readonly string[];
}

export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly pattern: string;
  readonly permission: Permission;
  /**
   * Supported api-versions, oldest first; later dates are accepted too. `any` takes every well-formed one (generic types).
   * Absent on paths outside ARM, which need none.
   */
  readonly apiVersions?: readonly string[] | 'any';
  /**
   * How a body from a socket arrives: `json` (default) parsed and as text, `text` as `rawBody` only (own parser; lenient
   * JSON of deployments), `bytes` as `rawBytes` only (callbacks), `stream` as `bodyStream` only, which has no limit
   * (ingestion).
   */
  readonly body?: 'json' | 'text' | 'bytes' | 'stream';
  /** The larger body limit (callbacks) instead of the one of ARM. */
  readonly largeBody?: true;
  /** Used only for paths that no other route has: generic resources. */
  readonly fallback?: true;
  /** Handled in another cloud: policies and groups kept here have no say. */
  readonly elsewhere?: true;
  /** The handler says itself what a missing or deleting resource group means. */
  readonly anyGroup?: true;
  readonly handle: (call: RouteCall) => Promise<ArmResponse> | ArmResponse;
}
