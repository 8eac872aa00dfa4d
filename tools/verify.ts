/**
 * The command that tells the truth: everything that can be judged without a running server, one line per step.
 *
 *   node tools/verify.ts            all steps
 *   node tools/verify.ts static     without the tests
 *
 * A step's output is shown when it fails; all steps run, one on each processor, so that one look shows everything that is
 * wrong. What earlier calls found out about unchanged files is kept (types, dead code). Simulations are a fifth of those in
 * `npm test`.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { groupsOf, type SuiteName, unitOf } from './test-suites.ts';

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its last line is shown when it passed as well. */
  readonly counts?: boolean;
}

interface Result {
  readonly ok: boolean;
  readonly output: string;
}

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const cache = join(root, 'node_modules', '.cache');
const quick = { TOCSIN_SIMULATIONS: '100' };

const staticSteps: readonly Step[] = [
  { name: 'lint', command: 'oxlint', args: ['--deny-warnings', '--report-unused-disable-directives'] },
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'types of the portal', command: 'tsc', args: ['-p', 'portal'] },
  { name: 'dead code', command: 'knip', args: ['--no-progress', '--cache', '--cache-location', join(cache, 'knip')] },
  { name: 'format', command: 'biome', args: ['format', '.'] },
];

/** A step for each process of a suite, so that the processors share them evenly. */
function testSteps(suite: SuiteName): Step[] {
  return groupsOf(suite, root, []).map(({ files }) => ({
    name: `${suite}: ${[...new Set(files.map(unitOf))].join(', ')}`,
    command: process.execPath,
    args: ['tools/run-tests.ts', suite, ...files],
    counts: true,
  }));
}

async function main(args: readonly string[]): Promise<number> {
  const steps = args.includes('static')
    ? staticSteps
    : [...testSteps('unit'), ...staticSteps, ...testSteps('conformance')];
  const waiting = [...steps];
  let failed = 0;
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) failed += (await report(step)) ? 0 : 1;
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  console.log(`verify: ${steps.length - failed} steps passed, ${failed} failed in ${secondsSince(began)} s`);
  return failed === 0 ? 0 : 1;
}

async function report(step: Step): Promise<boolean> {
  const began = performance.now();
  const { ok, output } = await run(step);
  const counts = step.counts === true ? `: ${output.trimEnd().split('\n').at(-1) ?? ''}` : '';
  const seconds = secondsSince(began).padStart(5);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${seconds} s  ${step.name}${ok ? counts : `\n${output}`}`);
  return ok;
}

const secondsSince = (began: number): string => ((performance.now() - began) / 1000).toFixed(1);

function run({ command, args }: Step): Promise<Result> {
  const separator = process.platform === 'win32' ? ';' : ':';
  const env = { ...quick, ...process.env, PATH: `${bin}${separator}${process.env['PATH'] ?? ''}` };
  const child = spawn(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((settle) => {
    child.once('error', (error) => settle({ ok: false, output: error.message }));
    child.once('close', (code) => settle({ ok: code === 0, output }));
  });
}

process.exitCode = await main(process.argv.slice(2));
