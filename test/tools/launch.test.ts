/**
 * The launcher from outside, in a package of its own: a stub instead of the server, a stub instead of npm. Numbers in
 * titles are the invariants in the header of tools/launch.mjs.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';

const root = join(import.meta.dirname, '../..');
const posix = process.platform !== 'win32';
const ownNode = { darwin: 'node-bin-darwin', linux: 'node-linux', win32: 'node-win' }[process.platform as 'linux'];

const server = `
const say = (event) => console.log(JSON.stringify({ event, pid: process.pid, args: process.argv.slice(2) }));
const stay = setInterval(() => {}, 1000);
let signals = 0;
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {
  signals += 1;
  if (signals > 1) return;
  setTimeout(() => { say(signal + ' ' + signals); clearInterval(stay); process.exitCode = process.argv.includes('--fail') ? 7 : 0; }, 200);
});
if (process.argv.includes('--once')) { clearInterval(stay); process.exitCode = 5; }
say('ready');
`;

const npm = `#!${process.execPath}
const fs = require('node:fs');
fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
console.log('npm speaks on standard output');
if (fs.existsSync('npm-fails')) process.exit(3);
setTimeout(() => fs.mkdirSync('node_modules', { recursive: true }), 100);
`;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly child: ChildProcess;
  /** The pid that the stub server printed. */
  readonly ready: Promise<number>;
  readonly end: Promise<Ended>;
}

let folder = '';

function start(args: readonly string[], tool = 'launch.mjs'): Running {
  const { npm_execpath: _, ...inherited } = process.env;
  const env = { ...inherited, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  const child = spawn(process.execPath, [join('tools', tool), ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => void (stderr += chunk.toString()));
  const ready = new Promise<number>((settle) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      const pid = /"event":"ready","pid":(\d+)/.exec(stdout)?.[1];
      if (pid !== undefined) settle(Number(pid));
    });
  });
  const end = new Promise<Ended>((settle) => child.once('close', (code) => settle({ code, stdout, stderr })));
  return { child, ready, end };
}

const events = (stdout: string): string[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { event: string }).event);

/** Says that everything is installed, as the launcher itself does. */
function stamp(): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  const hash = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  writeFileSync(join(folder, 'node_modules/.tocsin-installed'), `${hash} tools`);
}

/** A pinned Node of another version than the running one; it is the running one under a wrong label. */
function pinAnotherNode(): void {
  const pinned = join(folder, 'node_modules', `${ownNode}-${process.arch}`);
  mkdirSync(join(pinned, 'bin'), { recursive: true });
  writeFileSync(join(pinned, 'package.json'), '{"version":"24.0.1"}');
  symlinkSync(process.execPath, join(pinned, 'bin/node'));
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-launch-'));
  cpSync(join(root, 'tools'), join(folder, 'tools'), { recursive: true });
  for (const [path, text] of Object.entries({
    'package.json': '{"type":"module"}',
    'package-lock.json': '{"packages":{"":{},"node_modules/one":{"version":"1.0.0","integrity":"x"}}}',
    'src/main.ts': server,
    'src/cli/main.ts': "console.log(JSON.stringify({ event: 'cli', args: process.argv.slice(2) }));",
    'bin/package.json': '{"type":"commonjs"}',
    'bin/npm': npm,
  })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  chmodSync(join(folder, 'bin/npm'), 0o755);
});

beforeEach(() => {
  for (const name of ['node_modules', 'npm-calls', 'npm-fails', '.tocsin-installing']) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
});

after(() => rmSync(folder, { recursive: true, force: true }));

