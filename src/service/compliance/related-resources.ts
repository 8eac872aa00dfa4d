/**
 * Which resources' existence effects a changed resource may decide: those it stands below.
 *
 * Owns: that question. Does not own: evaluating.
 *
 * Source: policy reference 11; decision 0036.
 */
import { armIdKey } from '#foundation';
import type { AssignedPolicies } from '../policies/assigned-policies.ts';

/** The subscription, group and parents of a resource, where a policy that reaches them asks for such a type. */
export function relatedAncestors(policies: AssignedPolicies, id: string, type: string): readonly string[] {
  const wanted = type.toLowerCase();
  return ancestorsOf(id).filter((ancestor) =>
    policies.reaching(ancestor).some(({ policy }) => {
      const { details } = policy.plan;
      if (details?.kind !== 'existence') return false;
      // A type that is an expression may be any.
      const { type: related } = details;
      if (related.kind !== 'constant' || typeof related.value !== 'string') return true;
      return related.value.toLowerCase() === wanted;
    }),
  );
}

function ancestorsOf(id: string): readonly string[] {
  const segments = armIdKey(id).split('/').filter(Boolean);
  const found: string[] = [];
  for (let count = segments.length - 2; count >= 2; count -= 2) {
    const ancestor = segments.slice(0, count);
    // `…/providers/{namespace}` is nothing by itself.
    if (ancestor[count - 2] === 'providers') continue;
    found.push(`/${ancestor.join('/')}`);
  }
  return found;
}
