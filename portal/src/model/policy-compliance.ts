/**
 * Compliance in figures and reasons.
 *
 * Owns: the share, the order of states, conditions in words, the queries that count. Source: policy reference 16, 18.
 */
import { kqlText, whereIn } from './kql-text.ts';
import { searchOf } from './policy-search.ts';

export const complianceStates = ['NonCompliant', 'Compliant', 'Exempt', 'Conflict', 'Unknown'];

export interface StateCounts {
  readonly resources: number;
  readonly nonCompliant: number;
  readonly conflict: number;
  readonly exempt: number;
  readonly unknown: number;
}

export const noStates: StateCounts = { resources: 0, nonCompliant: 0, conflict: 0, exempt: 0, unknown: 0 };

/** From 0 to 1; undefined where nothing is judged. What is exempt or unknown does not count against. */
export function complianceShare({ resources, nonCompliant, conflict }: StateCounts): number | undefined {
  return resources === 0 ? undefined : (resources - nonCompliant - conflict) / resources;
}

/** `66%`; whole only when all are. */
export function shareText(share: number | undefined): string {
  if (share === undefined) return '–';
  return `${share === 1 ? 100 : Math.min(99, Math.round(share * 100))}%`;
}

// --- Queries ------------------------------------------------------------------------------------------------------

const stateType = 'microsoft.policyinsights/policystates';
const columns =
  'resources = count(), nonCompliant = countif(worst == 4), conflict = countif(worst == 2), exempt = countif(worst == 1), unknown = countif(worst == 0)';

