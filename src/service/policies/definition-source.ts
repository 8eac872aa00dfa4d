/**
 * Definitions and set definitions as assignments use them: found by id and version, planned once.
 *
 * Owns: looking up stored and shipped ones, versions, the plans kept of them. Does not own: saving
 * (`put-policy-definition.ts`), assigning (`compile-assignment.ts`).
 *
 * Invariants
 * DS1. A definition is planned once per stored state; a commit that changes it makes the next look-up plan anew.
 */
import { isJsonArray, isJsonObject, type JsonObject, memberOf, type ResourceReader, textMember } from '#foundation';
import { type InitiativePlan, planDefinition, planInitiative, type PolicyFault, type PolicyPlan } from '#policy';
import { policyDefinitionType, policyIdOf } from './policy-types.ts';
import { newestVersion } from './definition-version.ts';
import { shippedDefinition } from './shipped-definitions.ts';

/** A definition or set definition at one version. */
export interface FoundDefinition {
  /** Full id without a version. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'definition' | 'setDefinition';
  readonly version: string;
  readonly builtIn: boolean;
  readonly properties: JsonObject;
  /** Another one after every change. */
  readonly stamp: string;
}

export type PlannedDefinition = PolicyPlan | readonly PolicyFault[];
export type PlannedInitiative = InitiativePlan | readonly PolicyFault[];

export function isFaulty(plan: PlannedDefinition | PlannedInitiative): plan is readonly PolicyFault[] {
  return Array.isArray(plan);
}

/** Finds a definition or set; `version` is a pattern such as `1.*.*`. Undefined when there is none. */
export function findDefinition(resources: ResourceReader, id: string, version?: string): FoundDefinition | undefined {
  const named = policyIdOf(id);
  if (named === undefined || (named.kind !== 'definition' && named.kind !== 'setDefinition')) return undefined;
  const { kind } = named;
  if (named.scope === '') {
    const shipped = kind === 'definition' ? shippedDefinition(named.name) : undefined;
    if (shipped === undefined) return undefined;
    const own = versionOf(shipped.properties);
    if (version !== undefined && newestVersion([own], version) === undefined) return undefined;
    const { name, properties } = shipped;
    const id = `/providers/${policyDefinitionType}/${name}`;
    return { id, name, kind, version: own, builtIn: true, properties, stamp: `${id}@${own}` };
  }
  const stored = resources.get(named.key);
  const properties = memberOf(stored?.body, 'properties');
  if (stored === undefined || !isJsonObject(properties)) return undefined;
  const found = (at: string, content: JsonObject): FoundDefinition => ({
    id: stored.id,
    name: stored.name,
    kind,
    builtIn: false,
    version: at,
    properties: content,
    stamp: `${named.key}@${at}#${stored.etag}`,
  });
  const own = versionOf(properties);
  const wanted = version ?? named.version;
  if (wanted === undefined) return found(own, properties);
  const chosen = newestVersion([...versionsOf(properties), own], wanted);
  if (chosen === undefined) return undefined;
  if (chosen === own) return found(own, properties);
  const older = memberOf(resources.get(`${named.key}/versions/${chosen}`)?.body, 'properties');
  return isJsonObject(older) ? found(chosen, older) : undefined;
}

/** The version a definition says it is; the first one when it says nothing. */
export function versionOf(properties: JsonObject): string {
  return textMember(properties, 'version') ?? textMember(memberOf(properties, 'metadata'), 'version') ?? '1.0.0';
}

export function versionsOf(properties: JsonObject): readonly string[] {
  const versions = memberOf(properties, 'versions');
  return isJsonArray(versions) ? versions.filter((each) => typeof each === 'string') : [];
}

/** DS1: plans by stamp; the oldest go first when there are very many. */
export class DefinitionPlans {
  readonly #definitions = new Map<string, PlannedDefinition>();
  readonly #initiatives = new Map<string, PlannedInitiative>();

  definition(found: FoundDefinition): PlannedDefinition {
    return kept(this.#definitions, found.stamp, () => planDefinition(found.properties));
  }

  initiative(found: FoundDefinition): PlannedInitiative {
    return kept(this.#initiatives, found.stamp, () => planInitiative(found.properties));
  }
}

const mostPlans = 2000;

function kept<T>(plans: Map<string, T>, stamp: string, make: () => T): T {
  const known = plans.get(stamp);
  if (known !== undefined) return known;
  const made = make();
  plans.set(stamp, made);
  const [oldest] = plans.keys();
  if (plans.size > mostPlans && oldest !== undefined) plans.delete(oldest);
  return made;
}
