/**
 * The place of a document in a list that runs newest first, as text for a page's token.
 */
import type { StoredDocument } from '#foundation';

export interface DocumentPosition {
  readonly time: number;
  readonly key: string;
}

export function documentPosition(document: StoredDocument): string {
  return `${document.time}|${document.key}`;
}

/** Where a scan that stopped short goes on. */
export function resumeToken(position: DocumentPosition | undefined): string | undefined {
  return position === undefined ? undefined : `${position.time}|${position.key}`;
}

export function positionOf(token: string): DocumentPosition {
  const split = token.indexOf('|');
  return { time: Number(token.slice(0, split)), key: token.slice(split + 1) };
}