/** States with one row for each resource of each assignment: the worst of its policies. */
function worstStates(conditions: string, by: string): string {
  return [
    'PolicyResources',
    `| where type =~ ${kqlText(stateType)}`,
    '| extend aid = tolower(tostring(properties.policyAssignmentId)), rid = tolower(tostring(properties.resourceId)), state = tostring(properties.complianceState)',
    conditions,
    "| extend weight = case(state == 'NonCompliant', 4, state == 'Compliant', 3, state == 'Conflict', 2, state == 'Exempt', 1, 0)",
    `| summarize worst = max(weight) by ${by}`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** One row: the figures of all resources, or of those of one assignment. */
export function overallQuery(assignmentId?: string): string {
  const conditions = assignmentId === undefined ? '' : `| where aid =~ ${kqlText(assignmentId)}`;
  return `${worstStates(conditions, 'rid')}\n| summarize ${columns}`;
}

export interface ComplianceSearch {
  readonly text: string;
  /** `NonCompliant`, `Compliant`, `None`. */
  readonly states: readonly string[];
  readonly order: string;
}

export const assignmentStates = ['NonCompliant', 'Compliant', 'None'];
const orders = ['displayName', 'nonCompliant', 'share', 'resources'];

/** Assignments with their figures, the least compliant first unless told. */
export function complianceQuery({ text, states, order }: ComplianceSearch): string {
  const [column = '', direction = 'asc'] = order.split(' ');
  return [
    'PolicyResources',
    "| where type =~ 'microsoft.authorization/policyassignments'",
    '| extend displayName = iff(isempty(properties.displayName), name, tostring(properties.displayName)), scope = tostring(properties.scope), definitionId = tostring(properties.policyDefinitionId), aid = tolower(id)',
    searchOf(text),
    `| join kind=leftouter (\n${worstStates('', 'aid, rid')}\n| summarize ${columns} by aid\n) on aid`,
    '| extend resources = coalesce(resources, 0), nonCompliant = coalesce(nonCompliant, 0), conflict = coalesce(conflict, 0), exempt = coalesce(exempt, 0), unknown = coalesce(unknown, 0)',
    "| extend state = case(nonCompliant > 0, 'NonCompliant', resources > 0, 'Compliant', 'None'), share = iff(resources == 0, 2.0, 1.0 * (resources - nonCompliant - conflict) / resources)",
    states.length === 0 ? '' : whereIn('state', states, assignmentStates),
    '| project id, name, displayName, scope, definitionId, state, resources, nonCompliant, conflict, exempt, unknown, share',
    `| order by ${orders.includes(column) ? column : 'share'} ${direction === 'desc' ? 'desc' : 'asc'}, displayName asc, id asc`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

export interface StateSearch {
  readonly assignmentId: string;
  readonly text: string;
  readonly states: readonly string[];
}

/** The resources of an assignment, one row for each policy that judges one. */
export function stateQuery({ assignmentId, text, states }: StateSearch): string {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return [
    'PolicyResources',
    `| where type =~ ${kqlText(stateType)}`,
    `| where tostring(properties.policyAssignmentId) =~ ${kqlText(assignmentId)}`,
    '| extend resourceId = tostring(properties.resourceId), resourceType = tostring(properties.resourceType), state = tostring(properties.complianceState), definitionId = tostring(properties.policyDefinitionId), reference = tostring(properties.policyDefinitionReferenceId), time = tostring(properties.timestamp), location = tostring(properties.resourceLocation)',
    states.length === 0 ? '' : whereIn('state', states, complianceStates),
    ...words.map((word) => `| where resourceId contains ${kqlText(word)}`),
    '| project id, resourceId, resourceType, state, definitionId, reference, time, location',
    '| order by resourceId asc, reference asc, id asc',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** What can be remediated: policies that act, with the number of resources that are not compliant. */
export function remediableQuery(text: string): string {
  return [
    'PolicyResources',
    `| where type =~ ${kqlText(stateType)}`,
    "| where tostring(properties.complianceState) == 'NonCompliant' and tostring(properties.policyDefinitionAction) in~ ('deployifnotexists', 'modify')",
    '| summarize resources = count() by aid = tolower(tostring(properties.policyAssignmentId)), definitionId = tolower(tostring(properties.policyDefinitionId)), reference = tostring(properties.policyDefinitionReferenceId), effect = tostring(properties.policyDefinitionAction)',
    `| join kind=inner (\nPolicyResources\n| where type =~ 'microsoft.authorization/policyassignments'\n| project assignmentId = id, aid = tolower(id), displayName = iff(isempty(properties.displayName), name, tostring(properties.displayName)), scope = tostring(properties.scope)\n) on aid`,
    "| project id = strcat(assignmentId, '#', reference), assignmentId, displayName, scope, definitionId, reference, effect, resources",
    searchOf(text),
    '| order by resources desc, displayName asc, id asc',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

// --- Reasons ------------------------------------------------------------------------------------------------------

export interface EvaluatedExpression {
  readonly result?: string;
  readonly expressionKind?: string;
  readonly expression?: string;
  readonly path?: string;
  readonly expressionValue?: unknown;
  readonly targetValue?: unknown;
  readonly operator?: string;
}

export interface EvaluationDetails {
  readonly reason?: string;
  readonly evaluatedExpressions?: readonly EvaluatedExpression[];
  readonly ifNotExistsDetails?: { readonly resourceId?: string; readonly totalResources?: number };
}

export interface Reason {
  readonly field: string;
  /** `equals "High"` */
  readonly expected: string;
  readonly found: string;
  readonly holds: boolean;
}

const operatorWords: Readonly<Record<string, string>> = {
  NotEquals: 'does not equal',
  NotIn: 'is not in',
  In: 'is in',
  NotContains: 'does not contain',
  NotLike: 'is not like',
  NotMatch: 'does not match',
  ContainsKey: 'has the key',
  NotContainsKey: 'has not the key',
  Less: 'is less than',
  LessOrEquals: 'is at most',
  Greater: 'is greater than',
  GreaterOrEquals: 'is at least',
};

const shown = (value: unknown): string => {
  if (value === undefined || value === null || value === '') return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** A condition: what it looks at, what it asks for, what was there. */
export function reasonOf({
  result,
  expression,
  path,
  expressionValue,
  targetValue,
  operator = '',
}: EvaluatedExpression): Reason {
  return {
    field: path || expression || '–',
    expected: `${operatorWords[operator] ?? operator.toLowerCase()} ${shown(targetValue)}`.trim(),
    found: shown(expressionValue),
    holds: /^true$/i.test(result ?? ''),
  };
}

/** What a policy that looks for another resource has found; undefined for all others. */
export function existenceText({ ifNotExistsDetails }: EvaluationDetails): string | undefined {
  const total = ifNotExistsDetails?.totalResources;
  if (total === undefined) return undefined;
  if (total === 0) return 'The resource that the policy looks for is not there.';
  const [noun, verb] = total === 1 ? ['resource', 'does'] : ['resources', 'do'];
  return `${total} ${noun} of the type that the policy looks for ${total === 1 ? 'is' : 'are'} there, but ${verb} not meet its existence condition.`;
}

/** Values of parameters out of their JSON; empty where it is none. */
export function valuesOfText(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const given = JSON.parse(text ?? '') as Readonly<Record<string, { readonly value?: unknown }>>;
    return Object.fromEntries(Object.entries(given).map(([name, held]) => [name, held.value]));
  } catch {
    return {};
  }
}
