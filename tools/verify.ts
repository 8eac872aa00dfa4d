/**
 * The command that tells the truth: everything that can be judged without a running server, one line per step.
 *
 *   node tools/verify.ts            all steps
 *   node tools/verify.ts static     without the tests
 *
 * A step's output is shown when it fails; all steps run, so that one look shows everything that is wrong.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

interface Result {
  readonly ok: boolean;
  readonly output: string;
}

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');

const staticSteps: readonly Step[] = [
  { name: 'format', command: 'biome', args: ['format', '.'] },
  { name: 'lint', command: 'oxlint', args: ['--deny-warnings', '--report-unused-disable-directives'] },
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'types of the portal', command: 'tsc', args: ['-p', 'portal'] },
  { name: 'dead code', command: 'knip', args: ['--no-progress'] },
];

const testSteps: readonly Step[] = ['unit', 'conformance'].map((suite) => ({
  name: suite,
  command: process.execPath,
  args: ['tools/run-tests.ts', suite],
}));

async function main(args: readonly string[]): Promise<number> {
  const steps = args.includes('static') ? staticSteps : [...staticSteps, ...testSteps];
  let failed = 0;
  for (const step of steps) failed += (await report(step)) ? 0 : 1;
  console.log(`verify: ${steps.length - failed} steps passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function report(step: Step): Promise<boolean> {
  const began = performance.now();
  const { ok, output } = await run(step);
  const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${seconds} s  ${step.name}${ok ? lastLineOf(step, output) : `\n${output}`}`);
  return ok;
}

/** The counts of a test step are worth showing when it passed as well. */
function lastLineOf(step: Step, output: string): string {
  return testSteps.includes(step) ? `: ${output.trimEnd().split('\n').at(-1) ?? ''}` : '';
}

function run({ command, args }: Step): Promise<Result> {
  const separator = process.platform === 'win32' ? ';' : ':';
  const env = { ...process.env, PATH: `${bin}${separator}${process.env['PATH'] ?? ''}` };
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
