/**
 * Judges the sources against the import table, and their sizes and names against the limits. Lint shows most of this in
 * the editor; this is the check that nothing can switch off, and the one that resolves paths:
 *
 *   1. A unit imports only the folders of its row, type imports included.
 *   2. Another folder is imported by its entry file only (`#rules`), never by a path into it.
 *   3. `node:` modules are imported only where the row allows it.
 *   4. No module takes part in an import cycle, type imports included.
 *   5. A connector does not import another connector.
 *   6. A file has at most 600 lines and a function at most 80. Lint asks for 400 and 60.
 *   7. Names say what is inside: no utils, helpers, common, manager or misc.
 *   8. The portal's folders import each other by its own table, and pages of different areas do not know each other.
 */
import { posix } from 'node:path';
import { entryFolders, importTable, portalTable, type EntryFolder, type Unit } from './import-table.data.ts';
import type { ModuleImport, SourceModule } from './source-modules.ts';

/** Where no disable comment helps. Files of data (`*.data.ts`) may be as long as their table. */
export const hardStop = { fileLines: 600, functionLines: 80 } as const;
const portalStop = { fileLines: 600, functionLines: 120 } as const;

const emptyNames = /(?:^|\/)(?:(?:[\w-]+-)?(?:utils?|helpers?|managers?)|common|misc)(?:\.|\/|$)/;

/** One sentence for each fault, with the place it is at. Empty when all is well. */
export function faultsOf(modules: readonly SourceModule[]): string[] {
  const paths = new Set(modules.map(({ path }) => path));
  return [...modules.flatMap((module) => [...importFaults(module, paths), ...shapeFaults(module)]), ...cycles(modules)];
}

/** The same for the portal's sources, whose folders have a table of their own and whose markup is taller. */
export function portalFaultsOf(modules: readonly SourceModule[]): string[] {
  return [
    ...modules.flatMap((module) => [...portalImportFaults(module), ...shapeFaults(module, portalStop)]),
    ...cycles(modules),
  ];
}

function portalImportFaults({ path, imports }: SourceModule): string[] {
  const from = portalFolderOf(path);
  const allowed = portalTable[from];
  if (allowed === undefined) return [`${path}: its folder has no row in the portal's import table`];
  return imports.flatMap(({ specifier, line }) => {
    if (specifier === undefined) return [`${path}:${line}: imports a module whose name is computed`];
    if (specifier.startsWith('#')) return [`${path}:${line}: ${from} may not import ${specifier}`];
    if (specifier.startsWith('node:')) return [`${path}:${line}: a browser has no ${specifier}`];
    if (!specifier.startsWith('.')) return [];
    const target = resolve(path, specifier);
    if (target.startsWith('src/') && serverBridges.has(path) && serverEntry.test(target)) return [];
    const to = portalFolderOf(target);
    const areas = from === 'pages' && to === 'pages' && areaOf(path) !== areaOf(target);
    return to !== from && !allowed.includes(to)
      ? [`${path}:${line}: ${from} may not import ${to}`]
      : areas
        ? [`${path}:${line}: reaches into another area of pages`]
        : [];
  });
}

/** Through these the portal reads definitions and queries by the server's own code; Node cannot resolve `#…` from the portal. */
const serverBridges: ReadonlySet<string> = new Set([
  'portal/src/designer/core/language.ts',
  'portal/src/designer/core/workflow-language.ts',
  'portal/src/parts/query/language.ts',
]);
const serverEntry = /^src\/(?:expression|workflow|foundation|query)\/index\.ts$/;

/** `portal/src/main.tsx` starts the application, so it belongs to `app`. */
const portalFolderOf = (path: string): string => /^portal\/src\/([^/]+)\//.exec(path)?.[1] ?? 'app';
const areaOf = (path: string): string => path.split('/')[3] ?? '';

function importFaults(module: SourceModule, paths: ReadonlySet<string>): string[] {
  const unit = unitOf(module.path);
  if (unit === undefined) return [`${module.path}: its folder has no row in tools/import-table.data.ts`];
  return module.imports.flatMap((one) => {
    const fault = importFault(module.path, unit, one, paths);
    return fault === undefined ? [] : [`${module.path}:${one.line}: ${fault}`];
  });
}

