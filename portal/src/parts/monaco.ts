/**
 * Monaco and its set-up, once. Comes in a chunk of its own: nothing that a first visit loads imports this.
 */
import 'monaco-editor/features/register.all';
import * as monaco from 'monaco-editor/editor/editor.api';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

export const themeOf = (): string => (document.querySelector('.fluent-root.dark') === null ? 'vs' : 'vs-dark');

/**
 * Tells what an editor said itself from what comes from outside: somebody who types fast is ahead of what is rendered, and must
 * not be set back to it.
 */
export class Echo {
  readonly #said: string[] = [];

  said(value: string): void {
    this.#said.push(value);
  }

  /** Whether a value that comes back is one the editor said; those before it are forgotten. */
  isOwn(value: string): boolean {
    const at = this.#said.lastIndexOf(value);
    if (at >= 0) this.#said.splice(0, at);
    return at >= 0;
  }

  clear(): void {
    this.#said.length = 0;
  }
}

export { monaco };
