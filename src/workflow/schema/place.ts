/**
 * Where in a JSON value something stands, and how messages write that.
 *
 * Owns: `Place`, the path's text as Newtonsoft's readers print it. Does not own: JSON pointers of schemas.
 */

/** The innermost step first; undefined is the value itself. */
export interface Place {
  readonly above: Place | undefined;
  readonly step: string | number;
}

const needsQuotes = /[ '/"[\]()\t\n\r\f\b\\.\u0085\u2028\u2029]/;

/** `rows[1].name`, with `['a b']` for names that need it. */
export function stepsText(steps: readonly (string | number)[]): string {
  let text = '';
  for (const step of steps) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (step === '' || needsQuotes.test(step)) text += `['${step.replace(/['\\]/g, String.raw`\$&`)}']`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** The text of a place. */
export function pathText(place: Place | undefined): string {
  const steps: (string | number)[] = [];
  for (let at = place; at !== undefined; at = at.above) steps.push(at.step);
  return stepsText(steps.reverse());
}
