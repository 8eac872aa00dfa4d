/** Conditions as rows of a form, and back. What rows cannot say is edited as JSON and stays as it is. Source: portal reference 5.7. */
import { isRecord, type JsonData } from './json-value.ts';

export interface ConditionRow {
  readonly left: JsonData;
  readonly operator: string;
  readonly right: JsonData;
}

export interface ConditionForm {
  readonly join: 'and' | 'or';
  readonly rows: readonly ConditionRow[];
}

/** In the words of the form: the function, and whether it is negated. */
export const operators: readonly (readonly [text: string, name: string, negated: boolean])[] = [
  ['is equal to', 'equals', false],
  ['is not equal to', 'equals', true],
  ['is greater than', 'greater', false],
  ['is greater than or equal to', 'greaterOrEquals', false],
  ['is less than', 'less', false],
  ['is less than or equal to', 'lessOrEquals', false],
  ['contains', 'contains', false],
  ['does not contain', 'contains', true],
  ['starts with', 'startsWith', false],
  ['does not start with', 'startsWith', true],
  ['ends with', 'endsWith', false],
  ['does not end with', 'endsWith', true],
];

/** Undefined where rows cannot say it: nested groups, other functions, one expression. */
export function readCondition(value: JsonData | undefined): ConditionForm | undefined {
  if (!isRecord(value)) return undefined;
  const [[name, content] = ['', null], more] = Object.entries(value);
  if (more !== undefined) return undefined;
  const join = name.toLowerCase();
  if (join !== 'and' && join !== 'or') {
    const row = rowOf(value);
    return row === undefined ? undefined : { join: 'and', rows: [row] };
  }
  if (!Array.isArray(content)) return undefined;
  const rows = (content as readonly JsonData[]).map(rowOf);
  return rows.every((row) => row !== undefined) ? { join, rows } : undefined;
}

export function writeCondition({ join, rows }: ConditionForm): JsonData {
  return {
    [join]: rows.map(({ left, operator, right }) => {
      const [, name = 'equals', negated = false] = operators.find(([text]) => text === operator) ?? [];
      const test = { [name]: [left, right] };
      return negated ? { not: test } : test;
    }),
  };
}

function rowOf(value: JsonData): ConditionRow | undefined {
  if (!isRecord(value)) return undefined;
  const [[name, content] = ['', null], more] = Object.entries(value);
  if (more !== undefined) return undefined;
  if (name.toLowerCase() === 'not') {
    const inner = rowOf(content);
    const known = operators.find(([text]) => text === inner?.operator);
    const negated = operators.find(([, other, no]) => no && other === known?.[1] && known[2] === false);
    return inner === undefined || negated === undefined ? undefined : { ...inner, operator: negated[0] };
  }
  const known = operators.find(([, other, no]) => !no && other.toLowerCase() === name.toLowerCase());
  if (known === undefined || !Array.isArray(content) || content.length !== 2) return undefined;
  const [left = null, right = null] = content as readonly JsonData[];
  return { left, operator: known[0], right };
}

// --- The severity choice of the alert trigger -------------------------------------------------------------------

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
