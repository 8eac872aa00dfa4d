/**
 * The place of a document in a list, as text for a page's token: its time and key, and its value where the list has an
 * order of its own.
 */
import { raise, type StoredDocument } from '#foundation';

export interface DocumentPosition {
  readonly time: number;
  readonly key: string;
  readonly value?: string;
}

export function documentPosition(document: StoredDocument): string {
  return `${document.time}|${document.key}`;
}

/** Where a scan that stopped short goes on. */
export function resumeToken(position: DocumentPosition | undefined): string | undefined {
  return position === undefined ? undefined : placeText(position);
}

/** Keys have no line breaks. */
export function placeText({ time, key, value }: DocumentPosition): string {
  return `${time}|${key}${value === undefined ? '' : `\n${value}`}`;
}

/** @throws TocsinError `InvalidParameter` for a token that is not one of ours. */
export function positionOf(token: string): DocumentPosition {
  const [, time, key, value] = /^(\d{1,16})\|([^\n]+)(?:\n(.*))?$/s.exec(token) ?? [];
  if (time === undefined || key === undefined) {
    return raise('InvalidParameter', "The '$skiptoken' is not valid.", { target: '$skiptoken' });
  }
  return { time: Number(time), key, ...(value === undefined ? {} : { value }) };
}
