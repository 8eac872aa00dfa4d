/**
 * What policies do to a write before it happens: change it, deny it, or note it.
 *
 * Owns: which policies are asked, their order, conflicts between them. Does not own: single changes and rules (`#policy`),
 * how a request becomes a resource (`enforce-request.ts`).
 *
 * Invariants
 * EW1. Order: append, modify, then every rule on what came of them; one denial is enough, all are told.
 * EW2. Of modifications that write one field differently those whose conflict effect is `deny` win; two such deny the
 *      request, and without any none of them is made (`modification.ts`).
 * EW3. An evaluation error of a policy that applies denies, whatever its effect.
 * EW4. Not-enforced and exempted policies, and resources that are not selected, are not asked.
 *
 * Source: policy reference 4, 9, 10, 14.
 */
import { armIdKey, type Fault, type Identity, isJsonObject, type JsonObject, memberOf, textMember } from '#foundation';
import {
  appendToResource,
  applies,
  applyChange,
  type Change,
  type EvaluatedExpression,
  evaluateRule,
  looksAtTags,
  type Surroundings,
} from '#policy';
import { isStop } from '#templates';
import { type Subject, surroundingsOf } from '../compliance/subject.ts';
import type { Services } from '../services.ts';
import { type Assigned, assignedFor, policiesOf } from './assigned-policies.ts';
import { byField, changesOf, type Modification, wantedModification, winnersOf } from './modification.ts';
import { type Violation, violationFault } from './policy-violation.ts';

/** A resource as it is about to be written. */
export interface WrittenResource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly subscriptionId: string;
  readonly resourceGroup?: string;
  /** As a GET would answer it afterwards. */
  readonly document: JsonObject;
  readonly apiVersion: string;
  readonly identity: Identity;
  /** A change of tags alone: only policies that look at tags are asked. */
  readonly tagsOnly: boolean;
}

/** What a policy did, for the activity log. */
export interface PolicyNote {
  readonly assigned: Assigned;
  readonly action: 'audit' | 'append' | 'modify' | 'deny';
  /** `evaluatedExpressions` and the reason of an error, as compliance tells them. */
  readonly details: JsonObject;
}

export interface EnforcedWrite {
  readonly subject: Subject;
  /** The resource with what policies changed; the same object when they changed nothing. */
  readonly document: JsonObject;
  readonly notes: readonly PolicyNote[];
  /** Why the request is denied. */
  readonly fault?: Fault;
}

/** What policies say to a request. */
export interface GuardedAnswer {
  readonly subject: Subject;
  /** Why the request is denied. */
  readonly fault?: Fault;
  /** Given when policies changed it. */
  readonly body?: JsonObject;
  readonly notes: readonly PolicyNote[];
}

type Asking = Pick<Services, 'store' | 'log' | 'clock' | 'settings'>;

/** EW1. Undefined when no policy reaches the resource. */
export function enforceWrite(services: Asking, written: WrittenResource): EnforcedWrite | undefined {
  const asked = policiesFor(services, written);
  if (asked.length === 0) return undefined;
  return new Enforcement(services, written, asked).run();
}

/** EW4. */
function policiesFor(services: Asking, { id, type, document, tagsOnly }: WrittenResource): readonly Assigned[] {
  const policies = policiesOf(services);
  const reaching = policies.reaching(id);
  if (reaching.length === 0) return reaching;
  const location = document['location'];
  const selectable = { type, ...(typeof location === 'string' ? { location } : {}) };
  const now = services.clock.now();
  return reaching.flatMap((each) => {
    if (each.enforcementMode === 'DoNotEnforce') return [];
    const own = assignedFor(each, selectable);
    if (own === undefined || quiet.has(own.effect)) return [];
    if (tagsOnly && !looksAtTags(own.policy.plan)) return [];
    return policies.exemptionOf(own, id, now, selectable) === undefined ? [own] : [];
  });
}

/** Effects that a write never asks. */
const quiet: ReadonlySet<string> = new Set(['disabled', 'manual', 'denyAction']);

class Enforcement {
  readonly #written: WrittenResource;
  readonly #asked: readonly Assigned[];
  readonly #base: Surroundings;
  readonly #subject: Subject;
  readonly #notes: PolicyNote[] = [];
  readonly #violations: Violation[] = [];
  #document: JsonObject;

