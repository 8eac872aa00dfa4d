/** What the fields of a panel need from around them. */
import type { Field } from '../catalogue/operation.ts';
import type { JsonData } from '../core/json-value.ts';
import type { Token } from '../core/tokens.ts';

export interface ExpressionRequest {
  /** The expression to begin with, without the sign before it; empty for a new one. */
  readonly expression: string;
  readonly onDone: (expression: string) => void;
}

export interface FieldTools {
  readonly tokens: () => readonly Token[];
  /** What the trigger brought last, or an example of it. */
  readonly sample: () => JsonData;
  /** The id of the connection that the step calls through. */
  readonly connection: string | undefined;
  /** The value of a parameter of the step by its reference: `groupId`, `body/recipient/groupId`. */
  readonly valueOf: (reference: string) => JsonData | undefined;
  /** What its form calls such a parameter. */
  readonly labelOf: (reference: string) => string;
  readonly askExpression: (request: ExpressionRequest) => void;
  /** Asks for a token; called back with the expression that reads it. */
  readonly askToken: (onDone: (expression: string) => void, onLoop?: (over: string, member: string) => void) => void;
}

export interface FieldEditorProps {
  readonly field: Field;
  readonly value: JsonData | undefined;
  readonly onChange: (value: JsonData | undefined) => void;
  readonly tools: FieldTools;
  /** What the server says of it. */
  readonly fault?: string | undefined;
  readonly onLoop?: (over: string, member: string, write: (expression: string) => JsonData) => void;
}

/** Ready-made titles of expressions: what a chip shows. */
export function titleOfExpression(expression: string, tokens: readonly Token[]): string {
  const plain = expression.replaceAll('?', '');
  const known = tokens.find((token) => token.expression.replaceAll('?', '') === plain);
  if (known !== undefined) return known.title;
  const item = /^items\('((?:[^']|'')*)'\)(.*)$/.exec(expression);
  const last = /\['((?:[^']|'')*)'\]$/.exec(expression)?.[1];
  if (/^(?:triggerBody|body|outputs|items|item|variables|parameters)\(/.test(expression) && last !== undefined)
    return last;
  return item === null ? expression : `Item of ${item[1] ?? ''}`;
}
