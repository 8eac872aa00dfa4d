/**
 * A policy in force somewhere: one per assignment, and per member of an assigned set.
 *
 * Owns: the shape. Does not own: making it (`compile-assignment.ts`), finding those that reach a resource
 * (`assigned-policies.ts`).
 */
import type { JsonObject } from '#foundation';
import type { AssignedPolicy, Effect } from '#policy';
import type { PolicyOverride, ResourceSelectors } from './selectors.ts';

/** What answers and compliance rows tell about a definition or set. */
export interface DefinitionNames {
  readonly name: string;
  readonly displayName: string;
  readonly category: string;
  readonly version: string;
}

export interface Assigned {
  readonly assignmentId: string;
  readonly assignmentName: string;
  readonly assignmentDisplayName: string;
  /** Full id of where it is assigned, empty at the tenant. */
  readonly scope: string;
  readonly definitionId: string;
  readonly definition: DefinitionNames;
  readonly setDefinitionId?: string;
  readonly setDefinition?: DefinitionNames;
  /** Of a member of a set. */
  readonly referenceId?: string;
  readonly groupNames: readonly string[];
  /** With the overrides that hold for every location; `assignedFor` gives the one of a resource. */
  readonly effect: Effect;
  readonly enforcementMode: 'Default' | 'DoNotEnforce';
  /** Compiled once, with the effect of `effect`. */
  readonly policy: AssignedPolicy;
  /** The parameters the assignment gives, `{name: {value}}`. */
  readonly assignmentParameters: JsonObject;
  /** Who made the assignment: `metadata.createdBy`. */
  readonly owner: string;
  readonly identityPrincipalId?: string;
  /** Where the identity is, and where deployments at a subscription keep their records. */
  readonly location?: string;
  readonly nonComplianceMessage?: string;
  readonly resourceSelectors: ResourceSelectors;
  readonly overrides: readonly PolicyOverride[];
  /** Of an assignment with overrides by location: the policy with each effect they may give, by its lower-case name. */
  readonly variants: ReadonlyMap<string, AssignedPolicy>;
}
