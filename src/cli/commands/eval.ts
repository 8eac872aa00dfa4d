/** `tocsin eval`: evaluates expressions of workflow definitions, without a server. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import {
  contextFromJson,
  type EvaluationContext,
  type EvaluationFault,
  type ExpressionFault,
  isEvaluationFault,
  type Planned,
  planTemplate,
} from '#expression';
import { isJsonArray, type Json, memberOf, parseJson, stringifyJson } from '#foundation';
import type { Command } from '../command.ts';
import { type CommandLine, UsageError } from '../command-line.ts';
import { answerLines } from '../lines.ts';
import { isTerminal, paint, say } from '../terminal.ts';

interface Failure {
  readonly code: string;
  readonly message: string;
  /** Where in the expression's text, from 0; absent when it has no place. */
  readonly start?: number;
}

function isFaultList(planned: Planned | readonly ExpressionFault[]): planned is readonly ExpressionFault[] {
  return isJsonArray(planned);
}

/** The value of a template string, or why there is none. */
function evaluate(
  expression: Json,
  context: EvaluationContext,
): { readonly value: Json } | { readonly failure: Failure } {
  const planned = planTemplate(expression);
  if (isFaultList(planned)) {
    const [first] = planned;
    return { failure: first ?? { code: 'InvalidTemplate', message: 'The expression is not valid.' } };
  }
  const value = planned.evaluate(context);
  if (!isEvaluationFault(value)) return { value };
  return { failure: failureOf(value) };
}

function failureOf(fault: EvaluationFault): Failure {
  const { code, message, place } = fault;
  return { code, message, ...(place === undefined ? {} : { start: place.start }) };
}

function answer(request: Json): Json {
  const id = memberOf(request, 'id') ?? null;
  const expression = memberOf(request, 'expression');
  if (expression === undefined) {
    return { id, error: { code: 'InvalidRequestContent', message: "The line has no 'expression'." } };
  }
  const result = evaluate(expression, contextFromJson(memberOf(request, 'context') ?? {}));
  if ('value' in result) return { id, value: result.value };
  const { code, message } = result.failure;
  return { id, error: { code, message } };
}

/** The failure with a caret under its place. */
function explain(expression: string, failure: Failure): string {
  const heading = `${paint('red', failure.code)} ${failure.message}`;
  if (failure.start === undefined || expression.includes('\n')) return heading;
  return `${expression}\n${' '.repeat(failure.start)}${paint('red', '^')}\n${heading}`;
}

function show(text: string, context: EvaluationContext, json: boolean): number {
  const expression = text.startsWith('@') || text.includes('@{') ? text : `@${text}`;
  const result = evaluate(expression, context);
  if ('value' in result) {
    say(json ? stringifyJson({ value: result.value }) : pretty(result.value));
    return 0;
  }
  const { code, message } = result.failure;
  say(json ? stringifyJson({ error: { code, message } }) : explain(expression, result.failure));
  return 1;
}

function pretty(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** Reads expressions until the end of input; the terminal keeps the history of the session. */
async function prompt(context: EvaluationContext, json: boolean): Promise<void> {
  const terminal = createInterface({
    input: process.stdin,
    output: process.stderr,
    prompt: isTerminal() ? '> ' : '',
    historySize: 200,
  });
  terminal.prompt();
  for await (const line of terminal) {
    if (line.trim() !== '') show(line.trim(), context, json);
    terminal.prompt();
  }
}

async function run(line: CommandLine): Promise<number> {
  if (line.flag('ndjson')) {
    await answerLines(answer);
    return 0;
  }
  const file = line.text('context');
  const context = contextFromJson(file === undefined ? {} : parseJson(readFileSync(file, 'utf8')));
  const [expression, ...more] = line.words;
  if (more.length > 0) throw new UsageError('Give one expression, in quotes.');
  if (expression !== undefined) return show(expression, context, line.json);
  await prompt(context, line.json);
  return 0;
}

export const evalCommand: Command = {
  name: 'eval',
  summary: 'evaluate an expression of a workflow definition',
  usage: `tocsin eval EXPRESSION [--context FILE]     one expression; the leading @ may be left out
tocsin eval [--context FILE]                a prompt
tocsin eval --ndjson < LINES                lines {"id","expression","context"} to {"id","value"} or {"id","error"}

Context keys: parameters, variables, trigger, triggerBody, actions, outputs, action, item, items, iterationIndexes,
results, workflow, callbackUrl, now.`,
  options: { ndjson: 'boolean', context: 'string' },
  run,
};
