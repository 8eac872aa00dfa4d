#!/usr/bin/env node
/**
 * Starts a TypeScript file of this package under Node 24, installing what is missing first.
 *
 *   node tools/launch.mjs src/main.ts --port 0
 *
 * Owns: the install of a fresh clone, the choice of the Node binary, signals and the exit code.
 * Does not own: any option of the program it starts; everything after the file name is handed on untouched.
 *
 * It runs on Node 20 and has no dependencies, because nothing is installed when it first runs. Invariants:
 *   1. Nothing of its own goes to standard output: that belongs to the program.
 *   2. The program ends when the launcher is told to end: the first SIGTERM, SIGINT or SIGHUP is handed on, later
 *      ones change nothing, and the launcher ends only after the program, with its exit code.
 *   3. An installed clone starts without reading more than the lockfile and one stamp.
 *   4. When this already is the pinned Node, the program runs in this very process: no second process, no hand-over.
 */
import { spawn } from 'node:child_process';
import nodeModule from 'node:module';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureInstalled, InstallError, say } from './install.mjs';
import { chooseNode } from './node-binary.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Compiled code is kept here, so that every start but the first spares reading types out of the sources. */
const compileCache = join(root, 'node_modules/.cache/compiled');
const forwarded = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** Runs `file` (relative to the package root) with `args`. Resolves once the program is started in this process. */
export async function launch(file, args) {
  const node = await prepare(file);
  if (node === undefined) {
    process.exitCode = 1;
    return;
  }
  const script = resolve(root, file);
  if (node.inProcess) {
    process.argv = [process.execPath, script, ...args];
    if (process.env.NODE_COMPILE_CACHE === undefined) {
      nodeModule.enableCompileCache?.(compileCache);
      // The threads of the program read it from here.
      process.env.NODE_COMPILE_CACHE = compileCache;
    }
    await import(pathToFileURL(script).href);
    return;
  }
  process.exitCode = await runChild(node.path, [script, ...args]);
}

async function prepare(file) {
  try {
    await ensureInstalled(root, { tools: !file.startsWith('src/') });
    return chooseNode(root);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    say(error.message);
    return undefined;
  }
}

function runChild(command, args) {
  const child = spawn(command, args, { stdio: 'inherit', env: withNodeFirst(dirname(command)) });
  let told = false;
  for (const signal of forwarded) {
    process.on(signal, () => {
      if (told) return;
      told = true;
      child.kill(signal);
    });
  }
  return new Promise((settle) => {
    child.once('error', (error) => {
      say(`cannot start ${command}: ${error.message}`);
      settle(1);
    });
    child.once('exit', (code, signal) => settle(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** What the program starts by the name `node` is the Node it runs on itself. */
function withNodeFirst(folder) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return {
    NODE_COMPILE_CACHE: compileCache,
    ...process.env,
    PATH: `${folder}${separator}${process.env['PATH'] ?? ''}`,
  };
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined) {
    process.stderr.write(`usage: node ${join('tools', 'launch.mjs')} FILE [ARGUMENT…]\n`);
    process.exitCode = 2;
  } else {
    await launch(file, args);
  }
}
