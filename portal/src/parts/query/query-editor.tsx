/**
 * The editor of queries: colours, completion, faults where they are. Comes in a chunk of its own, with the language.
 */
import { type ReactElement, useEffect, useRef } from 'react';
import type { QuerySchema } from '../../model/log-schema.ts';
import { typedWord, useLanguageEditor } from '../language-editor.ts';
import { monaco } from '../monaco.ts';
import { type Suggestion, suggestionsAt } from './complete.ts';
import { faultOf, type QueryFault } from './judge.ts';
import { aggregates, operatorNames, scalarFunctions } from './language.ts';

const language = 'kusto';

/** What the editor that is open may name: there is one at a time. */
let schemaNow: QuerySchema = { mode: 'logs', tables: [] };

monaco.languages.register({ id: language });
monaco.languages.setLanguageConfiguration(language, {
  comments: { lineComment: '//' },
  wordPattern: /[A-Za-z_$][\w$-]*|\d+/,
  brackets: [
    ['(', ')'],
    ['[', ']'],
    ['{', '}'],
  ],
  autoClosingPairs: [
    { open: '(', close: ')' },
    { open: '[', close: ']' },
    { open: '{', close: '}' },
    { open: "'", close: "'", notIn: ['string', 'comment'] },
    { open: '"', close: '"', notIn: ['string', 'comment'] },
  ],
});
monaco.languages.setMonarchTokensProvider(language, {
  operators: [...operatorNames],
  functions: [...scalarFunctions.keys(), ...aggregates.keys(), 'iff', 'iif', 'case', 'toscalar', 'materialize'],
  words: [
    'let',
    'set',
    'by',
    'on',
    'asc',
    'desc',
    'nulls',
    'first',
    'last',
    'and',
    'or',
    'not',
    'in',
    'between',
    'has',
    'has_cs',
    'has_any',
    'has_all',
    'hasprefix',
    'hassuffix',
    'contains',
    'contains_cs',
    'startswith',
    'startswith_cs',
    'endswith',
    'endswith_cs',
    'matches',
    'regex',
    'kind',
    'with',
    'from',
    'to',
    'step',
    'default',
    'typeof',
    'true',
    'false',
    'null',
    'dynamic',
    'datetime',
    'timespan',
    'string',
    'long',
    'int',
    'real',
    'bool',
    'guid',
  ],
  tokenizer: {
    root: [
      [/\/\/.*$/, 'comment'],
      [/[hH]?@"(?:[^"]|"")*"/, 'string'],
      [/[hH]?@'(?:[^']|'')*'/, 'string'],
      [/[hH]?"(?:[^"\\]|\\.)*"?/, 'string'],
      [/[hH]?'(?:[^'\\]|\\.)*'?/, 'string'],
      [/\b\d+(?:\.\d+)?(?:d|h|m|s|ms|min|tick)?\b/, 'number'],
      [/(\|)(\s*)([a-z][a-z-]*)/, ['delimiter', '', { cases: { '@operators': 'keyword', '@default': 'identifier' } }]],
      [/[A-Za-z_]\w*(?=\s*\()/, { cases: { '@functions': 'type', '@words': 'keyword', '@default': 'identifier' } }],
      [/[A-Za-z_]\w*/, { cases: { '@words': 'keyword', '@operators': 'keyword', '@default': 'identifier' } }],
      [/[()[\]{}]/, '@brackets'],
    ],
  },
});

const { CompletionItemKind: Kind } = monaco.languages;
const looks: Readonly<
  Record<Suggestion['kind'], { readonly kind: monaco.languages.CompletionItemKind; readonly order: string }>
> = {
  column: { kind: Kind.Field, order: '0' },
  table: { kind: Kind.Class, order: '1' },
  operator: { kind: Kind.Keyword, order: '1' },
  keyword: { kind: Kind.Keyword, order: '2' },
  function: { kind: Kind.Function, order: '3' },
};

monaco.languages.registerCompletionItemProvider(language, {
  triggerCharacters: ['|', ' ', '.'],
  provideCompletionItems: (model, position) => {
    const range = typedWord(model, position);
    const before = model.getValueInRange({
      startLineNumber: 1,
      startColumn: 1,
      endLineNumber: position.lineNumber,
      endColumn: position.column,
    });
    return {
      suggestions: suggestionsAt(before, schemaNow).map(({ kind, text, insert = text, detail = '' }) => ({
        label: text,
        kind: looks[kind].kind,
        insertText: insert,
        insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet,
        detail,
        sortText: `${looks[kind].order}${text}`,
        range,
      })),
    };
  },
});

export interface QueryEditorProps {
  readonly value: string;
  readonly schema: QuerySchema;
  /** What the server said is wrong, until the text changes. */
  readonly fault?: QueryFault | undefined;
  readonly onChange: (value: string) => void;
  /** Shift+Enter; the text is what is selected, or everything. */
  readonly onRun: (text: string) => void;
}

export function QueryEditor({ value, schema, fault, onChange, onRun }: QueryEditorProps): ReactElement {
  const run = useRef(onRun);
  useEffect(() => {
    run.current = onRun;
  });
  const { place, editor } = useLanguageEditor({
    language,
    label: 'Query',
    value,
    look: { lineHeight: 19, quickSuggestions: { other: true, comments: false, strings: false } },
    pause: 250,
    onChange,
    judge: (model) => markFault(model, faultOf(model.getValue(), schemaNow)),
    onMade: (made) => {
      made.addAction({
        id: 'run-query',
        label: 'Run',
        keybindings: [monaco.KeyMod.Shift | monaco.KeyCode.Enter, monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter],
        run: () => {
          const selection = made.getSelection();
          const chosen = selection === null ? '' : (made.getModel()?.getValueInRange(selection) ?? '');
          run.current(chosen.trim() === '' ? made.getValue() : chosen);
        },
      });
      return undefined;
    },
  });
  useEffect(() => {
    schemaNow = schema;
    const model = editor.current?.getModel();
    if (model !== null && model !== undefined) markFault(model, fault ?? faultOf(model.getValue(), schema));
  }, [schema, fault, editor]);
  return <div ref={place} className="query-editor" />;
}

function markFault(model: monaco.editor.ITextModel, fault: QueryFault | undefined): void {
  if (model.isDisposed()) return;
  const markers = fault === undefined ? [] : [markerOf(model, fault)];
  monaco.editor.setModelMarkers(model, 'query', markers);
}

function markerOf(model: monaco.editor.ITextModel, { message, line, column }: QueryFault): monaco.editor.IMarkerData {
  const lineNumber = Math.min(Math.max(1, line), model.getLineCount());
  const word = model.getWordAtPosition({ lineNumber, column });
  return {
    message,
    severity: monaco.MarkerSeverity.Error,
    startLineNumber: lineNumber,
    startColumn: column,
    endLineNumber: lineNumber,
    endColumn: Math.max(word?.endColumn ?? 0, column + 1),
  };
}
