/**
 * Work that hostile input can make long or large, as messages to and from the thread that does it.
 *
 * Owns: the jobs and their results. Does not own: doing them (`run-script.ts`, `read-pfx.ts`, `chunk-text.ts`, `parse-document.ts`), the thread (`bounded-work.ts`).
 */
import type { ClientCertificate } from '#foundation';
import type { DocumentPage } from './document-text.ts';

/** A failure says why, in a code of the engine's and a sentence. */
export interface JobFailure {
  readonly kind: 'failure';
  readonly code: string;
  readonly message: string;
}

export interface ScriptJob {
  readonly kind: 'script';
  /** The body of a function of `workflowContext`. */
  readonly code: string;
  /** JSON text of `workflowContext`. */
  readonly context: string;
  readonly milliseconds: number;
  /** Bytes of memory, and most characters of the result. */
  readonly memory: number;
  readonly resultCharacters: number;
}

export interface ScriptResult {
  readonly kind: 'script';
  /** JSON text of what the code returned; absent for `undefined`. */
  readonly value?: string;
}

export interface PfxJob {
  readonly kind: 'pfx';
  readonly bytes: Uint8Array;
  readonly password: string;
}

export interface PfxResult {
  readonly kind: 'pfx';
  readonly identity: ClientCertificate;
}

export interface ChunkJob {
  readonly kind: 'chunkText';
  readonly text: string;
  /** Name of a token table. */
  readonly encoding: string;
  /** Most tokens of a piece. */
  readonly tokens: number;
  /** Characters a piece repeats of the one before, at most. */
  readonly overlap: number;
  readonly milliseconds: number;
  /** Most characters of all pieces together. */
  readonly resultCharacters: number;
}

export interface ChunkResult {
  readonly kind: 'chunkText';
  readonly pieces: readonly string[];
}

export interface DocumentJob {
  readonly kind: 'parseDocument';
  readonly bytes: Uint8Array;
  /** What is said of the bytes, where they say nothing themselves. */
  readonly contentType?: string;
  /** `PDF`, `DOCX` …: what the document must be. */
  readonly fileType?: string;
  readonly milliseconds: number;
  /** Most characters of all pages together. */
  readonly resultCharacters: number;
}

export interface DocumentResult {
  readonly kind: 'parseDocument';
  readonly pages: readonly DocumentPage[];
}

export type Job = ScriptJob | PfxJob | ChunkJob | DocumentJob;

type Results = {
  readonly script: ScriptResult;
  readonly pfx: PfxResult;
  readonly chunkText: ChunkResult;
  readonly parseDocument: DocumentResult;
};

export type ResultOf<J extends Job> = Results[J['kind']] | JobFailure;
