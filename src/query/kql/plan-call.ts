/**
 * Calls of scalar functions: arguments in the types they want, applied; `pack_all`; what is known and refused.
 *
 * Owns: these. Does not own: which functions there are (`functions/`).
 */
import { scalarFunctions } from './functions/function-table.ts';
import type { ParameterType, ScalarFunction } from './functions/function-entry.ts';
import { semanticError, unsupported } from './kql-fault.ts';
import { cast, remembered } from './plan-comparison.ts';
import { demandColumn, type Scalar, type Scope } from './scope.ts';
import { isNumeric } from './types.ts';
import type { Value } from './values.ts';

export function unknownFunction(name: string, at: number): Error {
  if (
    /^(?:series_|geo_|adx$|cluster$|workspace$|resource$|app$|row_|prev$|next$|ipv4_lookup$|ipv6_|hash|parse_|dcount_hll|tdigest|hll|current_|cursor_|rand$|new_guid$|bitset_|binary_)/.test(
      name,
    )
  ) {
    return unsupported(`${name}()`, at);
  }
  return semanticError(`${name}() is not a function.`, at);
}

/** An argument in the type a parameter wants, or the fault. */
export function fitted(arg: Scalar, wanted: ParameterType, refuse: () => Error): Scalar {
  if (wanted === 'any' || arg.type === wanted) return arg;
  if (wanted === 'number') {
    if (isNumeric(arg.type)) return arg;
    if (arg.type === 'dynamic') return cast(arg, 'real');
    throw refuse();
  }
  const counts = isNumeric(wanted) && isNumeric(arg.type);
  if (counts || arg.type === 'dynamic' || (wanted === 'dynamic' && arg.type !== 'string')) return cast(arg, wanted);
  if (wanted === 'datetime' && arg.type === 'string' && arg.constant) return cast(arg, wanted);
  throw refuse();
}

export function applied(entry: ScalarFunction, args: readonly Scalar[]): Scalar {
  const types = args.map(({ type }) => type);
  const type = typeof entry.returns === 'function' ? entry.returns(types) : entry.returns;
  const constant = args.every((arg) => arg.constant);
  const through = entry.nulls === 'through';
  const missing: Value = type === 'string' ? '' : null;
  const evaluate: Scalar['evaluate'] = (row, context) => {
    const values: Value[] = [];
    for (const arg of args) {
      const value = arg.evaluate(row, context);
      if (value === null && through) return missing;
      values.push(value);
    }
    return entry.call(values, context, types);
  };
  return { type, constant, evaluate: constant ? remembered(evaluate) : evaluate };
}

export function packAll(scope: Scope): Scalar {
  const entry = scalarFunctions.get('bag_pack');
  if (entry === undefined || scope.columns.length === 0) throw semanticError('pack_all() needs columns.', 0);
  const args = scope.columns.flatMap(({ name, type }): Scalar[] => {
    const index = demandColumn(scope, name, 0);
    return [
      { type: 'string', constant: true, evaluate: () => name },
      { type, constant: false, evaluate: (row) => row[index] ?? null },
    ];
  });
  return applied(entry, args);
}
