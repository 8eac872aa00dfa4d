/**
 * Resource selectors and overrides of an assignment as a form, and back.
 *
 * Owns: both forms, what is wrong with them. Does not own: which resources they select (the server).
 *
 * Invariant
 * PS1. What is read and not changed is written as it was, members that the form does not know included.
 *
 * Source: policy reference 12.
 */
export type SelectorKind =
  | 'resourceLocation'
  | 'resourceType'
  | 'resourceWithoutLocation'
  | 'policyDefinitionReferenceId';

export interface SelectorForm {
  readonly kind: SelectorKind;
  readonly operator: 'in' | 'notIn';
  readonly values: readonly string[];
}

export interface ResourceSelectorForm {
  readonly name: string;
  readonly selectors: readonly SelectorForm[];
  /** Members that the form does not know. */
  readonly others: Readonly<Record<string, unknown>>;
}

export interface OverrideForm {
  readonly kind: 'policyEffect' | 'definitionVersion';
  readonly value: string;
  readonly selectors: readonly SelectorForm[];
  readonly others: Readonly<Record<string, unknown>>;
}

export const mostSelectors = 10;
const mostValues = 50;

export const selectorKinds: Readonly<Record<SelectorKind, string>> = {
  resourceLocation: 'Resource location',
  resourceType: 'Resource type',
  resourceWithoutLocation: 'Resources without location',
  policyDefinitionReferenceId: 'Policy of the initiative',
};

/** What an override may make of a policy. */
export const overrideEffects = [
  'Append',
  'Audit',
  'AuditIfNotExists',
  'Deny',
  'DenyAction',
  'DeployIfNotExists',
  'Disabled',
  'Manual',
  'Modify',
];

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.filter(isMembers) : []);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const textsIn = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;

export function readResourceSelectors(given: unknown): readonly ResourceSelectorForm[] {
  return listOf(given).map(({ name, selectors, ...others }) => ({
    name: textOf(name),
    selectors: listOf(selectors).map(selectorOf),
    others,
  }));
}

export function readOverrides(given: unknown): readonly OverrideForm[] {
  return listOf(given).map(({ kind, value, selectors, ...others }) => ({
    kind: textOf(kind).toLowerCase() === 'definitionversion' ? 'definitionVersion' : 'policyEffect',
    value: textOf(value),
    selectors: listOf(selectors).map(selectorOf),
    others,
  }));
}

function selectorOf(given: Members): SelectorForm {
  const wanted = textOf(given['kind']).toLowerCase();
  const kind = (Object.keys(selectorKinds) as SelectorKind[]).find((each) => each.toLowerCase() === wanted);
  const excluded = textsIn(given['notIn']);
  return {
    kind: kind ?? 'resourceType',
    operator: excluded === undefined ? 'in' : 'notIn',
    values: excluded ?? textsIn(given['in']) ?? [],
  };
}

const selectorBody = ({ kind, operator, values }: SelectorForm): object => ({ kind, [operator]: values });

export const resourceSelectorBodies = (forms: readonly ResourceSelectorForm[]): readonly object[] =>
  forms.map(({ name, selectors, others }) => ({ ...others, name, selectors: selectors.map(selectorBody) }));

export const overrideBodies = (forms: readonly OverrideForm[]): readonly object[] =>
  forms.map(({ kind, value, selectors, others }) => ({
    ...others,
    kind,
    value,
    ...(selectors.length === 0 ? {} : { selectors: selectors.map(selectorBody) }),
  }));

/** One sentence for each thing that keeps them from being saved. */
export function selectorFaults(
  resources: readonly ResourceSelectorForm[],
  overrides: readonly OverrideForm[],
): readonly string[] {
  const faults: string[] = [];
  const names = resources.map(({ name }) => name.trim().toLowerCase());
  for (const [index, { name, selectors }] of resources.entries()) {
    const what = name.trim() === '' ? `Resource selector ${index + 1}` : `The resource selector '${name}'`;
    if (name.trim() === '') faults.push(`${what} needs a name.`);
    else if (names.indexOf(name.trim().toLowerCase()) !== index) faults.push(`${what} is there twice.`);
    if (selectors.length === 0) faults.push(`${what} selects nothing.`);
    faults.push(...valueFaults(what, selectors));
  }
  for (const [index, { kind, value, selectors }] of overrides.entries()) {
    const what = `Override ${index + 1}`;
    if (value.trim() === '') faults.push(`${what} needs ${kind === 'policyEffect' ? 'an effect' : 'a version'}.`);
    else if (kind === 'definitionVersion' && !/^\d+\.(?:\d+|\*)\.(?:\d+|\*)$/.test(value)) {
      faults.push(`${what}: a version is of the form 1.*.*`);
    }
    faults.push(...valueFaults(what, selectors));
  }
  return faults;
}

function valueFaults(what: string, selectors: readonly SelectorForm[]): readonly string[] {
  const kinds = selectors.map(({ kind }) => kind);
  return selectors.flatMap(({ kind, values }, index) => {
    const name = selectorKinds[kind].toLowerCase();
    if (kinds.indexOf(kind) !== index) return [`${what} names ${name} twice.`];
    if (values.length === 0 && kind !== 'resourceWithoutLocation') return [`${what}: choose at least one ${name}.`];
    return values.length > mostValues ? [`${what} has more than ${mostValues} values of ${name}.`] : [];
  });
}

/** *Resource location in westeurope, northeurope*. */
export function selectorText({ kind, operator, values }: SelectorForm): string {
  if (kind === 'resourceWithoutLocation') return selectorKinds[kind];
  return `${selectorKinds[kind]} ${operator === 'in' ? 'in' : 'not in'} ${values.join(', ')}`;
}
