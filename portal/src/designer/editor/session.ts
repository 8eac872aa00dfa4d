/**
 * One logic app being edited: one document that the designer and the code view show, whichever is open.
 *
 * Owns: the history, what is selected, what is saved, findings. Does not own: talking to the server (`open-session.ts`).
 *
 * Invariants
 * S1. Changing views saves nothing and loses nothing; undo goes over both (portal reference 5.10).
 * S2. Text that does not parse stands beside the last good document, until it parses or is thrown away (6.3 I4).
 * S3. It is changed when its text differs from the one that is saved, and only then.
 */
import { type Doc, type Edit, parse, type Path } from '../core/document.ts';
import { type Graph, graph as graphOf } from '../core/graph.ts';
import { type History, record, redo, startHistory, undo } from '../core/history.ts';

import { editBetween, type Operation } from '../core/operations/compose.ts';
import { replaceAllText } from '../core/operations/set-value.ts';
import { type Problem, problemText } from '../core/problem.ts';
import type { Finding } from '../core/validate.ts';

export interface EditorState {
  readonly history: History;
  readonly doc: Doc;
  readonly graph: Graph;
  /** The step whose panel is open; empty for none. */
  readonly selected: Path;
  /** Further steps that are marked, the selected one included. */
  readonly marked: ReadonlySet<Path>;
  readonly savedText: string;
  /** What is typed in the code view and does not parse. */
  readonly broken: string | undefined;
  readonly findings: readonly Finding[];
  /** Why the last change was not made. */
  readonly refused: string;
}

export class EditorSession {
  #state: EditorState;
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param text a text that parses. */
  constructor(text: string) {
    const read = parse(text);
    const fallback = parse('{"definition":{},"parameters":{}}');
    const doc = read.ok ? read.value : fallback.ok ? fallback.value : undefined;
    if (doc === undefined) throw new Error('There is no definition.');
    this.#state = {
      history: startHistory(doc),
      doc,
      graph: graphOf(doc),
      selected: '',
      marked: new Set(),
      savedText: doc.text,
      broken: undefined,
      findings: [],
      refused: '',
    };
    this.#judge();
  }

  get state(): EditorState {
    return this.#state;
  }

  readonly getState = (): EditorState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get isChanged(): boolean {
    return (this.#state.broken ?? this.#state.doc.text) !== this.#state.savedText;
  }

  /** Makes a change; answers whether it was made. A refusal stands in `refused`. */
  change(operation: Operation, selects = true): boolean {
    const edit = operation(this.#state.doc, this.#state.graph);
    return edit.ok ? this.#take(edit.value, selects) : this.#refuse(edit.problems);
  }

  /** The whole text, as it is typed. */
  typed(text: string): void {
    const edit = replaceAllText(this.#state.doc, text);
    if (!edit.ok) this.#set({ broken: text });
    else this.#take(edit.value, false);
  }

  undo(): void {
    this.#move(undo(this.#state.history));
  }

  redo(): void {
    this.#move(redo(this.#state.history));
  }

  select(path: Path, adds = false): void {
    const { marked, selected } = this.#state;
    if (!adds) return this.#set({ selected: path, marked: new Set(path === '' ? [] : [path]), refused: '' });
    const next = new Set(marked.size === 0 && selected !== '' ? [selected, path] : marked);
    if (marked.has(path)) next.delete(path);
    else next.add(path);
    this.#set({ marked: next });
  }

  /** Marks exactly these. */
  markAll(paths: readonly Path[]): void {
    this.#set({ marked: new Set(paths), refused: '' });
  }

  /** Back to what is saved. */
  discard(): void {
    const { doc, savedText } = this.#state;
    this.#set({ broken: undefined });
    this.#take(editBetween(doc.text, savedText, 'discard'), false);
  }

  /** The text that is there now is the saved one. */
  saved(text: string): void {
    this.#set({ savedText: text });
  }

  /** Another text is the saved one, and it is shown, by one step that can be undone. */
  replaced(text: string): void {
    this.#set({ savedText: text, broken: undefined });
    this.#take(editBetween(this.#state.doc.text, text, 'take what was saved'), false);
  }

  forgetRefusal(): void {
    if (this.#state.refused !== '') this.#set({ refused: '' });
  }

  #take(edit: Edit, selects: boolean): boolean {
    const next = record(this.#state.history, edit, Date.now());
    if (!next.ok) return this.#refuse(next.problems);
    this.#show(next.value, selects ? edit.select : undefined);
    return true;
  }

  #move(moved: ReturnType<typeof undo>): void {
    if (moved !== undefined) this.#show(moved.history, moved.select);
  }

  #show(history: History, select: Path | undefined): void {
    const { doc } = history;
    const graph = doc === this.#state.doc ? this.#state.graph : graphOf(doc);
    const wanted = select ?? this.#state.selected;
    const selected = graph.nodes.has(wanted) ? wanted : '';
    const marked = new Set([...this.#state.marked].filter((path) => graph.nodes.has(path)));
    this.#set({
      history,
      doc,
      graph,
      selected,
      marked: select === undefined ? marked : new Set([selected]),
      broken: undefined,
      refused: '',
    });
    this.#judge();
  }

  #refuse(problems: readonly Problem[]): boolean {
    this.#set({ refused: problems.map(problemText).join(' ') });
    return false;
  }

  /** Judged by the server's own code, a moment after the last change. */
  #judge(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#judgeNow(), 250);
  }

  async #judgeNow(): Promise<void> {
    const { validate } = await import('../core/validate.ts');
    const { doc, graph } = this.#state;
    this.#set({ findings: validate(doc, graph) });
  }

  #set(part: Partial<EditorState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}
