/**
 * Reads a definition for the shape of each action's answer: paths that expressions read, what loops and functions take them for,
 * schemas of ParseJson, values that conditions want; through loops, variables, Compose, ParseJson, Select and Query.
 *
 * Owns: what actions, variables and loops hold. Does not own: what a shape is (`answer-shape.ts`), functions (`read-call.ts`),
 * conditions (`wishes.ts`), answers (`infer-answer.ts`).
 *
 * Invariants
 * PR1. What a workflow says of itself may go in circles; a circle is read once.
 * PR2. Conditions are wanted to come out so that the run goes on: an Until ends, an If takes the branch that does not end the run.
 */
import { areFaults, type Call, type Expression, parseTemplate, type Template } from '#expression';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberIgnoringCase } from '#foundation';
import type { ActionPlan, TriggerPlan, WorkflowPlan } from '#workflow';
import { Shape } from './answer-shape.ts';
import { type Usage, usageInAddress, usageOfArgument, usageOfPlace, usageOfType } from './answer-usage.ts';
import { assignments, endsBadly } from './actions-of-plan.ts';
import { ListShape, several } from './derived-shape.ts';
import { demandOfCall, numberLiteral, shapeOfCall, textLiteral } from './read-call.ts';
import { conditionExpression, isLogical, wholeExpression, type Wish, wishesOf } from './wishes.ts';

/** Members of an action that hold other actions, no expressions about data, or a condition, which is read by itself. */
const notData: ReadonlySet<string> = new Set([
  'actions',
  'else',
  'cases',
  'default',
  'expression',
  'runAfter',
  'metadata',
  'schema',
]);

type Accessors = Call['accessors'];

interface Root {
  readonly shape: Shape | undefined;
  readonly rest: Accessors;
}

export class PlanReader {
  readonly #plan: WorkflowPlan;
  /** What the trigger's service answers; with splitOn, runs read an item of a list in it. */
  readonly triggerAnswer = new Shape();
  readonly #bodies = new Map<string, Shape>();
  readonly #outputs = new Map<string, Shape>();
  readonly #variables = new Map<string, Shape>();
  /** What is being resolved right now (PR1). */
  readonly #underWay = new Set<string>();

  constructor(plan: WorkflowPlan) {
    this.#plan = plan;
    for (const trigger of plan.triggers.values()) this.#readTriggerConditions(trigger);
    for (const action of plan.actions.values()) {
      this.#readCondition(action);
      for (const [name, value] of Object.entries(action.source)) {
        if (!notData.has(name)) this.#readValue(value, action, [name]);
      }
      // A table without columns of its own has those of its rows.
      if (action.kind === 'table' && action.columns === undefined) this.#sourceOf(action, 'from')?.item().use('object');
      if (action.kind === 'parseJson') this.#sourceOf(action, 'content')?.describe(action.schema);
    }
    // A list to split is read even when no run looks at its item.
    if ([...plan.triggers.values()].some(({ splitOn }) => splitOn !== undefined)) this.#triggerBody();
  }

