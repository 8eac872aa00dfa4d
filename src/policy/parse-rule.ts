/**
 * JSON of a rule → its tree, with every fault in it.
 *
 * Owns: the form of conditions, which expressions a policy may use, the limits of a rule. Does not own: definitions around
 * rules (`parse-definition.ts`), meaning.
 *
 * Invariants
 * R1. Names of members match ignoring case.
 * R2. Every object is one operator or one condition; a condition has one subject.
 * R3. Faults carry the path below the definition's properties; a rule with faults has no tree.
 *
 * Source: policy reference 2, 5, 7, 8, 19.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '#foundation';
import { isStop, type PlannedValue, planValue, type TemplateExpression, visitPlannedCalls } from '#templates';
import { isArrayAlias, parseField } from './alias.ts';
import { policyFunctionNames, refusedFunctionNames } from './functions.ts';
import type { Declarations } from './parameters.ts';
import { quoted } from './quoted.ts';
import type { Condition, CountSubject, Operator, PolicyFault, Subject } from './rule.ts';

export type Path = readonly (string | number)[];

const operators: Readonly<Record<string, { readonly operator: Operator; readonly negated: boolean }>> = {
  equals: { operator: 'equals', negated: false },
  notequals: { operator: 'equals', negated: true },
  in: { operator: 'in', negated: false },
  notin: { operator: 'in', negated: true },
  contains: { operator: 'contains', negated: false },
  notcontains: { operator: 'contains', negated: true },
  containskey: { operator: 'containsKey', negated: false },
  notcontainskey: { operator: 'containsKey', negated: true },
  like: { operator: 'like', negated: false },
  notlike: { operator: 'like', negated: true },
  match: { operator: 'match', negated: false },
  notmatch: { operator: 'match', negated: true },
  matchinsensitively: { operator: 'matchInsensitively', negated: false },
  notmatchinsensitively: { operator: 'matchInsensitively', negated: true },
  less: { operator: 'less', negated: false },
  lessorequals: { operator: 'lessOrEquals', negated: false },
  greater: { operator: 'greater', negated: false },
  greaterorequals: { operator: 'greaterOrEquals', negated: false },
  exists: { operator: 'exists', negated: false },
};

/** Limits of one rule. Source: policy reference 19. */
const limits = { conditions: 4096, fieldCounts: 5, valueCounts: 10, depth: 100, expression: 81_920 } as const;

/** Collects faults and counts while a rule is read. */
export class RuleReader {
  readonly faults: PolicyFault[] = [];
  /** Lower-case names of the parameters that expressions ask for. */
  readonly parameters = new Set<string>();
  readonly #declared: Declarations;
  #conditions = 0;
  #valueCounts = 0;
  readonly #fieldCounts = new Map<string, number>();

  /** `declared`: the definition's parameters, to tell an array from a single value. */
  constructor(declared: Declarations = new Map()) {
    this.#declared = declared;
  }

  report(message: string, path: Path, code: PolicyFault['code'] = 'InvalidPolicyRule'): undefined {
    this.faults.push({ code, message, path });
    return undefined;
  }

  /** Plans a value of a policy, with the functions policies have. */
  plan(value: Json, path: Path): PlannedValue {
    const planned = planValue(value, { functions: policyFunctionNames, names: true });
    if (isStop(planned)) {
      this.report(planned.message, [...path, ...planned.path]);
      return { kind: 'constant', value: null };
    }
    visitPlannedCalls(planned, ({ name, namespace, arguments: args }) => {
      const lower = name.toLowerCase();
      if (namespace !== undefined || refusedFunctionNames.has(lower) || /^list[a-z]/.test(lower)) {
        this.report(`The policy function '${name}' is not allowed in a policy rule.`, path);
      }
      const [first] = args;
      if (lower === 'parameters' && first?.kind === 'literal' && typeof first.value === 'string') {
        this.parameters.add(first.value.toLowerCase());
      }
    });
    if (typeof value === 'string' && value.length > limits.expression) {
      this.report(`The expression is longer than '${limits.expression}' characters.`, path);
    }
    return planned;
  }

