/**
 * Runs the benchmarks, each file directly under `benchmarks` in a process of its own, one after the other.
 *
 *   node tools/run-benchmarks.ts             all of them
 *   node tools/run-benchmarks.ts match       those whose name contains `match`
 *
 * A benchmark prints figures and judges nothing; only one that could not run fails.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';

const root = join(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const files = globSync('benchmarks/*.ts', { cwd: root })
  .filter((file) => wanted.length === 0 || wanted.some((part) => basename(file).includes(part)))
  .sort();

console.log(
  `Node ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}`,
);
const failed = files.filter((file) => {
  console.log(`\n# ${basename(file, '.ts')}`);
  return spawnSync(process.execPath, [file], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status !== 0;
});
if (files.length === 0) console.log('no benchmark has such a name');
process.exitCode = failed.length > 0 || files.length === 0 ? 1 : 0;