  constructor(services: Asking, written: WrittenResource, asked: readonly Assigned[]) {
    this.#written = written;
    this.#asked = asked;
    this.#document = written.document;
    const { id, type, subscriptionId, resourceGroup, document } = written;
    const [location, tags] = [textMember(document, 'location'), memberOf(document, 'tags')];
    this.#subject = {
      id,
      key: armIdKey(id),
      type,
      subscriptionId,
      ...(resourceGroup === undefined ? {} : { resourceGroup }),
      ...(location === undefined ? {} : { location }),
      tags: isJsonObject(tags) ? tags : {},
      document,
    };
    const [first] = asked as readonly [Assigned];
    this.#base = surroundingsOf(services, first.policy, this.#subject, services.clock.now());
  }

  run(): EnforcedWrite {
    for (const assigned of this.#asked) if (assigned.effect === 'append') this.#append(assigned);
    this.#modify();
    for (const assigned of this.#asked) this.#judge(assigned);
    if (this.#violations.length === 0) return { subject: this.#subject, document: this.#document, notes: this.#notes };
    const fault = violationFault(this.#written.name, this.#violations);
    const notes = this.#violations.map(denialNote);
    return { subject: this.#subject, document: this.#written.document, notes, fault };
  }

  #surroundings({ policy }: Assigned): Surroundings {
    const { apiVersion, identity } = this.#written;
    return Object.create(this.#base, {
      resource: { value: this.#document },
      parameters: { value: policy.parameters },
      policy: { value: policy.identity },
      requestContext: { value: { apiVersion, identity: identityClaims(identity) } },
    }) as Surroundings;
  }

  /** Whether the rule holds on what the resource is now; a denial is noted for an error (EW3). */
  #holds(
    assigned: Assigned,
    surroundings: Surroundings,
  ): { readonly holds: boolean; readonly expressions: readonly EvaluatedExpression[] } {
    const { plan } = assigned.policy;
    if (!applies(plan, assigned.effect, surroundings)) return { holds: false, expressions: [] };
    const { holds, expressions } = evaluateRule(plan.condition, surroundings);
    if (!isStop(holds)) return { holds, expressions };
    this.#deny(assigned, expressions, holds.message);
    return { holds: false, expressions };
  }

  #deny(assigned: Assigned, expressions: readonly EvaluatedExpression[], reason?: string): void {
    if (this.#violations.some((each) => each.assigned === assigned)) return;
    this.#violations.push({ assigned, expressions, ...(reason === undefined ? {} : { reason }) });
  }

  #append(assigned: Assigned): void {
    const { details } = assigned.policy.plan;
    const surroundings = this.#surroundings(assigned);
    const { holds, expressions } = this.#holds(assigned, surroundings);
    if (!holds || details?.kind !== 'append') return;
    const changed = appendToResource(details, surroundings);
    if (isStop(changed)) this.#deny(assigned, expressions, changed.message);
    else if ('conflict' in changed) {
      this.#deny(assigned, expressions, `The field '${changed.conflict}' has another value already.`);
    } else if (changed.changes.length > 0) {
      this.#document = changed.resource;
      this.#notes.push(noteOf(assigned, 'append', expressions));
    }
  }

  /** EW2. */
  #modify(): void {
    const wanted = this.#asked.flatMap((assigned) =>
      assigned.effect === 'modify' ? this.#modification(assigned) : [],
    );
    if (wanted.length === 0) return;
    const made = new Set<Modification>();
    for (const [field, all] of byField(wanted)) {
      for (const one of this.#winners(field, all)) {
        for (const change of changesOf(one, field)) this.#apply(one, change, made);
      }
    }
    for (const { assigned, expressions } of made) this.#notes.push(noteOf(assigned, 'modify', expressions));
  }

  #modification(assigned: Assigned): readonly Modification[] {
    const surroundings = this.#surroundings(assigned);
    const { holds, expressions } = this.#holds(assigned, surroundings);
    const wanted = holds ? wantedModification(assigned, surroundings, expressions) : undefined;
    if (wanted === undefined) return [];
    if (!('stop' in wanted)) return [wanted];
    if (wanted.denies) this.#deny(assigned, expressions, wanted.stop.message);
    return [];
  }

  /** Those of the modifications of one field that are made. */
  #winners(field: string, all: readonly Modification[]): readonly Modification[] {
    const { winners, conflicting } = winnersOf(field, all);
    for (const { assigned, expressions } of conflicting) {
      this.#deny(assigned, expressions, `Another policy gives the field '${field}' another value.`);
    }
    return winners;
  }

  #apply(one: Modification, change: Change, made: Set<Modification>): void {
    const { assigned, denies, expressions } = one;
    const next = applyChange(this.#document, change);
    if (isStop(next)) {
      if (denies) this.#deny(assigned, expressions, next.message);
      return;
    }
    if (next === this.#document) return;
    this.#document = next;
    made.add(one);
  }

  #judge(assigned: Assigned): void {
    const { effect } = assigned;
    if (effect === 'append' || effect === 'modify') return;
    const { holds, expressions } = this.#holds(assigned, this.#surroundings(assigned));
    if (!holds) return;
    if (effect === 'deny') this.#deny(assigned, expressions);
    if (effect === 'audit') this.#notes.push(noteOf(assigned, 'audit', expressions));
  }
}

function noteOf(
  assigned: Assigned,
  action: PolicyNote['action'],
  expressions: readonly EvaluatedExpression[],
  reason?: string,
): PolicyNote {
  const evaluatedExpressions = expressions.map((each): JsonObject => ({ ...each }));
  return { assigned, action, details: { evaluatedExpressions, ...(reason === undefined ? {} : { reason }) } };
}

/** What is told of a denial. */
export function denialNote({ assigned, expressions, reason }: Violation): PolicyNote {
  return noteOf(assigned, 'deny', expressions, reason);
}

/** What `requestContext().identity` tells of the caller. */
function identityClaims(identity: Identity): JsonObject {
  const idtyp = identity.kind === 'User' ? 'user' : 'app';
  return { idtyp, oid: identity.objectId, ...(identity.appId === undefined ? {} : { appid: identity.appId }) };
}
