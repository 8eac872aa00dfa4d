/**
 * The severity choice of the alert trigger, kept as one trigger condition of a fixed shape.
 *
 * Source: portal reference 5.6.
 */
import { isRecord, type JsonData } from './json-value.ts';

export const severities = ['High', 'Medium', 'Low', 'Informational'];

const one = /equals\(\s*triggerBody\(\)\?\['Severity'\]\s*,\s*'(High|Medium|Low|Informational)'\s*\)/gi;

/**
 * The severities that a trigger's conditions let through: all where there is no condition, undefined where they are of another
 * form. The form is ours: `@or(equals(triggerBody()?['Severity'],'High'), …)`.
 */
export function readSeverities(conditions: JsonData | undefined): readonly string[] | undefined {
  if (conditions === undefined || (Array.isArray(conditions) && conditions.length === 0)) return severities;
  if (!Array.isArray(conditions) || conditions.length !== 1) return undefined;
  const [condition] = conditions as readonly JsonData[];
  const text = isRecord(condition) ? condition['expression'] : undefined;
  if (typeof text !== 'string') return undefined;
  const found = [...text.matchAll(one)].map(([, word = '']) => word);
  const rest = text.replaceAll(one, '').replaceAll(/[\s,]/g, '');
  return rest === '@or()' || (rest === '@' && found.length === 1) ? found : undefined;
}

/** Undefined takes the condition away: every severity starts it. */
export function writeSeverities(chosen: readonly string[]): JsonData | undefined {
  if (severities.every((each) => chosen.includes(each))) return undefined;
  const tests = severities
    .filter((each) => chosen.includes(each))
    .map((each) => `equals(triggerBody()?['Severity'],'${each}')`);
  return [{ expression: tests.length === 1 ? `@${tests[0] ?? ''}` : `@or(${tests.join(', ')})` }];
}
