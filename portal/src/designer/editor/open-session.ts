/**
 * Sessions by logic app: read, saved and kept while the portal is open.
 *
 * Owns: reading, saving against what was read, drafts of this browser. Does not own: editing (`session.ts`).
 *
 * Invariants
 * O1. A save names the version that was read; when somebody else saved meanwhile nothing is written (portal reference 5.10).
 * O2. Changes survive a crash of the browser: they are kept within a second, and offered when the logic app is opened again.
 */
import { ArmError } from '../../api/arm-error.ts';
import { type Answer, call } from '../../api/http.ts';
import { readKept, dropKept, writeKept } from '../../data/drafts.ts';
import { type Workflow, workflowPath } from '../../data/workflows.ts';
import { definitionText, resourceText } from '../core/resource-text.ts';
import { EditorSession } from './session.ts';

export interface KeptChanges {
  readonly text: string;
  /** Milliseconds of the clock. */
  readonly at: number;
}

const mostCopies = 20;

/** A logic app that is open in the editor. */
export class OpenWorkflow {
  readonly id: string;
  readonly session: EditorSession;
  /** Changes of before that were never saved. */
  readonly kept: KeptChanges | undefined;
  #answer: string;
  #etag: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string, answer: string, etag: string) {
    this.id = id;
    this.#answer = answer;
    this.#etag = etag;
    this.session = new EditorSession(definitionText(answer));
    const kept = readKept<KeptChanges>(id.toLowerCase());
    this.kept = kept !== undefined && kept.text !== this.session.state.savedText ? kept : undefined;
    this.session.subscribe(() => this.#keep());
  }

  get etag(): string {
    return this.#etag;
  }

  get workflow(): Workflow {
    return JSON.parse(this.#answer) as Workflow;
  }

  /** Saves what is there. @throws ArmError; 412 when its definition was changed meanwhile. */
  async save(): Promise<void> {
    const before = definitionText(this.#answer);
    try {
      await this.#put();
    } catch (error) {
      if (!(error instanceof ArmError) || error.status !== 412) throw error;
      // Enabled, tagged or given an identity: nothing that is edited here.
      const answer = await call<Workflow>('GET', workflowPath(this.id));
      if (definitionText(answer.text) !== before) throw error;
      this.#took(answer);
      await this.#put();
    }
  }

  async #put(): Promise<void> {
    const { text } = this.session.state.doc;
    const answer = await call<Workflow>('PUT', workflowPath(this.id), {
      text: resourceText(this.#answer, text),
      headers: this.#etag === '' ? {} : { 'if-match': this.#etag },
    });
    this.#took(answer);
    this.session.saved(text);
    this.dropKept();
  }

  /** What stands on the server now, as the text that would be edited. @throws ArmError */
  async theirs(): Promise<{ readonly text: string; readonly changed: string }> {
    const answer = await call<Workflow>('GET', workflowPath(this.id));
    return { text: definitionText(answer.text), changed: answer.body.properties.changedTime ?? '' };
  }

  /** Saves over what somebody else saved. @throws ArmError */
  async overwrite(): Promise<void> {
    await this.#readAgain();
    await this.save();
  }

  /** Saves what is there beside it, under the first free name of a copy. Answers the copy's id. @throws ArmError */
  async saveCopy(): Promise<string> {
    const text = resourceText(this.#answer, this.session.state.doc.text);
    for (let count = 1; ; count += 1) {
      const id = `${this.id}-copy${count === 1 ? '' : `-${count}`}`;
      try {
        await call<Workflow>('PUT', workflowPath(id), { text, headers: { 'if-none-match': '*' } });
        return id;
      } catch (error) {
        if (!(error instanceof ArmError) || error.status !== 412 || count === mostCopies) throw error;
      }
    }
  }

  /** Takes what somebody else saved; own changes can be had back by undo. @throws ArmError */
  async reload(): Promise<void> {
    await this.#readAgain();
    this.session.replaced(definitionText(this.#answer));
    this.dropKept();
  }

  dropKept(): void {
    clearTimeout(this.#timer);
    dropKept(this.id.toLowerCase());
  }

  async #readAgain(): Promise<void> {
    this.#took(await call<Workflow>('GET', workflowPath(this.id)));
  }

  #took({ text, headers }: Answer<Workflow>): void {
    this.#answer = text;
    this.#etag = headers.get('etag') ?? '';
  }

  #keep(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.session.isChanged) return this.dropKept();
      const { broken, doc } = this.session.state;
      writeKept(this.id.toLowerCase(), { text: broken ?? doc.text, at: Date.now() } satisfies KeptChanges);
    }, 700);
  }
}

const open = new Map<string, OpenWorkflow>();

/** The logic app in the editor. One that has changes, or that nobody saved meanwhile, is the one of before. @throws ArmError */
export async function openWorkflow(id: string, signal: AbortSignal): Promise<OpenWorkflow> {
  const key = id.toLowerCase();
  const known = open.get(key);
  if (known?.session.isChanged === true) return known;
  const answer = await call<Workflow>('GET', workflowPath(id), { signal });
  const etag = answer.headers.get('etag') ?? '';
  if (known !== undefined && known.etag === etag && etag !== '') return known;
  const made = new OpenWorkflow(id, answer.text, etag);
  open.set(key, made);
  return made;
}
