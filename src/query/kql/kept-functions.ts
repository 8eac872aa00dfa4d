/**
 * Functions that are kept beside tables, such as the saved functions of a workspace.
 *
 * Owns: reading one, once for each query. Does not own: where they are kept (the catalog), calls (`plan-query.ts`).
 */
import { isKqlFault, semanticError } from './kql-fault.ts';
import { parseKql } from './parse-query.ts';
import type { Binding, World } from './scope.ts';
import type { Catalog } from './table.ts';

type FunctionBinding = Binding & { readonly kind: 'function' };

export class KeptFunctions {
  readonly #read = new Map<Catalog, Map<string, FunctionBinding>>();

  /** The function of a name; undefined where none is kept. @throws KqlError `SEM0001` for one that cannot be read. */
  named(name: string, { catalog }: World): FunctionBinding | undefined {
    const found = catalog.kept?.(name);
    if (found === undefined) return undefined;
    const known = this.#read.get(catalog) ?? new Map<string, FunctionBinding>();
    this.#read.set(catalog, known);
    const binding = known.get(name) ?? readFunction(name, found.parameters, found.body);
    known.set(name, binding);
    return binding;
  }
}

function readFunction(name: string, parameters: string, body: string): FunctionBinding {
  const program = parseKql(`let ${name} = (${parameters}) {${body}\n}; print 0`);
  const why = isKqlFault(program) ? `: ${program.message}` : '.';
  const statement = isKqlFault(program) ? undefined : program.statements[0];
  if (statement?.kind !== 'function') throw semanticError(`The function '${name}' cannot be read${why}`, 0);
  return { kind: 'function', statement, names: new Map() };
}
