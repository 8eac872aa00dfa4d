/**
 * The summary of compliance: how many resources and policies are in which state, in all and per assignment.
 *
 * Owns: the counting and the roll-up. Does not own: which rows count (`query-policy-states.ts`).
 *
 * Invariants
 * SM1. A resource counts once in each summary, with the first of its states in the roll-up order.
 *
 * Source: policy reference 16, 18; ARM reference 11.
 */
import { isJsonArray, type Json, type JsonObject, memberOf, orThrow, textMember } from '#foundation';
import { planRowQuery } from '#query';
import type { Services } from '../services.ts';
import { RowSource, type StateQuery } from './query-policy-states.ts';
import { stateColumns, type StateRow } from './state-columns.ts';

/** The order in which states win over each other. */
const rollUp = ['NonCompliant', 'Compliant', 'Conflict', 'Exempt', 'Unknown'] as const;

function rankOf(state: string): number {
  const rank = rollUp.findIndex((each) => each === state);
  return rank < 0 ? rollUp.length - 1 : rank;
}

/** The state of each thing, the strongest that was said of it. */
class Tally {
  readonly #ranks = new Map<number | string, number>();

  add(thing: number | string, rank: number): void {
    const before = this.#ranks.get(thing);
    if (before === undefined || rank < before) this.#ranks.set(thing, rank);
  }

  count(rank: number): number {
    let count = 0;
    for (const each of this.#ranks.values()) if (each === rank) count++;
    return count;
  }

  /** `[{ complianceState, count }]`, states that nothing is in left out. */
  details(): readonly JsonObject[] {
    const counts = rollUp.map(() => 0);
    for (const rank of this.#ranks.values()) counts[rank] = (counts[rank] ?? 0) + 1;
    return rollUp.flatMap((state, rank) =>
      (counts[rank] ?? 0) === 0 ? [] : [{ complianceState: state.toLowerCase(), count: counts[rank] ?? 0 }],
    );
  }
}

class Summary {
  readonly resources = new Tally();
  readonly policies = new Tally();
  readonly groups = new Tally();

  add(resource: number, policy: string, groups: readonly string[], rank: number): void {
    this.resources.add(resource, rank);
    this.policies.add(policy, rank);
    for (const group of groups) this.groups.add(`${policy.split('\n')[0] ?? ''}\n${group}`, rank);
  }

  results(uri: string | undefined): JsonObject {
    return {
      ...(uri === undefined ? {} : { queryResultsUri: uri }),
      nonCompliantResources: this.resources.count(0),
      nonCompliantPolicies: this.policies.count(0),
      resourceDetails: this.resources.details(),
      policyDetails: this.policies.details(),
      policyGroupDetails: this.groups.details(),
    };
  }
}

interface DefinitionSummary extends Pick<StateRow['record'], 'definition' | 'reference'> {
  readonly effect: string;
  readonly groups: readonly string[];
  readonly summary: Summary;
}

interface AssignmentSummary {
  readonly setDefinition: string;
  readonly summary: Summary;
  readonly definitions: Map<string, DefinitionSummary>;
}

export interface SummaryOptions {
  /** Makes the address of the rows behind a part of the summary. */
  readonly uriOf: (filter: string | undefined) => string;
}

/** `value[0]` of the answer. @throws TocsinError `InvalidParameter`. */
export async function summarizePolicyStates(
  services: Services,
  query: StateQuery,
  options: SummaryOptions,
): Promise<JsonObject> {
  const { passes } = orThrow(planRowQuery({ filter: query.texts.filter ?? '' }, stateColumns));
  const all = new Summary();
  const assignments = new Map<string, AssignmentSummary>();
  // Resources are numbers in the tallies: their ids are long, and stand in every one of them.
  const numbers = new Map<string, number>();
  for await (const row of new RowSource(services, query).rows()) {
    if (!passes(row)) continue;
    const { record } = row;
    const rank = rankOf(record.state);
    const resource = numbers.get(record.resource) ?? numbers.size;
    numbers.set(record.resource, resource);
    const groups = textsOf(memberOf(record.body, 'groups'));
    const policy = `${record.assignment}\n${record.reference}`;
    all.add(resource, policy, groups, rank);
    const assignment = assignmentOf(assignments, record.assignment, record.setDefinition);
    assignment.summary.add(resource, policy, groups, rank);
    definitionOf(assignment, row, groups).summary.add(resource, policy, groups, rank);
  }
  return {
    '@odata.id': null,
    '@odata.context': null,
    results: all.results(options.uriOf(undefined)),
    policyAssignments: assignmentAnswers(assignments, query.top, options),
  };
}

function textsOf(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function assignmentOf(all: Map<string, AssignmentSummary>, id: string, setDefinition: string): AssignmentSummary {
  const known = all.get(id);
  if (known !== undefined) return known;
  const made: AssignmentSummary = { setDefinition, summary: new Summary(), definitions: new Map() };
  all.set(id, made);
  return made;
}

function definitionOf(
  { definitions }: AssignmentSummary,
  { record }: StateRow,
  groups: readonly string[],
): DefinitionSummary {
  const { definition, reference } = record;
  const key = `${definition}\n${reference}`;
  const known = definitions.get(key);
  if (known !== undefined) return known;
  const effect = (textMember(record.body, 'effect') ?? '').toLowerCase();
  const made = { definition, reference, effect, groups, summary: new Summary() };
  definitions.set(key, made);
  return made;
}

/** The assignments with most non-compliant resources first. */
function assignmentAnswers(
  assignments: ReadonlyMap<string, AssignmentSummary>,
  top: number | undefined,
  { uriOf }: SummaryOptions,
): readonly JsonObject[] {
  const counted = [...assignments].map(([id, assignment]) => ({
    id,
    assignment,
    nonCompliant: assignment.summary.resources.count(0),
  }));
  counted.sort((left, right) => right.nonCompliant - left.nonCompliant || (left.id < right.id ? -1 : 1));
  return counted.slice(0, top ?? counted.length).map(({ id, assignment }) => ({
    policyAssignmentId: id,
    policySetDefinitionId: assignment.setDefinition,
    results: assignment.summary.results(uriOf(`policyAssignmentId eq '${quoted(id)}'`)),
    policyDefinitions: [...assignment.definitions.values()].map(
      ({ definition, reference, effect, groups, summary }): JsonObject => ({
        policyDefinitionId: definition,
        policyDefinitionReferenceId: reference,
        policyDefinitionGroupNames: groups,
        effect,
        results: summary.results(
          uriOf(`policyAssignmentId eq '${quoted(id)}' and policyDefinitionId eq '${quoted(definition)}'`),
        ),
      }),
    ),
    policyGroups: [],
  }));
}

function quoted(text: string): string {
  return text.replaceAll("'", "''");
}
