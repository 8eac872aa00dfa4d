/**
 * Reading a document as an effect.
 *
 * Owns: its bounds, what content is a document, metadata of pages. Does not own: reading (`#connectors`), what is asked for (`#engine`).
 * Source: engine reference 4.5; the designer's manifests of the actions.
 */
import type { BoundedWork } from '#connectors';
import type { EffectOutcome } from '#engine';
import { type Json, type JsonObject, memberOf, textMember } from '#foundation';
import { failedEffect } from './effect-outcome.ts';

const milliseconds = 30_000;
const bytesLimit = 64 * 1024 * 1024;
/** Characters of all pages together. */
const resultLimit = 16 * 1024 * 1024;

interface Page {
  readonly text: string;
  readonly sheetName?: string;
}

export async function parseDocument(work: BoundedWork, inputs: Json): Promise<EffectOutcome> {
  const { bytes, contentType } = fileOf(memberOf(inputs, 'content') ?? null);
  if (bytes.length > bytesLimit) {
    return failedEffect('BadRequest', failed(`it has ${bytes.length} bytes and exceeds the limit of ${bytesLimit}`));
  }
  const fileType = textMember(inputs, 'fileType');
  const result = await work.perform({
    kind: 'parseDocument',
    bytes,
    ...(contentType === undefined ? {} : { contentType }),
    ...(fileType === undefined ? {} : { fileType }),
    milliseconds,
    resultCharacters: resultLimit,
  });
  if (result.kind === 'failure') return failedEffect(result.code, failed(result.message));
  const { pages } = result;
  const value: Json =
    memberOf(inputs, 'withMetadata') === true
      ? { value: pages.map((page, index) => pageAnswer(page, index, pages.length)) }
      : { text: pages.map(({ text }) => text).join('\n\n') };
  return { kind: 'response', statusCode: 200, headers: {}, body: { value } };
}

function failed(why: string): string {
  return `The document cannot be read: ${why}.`;
}

/** PDF, ZIP and old Office files in base64, as attachments of messages are. */
const fileInBase64 = /^(?:JVBERi0|UEsDB|0M8R4KGx)[A-Za-z0-9+/\s]*={0,2}\s*$/;

function fileOf(content: Json): { readonly bytes: Uint8Array; readonly contentType?: string } {
  if (typeof content === 'string') {
    if (fileInBase64.test(content)) return { bytes: Buffer.from(content, 'base64') };
    return { bytes: new TextEncoder().encode(content), contentType: 'text/plain; charset=utf-8' };
  }
  const contentType = textMember(content, '$content-type');
  const bytes = Buffer.from(textMember(content, '$content') ?? '', 'base64');
  return contentType === undefined ? { bytes } : { bytes, contentType };
}

function pageAnswer({ text, sheetName }: Page, index: number, totalPages: number): JsonObject {
  const isSheet = sheetName !== undefined;
  return {
    text,
    metadata: {
      pageNumber: index + 1,
      totalPages,
      sentencesAreComplete:
        isSheet || index + 1 === totalPages || /[.!?:…。！？]["'”’)\]]*\s*$/.test(text) || text === '',
      ...(isSheet ? { excelMetadata: { sheetName, sheetNumber: index + 1, totalSheets: totalPages } } : {}),
    },
  };
}
