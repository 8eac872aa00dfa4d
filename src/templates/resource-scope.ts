/**
 * Where a resource of a template lies: its id from its type, its name and the scope it names.
 *
 * Source: template reference 9, 10, 11.
 */
import type { PlannedValue } from './ast.ts';
import type { EvaluationContext } from './context.ts';
import { evaluateValue } from './evaluate.ts';
import type { OutlinedResource } from './outline.ts';
import { interleaved } from './resource-ids.ts';
import { type EvaluationStop, isStop, stop } from './stop.ts';
import { textOf } from './values.ts';

/** The id of a resource called `name`, in a deployment at the scope `own`. */
export function resourceIdIn(
  own: string,
  resource: OutlinedResource,
  name: string,
  context: EvaluationContext,
): string | EvaluationStop {
  const tail = interleaved(resource.type, [name]);
  if (tail === undefined) {
    return stop(`The template resource '${name}' for type '${resource.type}' has incorrect segment lengths.`);
  }
  const scope = scopeOf(own, resource, context);
  if (isStop(scope)) return scope;
  if (/^microsoft\.resources\/(?:subscriptions\/)?resourcegroups$/i.test(resource.type)) {
    const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0];
    if (subscription === undefined) return stop(`The resource group '${name}' needs a subscription as its scope.`);
    return `${subscription}/resourceGroups/${name.split('/').at(-1) ?? name}`;
  }
  return `${scope}/providers/${tail}`;
}

/** The deployment's scope unless the resource names another: `scope`, or a nested deployment's group and subscription. */
function scopeOf(own: string, resource: OutlinedResource, context: EvaluationContext): string | EvaluationStop {
  const scope = textIn(resource.scope, context);
  const subscription = textIn(resource.subscriptionId, context);
  const group = textIn(resource.resourceGroup, context);
  for (const one of [scope, subscription, group]) if (isStop(one)) return one;
  if (typeof scope === 'string') return scopeId(own, scope);
  const base = typeof subscription === 'string' ? `/subscriptions/${subscription}` : (subscriptionOf(own) ?? own);
  if (typeof group === 'string') {
    if (subscriptionOf(base) === undefined) return stop(`The group '${group}' needs a 'subscriptionId' beside it.`);
    return `${base}/resourceGroups/${group}`;
  }
  return typeof subscription === 'string' ? base : own;
}

function textIn(planned: PlannedValue | undefined, context: EvaluationContext): string | undefined | EvaluationStop {
  if (planned === undefined) return undefined;
  const value = evaluateValue(planned, context);
  return isStop(value) ? value : textOf(value);
}

function subscriptionOf(scope: string): string | undefined {
  return /^\/subscriptions\/[^/]+/i.exec(scope)?.[0];
}

/** `/` is the tenant; a management group is named from the tenant; other relative scopes are below the deployment's. */
function scopeId(own: string, scope: string): string {
  if (scope === '/') return '';
  const plain = scope.replace(/^\/+|\/+$/g, '');
  if (scope.startsWith('/')) return `/${plain}`;
  if (/^microsoft\.management\/managementgroups\//i.test(plain)) return `/providers/${plain}`;
  return `${own}/providers/${plain}`;
}
