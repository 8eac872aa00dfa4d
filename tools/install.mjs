/**
 * Brings `node_modules` in line with `package-lock.json`, once. Runs on Node 20, without dependencies.
 *
 * A stamp with the lockfile's hash says that the two agree, so that an installed clone pays for one hash. Without a
 * valid stamp npm's own record of what it installed is compared package by package: whoever ran `npm install` by hand,
 * or `npm ci --omit=dev` for a server that only runs, is not made to wait for another install. One process installs;
 * others that start meanwhile wait for it.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';

/**
 * Resolves when the dependencies of the lockfile are there: all of them, or with `tools: false` those that run the
 * server. Throws an `InstallError` with a sentence when that fails.
 */
export async function ensureInstalled(root, { tools }) {
  const lockfile = readFileSync(join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lockfile).digest('hex');
  const current = () => isCurrent(root, hash, lockfile, tools);
  if (current()) return;
  const release = await takeTurn(root);
  try {
    if (current()) return;
    await install(root);
    writeStamp(root, `${hash} tools`);
  } finally {
    release();
  }
}

/** A failure with a sentence for the person at the terminal; no stack is of use to them. */
export class InstallError extends Error {}

const stampOf = (root) => join(root, 'node_modules', '.tocsin-installed');

function isCurrent(root, hash, lockfile, tools) {
  const stamp = readOrUndefined(stampOf(root));
  if (stamp === `${hash} tools` || (stamp === `${hash} server` && !tools)) return true;
  const installed = readOrUndefined(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const [wanted, found] = [JSON.parse(lockfile), JSON.parse(installed)];
  if (agrees(wanted, found, true)) writeStamp(root, `${hash} tools`);
  else if (!tools && agrees(wanted, found, false)) writeStamp(root, `${hash} server`);
  else return false;
  return true;
}

/**
 * True when npm's record holds every package of the lockfile at its version. Optional packages of dependencies may be
 * missing (they are for other machines); our own optional package for this machine, which is Node, may not.
 */
function agrees(lockfile, installed, tools) {
  const ours = lockfile.packages['']?.optionalDependencies ?? {};
  return Object.entries(lockfile.packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') || wanted.link) return true;
    const found = installed.packages?.[path];
    if (found !== undefined) return found.version === wanted.version && found.integrity === wanted.integrity;
    if (wanted.dev || wanted.devOptional) return wanted.optional === true || wanted.devOptional === true || !tools;
    return wanted.optional === true && !(path.slice('node_modules/'.length) in ours && isForThisMachine(wanted));
  });
}

function isForThisMachine({ os, cpu }) {
  return [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch);
}

async function install(root) {
  const began = Date.now();
  say('installing dependencies and Node 24 with npm; this happens once and takes less than a minute …');
  const wanted = ['--include=dev', '--include=optional'];
  const code = await run(root, ['ci', ...wanted, '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new InstallError(`npm ci ended with ${code}; nothing was started.`);
  say(`installed in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
}

function run(root, args) {
  const npm = process.env['npm_execpath'];
  const [command, first] = basename(npm ?? '') === 'npm-cli.js' ? [process.execPath, [npm]] : ['npm', []];
  // npm's standard output goes to our standard error: standard output belongs to the program that is started.
  const child = spawn(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
  });
  const stop = (signal) => child.kill(signal);
  process.on('SIGTERM', stop).on('SIGINT', stop);
  return new Promise((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) => settle(signal ?? `exit code ${code}`));
  })
    .then((end) => (end === 'exit code 0' ? 0 : end))
    .finally(() => process.off('SIGTERM', stop).off('SIGINT', stop));
}

/** A file with the owner's process id is the lock. One whose owner is gone (a killed install) is taken over. */
async function takeTurn(root) {
  const file = join(root, '.tocsin-installing');
  for (let told = false; ; ) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw new InstallError(`cannot install into ${root}: ${error.message}`);
    }
    const owner = Number(readOrUndefined(file));
    if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true });
    else if (!told) say(`process ${owner} is installing; waiting for it …`);
    told = true;
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The stamp only saves time: a read-only install goes without. */
function writeStamp(root, text) {
  try {
    writeFileSync(stampOf(root), text);
  } catch {}
}

function readOrUndefined(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Progress and failures go to standard error, under the product's name. */
export function say(text) {
  process.stderr.write(`tocsin: ${text}\n`);
}
