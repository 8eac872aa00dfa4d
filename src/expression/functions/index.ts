/**
 * The function table.
 *
 * Owns: the list of all functions and finding one by name. Does not own: the functions.
 *
 * Source: expression reference 6, 11.3.
 */
import { binaryFunctions } from './binary.ts';
import { bodyContentFunctions } from './body-content.ts';
import { collectionFunctions } from './collection.ts';
import { conversionFunctions } from './conversion.ts';
import { dateTimeFunctions } from './date-time.ts';
import type { FunctionDefinition } from './function.ts';
import { logicFunctions } from './logic.ts';
import { mathFunctions } from './math.ts';
import { numberTextFunctions } from './number-text.ts';
import { objectFunctions } from './object.ts';
import { setFunctions } from './set.ts';
import { stringFunctions } from './string.ts';
import { textSearchFunctions } from './text-search.ts';
import { uriComponentFunctions } from './uri-component.ts';
import { uriFunctions } from './uri.ts';
import { workflowFunctions } from './workflow.ts';
import { xmlTextFunctions } from './xml-text.ts';
import { xmlFunctions } from './xml.ts';

/** Every function of the language, group by group. */
export const functionTable: readonly FunctionDefinition[] = [
  ...stringFunctions,
  ...textSearchFunctions,
  ...xmlTextFunctions,
  ...collectionFunctions,
  ...setFunctions,
  ...logicFunctions,
  ...numberTextFunctions,
  ...conversionFunctions,
  ...binaryFunctions,
  ...uriComponentFunctions,
  ...mathFunctions,
  ...dateTimeFunctions,
  ...workflowFunctions,
  ...bodyContentFunctions,
  ...uriFunctions,
  ...objectFunctions,
  ...xmlFunctions,
];

const byName: ReadonlyMap<string, FunctionDefinition> = new Map(
  functionTable.map((definition) => [definition.name.toLowerCase(), definition]),
);

/** Finds a function by name, ignoring case. */
export function findFunction(name: string): FunctionDefinition | undefined {
  return byName.get(name.toLowerCase());
}
