/**
 * Exemptions in memory: which one frees a resource from a policy.
 *
 * Owns: reading their documents, the look-up. Does not own: saving them (`put-policy-exemption.ts`).
 *
 * Invariants
 * EX1. An exemption counts until its expiry, at and below its scope, and only for resources its selectors take.
 *
 * Source: policy reference 14.
 */
import {
  armIdKey,
  isJsonArray,
  isWithin,
  memberOf,
  parseTimeText,
  type ResourceDocument,
  type ResourceReader,
  textMember,
} from '#foundation';
import type { Assigned } from './assigned.ts';
import { policyExemptionType, policyScopeOf } from './policy-types.ts';
import { readResourceSelectors, type ResourceSelectors, type Selectable, selects } from './selectors.ts';

export interface Exemption {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  /** Full id of what is exempted. */
  readonly scope: string;
  /** Key of the assignment's id. */
  readonly assignment: string;
  readonly category: string;
  /** Milliseconds since the epoch; absent: never. */
  readonly expires?: number;
  /** Lower-case reference ids of the members of a set; empty: all. */
  readonly references: ReadonlySet<string>;
  readonly resourceSelectors: ResourceSelectors;
}

export function exemptionOfDocument(document: ResourceDocument): Exemption {
  const properties = memberOf(document.body, 'properties');
  const expires = parseTimeText(textMember(properties, 'expiresOn') ?? '');
  const references = memberOf(properties, 'policyDefinitionReferenceIds');
  const texts = isJsonArray(references) ? references.flatMap((each) => (typeof each === 'string' ? [each] : [])) : [];
  return {
    id: document.id,
    name: document.name,
    displayName: textMember(properties, 'displayName') ?? '',
    scope: policyScopeOf(document.id),
    assignment: armIdKey(textMember(properties, 'policyAssignmentId') ?? ''),
    category: textMember(properties, 'exemptionCategory') ?? '',
    ...(expires === undefined ? {} : { expires }),
    references: new Set(texts.map((text) => text.toLowerCase())),
    resourceSelectors: readResourceSelectors(memberOf(properties, 'resourceSelectors')),
  };
}

/** Every exemption, by assignment. */
export class Exemptions {
  readonly #byAssignment = new Map<string, Map<string, Exemption>>();
  readonly #byKey = new Map<string, Exemption>();

  load(resources: ResourceReader): void {
    for (const document of resources.list({ type: policyExemptionType })) this.put(document);
  }

  put(document: ResourceDocument): Exemption {
    const key = armIdKey(document.id);
    this.remove(key);
    const exemption = exemptionOfDocument(document);
    this.#byKey.set(key, exemption);
    const own = this.#byAssignment.get(exemption.assignment) ?? new Map<string, Exemption>();
    this.#byAssignment.set(exemption.assignment, own.set(key, exemption));
    return exemption;
  }

  remove(key: string): Exemption | undefined {
    const known = this.#byKey.get(key);
    if (known === undefined) return undefined;
    this.#byKey.delete(key);
    const own = this.#byAssignment.get(known.assignment);
    own?.delete(key);
    if (own?.size === 0) this.#byAssignment.delete(known.assignment);
    return known;
  }

  /** Whether the assignment has any: most have none. */
  areOf(assignmentId: string): boolean {
    return this.#byAssignment.has(armIdKey(assignmentId));
  }

  /** EX1. `above`: keys of the management groups over the resource; `look` is asked when selectors need the resource. */
  find(
    assigned: Pick<Assigned, 'assignmentId' | 'referenceId'>,
    resourceId: string,
    now: number,
    above: readonly string[],
    look: () => Selectable,
  ): Exemption | undefined {
    const own = this.#byAssignment.get(armIdKey(assigned.assignmentId));
    if (own === undefined) return undefined;
    for (const exemption of own.values()) {
      const { expires, references, scope, resourceSelectors } = exemption;
      if (expires !== undefined && expires <= now) continue;
      if (references.size > 0 && !references.has(assigned.referenceId?.toLowerCase() ?? '')) continue;
      if (!above.includes(armIdKey(scope)) && !isWithin(resourceId, scope)) continue;
      if (resourceSelectors.length === 0 || selects(resourceSelectors, look())) return exemption;
    }
    return undefined;
  }
}
