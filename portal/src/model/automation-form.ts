/**
 * The pane's fields and the automation they stand for, both ways.
 *
 * Owns: the rule sets each choice writes, and whether the fields can show what an automation has.
 * Source: domain reference 4 and 5.
 *
 * Invariants
 * A1. `conditionsOf(sourcesOf(c))` is `c` for all conditions that the pane can be in.
 * A2. What the fields cannot show is never rewritten: the answer is undefined and the pane edits the text instead.
 */

export type EventSource = 'Alerts' | 'Assessments' | 'RegulatoryComplianceAssessment';

export const alertSeverities = ['High', 'Medium', 'Low', 'Informational'] as const;
export const recommendationSeverities = ['High', 'Medium', 'Low'] as const;
export const recommendationStates = ['Healthy', 'Unhealthy', 'Not applicable'] as const;
export const controlStates = ['Failed', 'Passed', 'Skipped', 'Unsupported'] as const;

export interface Conditions {
  readonly dataType: EventSource;
  readonly alertName: string;
  readonly alertSeverities: readonly string[];
  /** Assessment keys; empty means all. */
  readonly recommendationNames: readonly string[];
  readonly recommendationSeverities: readonly string[];
  readonly recommendationStates: readonly string[];
  /** Names of standards; empty means all. */
  readonly standards: readonly string[];
  readonly controlStates: readonly string[];
}

export const firstConditions: Conditions = {
  dataType: 'Alerts',
  alertName: '',
  alertSeverities: ['High', 'Medium', 'Low'],
  recommendationNames: [],
  recommendationSeverities: [...recommendationSeverities],
  recommendationStates: [...recommendationStates],
  standards: [],
  controlStates: [...controlStates],
};

export interface Rule {
  readonly propertyJPath: string;
  readonly propertyType: string;
  readonly expectedValue: string;
  readonly operator: string;
}

export interface Source {
  readonly eventSource: string;
  readonly ruleSets?: readonly { readonly rules: readonly Rule[] }[] | null;
}

const rule = (propertyJPath: string, operator: string, expectedValue: string): Rule => ({
  propertyJPath,
  propertyType: 'string',
  expectedValue,
  operator,
});

/** `Not applicable` is `notapplicable` in a rule. */
const stateValue = (state: string): string => state.toLowerCase().replaceAll(' ', '');

/** Every combination of one rule from each list, the last list varying fastest. */
function combinations(lists: readonly (readonly Rule[])[]): { readonly rules: readonly Rule[] }[] {
  const sets = lists.reduce<readonly (readonly Rule[])[]>(
    (found, list) => found.flatMap((before) => list.map((one) => [...before, one])),
    [[]],
  );
  return sets.map((rules) => ({ rules }));
}

/** The one source that the conditions mean. */
export function sourcesOf(conditions: Conditions): readonly Source[] {
  return [{ eventSource: conditions.dataType, ruleSets: ruleSetsOf(conditions) }];
}

function ruleSetsOf(conditions: Conditions): readonly { readonly rules: readonly Rule[] }[] {
  if (conditions.dataType === 'Alerts') {
    const name =
      conditions.alertName === ''
        ? rule('Version', 'Contains', '3.')
        : rule('AlertDisplayName', 'Contains', conditions.alertName);
    const severities = conditions.alertSeverities.map((each) => rule('Severity', 'Equals', each.toLowerCase()));
    return combinations([[name], severities]);
  }
  if (conditions.dataType === 'Assessments') {
    const names =
      conditions.recommendationNames.length === 0
        ? [rule('type', 'Contains', 'Microsoft.Security/assessments')]
        : conditions.recommendationNames.map((name) => rule('name', 'Contains', name));
    return combinations([
      names,
      conditions.recommendationSeverities.map((each) => rule('properties.metadata.severity', 'Equals', each)),
      conditions.recommendationStates.map((each) => rule('properties.status.code', 'Equals', stateValue(each))),
    ]);
  }
  return complianceRuleSets(conditions);
}

