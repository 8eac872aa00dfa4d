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
import type { CopyFrame, EvaluationContext, PlaceFunction } from './context.ts';
import { newBudget } from './context.ts';
import { evaluateCopy, evaluateValue } from './evaluate.ts';
import { presentTime } from './functions/date.ts';
import type { TemplateOutline } from './outline.ts';
import { resourceIdFunctions } from './resource-ids.ts';
import { badArguments, type EvaluationStop, isStop, pending, type RuntimeQuestion, stop } from './stop.ts';
import { type DeploymentPlace, publicCloud } from './surroundings.ts';
import { smallInteger, textOf } from './values.ts';

/** What the running deployment knows: answers by question. */
export type Answers = (question: RuntimeQuestion) => Json | undefined;

export interface PlaceOptions {
  readonly outline: TemplateOutline;
  readonly place: DeploymentPlace;
  /** Values by lower-case name. */
  readonly parameters: { readonly get: (name: string) => Json | EvaluationStop | undefined };
  /** Absent while runtime functions are not allowed (names, counts, conditions at expansion). */
  readonly answers?: Answers;
  /** The id and api-version of a resource of this template by its name, short name or symbol. */
  readonly findResource: (name: string) => { readonly id: string; readonly apiVersion: string } | undefined;
}

export class TemplatePlace {
  readonly #options: PlaceOptions;
  readonly #variables = new Map<string, Json | EvaluationStop | undefined>();
  readonly #functions: ReadonlyMap<string, PlaceFunction>;
  readonly #budget = newBudget();

  constructor(options: PlaceOptions) {
    this.#options = options;
    const { place } = options;
    const answer =
      (value: Json | undefined, name: string): PlaceFunction =>
      () =>
        value ?? stop(`The template function '${name}' is not expected at this location.`);
    this.#functions = new Map<string, PlaceFunction>([
      ['parameters', ([name]) => this.#parameter(textOf(name ?? ''))],
      ['variables', ([name]) => this.#variable(textOf(name ?? ''))],
      ['copyindex', (args, context) => copyIndex(args, context.copies)],
      ['deployment', answer(place.deployment, 'deployment')],
      ['environment', answer(publicCloud, 'environment')],
      ['subscription', answer(place.subscription, 'subscription')],
      ['resourcegroup', answer(place.resourceGroup, 'resourceGroup')],
      ['tenant', answer(place.tenant, 'tenant')],
      ['reference', (args) => this.#reference(args)],
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
    if (found === undefined) return undefined;
    return (args, context) => {
      const values = new Map(
        found.parameters.map((parameter, index) => [parameter.toLowerCase(), args[index] ?? null]),
      );
      return evaluateValue(found.output, {
        budget: context.budget,
        place: (inner) =>
          inner === 'parameters'
            ? ([parameter]) =>
                values.get(textOf(parameter ?? '').toLowerCase()) ?? stop('The function parameter is not found.')
            : userFunctionPlaces.has(inner)
              ? this.#functions.get(inner)
              : undefined,
      });
    };
  }

  /** `providers(namespace, type?)`: what the subscription lists for it. */
  #providers(namespace: Json | undefined, type: Json | undefined): Json | EvaluationStop {
    const base = textMember(this.#options.place.subscription, 'id') ?? '';
    const id = `${base}/providers/${textOf(namespace ?? '')}`;
    const provider = this.#ask({ kind: 'reference', id, apiVersion: '2021-04-01', full: true });
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
    const found = this.#options.findResource(name);
    const id = found?.id ?? name;
    if (!id.startsWith('/')) return badArguments('reference', `the resource '${name}' is not defined in the template.`);
    const apiVersion =
      version === undefined || version === null || version === '' ? found?.apiVersion : textOf(version);
    if (apiVersion === undefined) return badArguments('reference', `the resource '${id}' needs an api-version.`);
    const full = typeof mode === 'string' && mode.toLowerCase() === 'full';
    return this.#ask({ kind: 'reference', id, apiVersion, full });
  }

  #list(action: string): PlaceFunction {
    return ([target, version, body]) => {
      const name = textOf(target ?? '');
      const id = this.#options.findResource(name)?.id ?? name;
      const question = { kind: 'list', id, action, apiVersion: textOf(version ?? '') } as const;
      return this.#ask(body === undefined ? question : { ...question, body });
    };
  }
}

/** What a user function may ask of its place besides its own parameters. */
const userFunctionPlaces: ReadonlySet<string> = new Set([
  'subscription',
  'resourcegroup',
  'tenant',
  'environment',
  'resourceid',
  'subscriptionresourceid',
  'tenantresourceid',
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
