/**
 * The `resourceId` family: types and names interleaved into ids. Source: template reference 5.5.
 */
import type { Json } from '#foundation';
import type { PlaceFunction } from './context.ts';
import { badArguments, type EvaluationStop, isStop } from './stop.ts';
import type { DeploymentPlace } from './surroundings.ts';
import { textOf } from './values.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `Microsoft.Logic/workflows/triggers`, [`w`, `t`] → `Microsoft.Logic/workflows/w/triggers/t`. */
export function interleaved(type: string, names: readonly string[]): string | undefined {
  const [namespace = '', ...segments] = type.split('/').filter(Boolean);
  const parts = names.flatMap((name) => name.split('/').filter(Boolean));
  if (segments.length === 0 || segments.length !== parts.length) return undefined;
  return [namespace, ...segments.flatMap((segment, index) => [segment, parts[index] as string])].join('/');
}

/** Takes `[type, …names]` behind leading arguments that are no type. */
function split(
  name: string,
  args: readonly Json[],
  leading: number,
): { readonly before: string[]; readonly tail: string } | EvaluationStop {
  const texts = args.map(textOf);
  const at = texts.findIndex((text, index) => index <= leading && text.includes('/') && !text.startsWith('/'));
  const tail = at < 0 ? undefined : interleaved(texts[at] as string, texts.slice(at + 1));
  if (tail === undefined) {
    return badArguments(name, 'the type must have as many segments behind its namespace as there are names.');
  }
  return { before: texts.slice(0, at), tail };
}

/** Resource groups stand below their subscription without a provider, whatever their type says. */
function belowSubscription(subscription: string, tail: string): string {
  const group = /^microsoft\.resources\/resourcegroups\/([^/]+)$/i.exec(tail)?.[1];
  return group === undefined ? `${subscription}/providers/${tail}` : `${subscription}/resourceGroups/${group}`;
}

const subscriptionOf = (scope: string): string | undefined => /^\/subscriptions\/[^/]+/i.exec(scope)?.[0];
const groupOf = (scope: string): string | undefined => /\/resourceGroups\/([^/]+)/i.exec(scope)?.[1];

function resourceId(place: DeploymentPlace): PlaceFunction {
  return (args) => {
    const parts = split('resourceId', args, 2);
    if (isStop(parts)) return parts;
    const { before, tail } = parts;
    const id = before.find((text) => uuid.test(text));
    const group = before.find((text) => !uuid.test(text)) ?? groupOf(place.scope);
    const subscription = id === undefined ? subscriptionOf(place.scope) : `/subscriptions/${id}`;
    if (subscription === undefined) return `/providers/${tail}`;
    return group === undefined
      ? belowSubscription(subscription, tail)
      : `${subscription}/resourceGroups/${group}/providers/${tail}`;
  };
}

function subscriptionResourceId(place: DeploymentPlace): PlaceFunction {
  return (args) => {
    const parts = split('subscriptionResourceId', args, 1);
    if (isStop(parts)) return parts;
    const [id] = parts.before;
    const subscription = id === undefined ? (subscriptionOf(place.scope) ?? '') : `/subscriptions/${id}`;
    return belowSubscription(subscription, parts.tail);
  };
}

const tenantResourceId: PlaceFunction = (args) => {
  const parts = split('tenantResourceId', args, 0);
  return isStop(parts) ? parts : `/providers/${parts.tail}`;
};

function managementGroupResourceId(place: DeploymentPlace): PlaceFunction {
  return (args) => {
    const parts = split('managementGroupResourceId', args, 1);
    if (isStop(parts)) return parts;
    const [group] = parts.before;
    const own = /\/managementGroups\/([^/]+)/i.exec(place.scope)?.[1];
    return `/providers/Microsoft.Management/managementGroups/${group ?? own ?? ''}/providers/${parts.tail}`;
  };
}

const extensionResourceId: PlaceFunction = ([base, ...rest]) => {
  const parts = split('extensionResourceId', rest, 0);
  if (isStop(parts)) return parts;
  return `${textOf(base ?? '').replace(/\/+$/, '')}/providers/${parts.tail}`;
};

/** By lower-case name. */
export function resourceIdFunctions(place: DeploymentPlace): ReadonlyMap<string, PlaceFunction> {
  return new Map<string, PlaceFunction>([
    ['resourceid', resourceId(place)],
    ['subscriptionresourceid', subscriptionResourceId(place)],
    ['tenantresourceid', tenantResourceId],
    ['managementgroupresourceid', managementGroupResourceId(place)],
    ['extensionresourceid', extensionResourceId],
  ]);
}
