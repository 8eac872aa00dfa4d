/**
 * A sandboxed answer inferred from the workflow that asked: what later steps expect to find in it.
 *
 * Owns: reading a definition for the shape of each action's answer: paths that expressions read, what loops and functions
 * take them for, schemas of ParseJson, values that conditions compare with; through loops, variables, Compose, ParseJson and Query.
 * Does not own: what a shape is (`answer-shape.ts`); mocks and examples, which come first (`sandbox.ts`). Source: design section 5.
 *
 * Invariants
 * F1. Nothing is looked up outside the plan; it is read once for each plan.
 * F2. What a workflow says of itself may go in circles; a circle is read once.
 */
import { areFaults, type Call, type Expression, parseTemplate, type Template } from '#expression';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberIgnoringCase, textMember } from '#foundation';
import type { ActionPlan, TriggerPlan, WorkflowPlan } from '#workflow';
import { Shape, type Usage } from './answer-shape.ts';
import { usageInAddress, usageOfArgument, usageOfPlace, usageOfType } from './answer-usage.ts';

const readers = new WeakMap<WorkflowPlan, PlanReader>();

/** The body that the readers of the action or trigger expect; undefined when nothing reads it. */
export function inferAnswer(plan: WorkflowPlan, operationName: string): Json | undefined {
  let reader = readers.get(plan);
  if (reader === undefined) readers.set(plan, (reader = new PlanReader(plan)));
  const key = operationName.toLowerCase();
  const shape = plan.triggers.has(key) ? reader.triggerAnswer : reader.bodyOf(key);
  return shape.isKnown ? shape.toSample() : undefined;
}

/** Members of an action that hold other actions, or no expressions about data. */
const notData: ReadonlySet<string> = new Set(['actions', 'else', 'cases', 'default', 'runAfter', 'metadata', 'schema']);

class PlanReader {
  readonly #plan: WorkflowPlan;
  /** What the trigger's service answers; with splitOn, runs read an item of a list in it. */
  readonly triggerAnswer = new Shape();
  readonly #bodies = new Map<string, Shape>();
  readonly #variables = new Map<string, Shape>();
  /** What is being resolved right now (F2). */
  readonly #underWay = new Set<string>();

  constructor(plan: WorkflowPlan) {
    this.#plan = plan;
    for (const trigger of plan.triggers.values()) this.#readConditions(trigger);
    for (const action of plan.actions.values()) {
      for (const [name, value] of Object.entries(action.source)) {
        if (!notData.has(name)) this.#readValue(value, action, [name]);
      }
      if (action.kind === 'parseJson') this.#sourceOf(action, 'content')?.describe(action.schema);
    }
    // A list to split is read even when no run looks at its item.
    if ([...plan.triggers.values()].some(({ splitOn }) => splitOn !== undefined)) this.#triggerBody();
  }

  bodyOf(key: string): Shape {
    return remembered(this.#bodies, key);
  }

  // --- Places ---------------------------------------------------------------------------------------------------

  #readValue(value: Json, action: ActionPlan, path: readonly string[]): void {
    if (typeof value === 'string') return this.#readText(value, action, path);
    if (isJsonArray(value)) {
      if (path.at(-1)?.toLowerCase() === 'equals') this.#comparePair(value[0], value[1], action);
      for (const item of value) this.#readValue(item, action, path);
    } else if (isJsonObject(value)) {
      for (const [name, item] of Object.entries(value)) this.#readValue(item, action, [...path, name]);
    }
  }

