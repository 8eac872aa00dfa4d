/**
 * JavaScriptCode: which actions and what else an author's code reads.
 *
 * Owns: its inputs, finding what the code names. Does not own: running it (`#connectors`).
 * Source: engine reference 4.9, 1.2.
 *
 * Invariants
 * SC1. What the code is given is a template over the actions it names or declares: existence, reach, secrecy and reading
 *      out of loops are checked and planned as for any expression.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '#foundation';
import { inputPlace, invalidInput, type PlainBody, requireInputs } from './inputs.ts';
import { Members } from './members.ts';

export const javaScriptCode: PlainBody = (action) => {
  requireInputs(action, 'code');
  const { planning } = action.operation;
  const code = action.members.get('code');
  const most = planning.limits.scriptCharacters;
  if (typeof code !== 'string') invalidInput(action, "The 'code' must be a text.", 'code');
  if (typeof code === 'string' && code.length > most) {
    invalidInput(action, `The 'code' has '${code.length}' characters and exceeds the limit of '${most}'.`, 'code');
  }
  const named = namedIn(typeof code === 'string' ? code : '');
  const declared = declaredBy(action.members.get('explicitDependencies'));
  if (declared === undefined) {
    const what = "The 'explicitDependencies' must have a list of 'actions', or 'includeTrigger'.";
    invalidInput(action, what, 'explicitDependencies');
    return undefined;
  }
  const names = new Set([...named.actions, ...declared.actions]);
  const context: JsonObject = {
    actions: Object.fromEntries([...names].map((name) => [name, `@actions('${name.replaceAll("'", "''")}')`])),
    ...(named.trigger || declared.trigger ? { trigger: '@trigger()' } : {}),
    workflow: '@workflow()',
  };
  return {
    kind: 'script',
    inputs: planning.template(action.given, inputPlace(action)),
    context: planning.template(context, inputPlace(action, 'code')),
  };
};

interface Named {
  readonly actions: readonly string[];
  readonly trigger: boolean;
}

const actionPattern =
  /\bworkflowContext\s*\??\.\s*actions\s*(?:\??\.\s*([\p{ID_Start}_$][\p{ID_Continue}$]*)|(?:\?\.)?\s*\[\s*(?:'([^'\n]*)'|"([^"\n]*)"|`([^`$\n]*)`)\s*\])/gu;
const triggerPattern = /\bworkflowContext\s*\??\.\s*trigger\b/u;

/** What the code names outside of its comments. */
function namedIn(code: string): Named {
  const text = withoutComments(code);
  const actions = [...text.matchAll(actionPattern)].map(
    ([, ...names]) => names.find((name) => name !== undefined) ?? '',
  );
  return { actions, trigger: triggerPattern.test(text) };
}

/** Texts stay, whatever they look like; a comment becomes a blank. */
function withoutComments(code: string): string {
  const pieces = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[^])*`|\/\/[^\n]*|\/\*[^]*?\*\//g;
  return code.replaceAll(pieces, (piece) => (piece.startsWith('/') ? ' ' : piece));
}

/** Undefined when it has another form. */
function declaredBy(given: Json | undefined): Named | undefined {
  if (given === undefined || given === null) return { actions: [], trigger: false };
  if (!isJsonObject(given)) return undefined;
  const members = Members.of(given);
  const actions = members.get('actions') ?? [];
  if (!isJsonArray(actions) || actions.some((name) => typeof name !== 'string')) return undefined;
  return { actions: actions as readonly string[], trigger: members.get('includeTrigger') === true };
}
