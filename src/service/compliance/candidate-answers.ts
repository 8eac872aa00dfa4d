/**
 * Whether any related resource satisfies, remembered for all resources that ask the same.
 *
 * Owns: which answers may be shared, and what commits make of them. Does not own: finding candidates (`candidates.ts`).
 *
 * Invariants
 * CN1. An answer is shared only when its evaluation read nothing of the resource that asked (`watchedSurroundings`).
 * CN2. A write of a candidate costs one evaluation of that candidate, a deletion none: two thousand resources that look at a
 *      thousand others take three thousand evaluations, not two million.
 * CN3. At most `mostKept` candidates are remembered, over all answers.
 *
 * Source: policy reference 11, 20.
 */
import { armIdKey, type Json, type Store, type Write } from '#foundation';
import {
  type AssignedPolicy,
  type CandidateQuery,
  type ExistenceDetails,
  isNamed,
  isSatisfying,
  type Surroundings,
  watchedSurroundings,
} from '#policy';
import { isStop } from '#templates';
import { isObservedStore } from '../commit-feed.ts';
import type { Services } from '../services.ts';
import { candidatesOf, sharedList } from './candidates.ts';
import { policyDocument, type Subject } from './subject.ts';

type Read = Pick<Services, 'store'>;

export interface CandidateAnswer {
  readonly satisfied: boolean;
  /** How many were looked at, the last one's id, and why one could not be evaluated. */
  readonly total: number;
  readonly last?: Json;
  readonly reason?: string;
}

export interface CandidateQuestion {
  readonly policy: AssignedPolicy;
  readonly details: ExistenceDetails;
  readonly query: CandidateQuery;
  readonly subject: Subject;
  readonly surroundings: Surroundings;
}

const mostKept = 200_000;
const mostChanged = 500;

interface Satisfied {
  readonly by: string;
  readonly answer: CandidateAnswer;
}

interface Kept {
  readonly policy: AssignedPolicy;
  readonly name: string | undefined;
  /** Lower case, as stored. */
  readonly type: string;
  readonly inParents: boolean;
  /** CN1 does not hold for this policy here: every resource is answered by itself. */
  readonly isPersonal: boolean;
  /** The candidate that satisfies; the others need not be known then. */
  readonly satisfied?: Satisfied;
  /** Keys of all candidates, none of which satisfies. */
  readonly looked: Set<string>;
  last: string;
  /** Keys of candidates that were written since. */
  readonly changed: Set<string>;
}

/** Whether any candidate satisfies, for one resource. */
export function candidateAnswer(services: Read, question: CandidateQuestion): CandidateAnswer {
  const place = sharedList(question.query, question.subject);
  const answers = place === undefined ? undefined : answersOf(services.store);
  if (place === undefined || answers === undefined) return lookThrough(services, question).answer;
  return answers.answer(services, question, place);
}

const answersOfStores = new WeakMap<Store, CandidateAnswers>();

/** None where commits are not told. */
function answersOf(store: Store): CandidateAnswers | undefined {
  if (!isObservedStore(store)) return undefined;
  const known = answersOfStores.get(store);
  if (known !== undefined) return known;
  const made = new CandidateAnswers();
  store.onCommit((writes) => made.follow(writes));
  answersOfStores.set(store, made);
  return made;
}

class CandidateAnswers {
  /** By key of the scope that is listed. */
  readonly #places = new Map<string, Kept[]>();
  #size = 0;