function importFault(path: string, unit: Unit, one: ModuleImport, paths: ReadonlySet<string>): string | undefined {
  const { specifier } = one;
  if (specifier === undefined) return 'imports a module whose name is computed, which nothing can check';
  if (specifier.startsWith('node:')) return nodeFault(unit, one);
  if (specifier.startsWith('#')) return folderFault(unit, specifier);
  if (!specifier.startsWith('.')) return undefined;
  const target = resolve(path, specifier);
  if (target.endsWith('.ts') && !paths.has(target)) return `imports ${specifier}, which does not exist`;
  return insideFault(path, unit, target);
}

function nodeFault(unit: Unit, { specifier, typeOnly }: ModuleImport): string | undefined {
  const { node } = importTable[unit];
  if (node === 'yes' || (node === 'types' && typeOnly)) return undefined;
  return node === 'types'
    ? `imports ${specifier} for more than its types`
    : `imports ${specifier}, but ${unit} is pure`;
}

function folderFault(unit: Unit, specifier: string): string | undefined {
  const folder = entryFolders.find((name) => specifier === `#${name}`);
  if (folder === undefined) return `imports ${specifier}, which is no entry file`;
  return importTable[unit].folders.includes(folder) ? undefined : `${unit} may not import ${folder}`;
}

/** A relative path must stay in its own unit. The composition root has no folder, so it stays nowhere. */
function insideFault(path: string, unit: Unit, target: string): string | undefined {
  if (unit === 'main' || unitOf(target) !== unit) return `reaches into ${target}; only entry files cross folders`;
  const [from, to] = [connectorOf(path), connectorOf(target)];
  if (from !== undefined && to !== undefined && from !== to) return `the connector ${from} imports the connector ${to}`;
  return undefined;
}

/** `src/connectors/office365/client.ts` belongs to office365; files directly under `connectors` belong to all. */
function connectorOf(path: string): string | undefined {
  return /^src\/connectors\/([^/]+)\//.exec(path)?.[1];
}

function unitOf(path: string): Unit | undefined {
  if (path === 'src/main.ts') return 'main';
  const folder = /^src\/([^/]+)\//.exec(path)?.[1];
  return folder !== undefined && folder in importTable && folder !== 'main'
    ? (folder as EntryFolder | 'cli')
    : undefined;
}

function shapeFaults(
  { path, lines, functions }: SourceModule,
  stop: { readonly fileLines: number; readonly functionLines: number } = hardStop,
): string[] {
  const long = functions.filter((one) => one.lines > stop.functionLines);
  return [
    ...(emptyNames.test(path) ? [`${path}: the name does not say what is inside`] : []),
    ...(lines > stop.fileLines && !path.endsWith('.data.ts') ? [`${path}: ${lines} lines`] : []),
    ...long.map((one) => `${path}:${one.line}: a function of ${one.lines} lines`),
  ];
}

/** Every group of modules that import each other in a circle, one sentence each (Tarjan's algorithm). */
function cycles(modules: readonly SourceModule[]): string[] {
  const edges = new Map(modules.map((module) => [module.path, targetsOf(module)]));
  const seen = new Map<string, { index: number; low: number; open: boolean }>();
  const stack: string[] = [];
  const found: string[] = [];
  const visit = (path: string): number => {
    const node = { index: seen.size, low: seen.size, open: true };
    seen.set(path, node);
    stack.push(path);
    for (const target of edges.get(path) ?? []) {
      const known = seen.get(target);
      if (known === undefined) node.low = Math.min(node.low, edges.has(target) ? visit(target) : Infinity);
      else if (known.open) node.low = Math.min(node.low, known.index);
    }
    if (node.low === node.index) {
      const group = stack.splice(stack.indexOf(path));
      for (const member of group) closed(seen, member);
      if (group.length > 1 || edges.get(path)?.includes(path)) found.push(`import cycle: ${group.join(' -> ')}`);
    }
    return node.low;
  };
  for (const path of edges.keys()) if (!seen.has(path)) visit(path);
  return found;
}

function closed(seen: ReadonlyMap<string, { open: boolean }>, path: string): void {
  const node = seen.get(path);
  if (node !== undefined) node.open = false;
}

function targetsOf({ path, imports }: SourceModule): string[] {
  return imports.flatMap(({ specifier }) => {
    if (specifier === undefined) return [];
    if (specifier.startsWith('#')) return [`src/${specifier.slice(1)}/index.ts`];
    return specifier.startsWith('.') ? [resolve(path, specifier)] : [];
  });
}

const resolve = (from: string, specifier: string): string => posix.join(posix.dirname(from), specifier);
