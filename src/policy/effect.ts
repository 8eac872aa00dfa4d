/**
 * The effects, and what a definition says about each.
 *
 * Owns: names of effects, the shapes of `details`. Does not own: reading them (`parse-details.ts`), doing them.
 *
 * Source: policy reference 10, 11.
 */
import type { JsonObject } from '#foundation';
import type { PlannedValue } from '#templates';
import type { Condition } from './rule.ts';

export const effects = [
  'disabled',
  'append',
  'modify',
  'deny',
  'audit',
  'manual',
  'auditIfNotExists',
  'deployIfNotExists',
  'denyAction',
] as const;

export type Effect = (typeof effects)[number];

/** An effect by its name, ignoring case. */
export function effectNamed(name: string): Effect | undefined {
  return effects.find((effect) => effect.toLowerCase() === name.toLowerCase());
}

export interface ExistenceDetails {
  readonly kind: 'existence';
  readonly type: PlannedValue;
  readonly name?: PlannedValue;
  readonly resourceGroupName?: PlannedValue;
  readonly existenceScope: 'resourceGroup' | 'subscription';
  readonly existenceCondition?: Condition;
  /** `AfterProvisioning…` or an ISO duration; absent: ten minutes. */
  readonly evaluationDelay?: PlannedValue;
  readonly roleDefinitionIds: readonly string[];
  readonly deploymentScope: 'resourceGroup' | 'subscription';
  readonly deployment?: PolicyDeployment;
}

/** What `deployIfNotExists` deploys: parameters are policy expressions, the template is the template language's. */
export interface PolicyDeployment {
  readonly location?: PlannedValue;
  readonly mode: string;
  readonly parameters: PlannedValue;
  readonly template: JsonObject;
}

export interface ModifyDetails {
  readonly kind: 'modify';
  readonly roleDefinitionIds: readonly string[];
  readonly conflictEffect: PlannedValue;
  readonly operations: readonly ModifyOperation[];
}

export interface ModifyOperation {
  readonly operation: 'add' | 'addOrReplace' | 'remove';
  readonly field: PlannedValue;
  readonly value?: PlannedValue;
  readonly condition?: PlannedValue;
}

export interface AppendDetails {
  readonly kind: 'append';
  readonly entries: readonly { readonly field: PlannedValue; readonly value: PlannedValue }[];
}

export interface DenyActionDetails {
  readonly kind: 'denyAction';
  readonly actionNames: readonly string[];
  readonly onResourceGroup: 'deny' | 'allow';
}

export interface ManualDetails {
  readonly kind: 'manual';
  readonly defaultState: string;
}

export type EffectDetails = ExistenceDetails | ModifyDetails | AppendDetails | DenyActionDetails | ManualDetails;

/** Which details an effect needs; undefined for those that have none. */
export function detailsOf(effect: Effect): EffectDetails['kind'] | undefined {
  switch (effect) {
    case 'auditIfNotExists':
    case 'deployIfNotExists':
      return 'existence';
    case 'modify':
    case 'append':
    case 'denyAction':
    case 'manual':
      return effect;
    case 'audit':
    case 'deny':
    case 'disabled':
      return undefined;
  }
}
