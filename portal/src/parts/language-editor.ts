/**
 * What the editors of small languages share: an editor that owns its text, tells of changes, and judges it after a pause.
 *
 * Owns: its life, text that comes from outside. Does not own: the languages, the large editor (`code-editor.tsx`).
 */
import { type RefObject, useEffect, useRef } from 'react';
import { Echo, monaco, themeOf } from './monaco.ts';

type Editor = monaco.editor.IStandaloneCodeEditor;

export interface LanguageEditorOptions {
  readonly language: string;
  readonly label: string;
  readonly value: string;
  /** How it looks, beside what all of them have. */
  readonly look: monaco.editor.IStandaloneEditorConstructionOptions;
  /** Milliseconds after the last key until the text is judged. */
  readonly pause: number;
  readonly onChange: (value: string) => void;
  readonly judge: (model: monaco.editor.ITextModel) => void;
  /** Once, when it is made: commands, focus. What it answers is done when it goes. */
  readonly onMade: (editor: Editor) => (() => void) | undefined;
  /** After a text from outside was put in. */
  readonly onReplaced?: (editor: Editor) => void;
}

export interface LanguageEditor {
  readonly place: RefObject<HTMLDivElement | null>;
  readonly editor: RefObject<Editor | undefined>;
}

const shared: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  folding: false,
  wordWrap: 'on',
  fontSize: 13,
  fixedOverflowWidgets: true,
  overviewRulerLanes: 0,
};

export function useLanguageEditor(options: LanguageEditorOptions): LanguageEditor {
  const { value } = options;
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(undefined);
  const latest = useRef(options);
  const echo = useRef(new Echo());
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    if (place.current === null) return undefined;
    const { language, label, look, pause, onMade } = latest.current;
    // A model of its own, since one that the editor makes is disposed as soon as it is taken away.
    const model = monaco.editor.createModel(value, language);
    const made = monaco.editor.create(place.current, { ...shared, ...look, model, theme: themeOf(), ariaLabel: label });
    editor.current = made;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = made.onDidChangeModelContent(() => {
      echo.current.said(made.getValue());
      latest.current.onChange(made.getValue());
      clearTimeout(timer);
      timer = setTimeout(() => latest.current.judge(model), pause);
    });
    const leave = onMade(made);
    return () => {
      clearTimeout(timer);
      leave?.();
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
    if (made === undefined || made.getValue() === value || echo.current.isOwn(value)) return;
    echo.current.clear();
    made.setValue(value);
    latest.current.onReplaced?.(made);
  }, [value]);
  return { place, editor };
}

/** What a suggestion at a position replaces: the word that is being typed. */
export function typedWord(model: monaco.editor.ITextModel, { lineNumber, column }: monaco.Position): monaco.IRange {
  const { startColumn, endColumn } = model.getWordUntilPosition({ lineNumber, column });
  return { startLineNumber: lineNumber, endLineNumber: lineNumber, startColumn, endColumn };
}
