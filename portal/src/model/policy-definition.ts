/**
 * Policy definitions and initiatives as values: their parameters, effects, roles.
 *
 * Owns: what a definition says of itself. Does not own: values of an assignment (`policy-parameters.ts`).
 * Member names of rules are matched without case. Source: policy reference 2, 10, 13.
 */

export interface ParameterDeclaration {
  readonly type: string;
  readonly allowedValues?: readonly unknown[];
  readonly defaultValue?: unknown;
  readonly schema?: unknown;
  readonly metadata?: {
    readonly displayName?: string;
    readonly description?: string;
    readonly strongType?: string;
    readonly assignPermissions?: boolean;
    readonly deprecated?: boolean;
  };
}

export type Declarations = Readonly<Record<string, ParameterDeclaration>>;

export interface SetMember {
  readonly policyDefinitionId: string;
  readonly policyDefinitionReferenceId?: string;
  readonly parameters?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly groupNames?: readonly string[];
  readonly definitionVersion?: string;
}

export interface DefinitionProperties {
  readonly displayName?: string;
  readonly description?: string;
  readonly policyType?: string;
  readonly mode?: string;
  readonly metadata?: Readonly<Record<string, unknown>> & { readonly category?: string };
  readonly version?: string;
  readonly parameters?: Declarations;
  readonly policyRule?: Readonly<Record<string, unknown>>;
  readonly policyDefinitions?: readonly SetMember[];
}

export interface Definition {
  readonly id: string;
  readonly name: string;
  readonly properties: DefinitionProperties;
}

export const isInitiative = (id: string): boolean => /\/policySetDefinitions\//i.test(id);
export const isBuiltIn = ({ policyType }: DefinitionProperties): boolean =>
  /^(?:BuiltIn|Static)$/i.test(policyType ?? '');
export const titleOf = ({ name, properties }: Definition): string => properties.displayName || name;

/** A member whatever its case. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1];
}

const parameterText = /^\[\s*parameters\(\s*'([^']+)'\s*\)\s*\]$/i;

/** The parameter that a text is the value of; undefined for any other text. */
export function parameterNamed(value: unknown): string | undefined {
  return typeof value === 'string' ? parameterText.exec(value)?.[1] : undefined;
}

export function declarationOf(declarations: Declarations | undefined, name: string): ParameterDeclaration | undefined {
  return member(declarations, name) as ParameterDeclaration | undefined;
}

const effectNames = [
  'addToNetworkGroup',
  'append',
  'audit',
  'auditIfNotExists',
  'deny',
  'denyAction',
  'deployIfNotExists',
  'disabled',
  'manual',
  'modify',
  'mutate',
];

/** An effect in the spelling of its documentation. */
export function effectWord(effect: string): string {
  return effectNames.find((each) => each.toLowerCase() === effect.toLowerCase()) ?? effect;
}

export interface EffectSummary {
  /** The effect in force unless a parameter changes it; undefined where an expression decides. */
  readonly effect: string | undefined;
  /** The parameter that decides, where one does. */
  readonly parameter?: string;
  /** What the parameter may be. */
  readonly choices?: readonly string[];
}

/** What an effect's text in a rule means. Undefined where there is none: initiatives have one for each member. */
export function effectSummary(text: unknown, parameters: Declarations | undefined): EffectSummary | undefined {
  if (typeof text !== 'string') return undefined;
  const name = parameterNamed(text);
  if (name === undefined) return { effect: text.startsWith('[') ? undefined : effectWord(text) };
  const { defaultValue, allowedValues = [] } = declarationOf(parameters, name) ?? {};
  return {
    effect: typeof defaultValue === 'string' ? effectWord(defaultValue) : undefined,
    parameter: name,
    choices: allowedValues.filter((each) => typeof each === 'string').map(effectWord),
  };
}

/** What a definition does. */
export function effectOf({ policyRule, parameters }: DefinitionProperties): EffectSummary | undefined {
  return effectSummary(member(member(policyRule, 'then'), 'effect'), parameters);
}

