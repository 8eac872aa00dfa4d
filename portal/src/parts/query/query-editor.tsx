/**
 * The editor of queries: colours, completion, faults where they are. Comes in a chunk of its own, with the language.
 */
import { type ReactElement, useEffect, useRef } from 'react';
import type { QuerySchema } from '../../model/log-schema.ts';
import { Echo, monaco, themeOf } from '../monaco.ts';
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
    const word = model.getWordUntilPosition(position);
    const range = {
      startLineNumber: position.lineNumber,
      endLineNumber: position.lineNumber,
      startColumn: word.startColumn,
      endColumn: word.endColumn,
    };
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
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef({ onChange, onRun });
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined);
  const echo = useRef(new Echo());
  useEffect(() => {
    latest.current = { onChange, onRun };
  });
  useEffect(() => {
    if (place.current === null) return undefined;
    const model = monaco.editor.createModel(value, language);
    const made = monaco.editor.create(place.current, {
      model,
      theme: themeOf(),
      ariaLabel: 'Query',
      automaticLayout: true,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fontSize: 13,
      lineHeight: 19,
      folding: false,
      wordWrap: 'on',
      fixedOverflowWidgets: true,
      overviewRulerLanes: 0,
      quickSuggestions: { other: true, comments: false, strings: false },
    });
    editor.current = made;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = made.onDidChangeModelContent(() => {
      echo.current.said(made.getValue());
      latest.current.onChange(made.getValue());
      clearTimeout(timer);
      timer = setTimeout(() => markFault(model, faultOf(model.getValue(), schemaNow)), 250);
    });
    made.addAction({
      id: 'run-query',
      label: 'Run',
      keybindings: [monaco.KeyMod.Shift | monaco.KeyCode.Enter, monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter],
      run: () => {
        const selection = made.getSelection();
        const chosen = selection === null ? '' : model.getValueInRange(selection);
        latest.current.onRun(chosen.trim() === '' ? model.getValue() : chosen);
      },
    });
    return () => {
      clearTimeout(timer);
      watch.dispose();
      made.setModel(null);
      made.dispose();
      // Completion and the like that are under way still read the text for a moment.
      setTimeout(() => model.dispose(), 10_000);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the editor owns its text once it is made; one from outside comes by the effect below
  }, []);
  useEffect(() => {
    const made = editor.current;
    if (made !== undefined && made.getValue() !== value && !echo.current.isOwn(value)) {
      echo.current.clear();
      made.setValue(value);
    }
  }, [value]);
  useEffect(() => {
    schemaNow = schema;
    const model = editor.current?.getModel();
    if (model !== null && model !== undefined) markFault(model, fault ?? faultOf(model.getValue(), schema));
  }, [schema, fault]);
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