  #readText(text: string, action: ActionPlan, path: readonly string[]): void {
    const template = templateOf(text);
    if (template === undefined || template.kind === 'literal') return;
    if (template.kind === 'expression') {
      return this.#visit(template.expression, action, usageOfPlace(path) ?? this.#usageOfVariable(action, path));
    }
    for (const [index, part] of template.parts.entries()) {
      if (part.kind !== 'expression') continue;
      const before = template.parts[index - 1];
      const usage = path.at(-1) === 'uri' ? usageInAddress(before?.kind === 'text' ? before.text : '') : undefined;
      this.#visit(part.expression, action, usage);
    }
  }

  /** What is put into a variable has its type. */
  #usageOfVariable(action: ActionPlan, path: readonly string[]): Usage | undefined {
    if (path.at(-1)?.toLowerCase() !== 'value') return undefined;
    if (action.kind === 'initializeVariable') return usageOfType(action.variables[0]?.type);
    if (action.kind !== 'changeVariable' || action.operation === 'AppendToArrayVariable') return undefined;
    for (const other of this.#plan.actions.values()) {
      if (other.kind !== 'initializeVariable') continue;
      const found = other.variables.find(({ name }) => name.toLowerCase() === action.variable.toLowerCase());
      if (found !== undefined) return usageOfType(found.type);
    }
    return undefined;
  }

  /** `{"equals": ["@a", literal]}`, either way round. */
  #comparePair(left: Json | undefined, right: Json | undefined, action: ActionPlan): void {
    for (const [read, literal] of [
      [left, right],
      [right, left],
    ] as const) {
      const expression = typeof read === 'string' ? wholeExpression(read) : undefined;
      const isLiteral = literal !== undefined && !(typeof literal === 'string' && literal.startsWith('@'));
      if (expression !== undefined && isLiteral) this.#shapeOf(expression, action)?.prefer(literal);
    }
  }

  #visit(expression: Expression, action: ActionPlan | undefined, usage: Usage | undefined): void {
    if (expression.kind === 'literal') return;
    const shape = this.#shapeOf(expression, action);
    if (usage !== undefined) shape?.use(usage);
    if (expression.name.toLowerCase() === 'equals') this.#compareArguments(expression, action);
    for (const [index, argument] of expression.args.entries()) {
      this.#visit(argument, action, usageOfArgument(expression, index));
    }
    for (const accessor of expression.accessors) {
      if (accessor.kind === 'index') this.#visit(accessor.index, action, undefined);
    }
  }

  #compareArguments({ args }: Call, action: ActionPlan | undefined): void {
    const [left, right] = args;
    if (left?.kind === 'call' && right?.kind === 'literal') this.#shapeOf(left, action)?.prefer(right.value);
    if (right?.kind === 'call' && left?.kind === 'literal') this.#shapeOf(right, action)?.prefer(left.value);
  }

  // --- What an expression reads -----------------------------------------------------------------------------------

  /** The shape that an expression reads, known by this reading from now on; undefined when no answer is read. */
  #shapeOf(expression: Expression, action: ActionPlan | undefined): Shape | undefined {
    if (expression.kind === 'literal') return undefined;
    const { shape: root, rest } = this.#rootOf(expression, action);
    let shape = root;
    for (const accessor of rest) {
      if (shape === undefined) return undefined;
      const index = accessor.kind === 'member' ? accessor.name : literalIndex(accessor.index);
      shape = typeof index === 'string' ? shape.member(index) : shape.item(index);
    }
    return shape;
  }

  #rootOf(
    call: Call,
    action: ActionPlan | undefined,
  ): { readonly shape: Shape | undefined; readonly rest: Call['accessors'] } {
    const [first] = call.args;
    const name = first?.kind === 'literal' && typeof first.value === 'string' ? first.value.toLowerCase() : undefined;
    const { accessors } = call;
    switch (call.name.toLowerCase()) {
      case 'body':
        return { shape: name === undefined ? undefined : this.#outputOf(name), rest: accessors };
      case 'outputs': {
        const target = name === undefined ? undefined : this.#plan.actions.get(name);
        if (name === undefined || target?.kind === 'compose') {
          return { shape: target && this.#sourceOf(target, undefined), rest: accessors };
        }
        const [step, ...rest] = accessors;
        const inBody = step !== undefined && stepName(step)?.toLowerCase() === 'body';
        return { shape: inBody ? this.#outputOf(name) : undefined, rest };
      }
      case 'triggerbody':
        return { shape: this.#triggerBody(), rest: accessors };
      case 'triggeroutputs': {
        const [step, ...rest] = accessors;
        const inBody = step !== undefined && stepName(step)?.toLowerCase() === 'body';
        return { shape: inBody ? this.#triggerBody() : undefined, rest };
      }
      case 'items':
        return { shape: name === undefined ? undefined : this.#itemOf(this.#plan.actions.get(name)), rest: accessors };
      case 'item':
        return { shape: this.#currentItem(action), rest: accessors };
      case 'variables':
        return { shape: name === undefined ? undefined : this.#variable(name), rest: accessors };
      case 'json':
      case 'xml':
      case 'base64tostring':
        return { shape: this.#contentOf(call, action), rest: accessors };
      case 'take':
      case 'skip':
      case 'coalesce':
        return { shape: first === undefined ? undefined : this.#shapeOf(first, action), rest: accessors };
      case 'first':
      case 'last':
        return { shape: first === undefined ? undefined : this.#shapeOf(first, action)?.item(), rest: accessors };
      default:
        return { shape: undefined, rest: accessors };
    }
  }

  /** With splitOn, conditions see the list that runs never see; what they ask of it says nothing of the items. */
  #readConditions({ splitOn, conditions }: TriggerPlan): void {
    if (splitOn !== undefined) return;
    for (const { text } of conditions) {
      const expression = wholeExpression(text);
      if (expression !== undefined) this.#visit(expression, undefined, undefined);
    }
  }

  /** What a run reads as the trigger's body. */
  #triggerBody(): Shape {
    const splitOn = [...this.#plan.triggers.values()].map(({ source }) => memberIgnoringCase(source, 'splitOn'))[0];
    const expression = typeof splitOn === 'string' ? wholeExpression(splitOn) : undefined;
    if (expression?.kind !== 'call') return this.triggerAnswer;
    const steps = expression.accessors.map(stepName);
    const path = expression.name.toLowerCase() === 'triggerbody' ? steps : steps.slice(1);
    let list = this.triggerAnswer;
    for (const step of path) list = step === undefined ? list.item() : list.member(step);
    return list.item();
  }

  /** `json(x)`, `json(xml(x))`, `json(base64ToString(x))`: the value inside the text. */
  #contentOf({ name, args }: Call, action: ActionPlan | undefined): Shape | undefined {
    const [first] = args;
    const inner = first === undefined ? undefined : this.#shapeOf(first, action);
    const outer = name.toLowerCase();
    if (outer === 'json') {
      const isXml = first?.kind === 'call' && first.name.toLowerCase() === 'xml';
      return isXml ? inner : inner?.content('json');
    }
    return inner?.content(outer === 'xml' ? 'xml' : 'base64');
  }

  /** The body of an action; those that pass data on have the shape of what they read. */
  #outputOf(key: string): Shape | undefined {
    const action = this.#plan.actions.get(key);
    if (action?.kind === 'parseJson') return this.#sourceOf(action, 'content');
    if (action?.kind === 'query') return this.#sourceOf(action, 'from');
    return this.bodyOf(key);
  }

  /** The shape of a whole expression at `inputs` or at one member of it. */
  #sourceOf(action: ActionPlan, member: string | undefined): Shape | undefined {
    const inputs = memberIgnoringCase(action.source, 'inputs');
    const text = member === undefined ? inputs : memberIgnoringCase(inputs, member);
    return this.#once(`${action.key}/${member ?? ''}`, () => this.#shapeOfText(text, action));
  }

  #shapeOfText(text: Json | undefined, action: ActionPlan): Shape | undefined {
    if (isJsonObject(text)) return this.#shapeOfMembers(text, action);
    const expression = typeof text === 'string' ? wholeExpression(text) : undefined;
    return expression === undefined ? undefined : this.#shapeOf(expression, action);
  }

  /** An object that is put together out of what was read elsewhere. */
  #shapeOfMembers(object: JsonObject, action: ActionPlan): Shape {
    const whole = new Shape();
    for (const [name, value] of Object.entries(object)) {
      whole.members.set(name, this.#shapeOfText(value, action) ?? new Shape());
    }
    return whole;
  }

  #itemOf(loop: ActionPlan | undefined): Shape | undefined {
    if (loop?.kind !== 'foreach') return undefined;
    return this.#once(`items/${loop.key}`, () => this.#shapeOfText(loop.source['foreach'], loop)?.item());
  }

  /** `item()`: of the data that the action goes through, else of the innermost loop. */
  #currentItem(action: ActionPlan | undefined): Shape | undefined {
    if (action === undefined) return undefined;
    const rows = action.kind === 'query' || action.kind === 'select' || action.kind === 'table';
    if (rows) return this.#sourceOf(action, 'from')?.item();
    return this.#itemOf(this.#plan.actions.get(action.loops.at(-1) ?? ''));
  }

  /** A variable has the shape of what is first put into it. */
  #variable(name: string): Shape | undefined {
    const known = this.#variables.get(name);
    if (known !== undefined) return known;
    const found = this.#once(`variables/${name}`, () => this.#assignedTo(name));
    if (found !== undefined) this.#variables.set(name, found);
    return found;
  }

  #assignedTo(name: string): Shape | undefined {
    for (const action of this.#plan.actions.values()) {
      const text = assignment(action, name);
      const shape = text === undefined ? undefined : this.#shapeOfText(text, action);
      if (shape === undefined) continue;
      if (action.kind !== 'changeVariable' || action.operation !== 'AppendToArrayVariable') return shape;
      return new ListShape(shape);
    }
    return undefined;
  }

  #once(key: string, read: () => Shape | undefined): Shape | undefined {
    if (this.#underWay.has(key)) return undefined;
    this.#underWay.add(key);
    const shape = read();
    this.#underWay.delete(key);
    return shape;
  }
}

/** A list that some action gathers out of items it read elsewhere. */
class ListShape extends Shape {
  readonly #gathered: Shape;

  constructor(gathered: Shape) {
    super();
    this.#gathered = gathered;
  }

  override item(): Shape {
    return this.#gathered;
  }
}

function remembered(shapes: Map<string, Shape>, key: string): Shape {
  let shape = shapes.get(key);
  if (shape === undefined) shapes.set(key, (shape = new Shape()));
  return shape;
}

// --- Texts and places -------------------------------------------------------------------------------------------

function templateOf(text: string): Template | undefined {
  const template = parseTemplate(text);
  return areFaults(template) ? undefined : template;
}

/** The expression of `@expr`, and of `@{expr}` that stands alone. */
function wholeExpression(text: string): Expression | undefined {
  const template = templateOf(text);
  if (template?.kind === 'expression') return template.expression;
  if (template?.kind !== 'interpolation' || template.parts.length !== 1) return undefined;
  const [only] = template.parts;
  return only?.kind === 'expression' ? only.expression : undefined;
}

/** What is put into the variable by this action, as text. */
function assignment(action: ActionPlan, variable: string): Json | undefined {
  const inputs: JsonObject = isJsonObject(action.source['inputs']) ? action.source['inputs'] : {};
  if (action.kind === 'changeVariable') {
    return action.variable.toLowerCase() === variable ? memberIgnoringCase(inputs, 'value') : undefined;
  }
  if (action.kind !== 'initializeVariable') return undefined;
  const list = memberIgnoringCase(inputs, 'variables');
  const found = (isJsonArray(list) ? list : []).find((one) => textMember(one, 'name')?.toLowerCase() === variable);
  return found === undefined ? undefined : memberIgnoringCase(found, 'value');
}

function literalIndex(index: Expression): string | number | undefined {
  if (index.kind !== 'literal') return undefined;
  if (typeof index.value === 'string') return index.value;
  return typeof index.value === 'number' && index.value > 0 ? index.value : 0;
}

function stepName(accessor: Call['accessors'][number]): string | undefined {
  if (accessor.kind === 'member') return accessor.name;
  const index = literalIndex(accessor.index);
  return typeof index === 'string' ? index : undefined;
}
