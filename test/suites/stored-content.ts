/** Contents as a store keeps them, for replaying journals with the bare step function. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { inlineThreshold } from '#engine';
import { type BlobStore, type Content, type ContentStore, type Json, parseJson, stringifyJson } from '#foundation';

/** Contents of the store, kept again by the rule of the host: the hash of the compact JSON. */
export class StoredContent implements ContentStore {
  readonly #blobs: BlobStore;

  constructor(blobs: BlobStore) {
    this.#blobs = blobs;
  }

  keep(value: Json): Content {
    const text = stringifyJson(value);
    const size = Buffer.byteLength(text);
    return size <= inlineThreshold ? { value } : { blob: createHash('sha256').update(text).digest('hex'), size };
  }

  load(content: Content): Json {
    if ('value' in content) return content.value;
    const bytes = this.#blobs.read(content.blob);
    assert.ok(bytes, `the blob ${content.blob} is lost`);
    return parseJson(new TextDecoder().decode(bytes));
  }
}