function complianceRuleSets({ standards, controlStates: states }: Conditions): { readonly rules: readonly Rule[] }[] {
  const allStates = states.length === controlStates.length;
  const lists = [
    ...(standards.length === 0 ? [] : [standards.map((each) => rule('id', 'Contains', each))]),
    ...(allStates ? [] : [states.map((each) => rule('properties.state', 'Equals', each))]),
  ];
  return lists.length === 0 ? [] : combinations(lists);
}

/** The conditions that sources mean; undefined when the fields cannot show them (A2). */
export function conditionsOf(sources: readonly Source[]): Conditions | undefined {
  const source = sources[0];
  if (source === undefined || sources.length !== 1) return undefined;
  const guess = guessOf(source);
  if (guess === undefined) return undefined;
  return sameSets(ruleSetsOf(guess), source.ruleSets ?? []) ? guess : undefined;
}

/** What the fields would hold if the source was written by them. */
function guessOf(source: Source): Conditions | undefined {
  const rules = (source.ruleSets ?? []).flatMap((set) => set.rules);
  const values = (path: string): string[] => [
    ...new Set(rules.filter(({ propertyJPath }) => propertyJPath === path).map(({ expectedValue }) => expectedValue)),
  ];
  const named = (all: readonly string[], path: string): string[] =>
    values(path).flatMap((value) => all.filter((each) => stateValue(each) === value.toLowerCase()));
  const base = { ...firstConditions };
  switch (source.eventSource) {
    case 'Alerts':
      return {
        ...base,
        dataType: 'Alerts',
        alertName: values('AlertDisplayName')[0] ?? '',
        alertSeverities: named(alertSeverities, 'Severity'),
      };
    case 'Assessments':
      return {
        ...base,
        dataType: 'Assessments',
        recommendationNames: values('name'),
        recommendationSeverities: named(recommendationSeverities, 'properties.metadata.severity'),
        recommendationStates: named(recommendationStates, 'properties.status.code'),
      };
    case 'RegulatoryComplianceAssessment': {
      const states = named(controlStates, 'properties.state');
      return {
        ...base,
        dataType: 'RegulatoryComplianceAssessment',
        standards: values('id'),
        controlStates: states.length === 0 ? [...controlStates] : states,
      };
    }
    default:
      return undefined;
  }
}

type RuleSets = readonly { readonly rules: readonly Rule[] }[];

/** The same sets whatever their order. Published conditions on states say `Contains` where ours say `Equals`. */
function sameSets(ours: RuleSets, theirs: RuleSets): boolean {
  const texts = (sets: RuleSets): string[] => sets.map(({ rules }) => rules.map(ruleText).sort().join('\n')).sort();
  return JSON.stringify(texts(ours)) === JSON.stringify(texts(theirs));
}

function ruleText({ propertyJPath, propertyType, operator, expectedValue }: Rule): string {
  const isState = propertyJPath === 'properties.status.code' && /^(?:contains|equals)$/i.test(operator);
  const exact = propertyJPath === 'AlertDisplayName' || propertyJPath === 'id' || propertyJPath === 'name';
  const value = exact ? expectedValue : expectedValue.toLowerCase();
  return [propertyJPath, propertyType.toLowerCase(), isState ? 'state' : operator.toLowerCase(), value].join(' ');
}

/** What is wrong with a name; undefined when nothing is. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'Enter a name.';
  if (name.length > 260) return 'A name has at most 260 characters.';
  return /[<>%&\\?/]/.test(name) ? String.raw`A name cannot contain < > % & \ ? or /.` : undefined;
}

const words: Readonly<Record<string, string>> = {
  Alerts: 'Security alert',
  Assessments: 'Recommendation',
  RegulatoryComplianceAssessment: 'Regulatory compliance standards',
};

/** `Security alert, Recommendation`; `Other` for what only the API can set. */
export function triggerTypeText(sources: readonly Pick<Source, 'eventSource'>[]): string {
  return [...new Set(sources.map(({ eventSource }) => words[eventSource] ?? 'Other'))].join(', ');
}
