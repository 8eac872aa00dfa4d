/**
 * Complete mode: what a deployment deletes because its template does not name it.
 *
 * Owns: which resources these are, and in which order they go. Does not own: deleting (`deployment-run.ts`).
 * Source: template reference 14; the published list of types that complete mode deletes.
 *
 * Invariants
 * CM1. Only tracked resources of the deployment's own group go: what has no location, or lies at a resource, goes with what
 *      it belongs to. Groups, deployments and everything of `Microsoft.Authorization` stay.
 * CM2. What a nested deployment of this deployment put into the group counts as named, and so does what a named resource is
 *      below.
 */
import { armIdKey, isJsonArray, memberOf, type ResourceDocument, textMember } from '#foundation';
import type { ExpandedTemplate } from '#templates';
import { isListedResource } from '../list-resources.ts';
import type { Services } from '../services.ts';
import { findDeployment } from './deployment-record.ts';

/** Keys of everything a template names, nested deployments that have ended included. */
export function namedByTemplate(
  services: Services,
  expanded: ExpandedTemplate,
  keepsLeftOut: boolean,
): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { id, type } of expanded.resources) {
    keys.add(armIdKey(id));
    if (type.toLowerCase() === 'microsoft.resources/deployments') addOutputs(services, id, keys, 0);
  }
  if (keepsLeftOut) for (const key of expanded.leftOut) keys.add(key);
  return keys;
}

function addOutputs(services: Services, deploymentId: string, keys: Set<string>, depth: number): void {
  const found = memberOf(findDeployment(services, deploymentId)?.properties, 'outputResources');
  if (!isJsonArray(found) || depth > 8) return;
  for (const one of found) {
    const id = textMember(one, 'id') ?? '';
    keys.add(armIdKey(id));
    if (/\/providers\/Microsoft\.Resources\/deployments\/[^/]+$/i.test(id)) addOutputs(services, id, keys, depth + 1);
  }
}

/** What is to be deleted, in steps: what a step holds may go side by side, after the steps before. */
export function surplusResources(
  services: Services,
  groupId: string,
  named: ReadonlySet<string>,
): readonly (readonly ResourceDocument[])[] {
  const scope = armIdKey(groupId);
  const kept = new Set(named);
  for (const key of named) {
    for (let at = key.lastIndexOf('/'); at > scope.length; at = key.lastIndexOf('/', at - 1))
      kept.add(key.slice(0, at));
  }
  const surplus = services.store.resources
    .list({ scope: groupId })
    .filter((one) => isListedResource(one) && armIdKey(one.id) !== scope && !kept.has(armIdKey(one.id)));
  return inOrder(surplus);
}

/** Children before their parents, then what manages others, then the rest. */
function inOrder(surplus: readonly ResourceDocument[]): readonly (readonly ResourceDocument[])[] {
  const managers = new Set(
    surplus.flatMap(({ body }) => {
      const by = textMember(body, 'managedBy');
      return by === undefined ? [] : [armIdKey(by)];
    }),
  );
  const depthOf = ({ type }: ResourceDocument): number => type.split('/').length;
  const deepest = Math.max(2, ...surplus.map(depthOf));
  const children = Array.from({ length: deepest - 2 }, (_, index) =>
    surplus.filter((one) => depthOf(one) === deepest - index),
  );
  const roots = surplus.filter((one) => depthOf(one) <= 2);
  const isManager = (one: ResourceDocument): boolean => managers.has(armIdKey(one.id));
  const steps = [...children, roots.filter(isManager), roots.filter((one) => !isManager(one))];
  return steps.filter((step) => step.length > 0);
}
