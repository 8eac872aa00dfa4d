/**
 * Standard input as lines, one answer per line in order.
 *
 * Invariants
 * L1. A line that fails gives its error as its answer; the process never ends early (own-api, `eval` and `match`).
 */
import process from 'node:process';
import { createInterface } from 'node:readline';
import { type Json, JsonSyntaxError, memberOf, parseJson, stringifyJson } from '#foundation';

/** Answers every non-empty line of standard input. */
export async function answerLines(answer: (line: Json) => Json): Promise<void> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  let pending: string[] = [];
  for await (const line of lines) {
    if (line.trim() === '') continue;
    pending.push(stringifyJson(answerTo(line, answer)));
    if (pending.length >= 256) {
      await write(pending);
      pending = [];
    }
  }
  await write(pending);
}

async function write(answers: readonly string[]): Promise<void> {
  if (answers.length === 0) return;
  const drained = process.stdout.write(`${answers.join('\n')}\n`);
  if (!drained) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

function answerTo(line: string, answer: (line: Json) => Json): Json {
  let request: Json;
  try {
    request = parseJson(line);
  } catch (error) {
    const message = error instanceof JsonSyntaxError ? error.message : String(error);
    return { id: null, error: { code: 'InvalidRequestContent', message } };
  }
  try {
    return answer(request);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id: memberOf(request, 'id') ?? null, error: { code: 'InternalServerError', message } };
  }
}
