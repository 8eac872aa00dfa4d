/**
 * Signed links to the inputs and outputs in a run's history.
 *
 * Owns: making links; size and hash of contents. Does not own: answering them (`#api`), signatures (`callback-urls.ts`).
 * Source: engine reference 7 and 8; ARM reference 6.3.
 *
 * Invariants
 * D1. A link grants one content of one run until it expires, signed with the workflow's key, without a token.
 * D2. Hidden contents have no link, only the word that they are hidden.
 * D4. Who may not list callback URLs gets links that show contents without their signatures.
 */
import { hash } from 'node:crypto';
import type { ActionRecord } from '#engine';
import { type Content, type Json, stringifyJson } from '#foundation';
import { signedQueries } from './callback-urls.ts';
import type { Services } from './services.ts';
import { withoutSignatures } from './signed-urls-in-text.ts';
import type { StoredWorkflow } from './workflow-resource.ts';

/** Who is given a link. */
export interface LinkReader {
  readonly baseUrl: string;
  /** May list callback URLs, and so may see those in contents. */
  readonly withSignatures: boolean;
}

/** What a link of `place` grants: the content as it is, or without the signatures in it. */
export function linkPermission(place: string, withSignatures: boolean): string {
  return withSignatures ? `${place}/read` : `${place}/readWithoutSignatures`;
}

/** How long a link to a content is good for: 8 hours. */
const linkLifetime = 8 * 60 * 60 * 1000;

/** Bytes of a content's compact JSON, and its hash in base64: SHA-256 of contents kept apart, else MD5 as in Azure. */
export interface ContentMeasure {
  readonly size: number;
  readonly hash: { readonly algorithm: 'md5' | 'sha256'; readonly value: string };
}

export function measureContent(content: Content): ContentMeasure {
  if ('blob' in content) {
    const value = Buffer.from(content.blob, 'hex').toString('base64');
    return { size: content.size, hash: { algorithm: 'sha256', value } };
  }
  return measureText(stringifyJson(content.value));
}

/** The measure of what the reader will see; a content kept apart is not loaded for it. */
export function shownMeasure(content: Content, reader: LinkReader): ContentMeasure {
  if (reader.withSignatures || 'blob' in content) return measureContent(content);
  return measureText(withoutSignatures(stringifyJson(content.value)));
}

function measureText(text: string): ContentMeasure {
  return { size: Buffer.byteLength(text), hash: { algorithm: 'md5', value: hash('md5', text, 'base64') } };
}

/** The word that a side is hidden. */
export function hiddenLink(side: 'inputs' | 'outputs'): Json {
  return { secureData: { properties: [side] } };
}

/** The link to a content; `place` is the path below the workflow: `/runs/{run}/actions/{a}/contents/ActionInputs`. */
export function contentLink(
  services: Services,
  workflow: StoredWorkflow,
  place: string,
  { size, hash: contentHash }: ContentMeasure,
  reader: LinkReader,
): Json {
  const notAfter = new Date(services.clock.now() + linkLifetime).toISOString();
  const queries = signedQueries(services, workflow, linkPermission(place, reader.withSignatures), { notAfter });
  const path = place.split('/').map(encodeURIComponent).join('/');
  const version = `"${services.secrets.digest(`${workflow.idKey}${place}`).slice(0, 32).toUpperCase()}"`;
  return {
    uri: `${reader.baseUrl}/workflows/${workflow.body.opaqueId}${path}?${new URLSearchParams(queries).toString()}`,
    contentVersion: version,
    contentSize: size,
    contentHash: { ...contentHash },
  };
}

/** The link of a record's inputs or outputs; says that it is hidden instead of a link when it is secured. */
export function recordLink(
  services: Services,
  workflow: StoredWorkflow,
  record: ActionRecord,
  side: 'inputs' | 'outputs',
  location: { readonly place: string; readonly reader: LinkReader },
): Json | undefined {
  if (record.hidden?.includes(side)) return hiddenLink(side);
  const content = record[side];
  if (content === undefined) return undefined;
  const name = side === 'inputs' ? 'ActionInputs' : 'ActionOutputs';
  const place = `${location.place}/contents/${name}`;
  return contentLink(services, workflow, place, shownMeasure(content, location.reader), location.reader);
}
