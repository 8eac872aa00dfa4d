/**
 * One line of the expression language in Monaco: colours, completion, signatures, faults where they are.
 * Comes in the editor's chunk.
 */
import { typedWord, useLanguageEditor } from '../../parts/language-editor.ts';
import { monaco } from '../../parts/monaco.ts';
import { type ReactElement, useEffect, useRef } from 'react';
import { expressionProblems } from '../core/evaluate.ts';
import { type FunctionDefinition, functionTable } from '../core/language.ts';
import type { Token } from '../core/tokens.ts';

const language = 'workflow-expression';

/** Tokens of the editor that is open: there is one at a time. */
let offered: readonly Token[] = [];

monaco.languages.register({ id: language });
monaco.languages.setLanguageConfiguration(language, {
  brackets: [
    ['(', ')'],
    ['[', ']'],
  ],
  autoClosingPairs: [
    { open: '(', close: ')' },
    { open: '[', close: ']' },
    { open: "'", close: "'", notIn: ['string'] },
  ],
});
monaco.languages.setMonarchTokensProvider(language, {
  tokenizer: {
    root: [
      [/[A-Za-z]\w*(?=\s*\()/, 'keyword'],
      [/'(?:[^']|'')*'/, 'string'],
      [/-?\d+(?:\.\d+)?/, 'number'],
      [/\b(?:true|false|null)\b/, 'keyword'],
      [/[()[\]]/, '@brackets'],
    ],
  },
});

const signature = ({ name, parameters }: FunctionDefinition): string =>
  `${name}(${parameters.map((each) => (each.optional === true ? `${each.name}?` : each.variadic === true ? `…${each.name}` : each.name)).join(', ')})`;

monaco.languages.registerCompletionItemProvider(language, {
  triggerCharacters: ['(', "'", ','],
  provideCompletionItems: (model, position) => {
    const range = typedWord(model, position);
    const tokens = offered.map((token, index) => ({
      label: { label: token.title, description: token.group },
      kind: monaco.languages.CompletionItemKind.Variable,
      insertText: token.expression,
      detail: token.expression,
      filterText: `${token.title} ${token.expression}`,
      sortText: `0${String(index).padStart(5, '0')}`,
      range,
    }));
    const functions = functionTable.map((each) => ({
      label: each.name,
      kind: monaco.languages.CompletionItemKind.Function,
      insertText: each.parameters.length === 0 ? `${each.name}()` : `${each.name}($0)`,
      insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet,
      detail: signature(each),
      documentation: each.help,
      sortText: `1${each.name}`,
      range,
    }));
    return { suggestions: [...tokens, ...functions] };
  },
});

monaco.languages.registerSignatureHelpProvider(language, {
  signatureHelpTriggerCharacters: ['(', ','],
  provideSignatureHelp: (model, position) => {
    const call = callAround(
      model.getValueInRange({
        startLineNumber: 1,
        startColumn: 1,
        endLineNumber: position.lineNumber,
        endColumn: position.column,
      }),
    );
    const found =
      call === undefined ? undefined : functionTable.find(({ name }) => name.toLowerCase() === call.name.toLowerCase());
    if (found === undefined || call === undefined) return null;
    const last = Math.max(0, found.parameters.length - 1);
    return {
      value: {
        signatures: [
          {
            label: signature(found),
            documentation: found.help,
            parameters: found.parameters.map((each) => ({ label: each.name, documentation: each.help })),
          },
        ],
        activeSignature: 0,
        activeParameter: Math.min(call.argument, last),
      },
      dispose: () => {},
    };
  },
});

/** The call that is open at the end of a text, and which of its arguments that is. */
export function callAround(text: string): { readonly name: string; readonly argument: number } | undefined {
  const plain = text.replaceAll(/'(?:[^']|'')*(?:'|$)/g, (quoted) => ' '.repeat(quoted.length));
  let depth = 0;
  let argument = 0;
  for (let at = plain.length - 1; at >= 0; at -= 1) {
    const character = plain[at];
    if (character === ')' || character === ']') depth += 1;
    else if (character === '[') depth -= 1;
    else if (character === ',' && depth === 0) argument += 1;
    else if (character === '(') {
      if (depth === 0) {
        const name = /([A-Za-z]\w*)\s*$/.exec(plain.slice(0, at))?.[1];
        return name === undefined ? undefined : { name, argument };
      }
      depth -= 1;
    }
  }
  return undefined;
}

export interface ExpressionEditorProps {
  readonly value: string;
  readonly tokens: readonly Token[];
  readonly onChange: (value: string) => void;
  /** Ctrl+Enter. */
  readonly onDone: () => void;
}

export function ExpressionEditor({ value, tokens, onChange, onDone }: ExpressionEditorProps): ReactElement {
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
    offered = tokens;
  });
  const { place } = useLanguageEditor({
    language,
    label: 'Expression',
    value,
    look: { lineNumbers: 'off', glyphMargin: false, lineDecorationsWidth: 4, tabFocusMode: true },
    pause: 150,
    onChange,
    judge: mark,
    onMade: (made) => {
      made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => done.current());
      const model = made.getModel();
      if (model !== null) mark(model);
      // The dialog puts the focus on its first control when it opens, which may be before or after this.
      const focus = setTimeout(() => made.focus(), 50);
      made.focus();
      return () => clearTimeout(focus);
    },
    onReplaced: (made) =>
      made.setPosition(made.getModel()?.getPositionAt(made.getValue().length) ?? { lineNumber: 1, column: 1 }),
  });
  return <div ref={place} className="expression-editor" />;
}

function mark(model: monaco.editor.ITextModel): void {
  const markers = expressionProblems(model.getValue()).map(({ message, start, end }) => {
    const from = model.getPositionAt(start);
    const to = model.getPositionAt(Math.max(end, start + 1));
    return {
      message,
      severity: monaco.MarkerSeverity.Error,
      startLineNumber: from.lineNumber,
      startColumn: from.column,
      endLineNumber: to.lineNumber,
      endColumn: to.column,
    };
  });
  monaco.editor.setModelMarkers(model, 'expression', markers);
}
