/** Every scalar function by name. `iff`, `case` and `toscalar` are not here: they do not evaluate all they are given. */
import { addressFunctions } from './address-functions.ts';
import { arrayFunctions } from './array-functions.ts';
import { bitFunctions } from './bit-functions.ts';
import { dynamicFunctions } from './dynamic-functions.ts';
import type { ScalarFunction } from './function-entry.ts';
import { hashFunctions } from './hash-functions.ts';
import { numberFunctions } from './number-functions.ts';
import { parseFunctions } from './parse-functions.ts';
import { seriesFunctions } from './series-functions.ts';
import { textFunctions } from './text-functions.ts';
import { timeFunctions } from './time-functions.ts';

const all: readonly ScalarFunction[] = [
  ...textFunctions,
  ...parseFunctions,
  ...hashFunctions,
  ...timeFunctions,
  ...numberFunctions,
  ...bitFunctions,
  ...addressFunctions,
  ...dynamicFunctions,
  ...arrayFunctions,
  ...seriesFunctions,
];

export const scalarFunctions: ReadonlyMap<string, ScalarFunction> = new Map(all.map((entry) => [entry.name, entry]));