  bodyOf(key: string): Shape {
    return remembered(this.#bodies, key);
  }

  /** Status code and headers, as `outputs('X')['statusCode']` reads them. */
  outputsOf(key: string): Shape {
    return remembered(this.#outputs, key);
  }

  // --- Places ---------------------------------------------------------------------------------------------------

  #readValue(value: Json, action: ActionPlan, path: readonly string[]): void {
    if (typeof value === 'string') return this.#readText(value, action, path);
    if (isJsonArray(value)) {
      for (const item of value) this.#readValue(item, action, path);
    } else if (isJsonObject(value)) {
      for (const [name, item] of Object.entries(value)) {
        if (name !== 'where') this.#readValue(item, action, [...path, name]);
      }
    }
  }

  #readText(text: string, action: ActionPlan, path: readonly string[]): void {
    const template = templateOf(text);
    if (template === undefined || template.kind === 'literal') return;
    if (template.kind === 'expression') {
      const usage = usageOfPlace(path) ?? this.#usageOfVariable(action, path);
      return this.#visit(template.expression, action, usage);
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
    return usageOfType(this.#typeOfVariable(action.variable));
  }

  #typeOfVariable(name: string): Parameters<typeof usageOfType>[0] {
    for (const other of this.#plan.actions.values()) {
      if (other.kind !== 'initializeVariable') continue;
      const found = other.variables.find((one) => one.name.toLowerCase() === name.toLowerCase());
      if (found !== undefined) return found.type;
    }
    return undefined;
  }

  #visit(expression: Expression, action: ActionPlan | undefined, usage: Usage | undefined, isJudged = false): void {
    if (expression.kind === 'literal') return;
    const shape = this.#shapeOf(expression, action);
    if (usage !== undefined) shape?.use(usage);
    demandOfCall(expression, (argument) => this.#shapeOf(argument, action));
    const judges = isLogical(expression);
    if (judges && !isJudged) this.#wish(expression, true, action);
    for (const [index, argument] of expression.args.entries()) {
      const seen = usageOfArgument(expression, index) ?? this.#usageBeside(expression, index);
      this.#visit(argument, action, seen, judges);
    }
    for (const accessor of expression.accessors) {
      if (accessor.kind === 'index') this.#visit(accessor.index, action, undefined);
    }
  }

  /** What is compared with a number variable or parameter is a number. */
  #usageBeside({ name, args }: Call, index: number): Usage | undefined {
    const other = args[1 - index];
    if (!/^(greater|less)/i.test(name) || other?.kind !== 'call' || other.accessors.length > 0) return undefined;
    const of = textLiteral(other.args[0]) ?? '';
    switch (other.name.toLowerCase()) {
      case 'variables':
        return numberOnly(usageOfType(this.#typeOfVariable(of)));
      case 'parameters':
        return /^(Int|Float)$/.test(this.#plan.parameters.get(of.toLowerCase())?.type ?? '') ? 'number' : undefined;
      case 'length':
      case 'int':
      case 'float':
        return 'number';
      default:
        return undefined;
    }
  }

  // --- Conditions -----------------------------------------------------------------------------------------------

  #readCondition(action: ActionPlan): void {
    switch (action.kind) {
      case 'if': {
        const isDead = endsBadly(action.whenTrue) && !endsBadly(action.otherwise);
        return this.#wishCondition(memberIgnoringCase(action.source, 'expression'), !isDead, action, false);
      }
      case 'until':
        return this.#wishCondition(memberIgnoringCase(action.source, 'expression'), true, action, true);
      case 'query':
        return this.#wishCondition(
          memberIgnoringCase(memberIgnoringCase(action.source, 'inputs'), 'where'),
          true,
          action,
          false,
        );
      case 'switch': {
        const { cases } = action;
        const taken = cases.find(({ body }) => !endsBadly(body)) ?? cases[0];
        const expression = wholeExpression(action.text);
        if (expression === undefined) return;
        if (taken !== undefined) this.#shapeOf(expression, action)?.prefer(taken.value);
        return this.#visit(expression, action, undefined);
      }
      default:
    }
  }

  #wishCondition(source: Json | undefined, wanted: boolean, action: ActionPlan, isAwaited: boolean): void {
    const expression = conditionExpression(source);
    if (expression === undefined) return;
    this.#wish(expression, wanted, action, isAwaited);
    this.#visit(expression, action, undefined, true);
  }

  #wish(condition: Expression, wanted: boolean, action: ActionPlan | undefined, isAwaited = false): void {
    wishesOf(condition, wanted, (read, wish) => grant(this.#shapeOf(read, action), wish, isAwaited));
  }

  /** With splitOn, conditions see the list that runs never see; what they ask of it says nothing of the items. */
  #readTriggerConditions({ splitOn, conditions }: TriggerPlan): void {
    if (splitOn !== undefined) return;
    for (const { text } of conditions) {
      const expression = wholeExpression(text);
      if (expression !== undefined) this.#visit(expression, undefined, undefined);
    }
  }

  // --- What an expression reads -----------------------------------------------------------------------------------

