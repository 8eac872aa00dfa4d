/**
 * What is wrong with a template, in Azure's words.
 *
 * Owns: the form of such a fault. Source: template reference 15.
 */
import { Fault } from '#foundation';

/** Thrown while a template is taken apart, and turned into a fault at its edge. */
export class Refusal extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** A fault of a template in Azure's words, with its place. */
export function templateFault(
  message: string,
  path: readonly (string | number)[],
  place: { readonly line: number; readonly column: number },
): Fault {
  return new Fault('InvalidTemplate', `Deployment template validation failed: '${message}'.`, {
    additionalInfo: [
      {
        type: 'TemplateViolation',
        info: { lineNumber: place.line, linePosition: place.column, path: pathText(path) },
      },
    ],
  });
}

/** As Azure's reader writes it: `resources[0].properties['a.b']`. */
function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (/[\s.'/"[\]()]/.test(step)) return `${text}['${step.replaceAll("'", "\\'")}']`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
