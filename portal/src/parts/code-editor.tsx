/**
 * The one text editor, behind props so that another could take its place.
 *
 * Owns: Monaco and its set-up. Does not own: what the text means. Comes in a chunk of its own.
 */
import { type ReactElement, useEffect, useRef } from 'react';
import { Echo, monaco, themeOf } from './monaco.ts';

/** JSON with the expressions of the workflow language in its strings. */
monaco.languages.register({ id: 'workflow' });
monaco.languages.setLanguageConfiguration('workflow', {
  brackets: [
    ['{', '}'],
    ['[', ']'],
  ],
  autoClosingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '"', close: '"', notIn: ['string'] },
  ],
});
monaco.languages.setMonarchTokensProvider('workflow', {
  tokenizer: {
    root: [
      [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'type'],
      [/"/, { token: 'string', next: '@text' }],
      [/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'number'],
      [/\b(?:true|false|null)\b/, 'keyword'],
      [/[{}[\]]/, '@brackets'],
    ],
    text: [
      [/@\{[^}"]*\}/, 'variable'],
      [/@[a-zA-Z]+\((?:[^"\\]|\\.)*/, 'variable'],
      [/[^"\\@]+/, 'string'],
      [/\\./, 'string.escape'],
      [/@/, 'string'],
      [/"/, { token: 'string', next: '@pop' }],
    ],
  },
});

const options: monaco.editor.IEditorOptions & monaco.editor.IGlobalEditorOptions = {
  automaticLayout: true,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  fontSize: 12,
  lineHeight: 18,
  fixedOverflowWidgets: true,
};

export interface CodeEditorProps {
  readonly value: string;
  readonly language: 'workflow' | 'javascript' | 'html' | 'text';
  readonly label: string;
  readonly readOnly?: boolean;
  readonly onChange?: (value: string) => void;
  /** Ctrl+S. */
  readonly onSave?: () => void;
}

export function CodeEditor({
  value,
  language,
  label,
  readOnly = false,
  onChange,
  onSave,
}: CodeEditorProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined);
  const echo = useRef(new Echo());
  const latest = useRef({ onChange, onSave });
  useEffect(() => {
    latest.current = { onChange, onSave };
  });
  useEffect(() => {
    if (place.current === null) return undefined;
    const made = monaco.editor.create(place.current, {
      ...options,
      value,
      language,
      readOnly,
      ariaLabel: label,
      theme: themeOf(),
    });
    editor.current = made;
    const watch = made.onDidChangeModelContent(() => {
      echo.current.said(made.getValue());
      latest.current.onChange?.(made.getValue());
    });
    made.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS, () => latest.current.onSave?.());
    return () => {
      watch.dispose();
      made.getModel()?.dispose();
      made.dispose();
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the editor owns its text once it is made; one from outside comes by the effect below
  }, [language, label]);
  useEffect(() => {
    const made = editor.current;
    if (made !== undefined && made.getValue() !== value && !echo.current.isOwn(value)) {
      made.setValue(value);
      echo.current.clear();
    }
    made?.updateOptions({ readOnly });
  }, [value, readOnly]);
  return <div ref={place} className="editor" />;
}

export interface DiffViewProps {
  readonly before: string;
  readonly after: string;
  readonly label: string;
}

export function DiffView({ before, after, label }: DiffViewProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const made = monaco.editor.createDiffEditor(place.current, {
      ...options,
      readOnly: true,
      renderOverviewRuler: false,
      theme: themeOf(),
      originalAriaLabel: `${label}: before`,
      modifiedAriaLabel: `${label}: after`,
    });
    const models = {
      original: monaco.editor.createModel(before, 'workflow'),
      modified: monaco.editor.createModel(after, 'workflow'),
    };
    made.setModel(models);
    return () => {
      made.dispose();
      models.original.dispose();
      models.modified.dispose();
    };
  }, [before, after, label]);
  return <div ref={place} className="editor" />;
}
