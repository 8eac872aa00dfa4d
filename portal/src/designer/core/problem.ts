/** What is wrong with a definition or a change of it, in words for people. Source: portal reference 5.11. */

const messages = {
  InvalidJson: 'Enter a valid JSON. {message}.',
  NotAnObject: "'{name}' is not an object and is shown as code.",
  TypeMissing: "'{name}' has no type.",
  BodyNotAnObject: "The actions of '{name}' are not an object and are shown as code.",
  DuplicateName: "Name must be unique. There is more than one '{name}'.",
  RunAfterMissing: "'{name}' runs after '{after}', which does not exist beside it.",
  RunAfterInvalid: "The run after configuration of '{name}' is not an object of lists.",
  RunAfterCycle: "'{name}' runs after itself, over: {over}.",
  DepthExceeded: 'Nesting depth {depth} exceeds 8.',
  OverlappingChange: 'The change touches the same text twice.',
  NodeMissing: "There is no step at '{path}'.",
  NameEmpty: 'Enter a name.',
  NameTooLong: 'A name has at most 80 characters.',
  NameTaken: "Name must be unique. There is already '{name}'.",
  IntoItself: "'{name}' cannot be moved into itself.",
  WouldCycle: "'{name}' would run after itself.",
  NotBeside: "'{after}' does not stand beside '{name}'.",
  StatusMissing: 'Actions must have one or more run after configurations.',
  DynamicReference: 'Could not follow {count} dynamic references.',
  ReferenceLost: "'{name}' is still used by '{by}'.",
  NotAChain: 'Only steps that run one after another in one place can be put into one scope.',
  ParameterName: "'{name}' cannot be the name of a parameter: letters, digits, _ and -, at most 80.",
  NotJson: 'Enter a valid JSON.',
} as const;

export type ProblemCode = keyof typeof messages;

export interface Problem {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  /** The node it is at. */
  readonly path?: string;
  readonly start?: number;
  readonly end?: number;
  readonly params: Readonly<Record<string, string>>;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const warnings: ReadonlySet<ProblemCode> = new Set(['DepthExceeded', 'DynamicReference', 'ReferenceLost']);

export function problem(code: ProblemCode, params: Readonly<Record<string, string>> = {}, path?: string): Problem {
  const severity = warnings.has(code) ? 'warning' : 'error';
  return path === undefined ? { code, severity, params } : { code, severity, params, path };
}

export const problemText = ({ code, params }: Problem): string =>
  messages[code].replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
