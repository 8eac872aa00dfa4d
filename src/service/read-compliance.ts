/**
 * Regulatory compliance as a tree: standards and controls added up from their assessments.
 *
 * Owns: the sums. Source: management API reference 5.5.
 */
import { looseMember, looseText, plainToRest } from '#events';
import { armIdKey, type JsonObject } from '#foundation';
import { eventCollections, storedEventOf } from './event-documents.ts';
import type { Services } from './services.ts';

const standardType = 'Microsoft.Security/regulatoryComplianceStandards';

interface ControlAssessment {
  readonly id: string;
  readonly standard: string;
  readonly control: string;
  readonly state: string;
  readonly answer: JsonObject;
}

const pattern =
  /^(.*\/regulatoryComplianceStandards\/([^/]+))(?:\/regulatoryComplianceControls\/([^/]+))\/regulatoryComplianceAssessments\/[^/]+$/i;

/** Those of a subscription, or of one standard only: a list of keys that the store finds by itself. */
function assessmentsOf(
  services: Pick<Services, 'store'>,
  subscriptionId: string,
  standard?: string,
): readonly ControlAssessment[] {
  const below = `/subscriptions/${subscriptionId}/providers/${standardType}/${standard ?? ''}`;
  return services.store.documents
    .list({
      collection: eventCollections.RegulatoryComplianceAssessment,
      ...(standard === undefined ? { parent: subscriptionId.toLowerCase() } : { below: armIdKey(below) }),
    })
    .flatMap((document) => {
      const { id, body } = storedEventOf(document);
      const found = pattern.exec(id);
      if (found === null) return [];
      const state = looseText(looseMember(body, 'properties'), 'state') ?? 'Unsupported';
      return [{ id, standard: found[2] as string, control: found[3] as string, state, answer: plainToRest(body, id) }];
    });
}

const states = ['Passed', 'Failed', 'Skipped', 'Unsupported'] as const;

function count(items: readonly { readonly state: string }[], state: string): number {
  return items.filter((item) => item.state.toLowerCase() === state.toLowerCase()).length;
}

/** One failure fails the whole; else one pass passes it; what is only skipped is skipped. */
function stateOf(items: readonly { readonly state: string }[]): string {
  for (const state of ['Failed', 'Passed', 'Skipped'] as const) if (count(items, state) > 0) return state;
  return 'Unsupported';
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item).toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

interface Control {
  readonly name: string;
  readonly state: string;
  readonly assessments: readonly ControlAssessment[];
}

function controlsOf(assessments: readonly ControlAssessment[]): readonly Control[] {
  return [...groupedBy(assessments, ({ control }) => control).values()].map((group) => ({
    name: group[0]?.control ?? '',
    state: stateOf(group),
    assessments: group,
  }));
}

/** Answers of a path below `regulatoryComplianceStandards`; undefined where there is nothing. */
export interface ComplianceReader {
  standards(): readonly JsonObject[];
  standard(name: string): JsonObject | undefined;
  controls(standard: string): readonly JsonObject[];
  control(standard: string, control: string): JsonObject | undefined;
  assessments(standard: string, control: string): readonly JsonObject[];
  assessment(standard: string, control: string, name: string): JsonObject | undefined;
}

export function readCompliance(services: Pick<Services, 'store'>, subscriptionId: string): ComplianceReader {
  const scope = `/subscriptions/${subscriptionId}/providers/${standardType}`;
  const named = (items: readonly JsonObject[], name: string): JsonObject | undefined =>
    items.find((item) => (looseText(item, 'name') ?? '').toLowerCase() === name.toLowerCase());
  const of = (standard: string): readonly ControlAssessment[] => assessmentsOf(services, subscriptionId, standard);
  const standardOf = (group: readonly ControlAssessment[]): JsonObject => {
    const name = group[0]?.standard ?? '';
    const controls = controlsOf(group);
    const counts = Object.fromEntries(
      states.map((state) => [`${state.toLowerCase()}Controls`, count(controls, state)]),
    );
    return { id: `${scope}/${name}`, name, type: standardType, properties: { state: stateOf(controls), ...counts } };
  };
  const reader: ComplianceReader = {
    standards: () =>
      [...groupedBy(assessmentsOf(services, subscriptionId), ({ standard }) => standard).values()].map(standardOf),
    standard: (name) => {
      const group = of(name);
      return group.length === 0 ? undefined : standardOf(group);
    },
    controls: (standard) =>
      controlsOf(of(standard)).map(({ name, state, assessments }) => ({
        id: `${scope}/${assessments[0]?.standard ?? standard}/regulatoryComplianceControls/${name}`,
        name,
        type: `${standardType}/regulatoryComplianceControls`,
        properties: {
          description: name,
          state,
          passedAssessments: count(assessments, 'Passed'),
          failedAssessments: count(assessments, 'Failed'),
          skippedAssessments: count(assessments, 'Skipped'),
        },
      })),
    control: (standard, control) => named(reader.controls(standard), control),
    assessments: (standard, control) =>
      of(standard)
        .filter((each) => each.control.toLowerCase() === control.toLowerCase())
        .map(({ answer }) => answer),
    assessment: (standard, control, name) => named(reader.assessments(standard, control), name),
  };
  return reader;
}
