/**
 * Entities of an Azure storage account's tables, or of anything that speaks as one.
 *
 * Owns: its requests. Does not own: signatures (`azure-signature.ts`), the connector's operations (`#service`).
 * Source: Azure Table Storage REST reference.
 */
import {
  isJsonArray,
  type Json,
  type JsonObject,
  memberOf,
  type Outbound,
  type OutboundFailure,
  stringifyJson,
} from '#foundation';
import { actionAnswer } from '../http-message.ts';
import type { AzureStorageCredential } from './azure-blobs.ts';
import { tableSharedKey } from './azure-signature.ts';
import { searchOf, type StoreAnswer } from './blob-account.ts';

type Outcome = StoreAnswer | OutboundFailure;

export interface EntityKey {
  readonly partition: string;
  readonly row: string;
}

const version = '2019-02-02';
const mostPages = 50;

export class AzureTables {
  readonly #outbound: Outbound;
  readonly #endpoint: URL;
  readonly #credential: AzureStorageCredential;
  readonly #signal: AbortSignal | undefined;

  constructor(outbound: Outbound, endpoint: URL, credential: AzureStorageCredential, signal?: AbortSignal) {
    this.#outbound = outbound;
    this.#endpoint = endpoint;
    this.#credential = credential;
    this.#signal = signal;
  }

  read(table: string, key: EntityKey): Promise<Outcome> {
    return this.#call('GET', `${encodeURIComponent(table)}${keyed(key)}`);
  }

  insert(table: string, entity: JsonObject): Promise<Outcome> {
    return this.#call('POST', encodeURIComponent(table), {}, entity);
  }

  /** @param existing only an entity that is there; without it one is made. */
  change(
    how: 'merge' | 'replace',
    table: string,
    key: EntityKey,
    entity: JsonObject,
    existing: boolean,
  ): Promise<Outcome> {
    const method = how === 'merge' ? 'PATCH' : 'PUT';
    return this.#call(method, `${encodeURIComponent(table)}${keyed(key)}`, existing ? { 'if-match': '*' } : {}, entity);
  }

  remove(table: string, key: EntityKey): Promise<Outcome> {
    return this.#call('DELETE', `${encodeURIComponent(table)}${keyed(key)}`, { 'if-match': '*' });
  }

  /** Entities that fit, over as many pages as there are for so many. */
  async list(table: string, queries: Readonly<Record<string, string>>, most: number): Promise<Outcome> {
    const value: Json[] = [];
    let next: Readonly<Record<string, string>> = {};
    for (let page = 0; page < mostPages; page += 1) {
      const answer = await this.#call('GET', `${encodeURIComponent(table)}()?${searchOf({ ...queries, ...next })}`);
      if ('kind' in answer || answer.status >= 300) return answer;
      const rows = memberOf(answer.body ?? null, 'value');
      value.push(...(isJsonArray(rows) ? rows : []));
      const headers = new Map(Object.entries(answer.headers).map(([name, text]) => [name.toLowerCase(), text]));
      const partition = headers.get('x-ms-continuation-nextpartitionkey');
      const row = headers.get('x-ms-continuation-nextrowkey');
      if (partition === undefined || value.length >= most) break;
      next = { NextPartitionKey: partition, ...(row === undefined ? {} : { NextRowKey: row }) };
    }
    return { status: 200, headers: { 'content-type': 'application/json' }, body: { value: value.slice(0, most) } };
  }

  async #call(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: JsonObject,
  ): Promise<Outcome> {
    const url = new URL(`${this.#endpoint.href.replace(/\/+$/, '')}/${path}`);
    const date = new Date().toUTCString();
    const credential = this.#credential;
    const answer = await this.#outbound.send({
      method,
      url: url.href,
      headers: {
        accept: 'application/json;odata=minimalmetadata',
        dataserviceversion: '3.0',
        'x-ms-date': date,
        'x-ms-version': version,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        authorization:
          credential.kind === 'token' ? `Bearer ${credential.token}` : tableSharedKey(credential, url, date),
      },
      ...(body === undefined ? {} : { body: Buffer.from(stringifyJson(body)) }),
      ...(this.#signal === undefined ? {} : { signal: this.#signal }),
    });
    if (answer.kind === 'failure') return answer;
    const decoded = actionAnswer(answer);
    if (decoded.kind === 'malformed') {
      return { kind: 'failure', code: 'InvalidProtocolResponse', message: decoded.message, retryable: false };
    }
    return {
      status: answer.status,
      headers: answer.headers,
      ...(decoded.body === undefined ? {} : { body: decoded.body }),
    };
  }
}

/** A quote within a key is doubled. */
function keyed({ partition, row }: EntityKey): string {
  const [first, second] = [partition, row].map((text) => encodeURIComponent(text.replaceAll("'", "''")));
  return `(PartitionKey='${first}',RowKey='${second}')`;
}
