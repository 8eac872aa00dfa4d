/** Storage services that check every signature by themselves: Azure's blobs and tables, and S3. */
import { createHash, createHmac } from 'node:crypto';
import type { JsonObject } from '#foundation';
import type { FakeAnswer, FakeRoute, SeenRequest } from './service.ts';

interface Stored {
  readonly type: string;
  readonly bytes: Buffer;
}

function xml(status: number, text: string): FakeAnswer {
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(`<?xml version="1.0"?>${text}`) };
}

/** Names directly below a prefix, folders with their slash at the end. */
function below(names: Iterable<string>, prefix: string): readonly string[] {
  const found = new Set<string>();
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const rest = name.slice(prefix.length);
    found.add(prefix + (rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest));
  }
  return [...found].toSorted();
}

export class FakeAzureStorage {
  readonly account = 'cloudstore';
  readonly key = Buffer.from('a key of thirty-two bytes or so.').toString('base64');
  readonly token = 'storage-token-hush';
  readonly blobs = new Map<string, Stored>();
  readonly entities = new Map<string, JsonObject>();

  #mac(text: string): string {
    return createHmac('sha256', Buffer.from(this.key, 'base64')).update(text, 'utf8').digest('base64');
  }

  #proven({ method, path, query, headers, bytes }: SeenRequest, table: boolean): boolean {
    const given = headers.authorization ?? '';
    if (given === `Bearer ${this.token}`) return true;
    if (table)
      return (
        given ===
        `SharedKeyLite ${this.account}:${this.#mac(`${String(headers['x-ms-date'])}\n/${this.account}${path}`)}`
      );
    const own = Object.entries(headers)
      .filter(([name]) => name.startsWith('x-ms-'))
      .map(([name, value]) => `${name}:${String(value)}\n`)
      .toSorted()
      .join('');
    const queries = [...query]
      .map(([name, value]) => `\n${name}:${value}`)
      .toSorted()
      .join('');
    const length = bytes.length === 0 ? '' : String(bytes.length);
    const text = `${method}\n\n\n${length}\n\n${headers['content-type'] ?? ''}\n\n\n\n\n\n\n${own}/${this.account}${path}${queries}`;
    return given === `SharedKey ${this.account}:${this.#mac(text)}`;
  }

  /** A signed address: who has it reads, until it ends. */
  #signed({ path, query }: SeenRequest): boolean {
    const part = (name: string): string => query.get(name) ?? '';
    if (part('sig') === '' || Date.parse(part('se')) < Date.now() || !part('sp').includes('r')) return false;
    const resource = `/blob/${this.account}${decodeURIComponent(path)}`;
    const text = [
      part('sp'),
      part('st'),
      part('se'),
      resource,
      '',
      part('sip'),
      part('spr'),
      part('sv'),
      part('sr'),
      '',
      '',
      '',
      '',
      '',
      '',
      '',
    ].join('\n');
    return part('sig') === this.#mac(text);
  }

  routes(): Readonly<Record<string, FakeRoute>> {
    const checked =
      (table: boolean, route: FakeRoute): FakeRoute =>
      (request, groups) =>
        this.#proven(request, table) || (!table && this.#signed(request))
          ? route(request, groups)
          : {
              ...xml(
                403,
                '<Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.</Message></Error>',
              ),
            };
    const missing: FakeAnswer = {
      ...xml(404, '<Error><Code>BlobNotFound</Code><Message>The specified blob does not exist.</Message></Error>'),
    };
    const shown = (stored: Stored): Record<string, string> => ({
      'content-type': stored.type,
      etag: '"0x8DB"',
      'last-modified': 'Fri, 20 Nov 2026 09:14:00 GMT',
    });
    const oneEntity = String.raw`/(\w+)\(PartitionKey='(.*)',RowKey='(.*)'\)`;
    const keyOf = ([table = '', partition = '', row = '']: readonly string[]): string =>
      [table, partition.replaceAll("''", "'"), row.replaceAll("''", "'")].join('|');
    const noEntity: FakeAnswer = {
      status: 404,
      body: {
        'odata.error': {
          code: 'ResourceNotFound',
          message: { lang: 'en-US', value: 'The specified resource does not exist.' },
        },
      },
    };
    const write =
      (merge: boolean): FakeRoute =>
      ({ headers, body }, groups) => {
        const old = this.entities.get(keyOf(groups));
        if (headers['if-match'] !== undefined && old === undefined) return noEntity;
        const [, PartitionKey = '', RowKey = ''] = keyOf(groups).split('|');
        this.entities.set(keyOf(groups), { ...(merge ? old : {}), ...(body as JsonObject), PartitionKey, RowKey });
        return { status: 204 };
      };
    return {
      [`GET ${oneEntity}`]: checked(true, (_, groups) => {
        const entity = this.entities.get(keyOf(groups));
        return entity === undefined ? noEntity : { body: entity };
      }),
      [`PATCH ${oneEntity}`]: checked(true, write(true)),
      [`PUT ${oneEntity}`]: checked(true, write(false)),
      [`DELETE ${oneEntity}`]: checked(true, ({ headers }, groups) =>
        headers['if-match'] === '*' && this.entities.delete(keyOf(groups)) ? { status: 204 } : noEntity,
      ),
      [String.raw`GET /(\w+)\(\)`]: checked(true, ({ query }, [table]) => {
        // One entity a page, so that whoever reads all has to go on.
        const rows = [...this.entities].filter(([key]) => key.startsWith(`${table}|`)).map(([, entity]) => entity);
        const at = Number(query.get('NextPartitionKey') ?? 0);
        const more =
          at + 1 < rows.length
            ? { 'x-ms-continuation-NextPartitionKey': String(at + 1), 'x-ms-continuation-NextRowKey': 'x' }
            : {};
        return { headers: more, body: { value: rows.slice(at, at + 1) } };
      }),
      [String.raw`POST /(\w+)`]: checked(true, ({ body }, [table = '']) => {
        const { PartitionKey, RowKey } = body as { PartitionKey: string; RowKey: string };
        const key = [table, PartitionKey, RowKey].join('|');
        if (this.entities.has(key)) return { status: 409, body: { 'odata.error': { code: 'EntityAlreadyExists' } } };
        this.entities.set(key, body as JsonObject);
        return { status: 201, body };
      }),
      'PUT /(.+)': checked(false, ({ headers, bytes }, [path = '']) => {
        if (headers['x-ms-blob-type'] !== 'BlockBlob')
          return xml(400, '<Error><Code>InvalidHeaderValue</Code></Error>');
        this.blobs.set(path, { type: headers['content-type'] ?? '', bytes });
        return { status: 201, headers: { etag: '"0x8DB"', 'last-modified': 'Fri, 20 Nov 2026 09:14:00 GMT' } };
      }),
      'HEAD /(.+)': checked(false, (_, [path = '']) => {
        const stored = this.blobs.get(path);
        return stored === undefined
          ? { status: 404, headers: { 'x-ms-error-code': 'BlobNotFound' } }
          : { headers: { ...shown(stored), 'content-length': String(stored.bytes.length) } };
      }),
      'DELETE /(.+)': checked(false, (_, [path = '']) => (this.blobs.delete(path) ? { status: 202 } : missing)),
      'GET /(.*)': checked(false, ({ query }, [path = '']) => {
        if (query.get('comp') !== 'list') {
          const stored = this.blobs.get(path);
          return stored === undefined ? missing : { headers: shown(stored), body: stored.bytes };
        }
        const prefix = query.get('prefix') ?? '';
        const names = below(
          [...this.blobs.keys()].filter((key) => key.startsWith(`${path}/`)).map((key) => key.slice(path.length + 1)),
          prefix,
        );
        // Two a page.
        const at = Number(query.get('marker') ?? 0);
        const items = names.slice(at, at + 2).map((name) => {
          if (name.endsWith('/')) return `<BlobPrefix><Name>${name}</Name></BlobPrefix>`;
          const { type, bytes } = this.blobs.get(`${path}/${name}`) as Stored;
          return `<Blob><Name>${name}</Name><Properties><Last-Modified>Fri, 20 Nov 2026 09:14:00 GMT</Last-Modified><Etag>0x8DB</Etag><Content-Length>${bytes.length}</Content-Length><Content-Type>${type}</Content-Type></Properties></Blob>`;
        });
        const next = at + 2 < names.length ? String(at + 2) : '';
        return xml(
          200,
          `<EnumerationResults><Blobs>${items.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`,
        );
      }),
    };
  }
}

