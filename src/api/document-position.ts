/**
 * The place of a document in a list that runs newest first, as text for a page's token.
 */
import { raise, type StoredDocument } from '#foundation';

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

/** @throws TocsinError `InvalidParameter` for a token that is not one of ours. */
export function positionOf(token: string): DocumentPosition {
  const [, time, key] = /^(\d{1,16})\|(.+)$/s.exec(token) ?? [];
  if (time === undefined || key === undefined) {
    return raise('InvalidParameter', "The '$skiptoken' is not valid.", { target: '$skiptoken' });
  }
  return { time: Number(time), key };
}