/** `deployIfNotExists`, or `audit (or deny, disabled)` where a parameter decides. */
export function effectText(summary: EffectSummary | undefined): string {
  if (summary === undefined) return '–';
  const { effect, choices = [] } = summary;
  const others = choices.filter((each) => each !== effect);
  if (effect === undefined) return others.length === 0 ? 'by expression' : others.join(', ');
  return others.length === 0 ? effect : `${effect} (or ${others.join(', ')})`;
}

/** Ids of the roles that its deployments and changes need. */
export function roleIdsOf({ policyRule }: DefinitionProperties): readonly string[] {
  const ids = member(member(member(policyRule, 'then'), 'details'), 'roleDefinitionIds');
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
}

/** What an existence effect looks for. */
export interface LookedFor {
  readonly type: string;
  readonly name: string | undefined;
  readonly resourceGroup: string | undefined;
  readonly condition: unknown;
}

/** What a rule looks for beside a resource, with the values of parameters; undefined for rules that look for nothing. */
export function lookedFor(
  { policyRule }: DefinitionProperties,
  values: Readonly<Record<string, unknown>>,
): LookedFor | undefined {
  const details = member(member(policyRule, 'then'), 'details');
  const type = member(details, 'type');
  if (typeof type !== 'string') return undefined;
  const text = (name: string): string | undefined => {
    const given = member(details, name);
    const parameter = parameterNamed(given);
    const value = parameter === undefined ? given : member(values, parameter);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    type,
    name: text('name'),
    resourceGroup: text('resourceGroupName'),
    condition: member(details, 'existenceCondition'),
  };
}

/** Effects that act as the assignment's identity. Source: policy reference 10. */
export const isActing = (effect: string | undefined): boolean => /^(?:deployIfNotExists|modify)$/i.test(effect ?? '');

/** A definition with the values its parameters have under an assignment. */
export interface AssignedRule {
  readonly definition: Definition;
  /** Empty for a definition that is assigned by itself. */
  readonly referenceId: string;
  readonly effect: string | undefined;
  readonly roleIds: readonly string[];
}

/** What is assigned, one by one: the definition itself, or the members of an initiative that are known. */
export function assignedRules(
  definition: Definition,
  members: readonly Definition[],
  values: Readonly<Record<string, unknown>>,
): readonly AssignedRule[] {
  const given = (name: string): unknown =>
    member(values, name) ?? declarationOf(definition.properties.parameters, name)?.defaultValue;
  if (!isInitiative(definition.id)) return [ruleOf(definition, '', given)];
  return (definition.properties.policyDefinitions ?? []).flatMap((each) => {
    const found = members.find(({ id }) => id.toLowerCase() === each.policyDefinitionId.toLowerCase());
    if (found === undefined) return [];
    const valueOf = (name: string): unknown => {
      const handed = (member(each.parameters, name) as { readonly value?: unknown } | undefined)?.value;
      const outer = parameterNamed(handed);
      if (outer !== undefined) return given(outer);
      return handed ?? declarationOf(found.properties.parameters, name)?.defaultValue;
    };
    return [ruleOf(found, each.policyDefinitionReferenceId ?? '', valueOf)];
  });
}

function ruleOf(definition: Definition, referenceId: string, valueOf: (name: string) => unknown): AssignedRule {
  const summary = effectOf(definition.properties);
  const decided = summary?.parameter === undefined ? undefined : valueOf(summary.parameter);
  const effect = typeof decided === 'string' ? effectWord(decided) : summary?.effect;
  return { definition, referenceId, effect, roleIds: roleIdsOf(definition.properties) };
}

/** Those that act as the assignment's identity; where an expression decides, its roles tell. */
export function actingRules(rules: readonly AssignedRule[]): readonly AssignedRule[] {
  return rules.filter(({ effect, roleIds }) => (effect === undefined ? roleIds.length > 0 : isActing(effect)));
}
