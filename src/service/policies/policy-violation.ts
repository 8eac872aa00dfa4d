/**
 * A request that policies deny, in Azure's words.
 *
 * Owns: the error's message, its `PolicyViolation` entries, the names of policies in them. Does not own: what is denied
 * (`enforce-write.ts`).
 *
 * Source: policy reference 10; management API reference 1.3.
 */
import { type Fault, fault, type JsonObject, stringifyJson } from '#foundation';
import type { EvaluatedExpression } from '#policy';
import type { Assigned } from './assigned.ts';

/** Why one policy denies a request. */
export interface Violation {
  readonly assigned: Assigned;
  readonly expressions: readonly EvaluatedExpression[];
  /** An evaluation error, or a conflict of two policies. */
  readonly reason?: string;
}

/** `RequestDisallowedByPolicy` for all that deny; there is at least one. */
export function violationFault(resourceName: string, violations: readonly Violation[]): Fault {
  const messages = violations.map(({ assigned }) => assigned.nonComplianceMessage);
  const known = messages.filter((message) => message !== undefined);
  const start = `Resource '${resourceName}' was disallowed by policy.`;
  const message =
    known.length > 0
      ? `${start} Reasons: ${known.map((each) => `'${each}'`).join(', ')}. See error details for policy resource IDs.`
      : `${start} Policy identifiers: '${stringifyJson(violations.map(({ assigned }) => identifiersOf(assigned)))}'.`;
  return fault('RequestDisallowedByPolicy', message, {
    target: resourceName,
    additionalInfo: violations.map((violation) => ({ type: 'PolicyViolation', info: infoOf(violation) })),
  });
}

function nameOf(shown: string, name: string): string {
  return shown === '' ? name : shown;
}

function identifiersOf(assigned: Assigned): JsonObject {
  const { assignmentId, assignmentName, assignmentDisplayName, definition, definitionId, setDefinition } = assigned;
  return {
    policyAssignment: { name: nameOf(assignmentDisplayName, assignmentName), id: assignmentId },
    policyDefinition: { name: nameOf(definition.displayName, definition.name), id: definitionId },
    ...(setDefinition === undefined || assigned.setDefinitionId === undefined
      ? {}
      : {
          policySetDefinition: {
            name: nameOf(setDefinition.displayName, setDefinition.name),
            id: assigned.setDefinitionId,
          },
        }),
  };
}

function infoOf({ assigned, expressions, reason }: Violation): JsonObject {
  const { definition, setDefinition, setDefinitionId, referenceId } = assigned;
  return {
    policyDefinitionDisplayName: nameOf(definition.displayName, definition.name),
    ...(setDefinition === undefined || setDefinitionId === undefined
      ? {}
      : {
          policySetDefinitionDisplayName: nameOf(setDefinition.displayName, setDefinition.name),
          policySetDefinitionId: setDefinitionId,
          policySetDefinitionName: setDefinition.name,
        }),
    ...(referenceId === undefined ? {} : { policyDefinitionReferenceId: referenceId }),
    evaluationDetails: {
      evaluatedExpressions: expressions.map((each): JsonObject => ({ ...each })),
      ...(reason === undefined ? {} : { reason }),
    },
    policyDefinitionId: assigned.definitionId,
    policyDefinitionName: definition.name,
    policyDefinitionEffect: assigned.effect,
    policyAssignmentId: assigned.assignmentId,
    policyAssignmentName: assigned.assignmentName,
    policyAssignmentDisplayName: nameOf(assigned.assignmentDisplayName, assigned.assignmentName),
    policyAssignmentScope: assigned.scope,
    policyExemptionIds: [],
  };
}