export class FakeS3 {
  readonly id = 'AKIDFAKE';
  readonly secret = 's3-hush';
  readonly objects = new Map<string, Stored>();

  #signature(
    method: string,
    path: string,
    queries: readonly string[],
    headers: readonly (readonly [string, string])[],
    payload: string,
    stamp: string,
    scope: string,
  ): string {
    const text = [
      method,
      path,
      queries.toSorted().join('&'),
      ...headers.map(([name, value]) => `${name}:${value}`),
      '',
      headers.map(([name]) => name).join(';'),
      payload,
    ].join('\n');
    const hash = createHash('sha256').update(text).digest('hex');
    let key: Buffer | string = `AWS4${this.secret}`;
    for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
    return createHmac('sha256', key).update(`AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hash}`).digest('hex');
  }

  #proven({ method, path, query, headers, bytes }: SeenRequest): boolean {
    const pairs = [...query].map(([name, value]) => [encodeURIComponent(name), encodeURIComponent(value)] as const);
    const signed = query.get('X-Amz-Signature');
    if (signed !== null) {
      const [id = '', ...scope] = (query.get('X-Amz-Credential') ?? '').split('/');
      const rest = pairs.filter(([name]) => name !== 'X-Amz-Signature').map((pair) => pair.join('='));
      const stamp = query.get('X-Amz-Date') ?? '';
      return (
        id === this.id &&
        method === 'GET' &&
        signed ===
          this.#signature(
            method,
            path,
            rest,
            [['host', String(headers.host)]],
            'UNSIGNED-PAYLOAD',
            stamp,
            scope.join('/'),
          )
      );
    }
    const [, id, scope = '', names = '', signature] =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+),SignedHeaders=([^,]+),Signature=(\w+)$/.exec(
        headers.authorization ?? '',
      ) ?? [];
    const payload = createHash('sha256').update(bytes).digest('hex');
    if (id !== this.id || payload !== headers['x-amz-content-sha256']) return false;
    const own = names.split(';').map((name) => [name, String(headers[name])] as const);
    return (
      signature ===
      this.#signature(
        method,
        path,
        pairs.map((pair) => pair.join('=')),
        own,
        payload,
        String(headers['x-amz-date']),
        scope,
      )
    );
  }

  routes(): Readonly<Record<string, FakeRoute>> {
    const checked =
      (route: FakeRoute): FakeRoute =>
      (request, groups) =>
        this.#proven(request)
          ? route(request, groups)
          : xml(
              403,
              '<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match.</Message></Error>',
            );
    const missing = xml(
      404,
      '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>',
    );
    const shown = ({ type }: Stored): Record<string, string> => ({
      'content-type': type,
      etag: '"e1"',
      'last-modified': 'Fri, 20 Nov 2026 09:14:00 GMT',
    });
    return {
      'PUT /(.+)': checked(({ headers, bytes }, [path = '']) => {
        this.objects.set(path, { type: headers['content-type'] ?? '', bytes });
        return { headers: { etag: '"e1"' } };
      }),
      'HEAD /(.+)': checked((_, [path = '']) => {
        const stored = this.objects.get(path);
        return stored === undefined
          ? { status: 404 }
          : { headers: { ...shown(stored), 'content-length': String(stored.bytes.length) } };
      }),
      'DELETE /(.+)': checked((_, [path = '']) => {
        this.objects.delete(path);
        return { status: 204 };
      }),
      'GET /': checked(() =>
        xml(
          200,
          '<ListAllMyBucketsResult><Buckets><Bucket><Name>soc</Name><CreationDate>2026-11-20T09:14:00.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>',
        ),
      ),
      'GET /(.+)': checked(({ query }, [path = '']) => {
        if (query.get('list-type') !== '2') {
          const stored = this.objects.get(path);
          return stored === undefined ? missing : { headers: shown(stored), body: stored.bytes };
        }
        const bucket = path.replace(/\/$/, '');
        const all = [...this.objects.keys()]
          .filter((key) => key.startsWith(`${bucket}/`))
          .map((key) => key.slice(bucket.length + 1));
        const names = below(all, query.get('prefix') ?? '');
        const at = Number(query.get('continuation-token') ?? 0);
        const items = names
          .slice(at, at + 2)
          .map((name) =>
            name.endsWith('/')
              ? `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`
              : `<Contents><Key>${name}</Key><LastModified>2026-11-20T09:14:00.000Z</LastModified><ETag>"e1"</ETag><Size>${this.objects.get(`${bucket}/${name}`)?.bytes.length ?? 0}</Size></Contents>`,
          );
        const more =
          at + 2 < names.length
            ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${at + 2}</NextContinuationToken>`
            : '<IsTruncated>false</IsTruncated>';
        return xml(200, `<ListBucketResult>${more}${items.join('')}</ListBucketResult>`);
      }),
    };
  }
}
