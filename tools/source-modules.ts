/**
 * Reads TypeScript sources as modules: what each imports and how long its parts are. Knows the language, not our rules.
 */
import { parseSync, Visitor } from 'oxc-parser';

export interface ModuleImport {
  /** As written: `#engine`, `./step.ts`, `node:fs`, `undici`. Undefined when it is computed at run time. */
  readonly specifier: string | undefined;
  /** True for `import type` and `export type`: nothing of it is left when the code runs. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface FunctionSize {
  readonly line: number;
  readonly lines: number;
}

export interface SourceModule {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly ModuleImport[];
  readonly functions: readonly FunctionSize[];
}

/** Parses one file. Throws when it is not TypeScript, because a file that cannot be read cannot be judged. */
export function readModule(path: string, text: string): SourceModule {
  const { module, program, errors } = parseSync(path, text, {
    lang: path.endsWith('.tsx') ? 'tsx' : 'ts',
    sourceType: 'module',
  });
  const error = errors[0];
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const lineOf = lineFinder(text);
  const isTypeOnly = (start: number): boolean => /^(?:import|export)\s+type\b/.test(text.slice(start, start + 40));
  const imports: ModuleImport[] = module.staticImports.map(({ moduleRequest, start }) => ({
    specifier: moduleRequest.value,
    typeOnly: isTypeOnly(start),
    line: lineOf(start),
  }));
  for (const { start, entries } of module.staticExports) {
    const request = entries.find(({ moduleRequest }) => moduleRequest)?.moduleRequest;
    if (request) imports.push({ specifier: request.value, typeOnly: isTypeOnly(start), line: lineOf(start) });
  }
  const functions: FunctionSize[] = [];
  const measure = ({ start, end }: { start: number; end: number }): void => {
    functions.push({ line: lineOf(start), lines: lineOf(end) - lineOf(start) + 1 });
  };
  new Visitor({
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
    ImportExpression({ source, start }) {
      const literal = source.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined;
      imports.push({ specifier: literal, typeOnly: false, line: lineOf(start) });
    },
    TSImportType({ source, start }) {
      imports.push({ specifier: source.value, typeOnly: true, line: lineOf(start) });
    },
  }).visit(program);
  return { path, lines: lineOf(text.trimEnd().length), imports, functions };
}

/** Finds the line (from 1) of an offset, by bisection over the line starts. */
function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
