/**
 * Blobs kept on this server, by storage account.
 *
 * Owns: where they are kept. Does not own: the connector's operations (`blob-operations.ts`), which account a connection
 * may use (`local-accounts.ts`).
 *
 * Invariants
 * LB1. An account sees its own blobs and no other's, whatever a path says.
 */
import type { BlobAccount, BlobContent, BlobEntry, BlobPlace, BlobRefusal } from '#connectors';
import { type Fault, fault, type JsonObject, textMember } from '#foundation';
import type { Services } from '../services.ts';

const collection = 'storageBlobs';
const mostBytes = 64 * 1024 * 1024;
const mostListed = 5_000;

const missing: BlobRefusal = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: { status: 404, message: 'The specified blob does not exist.' },
};

/** What is kept beside the content: path, type, size. */
function entryOf(body: JsonObject, time: number): BlobEntry {
  const [, container = '', ...name] = (textMember(body, 'path') ?? '').split('/');
  return {
    container,
    name: name.join('/'),
    size: Number(body['size'] ?? 0),
    type: textMember(body, 'type') ?? '',
    modified: new Date(time).toISOString(),
    etag: `"0x${time.toString(16).toUpperCase()}"`,
    isFolder: false,
  };
}

export class LocalBlobs implements BlobAccount {
  readonly #services: Services;
  readonly #account: string;

  constructor(services: Services, account: string) {
    this.#services = services;
    this.#account = account.toLowerCase();
  }

  #key({ container, name }: BlobPlace): string {
    return `${this.#account}/${container}${name === '' ? '' : `/${name}`}`;
  }

  async put(place: BlobPlace, { type, bytes }: BlobContent): Promise<BlobEntry | BlobRefusal> {
    if (bytes.length > mostBytes) {
      const message = `A blob has at most ${mostBytes} bytes here.`;
      return { status: 413, headers: { 'content-type': 'application/json' }, body: { status: 413, message } };
    }
    const { store, clock } = this.#services;
    const key = this.#key(place);
    const time = clock.now();
    const body = { path: `/${place.container}/${place.name}`, type, size: bytes.length };
    const parent = key.slice(0, key.lastIndexOf('/'));
    const secrets = { content: Buffer.from(bytes).toString('base64') };
    await store.commit([
      { kind: 'putDocument', document: { collection, key, parent, time, status: '', body, secrets } },
    ]);
    return entryOf(body, time);
  }

  async read(place: BlobPlace): Promise<BlobContent | BlobRefusal> {
    const document = this.#services.store.documents.get(collection, this.#key(place));
    if (document === undefined) return missing;
    const content = textMember(document.secrets ?? null, 'content') ?? '';
    return { bytes: Buffer.from(content, 'base64'), type: textMember(document.body, 'type') ?? '' };
  }

  async find(place: BlobPlace): Promise<BlobEntry | BlobRefusal> {
    const document = this.#services.store.documents.get(collection, this.#key(place));
    return document === undefined ? missing : entryOf(document.body, document.time);
  }

  async remove(place: BlobPlace): Promise<BlobRefusal | undefined> {
    const key = this.#key(place);
    if (this.#services.store.documents.get(collection, key) === undefined) return missing;
    await this.#services.store.commit([{ kind: 'deleteDocument', collection, key }]);
    return undefined;
  }

  async list({ container, name }: BlobPlace): Promise<readonly BlobEntry[]> {
    const found = this.#services.store.documents.list({
      collection,
      parent: this.#key({ container, name: name.replace(/\/+$/, '') }),
      top: mostListed,
      oldestFirst: true,
    });
    return found.map(({ body, time }) => entryOf(body, time));
  }

  link(): Fault {
    return fault(
      'InvalidRequestContent',
      'Blobs kept on this server have no shared links: nobody outside could open them.',
    );
  }
}
