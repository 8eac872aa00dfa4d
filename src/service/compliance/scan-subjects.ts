/**
 * The resources a scan goes over, one by one.
 *
 * Owns: reading them page by page, only the types that the policies can hold for. Does not own: evaluating them.
 *
 * Invariants
 * SC1. No more than one page of resources is in memory, however many there are.
 *
 * Source: policy reference 15, 20.
 */
import { armIdKey, type ResourceDocument } from '#foundation';
import { canonicalType, embeddedChildOf } from '#inventory';
import { requiredTypes } from '#policy';
import { resourceGroupType } from '../resource-group-document.ts';
import { subscriptionType } from '../seed-tenant.ts';
import type { Services } from '../services.ts';
import type { Assigned } from '../policies/assigned-policies.ts';
import { managementGroupOf, subscriptionsBelow } from './scope-subscriptions.ts';
import { type Subject, subjectsOf } from './subject.ts';

type Read = Pick<Services, 'store'>;

const page = 200;

/** The types that any of the policies can hold for, lower case as stored; undefined for every type. */
export function scannedTypes(policies: Iterable<Assigned>): ReadonlySet<string> | undefined {
  const all = new Set<string>();
  for (const { policy } of policies) {
    const types = requiredTypes(policy.plan);
    if (types === undefined) return undefined;
    for (const type of types) all.add(storedType(type));
  }
  return all;
}

/** The type under which resources are stored that policies call by another, or that live in their parents. */
function storedType(type: string): string {
  if (/^microsoft\.resources\/(?:subscriptions\/)?resourcegroups$/.test(type)) return resourceGroupType.toLowerCase();
  return (embeddedChildOf(type)?.parent ?? canonicalType(type)).toLowerCase();
}

/** The subjects at and below a scope: tenant (empty), management group, subscription, group or resource. */
export function* scannedSubjects(
  services: Read,
  scope: string,
  types: ReadonlySet<string> | undefined,
): Generator<Subject> {
  if (armIdKey(scope) !== '/' && managementGroupOf(scope) === undefined) {
    yield* below(services, scope, types);
    return;
  }
  for (const subscription of subscriptionsBelow(services, scope)) {
    if (types === undefined) yield* below(services, subscription.id, undefined);
    else {
      if (types.has(subscriptionType.toLowerCase())) yield* subjectsOf(subscription);
      yield* below(services, subscription.id, withoutSubscriptions(types));
    }
  }
}

function withoutSubscriptions(types: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...types].filter((type) => type !== subscriptionType.toLowerCase()));
}

function* below(services: Read, scope: string, types: ReadonlySet<string> | undefined): Generator<Subject> {
  if (types === undefined) yield* listed(services, { scope });
  else for (const type of types) yield* listed(services, { scope, type });
}

function* listed({ store }: Read, query: { readonly scope: string; readonly type?: string }): Generator<Subject> {
  let after: string | undefined;
  for (;;) {
    const found: readonly ResourceDocument[] = store.resources.list({
      ...query,
      top: page,
      ...(after === undefined ? {} : { after }),
    });
    for (const document of found) yield* subjectsOf(document);
    const last = found.at(-1);
    if (last === undefined || found.length < page) return;
    after = armIdKey(last.id);
  }
}
