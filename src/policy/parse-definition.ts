/**
 * The properties of a policy definition → its plan.
 *
 * Owns: mode, parameters, rule and effect together. Does not own: each of them (the files of their names).
 *
 * Invariants
 * D1. All faults are found in one pass, each with its code and path.
 * D2. A definition is planned once; assignments only add values.
 *
 * Source: policy reference 2, 9, 10.
 */
import { isJsonObject, type Json, memberIgnoringCase } from '#foundation';
import { type PlannedValue, visitPlannedCalls } from '#templates';
import { detailsOf, effectNamed, type EffectDetails } from './effect.ts';
import { type Declarations, parseDeclarations } from './parameters.ts';
import { parseDetails } from './parse-details.ts';
import { membersOf, RuleReader } from './parse-rule.ts';
import type { Condition, PolicyFault } from './rule.ts';

export interface PolicyPlan {
  /** `data`: a mode of a data plane, which is stored and never evaluated. */
  readonly mode: 'all' | 'indexed' | 'data';
  readonly parameters: Declarations;
  readonly condition: Condition;
  readonly effect: PlannedValue;
  /** Absent for effects without details. */
  readonly details?: EffectDetails;
}

/** Plans a definition, or lists its faults (never an empty list). */
export function planDefinition(properties: Json): PolicyPlan | readonly PolicyFault[] {
  const faults: PolicyFault[] = [];
  const parameters = parseDeclarations(memberIgnoringCase(properties, 'parameters'), (fault) => faults.push(fault));
  const rule = memberIgnoringCase(properties, 'policyRule');
  if (!isJsonObject(rule)) {
    return [...faults, ruleFault("The policy definition needs a 'policyRule'.", ['policyRule'])];
  }
  const members = membersOf(rule);
  const [ifName, ifJson] = members.get('if') ?? ['if', undefined];
  const reader = new RuleReader(parameters);
  const condition = reader.condition(ifJson, ['policyRule', ifName]);
  const [thenName, then] = members.get('then') ?? ['then', null];
  const effected = isJsonObject(then)
    ? parseEffect(then, ['policyRule', thenName], parameters)
    : { faults: [ruleFault("The policy rule needs 'then' with an 'effect'.", ['policyRule', thenName])] };
  faults.push(...reader.faults, ...effected.faults);
  const used = [...reader.parameters, ...(effected.names ?? [])];
  checkNames(used, parameters, faults);
  if (faults.length === 0 && effected.isWhole === true) checkUse(new Set(used), parameters, faults);
  const mode = modeOf(memberIgnoringCase(properties, 'mode'), faults);
  if (faults.length > 0 || condition === undefined || effected.effect === undefined) return faults;
  const { effect, details } = effected;
  return { mode, parameters, condition, effect, ...(details === undefined ? {} : { details }) };
}

function ruleFault(message: string, path: readonly (string | number)[]): PolicyFault {
  return { code: 'InvalidPolicyRule', message, path };
}

function checkNames(names: readonly string[], declared: Declarations, faults: PolicyFault[]): void {
  for (const name of new Set(names)) {
    if (declared.has(name)) continue;
    faults.push({
      code: 'InvalidPolicyParameters',
      message: `The policy rule uses the parameter '${name}', which is not declared.`,
      path: ['policyRule'],
    });
  }
}

/** Every declared parameter has a use. */
function checkUse(used: ReadonlySet<string>, declared: Declarations, faults: PolicyFault[]): void {
  const unused = [...declared].filter(([name]) => !used.has(name)).map(([, { name }]) => name);
  if (unused.length === 0) return;
  faults.push({
    code: 'UnusedPolicyParameters',
    message: `The policy has defined parameters '${unused.join(', ')}' which are not used in the policy rule.`,
    path: ['parameters'],
  });
}

function modeOf(mode: Json | undefined, faults: PolicyFault[]): PolicyPlan['mode'] {
  if (mode === undefined || mode === null) return 'all';
  const lower = typeof mode === 'string' ? mode.toLowerCase() : '';
  if (lower === 'all' || lower === 'indexed') return lower;
  if (/^microsoft\.[\w.]+\.data$/.test(lower)) return 'data';
  faults.push(ruleFault("The mode is 'All', 'Indexed', or the mode of a data plane.", ['mode']));
  return 'all';
}

interface ParsedEffect {
  readonly faults: readonly PolicyFault[];
  readonly names?: readonly string[];
  readonly effect?: PlannedValue;
  readonly details?: EffectDetails;
  /** Whether everything in `then` was read: details of an effect that nobody knows yet are not. */
  readonly isWhole?: boolean;
}

function parseEffect(then: Json, path: readonly string[], parameters: Declarations): ParsedEffect {
  const reader = new RuleReader(parameters);
  const members = membersOf(isJsonObject(then) ? then : {});
  const [written, json] = members.get('effect') ?? ['effect', undefined];
  if (typeof json !== 'string') {
    return { faults: [ruleFault("'then' needs an 'effect'.", [...path, written])] };
  }
  const effect = reader.plan(json, [...path, written]);
  const possible = possibleEffects(effect, parameters);
  for (const name of possible) {
    if (effectNamed(name) === undefined) reader.report(`The effect '${name}' is not known.`, [...path, written]);
  }
  const kinds = new Set(
    possible.flatMap((name) => {
      const known = effectNamed(name);
      const kind = known === undefined ? undefined : detailsOf(known);
      return kind === undefined ? [] : [kind];
    }),
  );
  const [kind, second] = kinds;
  const [detailsName, detailsJson] = members.get('details') ?? ['details', undefined];
  if (second !== undefined) reader.report(`The effects '${possible.join(', ')}' need different details.`, path);
  const details = kind === undefined ? undefined : parseDetails(reader, kind, detailsJson, [...path, detailsName]);
  checkDeployment(reader, possible, details, [...path, detailsName]);
  return {
    faults: reader.faults,
    names: [...reader.parameters],
    isWhole: detailsJson === undefined || details !== undefined,
    effect,
    ...(details === undefined ? {} : { details }),
  };
}

function checkDeployment(
  reader: RuleReader,
  possible: readonly string[],
  details: EffectDetails | undefined,
  path: readonly string[],
): void {
  if (details?.kind !== 'existence') return;
  const deploys = possible.some((name) => effectNamed(name) === 'deployIfNotExists');
  if (!deploys) return;
  if (details.deployment === undefined || details.roleDefinitionIds.length === 0) {
    reader.report(
      "The effect 'deployIfNotExists' needs 'roleDefinitionIds' and a 'deployment'.",
      path,
      'InvalidPolicyRuleEffectDetails',
    );
  }
}

/** The effects a definition may have: its own, or those its parameter allows. */
function possibleEffects(effect: PlannedValue, parameters: Declarations): readonly string[] {
  if (effect.kind === 'constant') return typeof effect.value === 'string' ? [effect.value] : [];
  const names: string[] = [];
  visitPlannedCalls(effect, ({ name, arguments: [first] }) => {
    if (name.toLowerCase() !== 'parameters' || first?.kind !== 'literal' || typeof first.value !== 'string') return;
    const declared = parameters.get(first.value.toLowerCase());
    const values = declared?.allowedValues ?? (declared?.defaultValue === undefined ? [] : [declared.defaultValue]);
    for (const value of values) if (typeof value === 'string') names.push(value);
  });
  return names;
}
