/**
 * What policies would say of a resource that is not there yet, and which values they leave for its fields.
 *
 * Owns: that evaluation and its answer. Does not own: the language (`#policy`), effects on real writes.
 *
 * Invariants
 * PR1. Nothing is stored and nothing is changed.
 *
 * Source: ARM reference 11; the published REST API of checkPolicyRestrictions.
 */
import {
  armIdKey,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  parseArmId,
  raise,
  textMember,
} from '#foundation';
import {
  appendToResource,
  applies,
  applyChange,
  type Change,
  evaluateRule,
  modifyResource,
  type RuleEvaluation,
} from '#policy';
import { isStop } from '#templates';
import type { Services } from '../services.ts';
import { type Assigned, assignedFor } from '../policies/assigned-policies.ts';
import { complianceOf } from './compliance.ts';
import { type Subject, surroundingsOf } from './subject.ts';

export interface RestrictionRequest {
  /** The path's scope: a management group, subscription or group. */
  readonly scope: string;
  readonly body: Json | undefined;
}

interface PendingField {
  readonly field: string;
  readonly values: readonly string[];
}

/** `{ fieldRestrictions, contentEvaluationResult }`. @throws TocsinError `InvalidRequestContent`. */
export function checkPolicyRestrictions(services: Services, request: RestrictionRequest): JsonObject {
  const { subject, pending, includeAudit } = questionOf(request);
  const evaluated = complianceOf(services)
    .policies.reaching(subject.id)
    .flatMap((reaching) => assignedFor(reaching, subject) ?? [])
    .filter(({ effect, enforcementMode }) => isAsked(effect, includeAudit) && enforcementMode === 'Default');
  return {
    fieldRestrictions: pending.flatMap((field) => {
      const restrictions = evaluated.flatMap((assigned) => restrictionsOf(services, assigned, subject, field));
      return restrictions.length === 0 ? [] : [{ field: field.field, restrictions }];
    }),
    contentEvaluationResult: {
      policyEvaluations: evaluated.flatMap((assigned) => evaluationOf(services, assigned, subject)),
    },
  };
}

function isAsked(effect: Assigned['effect'], includeAudit: boolean): boolean {
  return effect === 'deny' || effect === 'append' || effect === 'modify' || (includeAudit && effect === 'audit');
}

function questionOf({ scope, body }: RestrictionRequest) {
  const details = memberIgnoringCase(body ?? null, 'resourceDetails');
  const content = memberIgnoringCase(details ?? null, 'resourceContent');
  const fields = memberIgnoringCase(body ?? null, 'pendingFields') ?? [];
  if (!isJsonObject(content) && isJsonArray(fields) && fields.length === 0) {
    return raise('InvalidRequestContent', "The request needs 'resourceDetails.resourceContent'.", {
      target: 'resourceDetails',
    });
  }
  if (!isJsonArray(fields)) {
    return raise('InvalidRequestContent', "'pendingFields' must be a list.", { target: 'pendingFields' });
  }
  const pending = fields.map((each, index): PendingField => {
    const field = textMember(each, 'field');
    const values = memberIgnoringCase(each, 'values') ?? [];
    if (field === undefined || !isJsonArray(values)) {
      return raise(
        'InvalidRequestContent',
        `The entry ${index} of 'pendingFields' needs a 'field' and a list of 'values'.`,
        {
          target: `pendingFields[${index}]`,
        },
      );
    }
    return { field, values: values.map(String) };
  });
  const subject = subjectOf(scope, textMember(details, 'scope'), isJsonObject(content) ? content : {}, pending);
  return { subject, pending, includeAudit: memberIgnoringCase(body ?? null, 'includeAuditEffect') === true };
}

/** The resource as it would be: where it is not named, a name of its own below the scope. */
function subjectOf(
  scope: string,
  resourceScope: string | undefined,
  content: JsonObject,
  pending: readonly PendingField[],
): Subject {
  const place = resourceScope === undefined || resourceScope === '' ? scope : resourceScope;
  const type =
    textMember(content, 'type') ?? pending.find(({ field }) => field.toLowerCase() === 'type')?.values[0] ?? '';
  const name = textMember(content, 'name') ?? '';
  const id =
    textMember(content, 'id') ?? (type === '' ? place : `${place}/providers/${type}/${name === '' ? '-' : name}`);
  const parsed = parseArmId(place);
  const location = textMember(content, 'location');
  const tags = memberIgnoringCase(content, 'tags');
  return {
    id,
    key: armIdKey(id),
    type,
    subscriptionId: parsed?.subscriptionId ?? '',
    ...(parsed?.resourceGroup === undefined ? {} : { resourceGroup: parsed.resourceGroup }),
    ...(location === undefined ? {} : { location }),
    tags: isJsonObject(tags) ? tags : {},
    document: { ...content, id, type },
  };
}

