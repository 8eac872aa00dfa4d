/**
 * What planning one definition collects on its way: faults, warnings, and the bounds it must keep.
 *
 * Owns: reporting with the place of the fault, and planning template strings.
 * Does not own: any rule about triggers, actions or containers.
 *
 * Invariants
 * L1. Planning never throws: whatever is wrong is reported, and planning goes on to find more.
 * L2. The first report decides the code of the refusal; the others are its details.
 */
import { type ExpressionFault, planCondition, type Planned, planTemplate } from '#expression';
import { Fault, type FaultCode, type FaultDetail, isJsonArray, type Json } from '#foundation';
import type { WorkflowLimits } from './limits.ts';

/** Something a save accepts but its author should know. */
export interface WorkflowWarning {
  readonly code: string;
  readonly message: string;
  /** JSON path into the definition. */
  readonly path: string;
}

/** Reports kept of one definition; more would drown the reader. */
const reportLimit = 50;

export class Planning {
  readonly limits: WorkflowLimits;
  readonly warnings: WorkflowWarning[] = [];
  readonly #reports: { readonly code: FaultCode; readonly detail: FaultDetail }[] = [];

  constructor(limits: WorkflowLimits) {
    this.limits = limits;
  }

  /** Reports `InvalidTemplate` in Azure's wording; `path` is a JSON path into the definition. */
  invalid(message: string, path: string): void {
    this.refuse('InvalidTemplate', `The template validation failed: '${message}'.`, path);
  }

  refuse(code: FaultCode, message: string, path: string): void {
    if (this.#reports.length < reportLimit) this.#reports.push({ code, detail: { code, message, target: path } });
  }

  warn(code: string, message: string, path: string): void {
    this.warnings.push({ code, message, path });
  }

  /** The refusal, or undefined when nothing was reported (L2). */
  fault(): Fault | undefined {
    const [first, ...rest] = this.#reports;
    if (first === undefined) return undefined;
    const { target } = first.detail;
    return new Fault(first.code, first.detail.message, {
      ...(target === undefined ? {} : { target }),
      ...(rest.length === 0 ? {} : { details: rest.map(({ detail }) => detail) }),
    });
  }

  /** Plans a value with template strings at any depth; `owner` names it in messages: `action 'A' inputs`. */
  template(json: Json | undefined, owner: string, path: string): Planned {
    return this.#accept(planTemplate(json ?? null), owner, path);
  }

  /** Plans the condition of an If or Until. */
  condition(json: Json | undefined, owner: string, path: string): Planned {
    return this.#accept(planCondition(json ?? null), owner, path);
  }

  #accept(planned: Planned | readonly ExpressionFault[], owner: string, path: string): Planned {
    if (!isFaultList(planned)) return planned;
    for (const fault of planned) {
      const message = `The template ${owner} is not valid at column '${fault.start + 1}': ${fault.message}`;
      this.invalid(message, `${path}${pathText(fault.path ?? [])}`);
    }
    return refused;
  }
}

/** Stands in for a template that was refused; never evaluated, since its definition is refused. */
const refused: Planned = { evaluate: () => null, constant: null, references: [] };

function isFaultList(planned: Planned | readonly ExpressionFault[]): planned is readonly ExpressionFault[] {
  return isJsonArray(planned);
}

function pathText(steps: readonly (string | number)[]): string {
  return steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
}