describe('an installed clone', { skip: !posix && 'signals and stub programs need POSIX' }, () => {
  beforeEach(stamp);

  it('hands arguments on untouched and ends with the exit code of the program', async () => {
    const { code, stdout } = await start(['src/main.ts', '--once', '--data', 'a b']).end;
    assert.equal(code, 5);
    assert.deepEqual((JSON.parse(stdout) as { args: string[] }).args, ['--once', '--data', 'a b']);
  });

  it('(1) prints nothing of its own', async () => {
    const { stdout, stderr } = await start(['src/main.ts', '--once']).end;
    assert.deepEqual([events(stdout), stderr], [['ready'], '']);
  });

  it('(4) runs in the same process when this is the pinned Node', async () => {
    const { child, ready, end } = start(['src/main.ts']);
    assert.equal(await ready, child.pid);
    child.kill('SIGTERM');
    assert.equal((await end).code, 0);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`(2) hands ${signal} on to another Node, once, and waits for it`, async () => {
      pinAnotherNode();
      const { child, ready, end } = start(['src/main.ts', '--fail']);
      assert.notEqual(await ready, child.pid);
      child.kill(signal);
      await new Promise((wake) => setTimeout(wake, 100));
      child.kill(signal);
      const { code, stdout } = await end;
      assert.deepEqual([code, events(stdout)], [7, ['ready', `${signal} 1`]]);
    });
  }

  it('(2) ends as a program that was killed', async () => {
    pinAnotherNode();
    const { ready, end } = start(['src/main.ts']);
    process.kill(await ready, 'SIGKILL');
    assert.equal((await end).code, 128 + 9);
  });

  it('says how to use it when no file is given', async () => {
    const { code, stdout, stderr } = await start([]).end;
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^usage:/);
  });

  it('is the command line for every command but serve', async () => {
    const { stdout } = await start(['runs', 'list'], 'tocsin.mjs').end;
    assert.deepEqual(JSON.parse(stdout), { event: 'cli', args: ['runs', 'list'] });
    const served = await start(['serve', '--once'], 'tocsin.mjs').end;
    assert.equal(served.code, 5);
  });
});

describe('a fresh clone', { skip: !posix && 'signals and stub programs need POSIX' }, () => {
  const calls = (): string[] => readFileSync(join(folder, 'npm-calls'), 'utf8').trim().split('\n');

  it('(1) installs by the lockfile first, and says so on standard error only', async () => {
    const { code, stdout, stderr } = await start(['src/main.ts', '--once']).end;
    assert.deepEqual([code, events(stdout)], [5, ['ready']]);
    assert.match(stderr, /installing dependencies .*npm speaks on standard output.*installed in/s);
    assert.match(calls()[0] ?? '', /^ci --include=dev --include=optional /);
  });

  it('(3) installs once, whoever comes at the same time or later', async () => {
    const ends = await Promise.all([1, 2, 3].map(() => start(['src/main.ts', '--once']).end));
    const later = await start(['src/main.ts', '--once']).end;
    assert.deepEqual(
      [...ends, later].map(({ code }) => code),
      [5, 5, 5, 5],
    );
    assert.equal(calls().length, 1);
    assert.ok(!existsSync(join(folder, '.tocsin-installing')));
  });

  it('starts nothing when npm fails, and tries again the next time', async () => {
    writeFileSync(join(folder, 'npm-fails'), '');
    const { code, stdout, stderr } = await start(['src/main.ts', '--once']).end;
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /npm ci ended with exit code 3; nothing was started/);
    rmSync(join(folder, 'npm-fails'));
    assert.equal((await start(['src/main.ts', '--once']).end).code, 5);
  });

  it('takes over from an install whose process is gone', async () => {
    const { child, end } = start(['src/main.ts', '--once']);
    await end;
    rmSync(join(folder, 'node_modules'), { recursive: true });
    writeFileSync(join(folder, '.tocsin-installing'), String(child.pid));
    assert.equal((await start(['src/main.ts', '--once']).end).code, 5);
  });

  it('does not install over what npm already brought in line', async () => {
    mkdirSync(join(folder, 'node_modules'));
    const record = '{"packages":{"node_modules/one":{"version":"1.0.0","integrity":"x"}}}';
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), record);
    assert.equal((await start(['src/main.ts', '--once']).end).code, 5);
    assert.ok(!existsSync(join(folder, 'npm-calls')));
  });

  it('installs over a package of another version', async () => {
    mkdirSync(join(folder, 'node_modules'));
    const record = '{"packages":{"node_modules/one":{"version":"0.9.0","integrity":"y"}}}';
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), record);
    await start(['src/main.ts', '--once']).end;
    assert.equal(calls().length, 1);
  });
});
