/**
 * The `$filter` language of ARM lists (the OData subset that Azure documents): parse and plan.
 *
 * Owns: grammar, comparison, planning into a predicate. Does not own: what the fields of a list are (handed in).
 *
 *     or      := and ('or' and)*            comparison := operand ('eq'|'ne'|'gt'|'ge'|'lt'|'le') operand
 *     and     := not ('and' not)*                       | operand 'in' '(' literal, … ')' | call
 *     not     := 'not' not | primary        operand    := literal | path | call
 *     primary := '(' or ')' | comparison    path       := name (('/'|'.') name)*
 *                                           call       := name '(' operand, … ')' | path '/' ('any'|'all') '(' name ':' or ')'
 *
 * Invariants
 * K1. Words and fields ignore case; texts compare ignoring case (unless the list's texts are exact), numbers by value, times (`2020-01-01T00:00:00Z`, with or
 *     without quotes) by instant when both sides are times.
 * K2. A field the list does not have is a fault, never silently true or false.
 * K3. Depth and length are bounded.
 */
import { type Fault, fault, isFault, isJsonArray, type Json, memberIgnoringCase } from '#foundation';
import { exactOrderOf, orderOf } from './compare-values.ts';
import { type FilterNode, parseFilter } from './filter-syntax.ts';

/** How a list's items answer a filter. */
export interface FilterFields<T> {
  /** The value of a path (`properties/status`, slashes for dots, case as written); undefined when there is no such field. */
  readonly field: (path: string) => ((item: T) => Json | undefined) | undefined;
  /** Texts compare by their characters, as those of table entities do. */
  readonly exactTexts?: true;
  /** Calls that stand alone, `atScope()`; arguments are literals. `contains`, `startswith` … need no entry. */
  readonly call?: (name: string, args: readonly Json[]) => ((item: T) => boolean) | undefined;
}

export type Predicate<T> = (item: T) => boolean;

/** A filter text as a predicate; empty or blank text lets everything through (clients send `$filter=`). */
export function planFilter<T>(text: string, fields: FilterFields<T>): Predicate<T> | Fault {
  if (text.trim() === '') return () => true;
  const node = parseFilter(text);
  return isFault(node) ? node : plan(node, fields);
}

/**
 * What every item that passes must say: fields that the filter holds against one text, joined by `and` at the top. Paths
 * are in lower case with slashes. Empty for a filter that is not valid.
 */
export function requiredTexts(text: string): ReadonlyMap<string, string> {
  const single = [...textChoices(text).choices].flatMap(([path, texts]) =>
    texts.length === 1 ? [[path, texts[0] as string] as const] : [],
  );
  return new Map(single);
}

export interface TextChoices {
  /** By path, the texts of which every item that passes says one. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  /** Whether whatever says so passes: the filter says nothing else. */
  readonly isWhole: boolean;
}

/** As `requiredTexts`, for fields that the filter holds against several texts joined by `or`, too. */
export function textChoices(text: string): TextChoices {
  const node = text.trim() === '' ? undefined : parseFilter(text);
  if (node === undefined) return { choices: new Map(), isWhole: true };
  if (isFault(node)) return { choices: new Map(), isWhole: false };
  const choices = new Map<string, readonly string[]>();
  let isWhole = true;
  const collect = (part: FilterNode): void => {
    if (part.kind === 'and') {
      collect(part.left);
      collect(part.right);
      return;
    }
    const choice = choiceOf(part);
    if (choice === undefined) {
      isWhole = false;
      return;
    }
    const before = choices.get(choice.path);
    const isSame = (one: string) => (other: string) => one.toLowerCase() === other.toLowerCase();
    choices.set(choice.path, before?.filter((each) => choice.texts.some(isSame(each))) ?? choice.texts);
  };
  collect(node);
  return { choices, isWhole };
}

/** `a eq 'x'`, or several of the same field joined by `or`. */
function choiceOf(node: FilterNode): { readonly path: string; readonly texts: readonly string[] } | undefined {
  if (node.kind === 'or') {
    const left = choiceOf(node.left);
    const right = choiceOf(node.right);
    if (left === undefined || left.path !== right?.path) return undefined;
    return { path: left.path, texts: [...left.texts, ...right.texts] };
  }
  if (node.kind !== 'compare' || node.operator !== 'eq') return undefined;
  const [path, literal] = node.left.kind === 'path' ? [node.left, node.right] : [node.right, node.left];
  if (path.kind !== 'path' || literal.kind !== 'literal' || typeof literal.value !== 'string') return undefined;
  return { path: path.path.toLowerCase(), texts: [literal.value] };
}

