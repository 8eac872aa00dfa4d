/**
 * The functions whose answer depends on where an expression stands.
 *
 * Owns: parameters, variables, copyIndex, the scope functions, and the questions to the running deployment.
 * Source: template reference 5.5, 6, 7, 8.
 *
 * Invariants
 * P1. A variable is evaluated when it is first asked for, and once; one that asks for itself is a fault.
 * P2. `reference` and `list…` answer from what the deployment already learnt, else stop with the question.
 */
import { isJsonArray, isJsonObject, type Json, memberIgnoringCase, textMember } from '#foundation';
import { clouds } from './clouds.data.ts';
import type { Budget, CopyFrame, EvaluationContext, PlaceFunction } from './context.ts';
import { newBudget } from './context.ts';
import { evaluateCopy, evaluateValue } from './evaluate.ts';
import { presentTime } from './functions/date.ts';
import { wrongCount } from './functions/function.ts';
import type { TemplateOutline, UserFunction } from './outline.ts';
import { resourceIdFunctions } from './resource-ids.ts';
import {
  badArguments,
  type EvaluationStop,
  isStop,
  misplacedFunction,
  pending,
  type RuntimeQuestion,
  stop,
} from './stop.ts';
import type { DeploymentPlace } from './surroundings.ts';
import { fitsType, smallInteger, textOf, typeOf } from './values.ts';

/** What the running deployment knows: answers by question. */
export type Answers = (question: RuntimeQuestion) => Json | undefined;

export interface PlacedResource {
  readonly id: string;
  readonly apiVersion: string;
}

export interface PlaceOptions {
  readonly outline: TemplateOutline;
  readonly place: DeploymentPlace;
  /** Values by lower-case name. */
  readonly parameters: { readonly get: (name: string) => Json | EvaluationStop | undefined };
  /** Absent while runtime functions are not allowed (names, counts, conditions at expansion). */
  readonly answers?: Answers;
  /** The resources of this template that go by a name: its own, its short one, its symbol, that of a copy. */
  readonly findResources: (name: string) => readonly PlacedResource[] | undefined;
  /** Shared with other places of the template; its own when absent. */
  readonly budget?: Budget;
  /** Whether a resource of that name has a condition that is false. */
  readonly isLeftOut: (name: string) => boolean;
}

export class TemplatePlace {
  readonly #options: PlaceOptions;
  readonly #variables = new Map<string, Json | EvaluationStop | undefined>();
  readonly #functions: ReadonlyMap<string, PlaceFunction>;
  readonly #budget: Budget;

  constructor(options: PlaceOptions) {
    this.#options = options;
    this.#budget = options.budget ?? newBudget();
    const { place } = options;
    const answer =
      (value: Json | undefined, name: string): PlaceFunction =>
      () =>
        value ?? misplacedFunction(name);
    this.#functions = new Map<string, PlaceFunction>([
      ['parameters', ([name]) => this.#parameter(textOf(name ?? ''))],
      ['variables', ([name]) => this.#variable(textOf(name ?? ''))],
      ['copyindex', (args, context) => copyIndex(args, context.copies)],
      ['deployment', answer(place.deployment, 'deployment')],
      ['environment', answer(clouds[place.cloud], 'environment')],
      ['subscription', answer(place.subscription, 'subscription')],
      ['resourcegroup', answer(place.resourceGroup, 'resourceGroup')],
      ['managementgroup', answer(place.managementGroup, 'managementGroup')],
      ['tenant', answer(place.tenant, 'tenant')],
      ['deployer', answer(place.deployer, 'deployer')],
      ['reference', (args) => this.#reference(args)],
      ['references', (args) => this.#references(args)],
      ['providers', ([namespace, type]) => this.#providers(namespace, type)],
      ['pickzones', () => []],
      ...resourceIdFunctions(place),
    ]);
  }

  /** The context of values that may not use `newGuid` and `utcNow`. */
  context(copies?: CopyFrame): EvaluationContext {
    return {
      place: (name) => this.#functions.get(name) ?? (/^list[a-z]/.test(name) ? this.#list(name) : undefined),
      userFunction: (name) => this.#userFunction(name),
      budget: this.#budget,
      copies,
    };
  }

  /** The context of default values: `newGuid` and `utcNow` exist there only. */
  defaults(): EvaluationContext {
    const { place } = this.#options;
    const plain = this.context();
    const extra = new Map<string, PlaceFunction>([
      ['newguid', () => place.newGuid()],
      ['utcnow', ([format]) => presentTime(Date.parse(place.now), format)],
    ]);
    return { ...plain, place: (name) => extra.get(name) ?? plain.place(name) };
  }

  #parameter(name: string): Json | EvaluationStop {
    const value = this.#options.parameters.get(name.toLowerCase());
    return value === undefined ? stop(`The template parameter '${name}' is not found.`) : value;
  }

  #variable(name: string): Json | EvaluationStop {
    const key = name.toLowerCase();
    if (this.#variables.has(key)) {
      const known = this.#variables.get(key);
      return known === undefined ? stop(`The template variable '${name}' refers to itself.`) : known;
    }
    this.#variables.set(key, undefined);
    const value = this.#evaluateVariable(key);
    const result = value === undefined ? stop(`The template variable '${name}' is not found.`) : value;
    // A question is asked again later, so it is not kept.
    if (isStop(result) && result.question !== undefined) this.#variables.delete(key);
    else this.#variables.set(key, result);
    return result;
  }

  #evaluateVariable(key: string): Json | EvaluationStop | undefined {
    const { outline } = this.#options;
    const planned = outline.variables.get(key);
    if (planned !== undefined) return evaluateValue(planned, this.context());
    const copy = outline.variableCopies.find(({ name }) => name.toLowerCase() === key);
    return copy === undefined ? undefined : evaluateCopy(copy, this.context(), true);
  }