  answer(services: Read, question: CandidateQuestion, place: NonNullable<ReturnType<typeof sharedList>>) {
    const scope = armIdKey(place.scope);
    const { policy, query } = question;
    const kept = this.#places.get(scope)?.find((each) => {
      return each.policy === policy && each.name === query.name && each.type === place.type.toLowerCase();
    });
    const remembered = kept === undefined ? undefined : this.#remembered(services, question, kept);
    if (remembered !== undefined) return remembered;
    if (kept !== undefined && !kept.isPersonal) this.#drop(scope, kept);
    const { answer, looked, satisfied, isPersonal } = lookThrough(services, question);
    if (kept?.isPersonal === true) return answer;
    const keys = isPersonal || satisfied !== undefined ? [] : looked;
    this.#keep(scope, {
      policy,
      name: query.name,
      type: place.type.toLowerCase(),
      inParents: place.inParents,
      isPersonal,
      ...(satisfied === undefined ? {} : { satisfied }),
      looked: new Set(keys),
      last: keys.at(-1) ?? '',
      changed: new Set(),
    });
    return answer;
  }

  follow(writes: readonly Write[]): void {
    if (this.#places.size === 0) return;
    for (const write of writes) {
      if (write.kind === 'putResource') this.#changed(armIdKey(write.resource.id), write.resource.type.toLowerCase());
      else if (write.kind === 'deleteResource') this.#changed(armIdKey(write.id), undefined);
    }
  }

  #changed(key: string, type: string | undefined): void {
    const scopes = /^(\/subscriptions\/[^/]+)(\/resourcegroups\/[^/]+)?/.exec(key);
    if (scopes === null) return;
    const [group = '', subscription = ''] = scopes;
    for (const scope of group === subscription ? [group] : [subscription, group]) {
      for (const kept of this.#places.get(scope) ?? []) {
        if (kept.isPersonal || (type !== undefined && type !== kept.type)) continue;
        if (kept.inParents || kept.changed.size >= mostChanged) this.#drop(scope, kept);
        else if (type !== undefined || kept.looked.has(key) || kept.satisfied?.by === key) kept.changed.add(key);
      }
    }
  }

  /** What is remembered, brought up to date (CN2); undefined when all must be looked at again. */
  #remembered({ store }: Read, question: CandidateQuestion, kept: Kept): CandidateAnswer | undefined {
    if (kept.isPersonal) return undefined;
    if (kept.satisfied !== undefined) {
      if (kept.changed.has(kept.satisfied.by)) return undefined;
      kept.changed.clear();
      return kept.satisfied.answer;
    }
    for (const key of kept.changed) {
      const found = store.resources.get(key);
      if (found === undefined) {
        if (key === kept.last) return undefined;
        this.#size -= kept.looked.delete(key) ? 1 : 0;
        continue;
      }
      const document = policyDocument(found);
      if (!isNamed(document, kept.name)) continue;
      const { surroundings, wasRead } = watchedSurroundings(question.surroundings);
      if (isSatisfying(question.details, surroundings, document) !== false || wasRead()) return undefined;
      this.#size += kept.looked.has(key) ? 0 : 1;
      kept.looked.add(key);
      if (key > kept.last) kept.last = key;
    }
    kept.changed.clear();
    const last = kept.last === '' ? undefined : (store.resources.get(kept.last)?.id ?? kept.last);
    return { satisfied: false, total: kept.looked.size, ...(last === undefined ? {} : { last }) };
  }

  #keep(scope: string, kept: Kept): void {
    // Policies that are not compiled that way any more ask no more: their answers go with the rest.
    if (kept.looked.size > mostKept) return;
    if (this.#size + kept.looked.size > mostKept) this.#clear();
    this.#size += kept.looked.size + 1;
    this.#places.set(scope, [...(this.#places.get(scope) ?? []), kept]);
  }

  #drop(scope: string, kept: Kept): void {
    const left = (this.#places.get(scope) ?? []).filter((each) => each !== kept);
    if (left.length === 0) this.#places.delete(scope);
    else this.#places.set(scope, left);
    this.#size -= kept.looked.size + 1;
  }

  #clear(): void {
    this.#places.clear();
    this.#size = 0;
  }
}

interface Look {
  readonly answer: CandidateAnswer;
  readonly looked: readonly string[];
  readonly satisfied?: Satisfied;
  /** Something of the resource that asks was read, or a candidate could not be evaluated. */
  readonly isPersonal: boolean;
}

function lookThrough(services: Read, { details, query, subject, surroundings }: CandidateQuestion): Look {
  const watched = watchedSurroundings(surroundings);
  const looked: string[] = [];
  let last: Json | undefined;
  let reason: string | undefined;
  for (const candidate of candidatesOf(services, query, subject)) {
    last = candidate['id'];
    const key = armIdKey(typeof last === 'string' ? last : '');
    looked.push(key);
    const satisfying = isSatisfying(details, watched.surroundings, candidate);
    if (isStop(satisfying)) reason = satisfying.message;
    else if (satisfying) {
      const answer = { satisfied: true, total: looked.length, ...(last === undefined ? {} : { last }) };
      return { answer, looked, satisfied: { by: key, answer }, isPersonal: watched.wasRead() };
    }
  }
  const told = { ...(last === undefined ? {} : { last }), ...(reason === undefined ? {} : { reason }) };
  const answer = { satisfied: false, total: looked.length, ...told };
  return { answer, looked, isPersonal: watched.wasRead() || reason !== undefined };
}
