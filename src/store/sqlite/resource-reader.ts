/**
 * Reads resources; secrets are opened when they are first looked at, since few readers do and opening costs more than the
 * rest of the row.
 */
import {
  armIdKey,
  type JsonObject,
  type ResourceDocument,
  type ResourceEntry,
  type ResourceQuery,
  type ResourceReader,
} from '#foundation';
import { objectOf, type Reading, type Row } from './reading.ts';
import type { Seal } from './seal.ts';
import { getResource } from './statements/get-resource.ts';
import { listResourceEntries, listResources } from './statements/list-resources.ts';
import { resourceBinding } from './wire.ts';

export class SqliteResources implements ResourceReader {
  readonly #reading: Reading;
  readonly #seal: Seal;

  constructor(reading: Reading, seal: Seal) {
    this.#reading = reading;
    this.#seal = seal;
  }

  get(id: string): ResourceDocument | undefined {
    const row = this.#reading.statement(getResource).get(armIdKey(id));
    return row === undefined ? undefined : this.#document(row);
  }

  list(query: ResourceQuery): readonly ResourceDocument[] {
    return this.#reading.rows(listResources(query)).map((row) => this.#document(row));
  }

  entries(query: ResourceQuery): readonly ResourceEntry[] {
    return this.#reading.rows(listResourceEntries(query)).map(entryOf);
  }

  #document(row: Row): ResourceDocument {
    const document: ResourceDocument = {
      ...entryOf(row),
      body: objectOf(row['body']),
      etag: row['etag'] as string,
      createdTime: row['created_time'] as number,
      changedTime: row['changed_time'] as number,
    };
    const sealed = row['secrets'] as Uint8Array | null;
    return sealed === null ? document : this.#withSecrets(document, sealed, resourceBinding(row['key'] as string));
  }

  #withSecrets(document: ResourceDocument, sealed: Uint8Array, binding: string): ResourceDocument {
    let opened: JsonObject | undefined;
    return Object.defineProperty(document, 'secrets', {
      enumerable: true,
      configurable: true,
      get: () => (opened ??= objectOf(this.#seal.open(sealed, binding))),
    });
  }
}

const entryOf = (row: Row): ResourceEntry => ({
  id: row['id'] as string,
  type: row['type'] as string,
  name: row['name'] as string,
  ...(row['subscription_id'] === null ? {} : { subscriptionId: row['subscription_id'] as string }),
  ...(row['resource_group'] === null ? {} : { resourceGroup: row['resource_group'] as string }),
  ...(row['location'] === null ? {} : { location: row['location'] as string }),
});
