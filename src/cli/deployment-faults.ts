/**
 * What the server says of a template, at its place in the file it came from.
 *
 * Owns: turning places of the request's text into places of the file. Does not own: sending (`commands/deploy.ts`).
 */
import { isJsonArray, type Json, memberOf, textMember } from '#foundation';

/** Where a template's text begins in the request: behind so many characters of the request's first line. */
export interface FilePlace {
  readonly file: string;
  readonly before: number;
}

/** `FILE:LINE:COLUMN: CODE: message`, with the details below; without a place only code and message. */
export function refusalText(body: Json | undefined, place: FilePlace): string {
  const error = memberOf(body, 'error');
  const at = placeIn(error, place);
  const reason = `${textMember(error, 'code') ?? ''}: ${textMember(error, 'message') ?? 'the server gave no reason'}`;
  const details = memberOf(error, 'details');
  const inner = isJsonArray(details)
    ? details.map((one) => `\n  ${textMember(one, 'code') ?? ''}: ${textMember(one, 'message') ?? ''}`)
    : [];
  return `${at === undefined ? '' : `${at}: `}${reason}${inner.join('')}`;
}

function placeIn(error: Json | undefined, { file, before }: FilePlace): string | undefined {
  const infos = memberOf(error, 'additionalInfo');
  const found = (isJsonArray(infos) ? infos : []).find((one) => textMember(one, 'type') === 'TemplateViolation');
  const info = memberOf(found, 'info');
  const line = Number(memberOf(info, 'lineNumber') ?? 0);
  const column = Number(memberOf(info, 'linePosition') ?? 0);
  // A nested or linked template, or a fault of the request itself, has its place elsewhere.
  if (line < 1 || textMember(error, 'target') !== undefined) return undefined;
  const own = line === 1 ? column - before : column;
  return own < 1 ? undefined : `${file}:${line}:${own}`;
}
