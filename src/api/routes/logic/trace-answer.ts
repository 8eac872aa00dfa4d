/** Expression traces as REST answers. Source: ARM reference 6.1 (`listExpressionTraces`). */
import type { JsonObject } from '#foundation';
import type { traceRunAction } from '#service';

type Trace = Awaited<ReturnType<typeof traceRunAction>>[number];
type Part = Trace['subexpressions'][number];

/** `{path, text, value | error, subexpressions}`; `path` is written as in `body.items[0].name`. */
export function traceAnswer({ path, subexpressions, ...own }: Trace): JsonObject {
  return { path: pathText(path), ...partAnswer(own), subexpressions: subexpressions.map(partAnswer) };
}

function partAnswer({ text, value, error }: Part): JsonObject {
  return {
    text,
    ...(value === undefined ? {} : { value }),
    ...(error === undefined ? {} : { error: { code: 'InvalidTemplate', message: error.message } }),
  };
}

function pathText(path: Trace['path']): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[\w$@-]+$/.test(step)) return `${text}['${step.replaceAll("'", "\\'")}']`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
