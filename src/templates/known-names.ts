/**
 * Parameters, variables and functions that an expression names and the template does not have.
 *
 * Owns: finding them before anything is evaluated, in outputs: what is wrong there would else be seen when all is deployed.
 * Source: template reference 15.
 */
import type { PlannedValue, TemplateExpression } from './ast.ts';
import type { TemplateOutline } from './outline.ts';
import { visitExpressions } from './plan-value.ts';

type Call = Extract<TemplateExpression, { kind: 'call' }>;

/** Functions that may leave all but their first argument alone. */
const lazyFunctions: ReadonlySet<string> = new Set(['if', 'and', 'or', 'coalesce']);

/** What the value names that is not there, as a message; undefined when all that is evaluated in any case is there. */
export function unknownName(planned: PlannedValue, outline: TemplateOutline): string | undefined {
  let found: string | undefined;
  visitExpressions(planned, (expression) => {
    found ??= unknownWithin(expression, outline);
  });
  return found;
}

function unknownWithin(expression: TemplateExpression, outline: TemplateOutline): string | undefined {
  switch (expression.kind) {
    case 'literal':
      return undefined;
    case 'member':
      return unknownWithin(expression.object, outline);
    case 'index':
      return unknownWithin(expression.object, outline) ?? unknownWithin(expression.index, outline);
    case 'call': {
      const isLazy = expression.namespace === undefined && lazyFunctions.has(expression.name.toLowerCase());
      const evaluated = isLazy ? expression.arguments.slice(0, 1) : expression.arguments;
      return evaluated.reduce<string | undefined>(
        (found, each) => found ?? unknownWithin(each, outline),
        unknownIn(expression, outline),
      );
    }
  }
}

function unknownIn({ namespace, name, arguments: args }: Call, outline: TemplateOutline): string | undefined {
  if (namespace !== undefined) {
    const full = `${namespace}.${name}`;
    return outline.functions.has(full.toLowerCase()) ? undefined : `The template function '${full}' is not valid.`;
  }
  const [first] = args;
  if (first?.kind !== 'literal' || typeof first.value !== 'string') return undefined;
  const wanted = first.value.toLowerCase();
  switch (name.toLowerCase()) {
    case 'parameters':
      return outline.parameters.has(wanted) ? undefined : `The template parameter '${first.value}' is not found.`;
    case 'variables': {
      const isCopy = outline.variableCopies.some((copy) => copy.name.toLowerCase() === wanted);
      return isCopy || outline.variables.has(wanted)
        ? undefined
        : `The template variable '${first.value}' is not found.`;
    }
    default:
      return undefined;
  }
}