  condition(json: Json | undefined, path: Path, depth = 0): Condition | undefined {
    if (!isJsonObject(json)) return this.report('A condition must be an object.', path);
    if (depth > limits.depth) return this.report(`The rule nests deeper than '${limits.depth}' levels.`, path);
    const members = membersOf(json);
    const logical = ['allof', 'anyof', 'not'].filter((name) => members.has(name));
    if (logical.length === 0) return this.#test(json, members, path, depth);
    if (logical.length > 1 || members.size > 1) {
      return this.report("An object of a rule has either one of 'allOf', 'anyOf', 'not', or one condition.", path);
    }
    const [name = ''] = logical;
    const [written = name, inner] = members.get(name) ?? [];
    if (name === 'not') {
      const condition = this.condition(inner, [...path, written], depth + 1);
      return condition && { kind: 'not', condition };
    }
    return this.#junction(name === 'allof' ? 'allOf' : 'anyOf', inner, [...path, written], depth);
  }

  #junction(kind: 'allOf' | 'anyOf', list: Json | undefined, path: Path, depth: number): Condition | undefined {
    if (!isJsonArray(list)) return this.report(`'${kind}' must be an array of conditions.`, path);
    const conditions = list.map((each, index) => this.condition(each, [...path, index], depth + 1));
    return { kind, conditions: conditions.filter((each) => each !== undefined) };
  }

  #test(json: JsonObject, members: Members, path: Path, depth: number): Condition | undefined {
    this.#conditions++;
    if (this.#conditions === limits.conditions + 1) {
      this.report(`A rule has at most '${limits.conditions}' conditions.`, path);
    }
    const subjects = ['field', 'value', 'count'].filter((name) => members.has(name));
    const found = [...members].filter(([name]) => Object.hasOwn(operators, name));
    const unknown = [...members].find(([name]) => !subjects.includes(name) && !Object.hasOwn(operators, name));
    if (unknown !== undefined) return this.report(`'${unknown[1][0]}' is no member of a condition.`, path);
    if (subjects.length !== 1) {
      return this.report("A condition has exactly one of 'field', 'value' and 'count'.", path);
    }
    const [entry] = found;
    if (found.length !== 1 || entry === undefined) {
      return this.report(`A condition has exactly one operator; this one has '${found.length}'.`, path);
    }
    const subject = this.#subject(subjects[0] as Subject['kind'], members, path, depth);
    const [lower, [operatorText, expectedJson]] = entry;
    const { operator, negated } = operators[lower] as (typeof operators)[string];
    const expected = this.#expected(operator, operatorText, expectedJson, [...path, operatorText]);
    if (subject === undefined || expected === undefined || json === undefined) return undefined;
    return { kind: 'test', subject, operator, negated, expected, path };
  }

  #subject(kind: Subject['kind'], members: Members, path: Path, depth: number): Subject | undefined {
    const [written = kind, json = null] = members.get(kind) ?? [];
    const at = [...path, written];
    switch (kind) {
      case 'field': {
        if (typeof json !== 'string') return this.report("'field' must be a text.", at);
        const name = this.plan(json, at);
        if (name.kind === 'constant' && (typeof name.value !== 'string' || parseField(name.value) === undefined)) {
          return this.report(`'${json}' is not a field or an alias.`, at);
        }
        return { kind: 'field', name, text: json };
      }
      case 'value':
        return { kind: 'value', value: this.plan(json, at), text: json };
      case 'count':
        return this.#count(json, at, depth);
    }
  }

  #count(json: Json, path: Path, depth: number): CountSubject | undefined {
    if (!isJsonObject(json)) return this.report("'count' must be an object.", path);
    const members = membersOf(json);
    const unknown = [...members].find(([name]) => !['field', 'value', 'name', 'where'].includes(name));
    if (unknown !== undefined) return this.report(`'${unknown[1][0]}' is no member of a count.`, path);
    const over = this.#counted(members, path);
    const given = members.get('where');
    const where = given === undefined ? undefined : this.condition(given[1], [...path, given[0]], depth + 1);
    if (over === undefined || (given !== undefined && where === undefined)) return undefined;
    return { kind: 'count', over, ...(where === undefined ? {} : { where }) };
  }

  #counted(members: Members, path: Path): CountSubject['over'] | undefined {
    const [field, value, name] = [members.get('field'), members.get('value'), members.get('name')];
    if ((field === undefined) === (value === undefined)) {
      return this.report("A count has either 'field' or 'value'.", path);
    }
    if (field !== undefined) {
      const alias = field[1];
      if (typeof alias !== 'string' || !isArrayAlias(alias)) {
        return this.report("The 'field' of a count must be an array alias that ends in '[*]'.", [...path, field[0]]);
      }
      this.#limit(alias.toLowerCase(), path);
      return { kind: 'field', alias };
    }
    this.#valueCounts++;
    if (this.#valueCounts === limits.valueCounts + 1) {
      this.report(`A rule has at most '${limits.valueCounts}' counts of values.`, path);
    }
    const given = name?.[1] ?? 'default';
    if (typeof given !== 'string') return this.report("The 'name' of a count must be a text.", path);
    return { kind: 'value', value: this.plan(value?.[1] ?? null, [...path, 'value']), name: given };
  }

  #limit(alias: string, path: Path): void {
    const count = (this.#fieldCounts.get(alias) ?? 0) + 1;
    this.#fieldCounts.set(alias, count);
    if (count === limits.fieldCounts + 1) {
      this.report(`A rule counts the members of one array at most '${limits.fieldCounts}' times.`, path);
    }
  }

  #expected(operator: Operator, written: string, json: Json, path: Path): PlannedValue | undefined {
    const expected = this.plan(json, path);
    if (expected.kind === 'expression') this.#checkType(operator, written, expected.expression, path);
    if (expected.kind !== 'constant') return expected;
    const { value } = expected;
    const isArray = isJsonArray(value);
    if (operator === 'in' && !isArray) return this.report(`'${written}' needs an array to compare with.`, path);
    if (operator !== 'in' && (isArray || isJsonObject(value))) {
      return this.report(`'${written}' compares with a single value; use 'in' for an array.`, path);
    }
    if (operator === 'exists' && !/^(true|false)$/i.test(quoted(value))) {
      return this.report("'exists' is either true or false.", path);
    }
    if (operator === 'like' && typeof value === 'string' && value.split('*').length > 2) {
      return this.report(`'${written}' takes at most one '*'.`, path);
    }
    return expected;
  }

  /** A parameter as a whole: `in` takes arrays, the others single values. */
  #checkType(operator: Operator, written: string, expression: TemplateExpression, path: Path): void {
    if (expression.kind !== 'call' || expression.name.toLowerCase() !== 'parameters') return;
    const [first] = expression.arguments;
    const name = first?.kind === 'literal' ? String(first.value) : '';
    const type = this.#declared.get(name.toLowerCase())?.type;
    if (type === undefined || (operator === 'in') === (type === 'Array')) return;
    if (operator !== 'in' && type !== 'Array' && type !== 'Object') return;
    const wanted = operator === 'in' ? 'Array' : 'String';
    this.report(`The parameter '${name}' of '${written}' is type '${type}', expected type is '${wanted}'.`, path);
  }
}

/** Members by lower-case name, each with its name as written. */
export type Members = ReadonlyMap<string, readonly [written: string, value: Json]>;

export function membersOf(json: JsonObject): Members {
  return new Map(Object.entries(json).map(([name, value]) => [name.toLowerCase(), [name, value]]));
}
