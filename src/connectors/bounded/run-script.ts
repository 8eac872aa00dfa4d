/**
 * An author's JavaScript in an interpreter of its own: no network, no files, no modules, nothing of this process.
 *
 * Owns: the interpreter, its bounds, from a thrown value to the failure's code and line.
 * Does not own: what `workflowContext` holds (`#engine`), the thread (`bounded-worker.ts`).
 * Source: engine reference 4.9.
 *
 * Invariants
 * J1. Every script has a fresh interpreter: nothing one leaves behind is seen by another.
 * J2. Only texts cross the border, in both directions.
 */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
  Scope,
} from 'quickjs-emscripten-core';
import type { JobFailure, ScriptJob, ScriptResult } from './job.ts';
import { scriptPrelude } from './script-prelude.data.ts';

const stackBytes = 160 * 1024;
/** Lines the interpreter puts in front of a function's body. */
const linesBefore = 2;

type Outcome =
  | { readonly kind: 'returned'; readonly value?: unknown }
  | { readonly kind: 'tooLarge' }
  | {
      readonly kind: 'thrown' | 'readOnly' | 'syntax';
      readonly name?: string;
      readonly message: string;
      readonly stack?: string;
    };

/** Compiled code and memory that well-behaved scripts leave to the next one; their interpreters are gone. */
let kept: { readonly module: QuickJSWASMModule; uses: number } | undefined;
/** After these, and after every script that fails or had much to read, memory starts anew. */
const mostUses = 1_000;
const lightContext = 1024 * 1024;

export async function runScript(job: ScriptJob): Promise<ScriptResult | JobFailure> {
  const { module, uses } = kept ?? {
    module: await newQuickJSWASMModuleFromVariant(variant as unknown as QuickJSSyncVariant),
    uses: 0,
  };
  kept = undefined;
  const { result, isClean } = runIn(module, job);
  if (isClean && uses < mostUses && job.context.length < lightContext) {
    kept = { module, uses: uses + 1 };
  }
  return result;
}

interface Done {
  readonly result: ScriptResult | JobFailure;
  /** Nothing of it is left in the memory it had. */
  readonly isClean: boolean;
}

function runIn(module: QuickJSWASMModule, job: ScriptJob): Done {
  const runtime = module.newRuntime();
  const end = Date.now() + job.milliseconds;
  let late = false;
  runtime.setMemoryLimit(job.memory);
  runtime.setMaxStackSize(stackBytes);
  runtime.setInterruptHandler(() => {
    late ||= Date.now() > end;
    return late;
  });
  const text = attempt(() => Scope.withScope((scope) => evaluate(scope.manage(runtime.newContext()), job, scope)));
  if (late) {
    const seconds = job.milliseconds / 1000;
    return { result: failure('InlineCodeExecutionTimeout', `it ran longer than ${seconds} seconds`), isClean: false };
  }
  if (text === undefined) return { result: failure('InlineCodeScriptRuntimeFailure', lastResort), isClean: false };
  const result = resultOf(text);
  // An interpreter that failed goes with its whole memory: it may not even be fit to be taken down.
  return { result, isClean: result.kind === 'script' && isDisposed(runtime) };
}

function isDisposed(runtime: QuickJSRuntime): boolean {
  try {
    runtime.dispose();
    return true;
  } catch {
    return false;
  }
}

/** The outcome's text; undefined when the interpreter itself gave up. */
function evaluate(vm: QuickJSContext, job: ScriptJob, scope: Scope): string | undefined {
  const prelude = vm.evalCode(scriptPrelude, 'sandbox.js');
  if (prelude.error !== undefined) return undefined;
  const sandbox = scope.manage(prelude.value);
  const given = [vm.newString(job.code), vm.newString(job.context), vm.newNumber(job.resultCharacters)];
  const start = callOf(
    vm,
    sandbox,
    'start',
    given.map((handle) => scope.manage(handle)),
    scope,
  );
  if (start === undefined || start !== 'pending') return start;
  const jobs = vm.runtime.executePendingJobs();
  if (jobs.error !== undefined) return undefined;
  const finished = callOf(vm, sandbox, 'finish', [], scope);
  return finished === 'pending' ? '{"kind":"thrown","message":"the promise it returned is never fulfilled"}' : finished;
}

function callOf(
  vm: QuickJSContext,
  owner: QuickJSHandle,
  name: string,
  given: QuickJSHandle[],
  scope: Scope,
): string | undefined {
  const result = scope.manage(vm.callFunction(scope.manage(vm.getProp(owner, name)), owner, ...given));
  if (result.error !== undefined) return undefined;
  const type = vm.typeof(result.value);
  if (type === 'undefined') return 'pending';
  return type === 'string' ? vm.getString(result.value) : undefined;
}

/** What the interpreter gives up at when not even an error fits any more. */
const lastResort = 'it needs more memory than it may have, or calls itself too deeply';

/** The interpreter's own faults, such as the end of its stack, are faults of the script. */
function attempt(work: () => string | undefined): string | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function resultOf(text: string): ScriptResult | JobFailure {
  const prefix = '{"kind":"returned","value":';
  if (text.startsWith(prefix)) return { kind: 'script', value: text.slice(prefix.length, -1) };
  const outcome = JSON.parse(text) as Outcome;
  switch (outcome.kind) {
    case 'returned':
      return { kind: 'script' };
    case 'tooLarge':
      return failure('InlineCodeScriptRuntimeFailure', 'what it returns is too large');
    case 'syntax':
      return failure('InlineCodeParsingFailure', `SyntaxError: ${outcome.message}${lineOf(outcome.stack)}`);
    case 'readOnly':
      return failure('InlineCodeCannotModifyWorkflowContext', `${outcome.message}${lineOf(outcome.stack)}`);
    case 'thrown': {
      const named = outcome.name === undefined ? outcome.message : `${outcome.name}: ${outcome.message}`;
      return failure('InlineCodeScriptRuntimeFailure', `${named}${lineOf(outcome.stack)}`);
    }
    default:
      return failure('InlineCodeScriptRuntimeFailure', 'its outcome cannot be read');
  }
}

/** ` at line 3`, counted in the author's code: the innermost place in it. */
function lineOf(stack: string | undefined): string {
  for (const [, line] of (stack ?? '').matchAll(/<input>:(\d+)/g)) {
    const own = Number(line) - linesBefore;
    if (own >= 1) return ` at line ${own}`;
  }
  return '';
}

function failure(code: string, message: string): JobFailure {
  return { kind: 'failure', code, message };
}