  /** The shape that an expression reads, known by this reading from now on; undefined when no answer is read. */
  #shapeOf(expression: Expression, action: ActionPlan | undefined): Shape | undefined {
    if (expression.kind === 'literal') return undefined;
    const { shape: root, rest } = this.#rootOf(expression, action);
    let shape = root;
    for (const accessor of rest) {
      if (shape === undefined) return undefined;
      const index = stepOf(accessor);
      shape = typeof index === 'string' ? shape.member(index) : shape.item(index);
    }
    return shape;
  }

  #rootOf(call: Call, action: ActionPlan | undefined): Root {
    const name = textLiteral(call.args[0])?.toLowerCase();
    const { accessors } = call;
    switch (call.name.toLowerCase()) {
      case 'body':
      case 'actionbody':
        return { shape: name === undefined ? undefined : this.#outputOf(name), rest: accessors };
      case 'outputs':
      case 'actionoutputs':
        return name === undefined ? nothing : this.#rootOfOutputs(name, accessors);
      case 'actions':
        return name === undefined || nameOf(accessors[0]) !== 'outputs'
          ? nothing
          : this.#rootOfOutputs(name, accessors.slice(1));
      case 'trigger':
        return nameOf(accessors[0]) === 'outputs' && nameOf(accessors[1]) === 'body'
          ? { shape: this.#triggerBody(), rest: accessors.slice(2) }
          : nothing;
      case 'triggerbody':
        return { shape: this.#triggerBody(), rest: accessors };
      case 'triggeroutputs':
        return nameOf(accessors[0]) === 'body' ? { shape: this.#triggerBody(), rest: accessors.slice(1) } : nothing;
      case 'items':
        return { shape: name === undefined ? undefined : this.#itemOf(this.#plan.actions.get(name)), rest: accessors };
      case 'item':
        return { shape: this.#currentItem(action), rest: accessors };
      case 'variables':
        return { shape: name === undefined ? undefined : this.#variable(name), rest: accessors };
      default:
        return { shape: shapeOfCall(call, (argument) => this.#shapeOf(argument, action)), rest: accessors };
    }
  }

  #rootOfOutputs(name: string, accessors: Accessors): Root {
    const target = this.#plan.actions.get(name);
    if (target?.kind === 'compose') return { shape: this.#sourceOf(target, undefined), rest: accessors };
    const [step, ...rest] = accessors;
    if (step === undefined) return nothing;
    return nameOf(step) === 'body'
      ? { shape: this.#outputOf(name), rest }
      : { shape: this.outputsOf(name), rest: accessors };
  }

  /** What a run reads as the trigger's body. */
  #triggerBody(): Shape {
    const splitOn = [...this.#plan.triggers.values()].map(({ source }) => memberIgnoringCase(source, 'splitOn'))[0];
    const expression = typeof splitOn === 'string' ? wholeExpression(splitOn) : undefined;
    if (expression?.kind !== 'call') return this.triggerAnswer;
    const steps = expression.accessors.map(stepOf);
    const path = expression.name.toLowerCase() === 'triggerbody' ? steps : steps.slice(1);
    let list = this.triggerAnswer;
    for (const step of path) list = typeof step === 'string' ? list.member(step) : list.item();
    return list.item();
  }

  /** The body of an action; those that pass data on have the shape of what they read. */
  #outputOf(key: string): Shape | undefined {
    const action = this.#plan.actions.get(key);
    if (action?.kind === 'parseJson') return this.#sourceOf(action, 'content');
    if (action?.kind === 'query') return this.#sourceOf(action, 'from');
    if (action?.kind !== 'select') return this.bodyOf(key);
    const item = this.#sourceOf(action, 'select');
    return item === undefined ? undefined : new ListShape(item);
  }

  /** The shape of a whole expression at `inputs` or at one member of it. */
  #sourceOf(action: ActionPlan, member: string | undefined): Shape | undefined {
    const inputs = memberIgnoringCase(action.source, 'inputs');
    const text = member === undefined ? inputs : memberIgnoringCase(inputs, member);
    return this.#once(`${action.key}/${member ?? ''}`, () => this.#shapeOfText(text, action));
  }

  #shapeOfText(text: Json | undefined, action: ActionPlan): Shape | undefined {
    if (isJsonObject(text)) return this.#shapeOfMembers(text, action);
    if (isJsonArray(text)) {
      const item = several(text.map((one) => this.#shapeOfText(one, action)));
      return item === undefined ? undefined : new ListShape(item);
    }
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

  /** A variable has the shapes of everything that is put into it. */
  #variable(name: string): Shape | undefined {
    const known = this.#variables.get(name);
    if (known !== undefined) return known;
    const found = this.#once(`variables/${name}`, () => this.#assignedTo(name));
    if (found !== undefined) this.#variables.set(name, found);
    return found;
  }

  #assignedTo(name: string): Shape | undefined {
    const shapes = assignments(this.#plan, name).map(({ action, value, isItem }) => {
      const shape = this.#shapeOfText(value, action);
      return isItem && shape !== undefined ? new ListShape(shape) : shape;
    });
    return several(shapes);
  }

  #once(key: string, read: () => Shape | undefined): Shape | undefined {
    if (this.#underWay.has(key)) return undefined;
    this.#underWay.add(key);
    const shape = read();
    this.#underWay.delete(key);
    return shape;
  }
}

const nothing: Root = { shape: undefined, rest: [] };

function grant(shape: Shape | undefined, wish: Wish, isAwaited: boolean): void {
  if (shape === undefined) return;
  switch (wish.kind) {
    case 'value':
      if (isAwaited) shape.await(wish.value);
      else if (wish.value !== '') shape.prefer(wish.value);
      return;
    case 'number':
      return shape.use('number');
    case 'mention':
      return shape.mention(wish.text);
    case 'items':
      shape.item(wish.count - 1);
  }
}

const numberOnly = (usage: Usage | undefined): Usage | undefined => (usage === 'number' ? usage : undefined);

function remembered(shapes: Map<string, Shape>, key: string): Shape {
  let shape = shapes.get(key);
  if (shape === undefined) shapes.set(key, (shape = new Shape()));
  return shape;
}

function templateOf(text: string): Template | undefined {
  const template = parseTemplate(text);
  return areFaults(template) ? undefined : template;
}

/** The member's name, or the index; one that is not known before the run is the first. */
function stepOf(accessor: Accessors[number]): string | number {
  if (accessor.kind === 'member') return accessor.name;
  return textLiteral(accessor.index) ?? Math.max(numberLiteral(accessor.index) ?? 0, 0);
}

function nameOf(accessor: Accessors[number] | undefined): string | undefined {
  const step = accessor === undefined ? undefined : stepOf(accessor);
  return typeof step === 'string' ? step.toLowerCase() : undefined;
}
