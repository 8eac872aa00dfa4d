/** Every scalar function by name. `iff`, `case` and `toscalar` are not here: they do not evaluate all they are given. */
import { dynamicFunctions } from './dynamic-functions.ts';
import type { ScalarFunction } from './function-entry.ts';
import { numberFunctions } from './number-functions.ts';
import { textFunctions } from './text-functions.ts';
import { timeFunctions } from './time-functions.ts';

export const scalarFunctions: ReadonlyMap<string, ScalarFunction> = new Map(
  [...textFunctions, ...timeFunctions, ...numberFunctions, ...dynamicFunctions].map((entry) => [entry.name, entry]),
);
