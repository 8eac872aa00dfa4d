/**
 * Whether a policy has anything to say about a resource: no row is written where it has not.
 *
 * Owns: modes, and the part of a rule that looks at type, name and kind. Does not own: scopes and exclusions of assignments.
 *
 * Invariants
 * AP1. A condition on anything else is open, under `not` too; what is open in the end applies.
 *
 * Source: policy reference 2, 9.
 */
import { stringifyJson, textMember } from '#foundation';
import { isStop } from '#templates';
import type { Effect } from './effect.ts';
import { evaluateRule } from './evaluate-rule.ts';
import type { Surroundings } from './functions.ts';
import type { PolicyPlan } from './parse-definition.ts';
import { type Condition, visitTests } from './rule.ts';

/** Whether the policy applies to the resource; existence effects apply where their whole rule holds or cannot be told. */
export function applies(plan: PolicyPlan, effect: Effect, surroundings: Surroundings): boolean {
  if (effect === 'disabled' || !fitsMode(plan, surroundings)) return false;
  if (isSubscription(surroundings) && looksAtLocation(plan.condition)) return false;
  if (effect === 'auditIfNotExists' || effect === 'deployIfNotExists') {
    const { holds } = evaluateRule(plan.condition, surroundings);
    return isStop(holds) || holds;
  }
  return judge(plan.condition, surroundings, deciding(plan.condition)) !== false;
}

const groupType = 'microsoft.resources/subscriptions/resourcegroups';
const subscriptionType = 'microsoft.resources/subscriptions';

function typeOf({ resource }: Surroundings): string {
  const type = (textMember(resource, 'type') ?? '').toLowerCase();
  return type === 'microsoft.resources/resourcegroups' ? groupType : type;
}

function isSubscription(surroundings: Surroundings): boolean {
  return typeOf(surroundings) === subscriptionType;
}

function fitsMode({ mode }: PolicyPlan, surroundings: Surroundings): boolean {
  if (mode === 'data') return false;
  const type = typeOf(surroundings);
  const isContainer = type === groupType || type === subscriptionType;
  if (mode === 'all') return isContainer || !type.startsWith('microsoft.resources/');
  return !isContainer && textMember(surroundings.resource, 'location') !== undefined;
}

function looksAtLocation(condition: Condition): boolean {
  let found = false;
  visitTests(condition, ({ subject }) => {
    if (subject.kind === 'field' && subject.text.toLowerCase() === 'location') found = true;
  });
  return found;
}

/** Whether the rule, or a change it makes, is about tags: nothing else is asked when only tags change. */
export function looksAtTags({ condition, details }: PolicyPlan): boolean {
  let found = false;
  visitTests(condition, ({ subject }) => {
    const text = subject.kind === 'count' ? '' : subject.kind === 'field' ? subject.text : stringifyJson(subject.text);
    if (/(?:^|['"(])tags\b/i.test(text) || /^\[.*tags/i.test(text)) found = true;
  });
  if (found || (details?.kind !== 'modify' && details?.kind !== 'append')) return found;
  const changes = details.kind === 'modify' ? details.operations : details.entries;
  return changes.some(
    ({ field }) => field.kind !== 'constant' || (typeof field.value === 'string' && /^tags\b/i.test(field.value)),
  );
}

type Deciding = ReadonlySet<string>;

/** Which of type, name and kind count: alone, name and kind do not; beside the type only it does. */
function deciding(condition: Condition): Deciding {
  const fields = new Set<string>();
  let others = false;
  visitTests(condition, ({ subject }) => {
    const field = subject.kind === 'field' ? subject.text.toLowerCase() : '';
    if (field === 'type' || field === 'name' || field === 'kind') fields.add(field);
    else others = true;
  });
  if (others || fields.size === 3) return fields;
  return new Set(fields.has('type') ? ['type'] : []);
}

/** True, false, or undefined where a condition on something else leaves it open. */
function judge(condition: Condition, surroundings: Surroundings, fields: Deciding): boolean | undefined {
  switch (condition.kind) {
    case 'not': {
      const inner = judge(condition.condition, surroundings, fields);
      return inner === undefined ? undefined : !inner;
    }
    case 'allOf':
    case 'anyOf': {
      const decisive = condition.kind === 'anyOf';
      const judged = condition.conditions.map((each) => judge(each, surroundings, fields));
      if (judged.includes(decisive)) return decisive;
      return judged.includes(undefined) ? undefined : !decisive;
    }
    case 'test': {
      const { subject } = condition;
      if (subject.kind !== 'field' || !fields.has(subject.text.toLowerCase())) return undefined;
      const { holds } = evaluateRule(condition, surroundings);
      return isStop(holds) ? undefined : holds;
    }
  }
}
