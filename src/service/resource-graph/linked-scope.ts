/**
 * Queries over linked subscriptions: which cloud answers them.
 *
 * Owns: telling the scope of a query apart. Does not own: the call (`linked/pass-through.ts`), who may read (`#api`).
 *
 * Invariants
 * LQ1. A query is answered here or by one cloud with one credential; one that mixes them is refused, never answered in part.
 */
import { stringifyJson } from '#foundation';
import { linkOf, subscriptionTarget } from '../linked/linked-subscriptions.ts';
import type { LinkTarget } from '../linked/pass-through.ts';
import type { Services } from '../services.ts';
import type { GraphFault, GraphRequest } from './graph-request.ts';

/** The cloud of a query's subscriptions; undefined where they are kept here, a fault where they are not of one place (LQ1). */
export function linkedScope(
  services: Pick<Services, 'store'>,
  { subscriptions = [] }: GraphRequest,
): LinkTarget | GraphFault | undefined {
  const targets = subscriptions.flatMap((id) => {
    const link = linkOf(services, id);
    return link === undefined ? [] : [subscriptionTarget(link)];
  });
  const [first, ...others] = targets;
  if (first === undefined) return undefined;
  const place = ({ root, authority, credential }: LinkTarget): string =>
    stringifyJson([root, authority, { ...credential }]);
  if (targets.length === subscriptions.length && others.every((other) => place(other) === place(first))) return first;
  return {
    kind: 'graph-fault',
    code: 'InvalidRequest',
    message:
      'The subscriptions of a query must all be kept here, or all be linked with one credential to one cloud; ask each place by itself.',
  };
}
