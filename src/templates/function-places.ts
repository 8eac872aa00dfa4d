/**
 * Which functions may stand in which part of a template.
 *
 * Owns: that table. Source: template reference 3.
 */

/** A part of a template, by what is known when it is evaluated. */
export type TemplatePart =
  /** `defaultValue` of a parameter. */
  | 'default'
  | 'variable'
  /** Names, types, versions, copies, `dependsOn`: known before anything is deployed. */
  | 'fixed'
  /** Bodies of resources and outputs. */
  | 'value'
  /** The output of a user function. */
  | 'function';

const isRunTime = (name: string): boolean => /^(?:references?|list[a-z]+)$/.test(name);
const isDrawn = (name: string): boolean => name === 'newguid' || name === 'utcnow';

/** Whether a function, in lower case, may not stand in a part. */
export const misplacedIn: Readonly<Record<TemplatePart, (name: string) => boolean>> = {
  default: (name) => isRunTime(name) || name === 'variables' || name === 'copyindex',
  variable: (name) => isRunTime(name) || isDrawn(name),
  fixed: (name) => isRunTime(name) || isDrawn(name),
  value: isDrawn,
  function: (name) => isRunTime(name) || isDrawn(name) || name === 'variables' || name === 'copyindex',
};
