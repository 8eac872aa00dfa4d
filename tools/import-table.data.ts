/**
 * Who may import whom: the one place this is written. The import graph check and the lint configuration are both
 * judged against it. A new folder under `src` needs a row here and a decision record.
 */

/** Every folder of `src` that has an entry file, in reading order. `cli` and `main.ts` are imported by nobody. */
export const entryFolders = [
  'foundation',
  'expression',
  'workflow',
  'rules',
  'events',
  'inventory',
  'query',
  'directory',
  'templates',
  'policy',
  'engine',
  'store',
  'connectors',
  'access',
  'service',
  'api',
] as const;

export type EntryFolder = (typeof entryFolders)[number];

/** A unit of the table: a folder with an entry file, the command line, or the composition root. */
export type Unit = EntryFolder | 'cli' | 'main';

export interface ImportRow {
  /** Folders whose entry file the unit may import. */
  readonly folders: readonly EntryFolder[];
  /** Whether it may import `node:` modules; `types` means by `import type` only. */
  readonly node: 'yes' | 'types' | 'no';
}

/**
 * The same for the folders of `portal/src`: which of its own folders each may import, by relative paths. A page imports no
 * other area of `pages` but through `parts`. `main.tsx` belongs to `app`.
 */
export const portalTable: Readonly<Record<string, readonly string[]>> = {
  api: [],
  model: [],
  data: ['api', 'model'],
  design: ['api', 'model', 'data'],
  charts: ['model'],
  parts: ['api', 'model', 'data', 'design', 'charts'],
  shell: ['api', 'model', 'data', 'design'],
  designer: ['api', 'model', 'data', 'design', 'parts'],
  pages: ['api', 'model', 'data', 'design', 'charts', 'parts', 'designer'],
  app: ['api', 'model', 'data', 'design', 'charts', 'parts', 'shell', 'designer', 'pages'],
};

const pureFolders = [
  'foundation',
  'expression',
  'workflow',
  'rules',
  'events',
  'inventory',
  'query',
  'directory',
  'templates',
  'policy',
  'engine',
  'access',
] as const satisfies readonly EntryFolder[];

/** Folders that read no clock, draw no chance and touch no network, file or process. */
export const pure: readonly EntryFolder[] = pureFolders;

export const importTable: Readonly<Record<Unit, ImportRow>> = {
  foundation: { folders: [], node: 'types' },
  expression: { folders: ['foundation'], node: 'no' },
  workflow: { folders: ['foundation', 'expression'], node: 'no' },
  rules: { folders: ['foundation'], node: 'no' },
  events: { folders: ['foundation'], node: 'no' },
  inventory: { folders: ['foundation'], node: 'no' },
  query: { folders: ['foundation'], node: 'no' },
  directory: { folders: ['foundation', 'query'], node: 'no' },
  templates: { folders: ['foundation', 'expression'], node: 'no' },
  policy: { folders: ['foundation', 'expression', 'templates'], node: 'no' },
  engine: { folders: ['foundation', 'expression', 'workflow'], node: 'no' },
  store: { folders: ['foundation'], node: 'yes' },
  connectors: { folders: ['foundation'], node: 'yes' },
  access: { folders: ['foundation'], node: 'no' },
  service: { folders: [...pureFolders, 'store', 'connectors'], node: 'yes' },
  api: { folders: ['foundation', 'access', 'service'], node: 'yes' },
  cli: { folders: ['foundation', 'expression', 'rules', 'workflow', 'store'], node: 'yes' },
  main: { folders: entryFolders, node: 'yes' },
};