  #userFunction(name: string): PlaceFunction | undefined {
    const found = this.#options.outline.functions.get(name);
    return found === undefined ? undefined : (args, context) => this.#callFunction(found, args, context);
  }

  #callFunction(called: UserFunction, args: readonly Json[], context: EvaluationContext): Json | EvaluationStop {
    const wrong = wrongArguments(called, args);
    if (wrong !== undefined) return wrong;
    const depth = (context.calls ?? 0) + 1;
    if (depth > callLimit) return badArguments(called.name, `functions call each other more than '${callLimit}' deep.`);
    const values = new Map(called.parameters.map(({ name }, index) => [name.toLowerCase(), args[index] ?? null]));
    const value = evaluateValue(called.output, {
      budget: context.budget,
      calls: depth,
      ...(this.#options.outline.symbolic ? { userFunction: (inner: string) => this.#userFunction(inner) } : {}),
      place: (inner) =>
        inner === 'parameters'
          ? ([parameter]) => {
              const known = values.get(textOf(parameter ?? '').toLowerCase());
              return known === undefined
                ? stop(`The function parameter '${textOf(parameter ?? '')}' is not found.`)
                : known;
            }
          : userFunctionPlaces.has(inner)
            ? this.#functions.get(inner)
            : undefined,
    });
    if (isStop(value) || called.outputType === '' || fitsType(called.outputType, value)) return value;
    return badArguments(
      called.name,
      `the output is of type '${typeOf(value)}', it is declared as '${called.outputType}'.`,
    );
  }

  /** `providers(namespace, type?)`: what the subscription lists for it. */
  #providers(namespace: Json | undefined, type: Json | undefined): Json | EvaluationStop {
    const base = textMember(this.#options.place.subscription, 'id') ?? '';
    const id = `${base}/providers/${textOf(namespace ?? '')}`;
    const provider =
      this.#options.place.providers?.get(textOf(namespace ?? '').toLowerCase()) ??
      this.#ask({ kind: 'reference', id, apiVersion: '2021-04-01', full: true });
    if (isStop(provider) || type === undefined) return provider;
    const types = memberIgnoringCase(provider, 'resourceTypes');
    const wanted = textOf(type).toLowerCase();
    const found = (isJsonArray(types) ? types : []).find(
      (one) => textMember(one, 'resourceType')?.toLowerCase() === wanted,
    );
    return (
      found ?? badArguments('providers', `the type '${textOf(type)}' is not listed by '${textOf(namespace ?? '')}'.`)
    );
  }

  // --- Questions ------------------------------------------------------------------------------------------------

  #ask(question: RuntimeQuestion): Json | EvaluationStop {
    return this.#options.answers?.(question) ?? pending(question);
  }

  #reference([target, version, mode]: readonly Json[]): Json | EvaluationStop {
    const name = textOf(target ?? '');
    const found = this.#options.findResources(name)?.[0];
    const id = found?.id ?? this.#absolute(name);
    if (!id.startsWith('/')) {
      const why = this.#options.isLeftOut(name)
        ? `the resource '${name}' is not deployed, because its condition is false.`
        : `the resource '${name}' is not defined in the template.`;
      return badArguments('reference', why);
    }
    const apiVersion =
      version === undefined || version === null || version === '' ? found?.apiVersion : textOf(version);
    if (apiVersion === undefined) return badArguments('reference', `the resource '${id}' needs an api-version.`);
    return this.#ask({ kind: 'reference', id, apiVersion, full: isFull(mode) });
  }

  /** `references('copied')`: what `reference` gives of every resource of a copy. */
  #references([target, mode]: readonly Json[]): Json | EvaluationStop {
    const name = textOf(target ?? '');
    const found = this.#options.findResources(name);
    if (found === undefined)
      return badArguments('references', `the resource '${name}' is not defined in the template.`);
    const all: Json[] = [];
    for (const { id, apiVersion } of found) {
      const answer = this.#ask({ kind: 'reference', id, apiVersion, full: isFull(mode) });
      if (isStop(answer)) return answer;
      all.push(answer);
    }
    return all;
  }

  /** `Microsoft.Web/sites/x` is below the deployment's scope; a resource that a condition left out is not there. */
  #absolute(name: string): string {
    const isId = /^[^/]+\.[^/]+\/[^/]+\/[^/]+/.test(name) && !this.#options.isLeftOut(name);
    return isId ? `${this.#options.place.scope}/providers/${name}` : name;
  }

  #list(action: string): PlaceFunction {
    return ([target, version, body]) => {
      const name = textOf(target ?? '');
      const id = this.#options.findResources(name)?.[0]?.id ?? this.#absolute(name);
      const question = { kind: 'list', id, action, apiVersion: textOf(version ?? '') } as const;
      return this.#ask(body === undefined ? question : { ...question, body });
    };
  }
}

