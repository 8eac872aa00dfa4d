/**
 * What planning one definition collects on its way: faults, warnings, and every template with its site.
 *
 * Owns: reporting with the place of the fault, planning template strings, values that may only use parameters.
 * Does not own: any rule about triggers, actions or containers.
 *
 * Invariants
 * L1. Planning never throws: whatever is wrong is reported, and planning goes on to find more.
 * L2. The first report decides the code of the refusal; when there are more, all of them are its details.
 */
import {
  contextFromJson,
  deepFreeze,
  type ExpressionFault,
  isEvaluationFault,
  planCondition,
  type Planned,
  planTemplate,
} from '#expression';
import {
  Fault,
  type FaultCode,
  type FaultDetail,
  isJsonArray,
  type Json,
  JsonNumber,
  type JsonObject,
} from '#foundation';
import type { WorkflowLimits } from './limits.ts';
import { columnOf, pathText, type Steps } from './paths.ts';

/** Something a save accepts but its author should know. */
export interface WorkflowWarning {
  readonly code: string;
  readonly message: string;
  /** JSON path into the definition. */
  readonly path: string;
}

/** Whose template it is. */
export type Owner =
  | { readonly kind: 'action'; readonly name: string; readonly key: string; readonly type: string }
  | { readonly kind: 'trigger'; readonly name: string; readonly type: string }
  | { readonly kind: 'parameter' | 'output'; readonly name: string };

/** Where a template stands. */
export interface Place {
  readonly owner: Owner;
  /** The member it belongs to: `inputs`, `expression`, `foreach`, `trackedProperties`. */
  readonly what: string;
  /** Where the planned JSON stands. */
  readonly steps: Steps;
  /** It is evaluated once per row of a data operation, so that `item()` is the row. */
  readonly rows?: true;
}

export interface Site extends Place {
  readonly planned: Planned;
}

/** Reports kept of one definition; more would drown the reader. */
const reportLimit = 50;

export class Planning {
  readonly definition: JsonObject;
  readonly limits: WorkflowLimits;
  readonly warnings: WorkflowWarning[] = [];
  /** Every template that was planned, in definition order. */
  /** Milliseconds of the clock when somebody saves. */
  readonly now: number | undefined;
  readonly sites: Site[] = [];
  /** Values of the parameters that are known without a run; set once they are planned. */
  parameterValues: JsonObject = {};
  readonly #reports: { readonly code: FaultCode; readonly detail: FaultDetail }[] = [];

  constructor(definition: JsonObject, limits: WorkflowLimits, now?: number) {
    this.now = now;
    this.definition = definition;
    this.limits = limits;
  }

  // --- Reporting ------------------------------------------------------------------------------------------------

  /** Reports `InvalidTemplate` in Azure's wording; `message` is a sentence with its full stop. */
  invalid(message: string, steps: Steps): void {
    this.refuse('InvalidTemplate', `The template validation failed: '${message}'.`, steps);
  }

  refuse(code: FaultCode, message: string, steps: Steps): void {
    if (this.#reports.length >= reportLimit) return;
    this.#reports.push({ code, detail: { code, message, target: pathText(steps) } });
  }

  /** A member no reader knows, in the words of the reader. */
  unknownMember(name: string, type: string, steps: Steps): void {
    const path = pathText(['properties', 'definition', ...steps]);
    const detail = `Could not find member '${name}' on object of type '${type}'. Path '${path}', line 1, position ${columnOf(this.definition, steps)}.`;
    const message = `The request content was invalid and could not be deserialized: '${detail}'.`;
    this.refuse('InvalidRequestContent', message, steps);
  }

  warn(code: string, message: string, steps: Steps): void {
    this.warnings.push({ code, message, path: pathText(steps) });
  }

  /** `at line '1' and column '812'`: where a part of the definition begins in its compact text. */
  position(steps: Steps): string {
    // Finding a column costs a walk; no more of them than reports.
    if (this.#reports.length >= reportLimit) return '';
    return `at line '1' and column '${columnOf(this.definition, steps)}'`;
  }

  get hasFaults(): boolean {
    return this.#reports.length > 0;
  }

  /** The refusal, or undefined when nothing was reported (L2). */
  fault(): Fault | undefined {
    const [first] = this.#reports;
    if (first === undefined) return undefined;
    const { target } = first.detail;
    return new Fault(first.code, first.detail.message, {
      ...(target === undefined ? {} : { target }),
      ...(this.#reports.length === 1 ? {} : { details: this.#reports.map(({ detail }) => detail) }),
    });
  }

  // --- Templates ------------------------------------------------------------------------------------------------

  /** Plans a value with template strings at any depth. */
  template(json: Json | undefined, place: Place): Planned {
    // Schemas and other plain data are most of a large definition: looking costs a tenth of planning it.
    if (typeof json === 'object' && json !== null && !holdsTemplate(json)) return constantOf(json);
    return this.#accept(planTemplate(json ?? null), place);
  }

  /** Plans a condition in either form. */
  condition(json: Json | undefined, place: Place): Planned {
    return this.#accept(planCondition(json ?? null), place);
  }

  /**
   * A setting that is needed before there is a run: literal, or an expression over parameters. Undefined when it was
   * reported.
   */
  setting(json: Json, place: Place): Json | undefined {
    const planned = this.template(json, place);
    if (planned.constant !== undefined) return planned === refused ? undefined : planned.constant;
    const other = planned.references.find(({ target }) => target !== 'parameter');
    if (other !== undefined) {
      const message = `The '${place.what}' of ${nameOf(place.owner)} may refer to parameters only, found '${other.function}'.`;
      this.refuse('WorkflowOptionNotSupported', message, place.steps);
      return undefined;
    }
    const value = planned.evaluate(contextFromJson({ parameters: this.parameterValues }));
    if (!isEvaluationFault(value)) return value;
    this.invalid(`The template ${nameOf(place.owner)} is not valid: ${value.message}`, place.steps);
    return undefined;
  }

  #accept(planned: Planned | readonly ExpressionFault[], place: Place): Planned {
    if (!isFaultList(planned)) {
      if (planned.references.length > 0) this.sites.push({ ...place, planned });
      return planned;
    }
    for (const fault of planned) {
      const steps = [...place.steps, ...(fault.path ?? [])];
      const about = `The template ${nameOf(place.owner)} ${this.position(steps)} is not valid`;
      this.invalid(`${about}: '${fault.message}'.`, steps);
    }
    return refused;
  }
}

/** `action 'Send'`, as messages name it. */
export function nameOf({ kind, name }: Owner): string {
  return `${kind} '${name}'`;
}

/** Whether some text or name inside may be a template; bounded by the check on the definition's depth. */
function holdsTemplate(json: Json): boolean {
  if (typeof json === 'string') return json.includes('@');
  if (typeof json !== 'object' || json === null || json instanceof JsonNumber) return false;
  if (isJsonArray(json)) return json.some(holdsTemplate);
  for (const name in json) {
    if (name.includes('@') || holdsTemplate(json[name] as Json)) return true;
  }
  return false;
}

function constantOf(json: Json): Planned {
  deepFreeze(json);
  return { evaluate: () => json, constant: json, references: [] };
}

/** Stands in for a template that was refused; never evaluated, since its definition is refused. */
const refused: Planned = { evaluate: () => null, constant: null, references: [] };

function isFaultList(planned: Planned | readonly ExpressionFault[]): planned is readonly ExpressionFault[] {
  return isJsonArray(planned);
}
