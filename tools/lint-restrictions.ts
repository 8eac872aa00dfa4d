/** The import table as lint understands it: what `.oxlintrc.json` must say about each folder. */
import { entryFolders, importTable, type Unit } from './import-table.data.ts';

interface Pattern {
  readonly group?: readonly string[];
  readonly regex?: string;
  readonly allowTypeImports?: boolean;
  readonly message: string;
}

interface Restriction {
  readonly files: readonly string[];
  readonly rules: { readonly 'no-restricted-imports': readonly ['error', { readonly patterns: readonly Pattern[] }] };
}

/** One override per folder, in the table's order; `main.ts` may import everything and needs none. */
export function lintRestrictions(): Restriction[] {
  const units = (Object.keys(importTable) as Unit[]).filter((unit) => unit !== 'main');
  return units.map((unit) => ({
    files: [`src/${unit}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns: patternsOf(unit) }] },
  }));
}

function patternsOf(unit: Unit): Pattern[] {
  const { folders, node } = importTable[unit];
  const forbidden = entryFolders.filter((folder) => !folders.includes(folder)).map((folder) => `#${folder}`);
  const message = `'${unit}' may not import this folder: see tools/import-table.data.ts.`;
  const patterns: Pattern[] = [{ group: forbidden, message }];
  if (node === 'no') patterns.push({ regex: '^node:', message: `'${unit}' is pure: no node: modules.` });
  if (node === 'types') {
    const typesOnly = `'${unit}' may import node: modules for their types only.`;
    patterns.push({ regex: '^node:', allowTypeImports: true, message: typesOnly });
  }
  return patterns;
}
