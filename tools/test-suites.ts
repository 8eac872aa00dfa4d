/**
 * Which test files belong to which suite, and in which processes each suite runs. The tree under `test` mirrors the one under `src`.
 */
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { pure } from './import-table.data.ts';

/** One call of node's test runner: some files and the flags they run with. */
export interface TestGroup {
  readonly files: readonly string[];
  readonly flags: readonly string[];
}

export const suiteNames = ['unit', 'conformance', 'conformance-http', 'e2e', 'clients', 'crash', 'browser'] as const;
export type SuiteName = (typeof suiteNames)[number];

export const isSuiteName = (name: string): name is SuiteName => (suiteNames as readonly string[]).includes(name);

/** Suites that start servers or browsers; they live under `test` but are no part of `unit`. */
const apart: readonly string[] = ['e2e', 'clients', 'crash', 'browser'];

/** Folders of `test` whose subjects hold no process state: one process for them all. */
const together: readonly string[] = [...pure, 'simulation'];

/** Parts of the conformance that take as long as all others together: a process for each. */
const heavyParts: readonly string[] = ['conformance/engine/', 'conformance/query/oracle'];

const timeouts: Record<SuiteName, number> = {
  unit: 60_000,
  conformance: 120_000,
  'conformance-http': 180_000,
  e2e: 180_000,
  clients: 300_000,
  crash: 600_000,
  browser: 300_000,
};

/**
 * Files at once, where it is more than one. A file of `e2e` keeps about one processor busy; the other suites measure, kill, or
 * drive a browser that wants all of them.
 */
const atOnce: Partial<Record<SuiteName, number>> = { e2e: Math.min(4, availableParallelism()) };

/** The groups of a suite, empty ones left out. `only` keeps the files whose path contains one of the given texts. */
export function groupsOf(suite: SuiteName, root: string, only: readonly string[]): TestGroup[] {
  const timeout = `--test-timeout=${timeouts[suite]}`;
  const group = (files: string[], ...flags: string[]): TestGroup => ({
    files: files.filter((file) => only.length === 0 || only.some((part) => file.includes(part))).sort(),
    flags: [timeout, ...flags],
  });
  return groups(suite, root, group).filter(({ files }) => files.length > 0);
}

function groups(
  suite: SuiteName,
  root: string,
  group: (files: string[], ...flags: string[]) => TestGroup,
): TestGroup[] {
  const overHttp = (file: string): boolean => file.endsWith('/server.test.ts');
  const conformance = testFiles(root, 'conformance');
  if (suite === 'conformance') {
    const parts = conformance.filter((file) => !overHttp(file));
    const heavy = (file: string): boolean => heavyParts.some((part) => file.startsWith(part));
    const rest = group(
      parts.filter((file) => !heavy(file)),
      '--test-isolation=none',
    );
    return [...parts.filter(heavy).map((file) => group([file], '--test-isolation=none')), rest];
  }
  // A process for each file and one server each: side by side like groups.
  if (suite === 'conformance-http') return conformance.filter(overHttp).map((file) => group([file]));
  if (suite !== 'unit') return [group(testFiles(root, `test/${suite}`), `--test-concurrency=${atOnce[suite] ?? 1}`)];
  return unitGroups(root).map((files) => group(files, '--test-isolation=none'));
}

/** A process for each folder and not for each file, because most of a file's time was loading what it tests; largest first. */
function unitGroups(root: string): string[][] {
  const files = testFiles(root, 'test').filter((file) => !apart.includes(unitOf(file)));
  const byProcess = Map.groupBy(files, (file) => (together.includes(unitOf(file)) ? '' : unitOf(file)));
  return [...byProcess.values()].sort((left, right) => right.length - left.length);
}

/** The folder below `test` or `conformance`: the unit of `src`, or the part of the contract, that a test file is about. */
export const unitOf = (file: string): string => file.split('/')[1] ?? '';

function testFiles(root: string, folder: string): string[] {
  return globSync(`${folder}/**/*.test.ts`, { cwd: root }).map((file) => file.replaceAll('\\', '/'));
}