function judged(services: Services, assigned: Assigned, subject: Subject): RuleEvaluation | undefined {
  const { plan } = assigned.policy;
  const surroundings = surroundingsOf(services, assigned.policy, subject, services.clock.now());
  if (!applies(plan, assigned.effect, surroundings)) return undefined;
  return evaluateRule(plan.condition, surroundings);
}

function holds(evaluation: RuleEvaluation | undefined): boolean {
  return evaluation !== undefined && (isStop(evaluation.holds) || evaluation.holds);
}

function policyInfo({ assignmentId, definitionId, setDefinitionId, referenceId }: Assigned): JsonObject {
  return {
    policyDefinitionId: definitionId,
    policySetDefinitionId: setDefinitionId ?? null,
    policyDefinitionReferenceId: referenceId ?? null,
    policyAssignmentId: assignmentId,
  };
}

function evaluationOf(services: Services, assigned: Assigned, subject: Subject): readonly JsonObject[] {
  const evaluation = judged(services, assigned, subject);
  if (!holds(evaluation) || evaluation === undefined) return [];
  const reason = isStop(evaluation.holds) ? evaluation.holds.message : (assigned.nonComplianceMessage ?? '');
  return [
    {
      policyInfo: policyInfo(assigned),
      evaluationResult: 'NonCompliant',
      evaluationDetails: {
        evaluatedExpressions: evaluation.expressions.map((each): JsonObject => ({ ...each })),
        ...(reason === '' ? {} : { reason }),
      },
      effectDetails: { policyEffect: assigned.effect },
    },
  ];
}

/** What one policy leaves of one field. */
function restrictionsOf(
  services: Services,
  assigned: Assigned,
  subject: Subject,
  { field, values }: PendingField,
): readonly JsonObject[] {
  const common = {
    policy: policyInfo(assigned),
    policyEffect: assigned.effect,
    reason: assigned.nonComplianceMessage ?? '',
  };
  if (assigned.effect === 'append' || assigned.effect === 'modify') {
    return changesOf(services, assigned, subject)
      .filter((change) => change.field.toLowerCase() === field.toLowerCase())
      .map((change): JsonObject => {
        if (change.operation === 'remove') return { result: 'Removed', ...common };
        const value = typeof change.value === 'string' ? change.value : JSON.stringify(change.value ?? null);
        return { result: 'Required', defaultValue: value, values: [value], ...common };
      });
  }
  const result = assigned.effect === 'audit' ? 'Audit' : 'Deny';
  if (values.length === 0) {
    // Nothing is offered: what breaks the policy as long as the field is missing must be given.
    return holds(judged(services, assigned, subject)) && namesField(assigned, field)
      ? [{ result: 'Required', ...common }]
      : [];
  }
  const broken = values.filter((value) => holds(judged(services, assigned, withField(subject, field, value))));
  return broken.length === 0 || (broken.length === values.length && !namesField(assigned, field))
    ? []
    : [{ result, values: broken, ...common }];
}

function changesOf(services: Services, assigned: Assigned, subject: Subject): readonly Change[] {
  if (!holds(judged(services, assigned, subject))) return [];
  const { details } = assigned.policy.plan;
  const surroundings = surroundingsOf(services, assigned.policy, subject, services.clock.now());
  const changed =
    details?.kind === 'modify'
      ? modifyResource(details, surroundings)
      : details?.kind === 'append'
        ? appendToResource(details, surroundings)
        : undefined;
  return changed === undefined || isStop(changed) || !('changes' in changed) ? [] : changed.changes;
}

function namesField({ policy }: Assigned, field: string): boolean {
  let found = false;
  visitFields(policy.plan.condition, (text) => {
    if (text.toLowerCase() === field.toLowerCase()) found = true;
  });
  return found;
}

function visitFields(condition: Assigned['policy']['plan']['condition'], visit: (text: string) => void): void {
  switch (condition.kind) {
    case 'allOf':
    case 'anyOf':
      for (const each of condition.conditions) visitFields(each, visit);
      return;
    case 'not':
      visitFields(condition.condition, visit);
      return;
    case 'test':
      if (condition.subject.kind === 'field') visit(condition.subject.text);
  }
}

function withField(subject: Subject, field: string, value: string): Subject {
  if (['name', 'type', 'kind', 'location'].includes(field.toLowerCase())) {
    return { ...subject, document: { ...subject.document, [field.toLowerCase()]: value } };
  }
  const document = applyChange(subject.document, { field, operation: 'addOrReplace', value });
  return isStop(document) ? subject : { ...subject, document };
}
