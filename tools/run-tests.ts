/**
 * Runs test suites with node's test runner and ends with one line of counts.
 *
 *   node tools/run-tests.ts unit conformance                    the suites in this order
 *   node tools/run-tests.ts unit test/rules --test-only         only files whose path contains `test/rules`
 *
 * Arguments that start with `-` go to node. A suite that ran no test has failed, and so has a test file that holds none:
 * a suite that goes green for nothing is worse than a red one.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';
import { groupsOf, isSuiteName, suiteNames, type SuiteName, type TestGroup } from './test-suites.ts';
import { add, nothing, type Tally } from './test-tally.ts';

interface Outcome {
  readonly tally: Tally;
  readonly ok: boolean;
}

const root = join(import.meta.dirname, '..');

async function main(args: readonly string[]): Promise<number> {
  const suites = args.filter(isSuiteName);
  const flags = args.filter((arg) => arg.startsWith('-'));
  const only = args.filter((arg) => !arg.startsWith('-') && !isSuiteName(arg));
  if (suites.length === 0) {
    console.error(
      `usage: node tools/run-tests.ts SUITE… [PART OF A PATH…] [NODE FLAG…]\nsuites: ${suiteNames.join(' ')}`,
    );
    return 2;
  }
  let all: Outcome = { tally: nothing, ok: true };
  for (const suite of suites) all = both(all, await runSuite(suite, only, flags));
  console.log(countsOf(all.tally));
  return all.ok ? 0 : 1;
}

async function runSuite(suite: SuiteName, only: readonly string[], flags: readonly string[]): Promise<Outcome> {
  const began = performance.now();
  const groups = groupsOf(suite, root, only);
  console.log(`\n# ${suite}: ${groups.reduce((sum, { files }) => sum + files.length, 0)} files`);
  const outcome = await runGroups(groups, flags);
  const { tally } = outcome;
  const complaints = [
    ...(tally.passed + tally.failed === 0 ? [`the suite "${suite}" ran no test`] : []),
    ...tally.empty.map((file) => `${relative(root, file)} holds no test`),
  ];
  for (const complaint of complaints) console.log(`FAILED: ${complaint}`);
  console.log(`# ${suite}: ${countsOf(tally)} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return { tally, ok: outcome.ok && complaints.length === 0 };
}

/** Groups side by side, one for each processor; then what each prints is shown as one piece when it has ended. */
async function runGroups(groups: readonly TestGroup[], flags: readonly string[]): Promise<Outcome> {
  const waiting = [...groups];
  const alone = groups.length === 1;
  const lane = async (): Promise<Outcome> => {
    let outcome: Outcome = { tally: nothing, ok: true };
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      outcome = both(outcome, await runGroup(group, flags, alone));
    }
    return outcome;
  };
  const lanes = await Promise.all(Array.from({ length: Math.min(groups.length, availableParallelism()) }, lane));
  return lanes.reduce(both, { tally: nothing, ok: true });
}

async function runGroup(group: TestGroup, flags: readonly string[], alone: boolean): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-tests-'));
  const counts = join(folder, 'tally.json');
  const reporters = [
    `--test-reporter=${process.stdout.isTTY && alone ? 'spec' : 'dot'}`,
    '--test-reporter-destination=stdout',
    `--test-reporter=${join(import.meta.dirname, 'test-tally.ts')}`,
    `--test-reporter-destination=${counts}`,
  ];
  try {
    const code = await runNode(['--test', ...reporters, ...group.flags, ...flags, ...group.files], alone);
    const tally = readTally(counts);
    if (code !== 0 && tally.failed === 0) console.log(`FAILED: the test runner ended with ${code}`);
    return { tally, ok: code === 0 && tally.failed === 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runNode(args: readonly string[], alone: boolean): Promise<number | string> {
  const output = alone ? 'inherit' : 'pipe';
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', output, output],
    env: cleanEnvironment(),
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => printed.push(bytes));
  const stop = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.once('SIGTERM', stop).once('SIGINT', stop);
  return new Promise<number | string>((settle, refuse) => {
    child.once('error', refuse);
    child.once('close', (code, signal) => settle(code ?? signal ?? 1));
  }).finally(() => {
    process.stdout.write(Buffer.concat(printed));
    process.off('SIGTERM', stop).off('SIGINT', stop);
  });
}

/** How much the tests do: these are settings of theirs, not of a server. */
const sizes: readonly string[] = ['TOCSIN_SIMULATIONS', 'TOCSIN_SIMULATION_SEED', 'TOCSIN_KILL_ALERTS'];

/** Tests see none of the settings by which the person running them configures their own server. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const isKept = (name: string): boolean =>
    sizes.includes(name) || (!name.startsWith('TOCSIN_') && name !== 'NODE_OPTIONS');
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isKept(name)));
}

/** A runner that died wrote no counts; that shows in its exit code. */
function readTally(path: string): Tally {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Tally;
  } catch {
    return nothing;
  }
}

const both = (left: Outcome, right: Outcome): Outcome => ({
  tally: add(left.tally, right.tally),
  ok: left.ok && right.ok,
});

const countsOf = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

process.exitCode = await main(process.argv.slice(2));