function plan<T>(node: FilterNode, fields: FilterFields<T>): Predicate<T> | Fault {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const left = plan(node.left, fields);
      if (isFault(left)) return left;
      const right = plan(node.right, fields);
      if (isFault(right)) return right;
      return node.kind === 'and' ? (item) => left(item) && right(item) : (item) => left(item) || right(item);
    }
    case 'not': {
      const inner = plan(node.inner, fields);
      return isFault(inner) ? inner : (item) => !inner(item);
    }
    case 'compare': {
      const left = planOperand(node.left, fields);
      if (isFault(left)) return left;
      const right = planOperand(node.right, fields);
      if (isFault(right)) return right;
      const { operator } = node;
      const order = orderIn(fields);
      return (item) => compare(operator, left(item), right(item), order);
    }
    case 'in': {
      const left = planOperand(node.left, fields);
      if (isFault(left)) return left;
      const { values } = node;
      const order = orderIn(fields);
      return (item) => values.some((value) => compare('eq', left(item), value, order));
    }
    case 'call':
      return planCall(node, fields);
    case 'lambda':
      return planLambda(node, fields);
    case 'literal':
      return typeof node.value === 'boolean'
        ? () => node.value === true
        : unsupported('A value alone is no condition.');
    case 'path': {
      const read = planOperand(node, fields);
      return isFault(read) ? read : (item) => read(item) === true;
    }
  }
}

type Operand<T> = (item: T) => Json | undefined;

function planOperand<T>(node: FilterNode, fields: FilterFields<T>): Operand<T> | Fault {
  if (node.kind === 'literal') {
    const { value } = node;
    return () => value;
  }
  if (node.kind === 'path') {
    const read = fields.field(node.path);
    return read ?? unsupported(`The field '${node.path}' cannot be used in this filter (position ${node.at + 1}).`);
  }
  if (node.kind === 'call' && node.name === 'tolower' && node.args[0] !== undefined) {
    return planOperand(node.args[0], fields);
  }
  return unsupported('A comparison takes a field or a value on each side.');
}

const textTests: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  // The older form names the part first: substringof('part', field).
  substringof: (part, text) => text.includes(part),
};

function planCall<T>(node: Extract<FilterNode, { kind: 'call' }>, fields: FilterFields<T>): Predicate<T> | Fault {
  const { name, args } = node;
  const test = Object.hasOwn(textTests, name) ? textTests[name] : undefined;
  const [first, second] = args;
  if (test !== undefined && first !== undefined && second !== undefined && args.length === 2) {
    const left = planOperand(first, fields);
    if (isFault(left)) return left;
    const right = planOperand(second, fields);
    if (isFault(right)) return right;
    return (item) => {
      const [one, two] = [left(item), right(item)];
      return typeof one === 'string' && typeof two === 'string' && test(one.toLowerCase(), two.toLowerCase());
    };
  }
  const literals = args.flatMap((arg) => (arg.kind === 'literal' ? [arg.value] : []));
  const own = literals.length === args.length ? fields.call?.(name, literals) : undefined;
  return own ?? unsupported(`The function '${name}' cannot be used in this filter (position ${node.at + 1}).`);
}

/** Over the items of a list; inside, the variable is the item and its path the item's members. */
function planLambda<T>(node: Extract<FilterNode, { kind: 'lambda' }>, fields: FilterFields<T>): Predicate<T> | Fault {
  const list = fields.field(node.path);
  if (list === undefined) {
    return unsupported(`The field '${node.path}' cannot be used in this filter (position ${node.at + 1}).`);
  }
  const items = (item: T): readonly Json[] => {
    const value = list(item);
    return isJsonArray(value) ? value : [];
  };
  if (node.inner === undefined) return (item) => items(item).length > 0;
  const variable = node.variable.toLowerCase();
  const test = plan<Json>(node.inner, {
    ...(fields.exactTexts === true ? { exactTexts: true } : {}),
    field: (path) => {
      const [first = '', ...rest] = path.split('/');
      if (first.toLowerCase() !== variable) return undefined;
      return (item) => rest.reduce<Json | undefined>((at, name) => memberIgnoringCase(at, name), item);
    },
  });
  if (isFault(test)) return test;
  return node.quantifier === 'any' ? (item) => items(item).some(test) : (item) => items(item).every(test);
}

type Order = (left: Json, right: Json) => number | undefined;

function orderIn({ exactTexts }: { readonly exactTexts?: true }): Order {
  return exactTexts === true ? exactOrderOf : orderOf;
}

function compare(operator: string, left: Json | undefined, right: Json | undefined, orderBy: Order): boolean {
  if (operator === 'ne') return !compare('eq', left, right, orderBy);
  if (isJsonArray(left)) return operator === 'eq' && left.some((item) => compare('eq', item, right, orderBy));
  const order = orderBy(left ?? null, right ?? null);
  if (order === undefined) return false;
  switch (operator) {
    case 'eq':
      return order === 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    default:
      return order <= 0;
  }
}

function unsupported(message: string): Fault {
  return fault('InvalidParameter', message, { target: '$filter' });
}
