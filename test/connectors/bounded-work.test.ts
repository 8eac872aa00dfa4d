/** Scripts and certificate files off the main thread: what they may do, and that nothing they do matters to others. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { BoundedWork } from '#connectors';
import { pfxOf, selfSigned } from './local-servers.ts';

const work = new BoundedWork();
after(() => work.close());

const context = JSON.stringify({
  actions: { Read: { outputs: { body: [3, 1, 2] } } },
  workflow: { name: 'w' },
});

type Result = { readonly value: unknown } | { readonly code: string; readonly message: string };

async function run(code: string, milliseconds = 2_000): Promise<Result> {
  const result = await work.perform({
    kind: 'script',
    code,
    context,
    milliseconds,
    memory: 64 * 1024 * 1024,
    resultCharacters: 1_000_000,
  });
  if (result.kind === 'failure') return { code: result.code, message: result.message };
  return { value: result.value === undefined ? undefined : JSON.parse(result.value) };
}

describe('a script', () => {
  const values: readonly (readonly [string, string, unknown])[] = [
    ['reads the context', 'return workflowContext.actions.Read.outputs.body.map((n) => n * 2)', [6, 2, 4]],
    [
      'works with dates, expressions and JSON',
      'return [new Date(0).toISOString(), /a(b+)/.exec("abb")[1], JSON.parse("[1]")[0]]',
      ['1970-01-01T00:00:00.000Z', 'bb', 1],
    ],
    ['may return a promise', 'return (async () => { await null; return 5; })()', 5],
    ['may return nothing', 'return', undefined],
    [
      'has no modules, no process and no network',
      'return [typeof require, typeof process, typeof fetch, typeof setTimeout]',
      ['undefined', 'undefined', 'undefined', 'undefined'],
    ],
    ['may write to a console that goes nowhere', 'console.log(1); return 1', 1],
    ['sees one object as one', 'return workflowContext.actions.Read === workflowContext.actions.Read', true],
  ];
  for (const [title, code, expected] of values) {
    test(title, async () => assert.deepEqual(await run(code), { value: expected }));
  }

  const failures: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'that throws says what and where',
      'var a = 1;\n\nthrow new TypeError("no")',
      'InlineCodeScriptRuntimeFailure',
      /^TypeError: no at line 3$/,
    ],
    ['may throw anything', 'throw {a: 1}', 'InlineCodeScriptRuntimeFailure', /^\{"a":1\}$/],
    ['that is no JavaScript says where', '\nreturn 1 +;', 'InlineCodeParsingFailure', /SyntaxError.* at line 2$/],
    [
      'cannot change the context',
      'workflowContext.actions.Read.outputs.body.sort()',
      'InlineCodeCannotModifyWorkflowContext',
      /cannot be modified/,
    ],
    [
      'cannot change the context unnoticed',
      'workflowContext.extra = 1; return 1',
      'InlineCodeCannotModifyWorkflowContext',
      /cannot be modified/,
    ],
    [
      'cannot take the context apart',
      'Object.setPrototypeOf(workflowContext.actions, null)',
      'InlineCodeCannotModifyWorkflowContext',
      /cannot be modified/,
    ],
    [
      'that calls itself for ever',
      'function f() { return f(); } return f()',
      'InlineCodeScriptRuntimeFailure',
      /stack|deeply/,
    ],
    ['whose result is huge', 'return "x".repeat(2000000)', 'InlineCodeScriptRuntimeFailure', /too large/],
    ['whose result goes in circles', 'const o = {}; o.o = o; return o', 'InlineCodeScriptRuntimeFailure', /circular/],
    ['whose promise never ends', 'return new Promise(() => {})', 'InlineCodeScriptRuntimeFailure', /never fulfilled/],
    [
      'whose error cannot be read',
      'Object.prototype.toJSON = () => { throw 1 }; throw {}',
      'InlineCodeScriptRuntimeFailure',
      /./,
    ],
    ['that fills memory', 'return new Uint8Array(1e8).length', 'InlineCodeScriptRuntimeFailure', /memory/],
  ];
  for (const [title, code, expected, message] of failures) {
    test(title, async () => {
      const result = await run(code);
      assert.ok('code' in result, JSON.stringify(result));
      assert.equal(result.code, expected);
      assert.match(result.message, message);
    });
  }

  test('that replaces built-in functions changes its own results only', async () => {
    const code =
      'JSON.stringify = () => "1"; Proxy = null; Reflect.get = null; WeakMap.prototype.get = null; return workflowContext.actions.Read';
    assert.deepEqual(await run(code), { value: { outputs: { body: [3, 1, 2] } } });
    assert.deepEqual(await run('return JSON.stringify([1])'), { value: '[1]' });
  });

  const endless = [
    'while (true) {}',
    'return /^(a+)+$/.test("a".repeat(50) + "b")',
    '}); for (;;); (function () {',
    'return Promise.resolve().then(() => { for (;;); })',
  ];
  for (const code of endless) {
    test(`that does not end is ended: ${code}`, async () => {
      const result = await run(code, 200);
      assert.ok('code' in result);
      assert.equal(result.code, 'InlineCodeExecutionTimeout');
    });
  }

  test('that does not let itself be interrupted is ended with its thread, and the next one runs', async () => {
    const result = await run('for (;;) [].fill.call({length: 1e15}, 1)', 100);
    assert.ok('code' in result);
    assert.match(result.code, /InlineCodeExecutionTimeout|InlineCodeScriptRuntimeFailure/);
    assert.deepEqual(await run('return 7'), { value: 7 });
  });

  test('keeps the main thread free', async () => {
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 5);
    await run('while (true) {}', 300);
    clearInterval(counting);
    assert.ok(turns > 5, `${turns} turns`);
  });
});

describe('the threads', () => {
  /** What a process of its own prints about one job, and how it ends. */
  const inProcess = (...flags: string[]): { readonly status: number | null; readonly result: string } => {
    const job = {
      kind: 'script',
      code: 'return 7',
      context,
      milliseconds: 2_000,
      memory: 64 << 20,
      resultCharacters: 9,
    };
    const text = `import { BoundedWork } from './src/connectors/bounded/bounded-work.ts';
      console.log(JSON.stringify(await new BoundedWork().perform(${JSON.stringify(job)})));`;
    const options = { cwd: join(import.meta.dirname, '../..'), timeout: 40_000, encoding: 'utf8' } as const;
    const { status, stdout } = spawnSync(process.execPath, [...flags, '-e', text], options);
    return { status, result: stdout.trim() };
  };

  test('let their process end with its last job, though they wait for more (BW3)', () => {
    assert.deepEqual(inProcess(), { status: 0, result: '{"kind":"script","value":"7"}' });
  });

  test('that cannot even begin are told to who waits, and not begun again for ever (BW1)', () => {
    // Node hands the flag on to threads, which refuse it.
    const { status, result } = inProcess('--input-type=module');
    assert.equal(status, 0);
    assert.match(result, /"code":"InternalServerError","message":"the thread of the work has ended"/);
  });
});

describe('a certificate file', () => {
  for (const cipher of ['aes256', '3des'] as const) {
    test(`of ${cipher} gives its certificate and its key`, async () => {
      const identity = await selfSigned('client');
      const bytes = Buffer.from(pfxOf(identity, 'secret', cipher), 'base64');
      const read = await work.perform({ kind: 'pfx', bytes, password: 'secret' });
      assert.equal(read.kind, 'pfx');
      assert.match(read.kind === 'pfx' ? read.identity.key : '', /PRIVATE KEY/);
      assert.equal(
        (read.kind === 'pfx' ? read.identity.certificate : '').replaceAll(/\s/g, ''),
        identity.certificate.replaceAll(/\s/g, ''),
      );
    });
  }

  test('with another password, or that is none, says so', async () => {
    const bytes = Buffer.from(pfxOf(await selfSigned('client'), 'secret'), 'base64');
    const wrong = await work.perform({ kind: 'pfx', bytes, password: 'other' });
    assert.match(wrong.kind === 'failure' ? wrong.message : '', /password is wrong/);
    const none = await work.perform({ kind: 'pfx', bytes: Buffer.from('no file'), password: '' });
    assert.match(none.kind === 'failure' ? none.message : '', /no PKCS #12 file/);
  });
});