function isFull(mode: Json | undefined): boolean {
  return typeof mode === 'string' && mode.toLowerCase() === 'full';
}

/** How deep functions may call each other. */
const callLimit = 32;

function wrongArguments({ name, parameters }: UserFunction, args: readonly Json[]): EvaluationStop | undefined {
  if (args.length !== parameters.length) return wrongCount(name, parameters.length, parameters.length, args.length);
  for (const [index, parameter] of parameters.entries()) {
    const value = args[index] ?? null;
    if (parameter.type === '' || fitsType(parameter.type, value)) continue;
    return badArguments(
      name,
      `the parameter '${parameter.name}' is of type '${parameter.type}', a value of type '${typeOf(value)}' was given.`,
    );
  }
  return undefined;
}

/** What a user function may ask of its place besides its own parameters. */
const userFunctionPlaces: ReadonlySet<string> = new Set([
  'subscription',
  'resourcegroup',
  'managementgroup',
  'tenant',
  'environment',
  'resourceid',
  'subscriptionresourceid',
  'tenantresourceid',
  'managementgroupresourceid',
  'extensionresourceid',
]);

/** `copyIndex()`, `copyIndex(offset)`, `copyIndex('name', offset?)`. */
function copyIndex(args: readonly Json[], frames: CopyFrame | undefined): Json | EvaluationStop {
  const [first, second] = args;
  const named = typeof first === 'string';
  const offset = smallInteger((named ? second : first) ?? 0) ?? 0;
  for (let frame = frames; frame !== undefined; frame = frame.outer) {
    const fits = named ? frame.name.toLowerCase() === first.toLowerCase() : frame.bare;
    if (fits) return frame.index + offset;
  }
  return stop(
    "The template function 'copyIndex' is not expected at this location. The function can only be used in a resource with copy specified.",
  );
}

/** A parameter's given value: `{ value }`. */
export function givenValue(entry: Json | undefined): Json | undefined {
  return isJsonObject(entry) ? memberIgnoringCase(entry, 'value') : undefined;
}
