/**
 * Every function that needs nothing of its place, by name.
 *
 * Owns: the table. Source: template reference 5.
 */
import { cidrFunctions } from './cidr.ts';
import { collectionFunctions } from './collection.ts';
import { dateFunctions } from './date.ts';
import { formatFunctions } from './format.ts';
import type { TemplateFunction } from './function.ts';
import { identifierFunctions } from './identifier.ts';
import { lambdaFunctions } from './lambda.ts';
import { logicFunctions } from './logic.ts';
import { numberFunctions } from './number.ts';
import { placeFunctionNames } from './place-names.data.ts';
import { stringFunctions } from './string.ts';
import { zoneFunctions } from './zone.ts';

const table: ReadonlyMap<string, TemplateFunction> = new Map(
  [
    ...stringFunctions,
    ...formatFunctions,
    ...numberFunctions,
    ...logicFunctions,
    ...dateFunctions,
    ...collectionFunctions,
    ...lambdaFunctions,
    ...identifierFunctions,
    ...cidrFunctions,
    ...zoneFunctions,
  ].map((entry) => [entry.name.toLowerCase(), entry]),
);

/** A function by name, ignoring case. */
export function commonFunction(name: string): TemplateFunction | undefined {
  return table.get(name.toLowerCase());
}

/** Whether a place may know a function of that name: `parameters`, `reference`, every `list…`. */
export function isPlaceFunctionName(name: string): boolean {
  const lower = name.toLowerCase();
  return placeFunctionNames.has(lower) || /^list[a-z]/.test(lower);
}
