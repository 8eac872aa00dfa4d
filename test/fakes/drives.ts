/** Files at Microsoft Graph as documented: drives by path, sites by address, content at addresses without a credential. */
import { type Json, type JsonObject, textMember } from '#foundation';
import type { FakeAnswer, FakeRoute } from './service.ts';

const missing: FakeAnswer = { status: 404, body: { error: { code: 'itemNotFound', message: 'Item not found' } } };

interface Stored {
  readonly type: string;
  readonly bytes: Buffer;
}

export class FakeDrives {
  /** By drive and path: `me:/a/b.csv`, `d-1:/b.csv`. */
  readonly files = new Map<string, Stored>();
  readonly folders = new Set<string>();
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  routes(url: () => string): Readonly<Record<string, FakeRoute>> {
    const guarded =
      (route: FakeRoute): FakeRoute =>
      (request, groups) =>
        request.headers.authorization === `Bearer ${this.#token}`
          ? route(request, groups)
          : {
              status: 401,
              body: { error: { code: 'InvalidAuthenticationToken', message: 'Access token is invalid.' } },
            };
    const item = (key: string): JsonObject => {
      const stored = this.files.get(key);
      const name = key.split('/').at(-1) ?? '';
      return {
        id: Buffer.from(key).toString('base64url'),
        name,
        eTag: '"{1},1"',
        lastModifiedDateTime: '2026-11-20T09:14:00Z',
        sharepointIds: { listItemId: '7' },
        ...(stored === undefined
          ? { folder: { childCount: 0 }, size: 0 }
          : { file: { mimeType: stored.type }, size: stored.bytes.length }),
      };
    };
    const drive = '/v1.0/(me/drive|drives/[^/]+)/root';
    const keyOf = (which = '', path = ''): string =>
      `${which === 'me/drive' ? 'me' : which.replace('drives/', '')}:${path}`;
    const children = (which: string | undefined, folder: string): Json =>
      [...this.files.keys(), ...this.folders]
        .filter((key) => key.slice(0, key.lastIndexOf('/')) === keyOf(which, folder))
        .toSorted()
        .map(item);
    const makeFolder: FakeRoute = ({ body }, [which, path]) => {
      const key = `${keyOf(which, path)}/${textMember(body, 'name') ?? ''}`;
      if (this.folders.has(key)) return { status: 409, body: { error: { code: 'nameAlreadyExists', message: 'x' } } };
      this.folders.add(key);
      return { status: 201, body: item(key) };
    };
    return {
      'GET /v1.0/sites/contoso\\.sharepoint\\.com:/sites/soc': guarded(() => ({
        body: { id: 'contoso.sharepoint.com,s-1,w-1', webUrl: 'https://contoso.sharepoint.com/sites/soc' },
      })),
      'GET /v1.0/sites/contoso\\.sharepoint\\.com%2Cs-1%2Cw-1/drives': guarded(() => ({
        body: {
          value: [
            {
              id: 'd-1',
              name: 'Documents',
              webUrl: 'https://contoso.sharepoint.com/sites/soc/Shared%20Documents',
              sharePointIds: { listId: '5f7a2a6e-0000-4000-8000-000000000001' },
            },
          ],
        },
      })),
      'POST /v1.0/sites/contoso\\.sharepoint\\.com%2Cs-1%2Cw-1/lists/{}/items/{}/driveItem/createLink': guarded(
        ({ body }, [list = '', id = '']) => ({
          status: 201,
          body: {
            id: 'l-1',
            link: { ...(body as JsonObject), webUrl: `https://contoso.sharepoint.com/:x:/${list}/${id}` },
          },
        }),
      ),
      [`PUT ${drive}:(/.+):/content`]: guarded(({ headers, bytes }, [which, path]) => {
        this.files.set(keyOf(which, path), { type: headers['content-type'] ?? '', bytes });
        return { status: 201, body: { id: 'x' } };
      }),
      [`GET ${drive}:(/.+):/content`]: guarded((_, [which, path]) => {
        const key = keyOf(which, path);
        if (!this.files.has(key)) return missing;
        return { status: 302, headers: { location: `${url()}/content/${encodeURIComponent(key)}` } };
      }),
      [`GET /content/{}`]: ({ headers }, [key = '']) => {
        const stored = this.files.get(key);
        // The address is the credential; the token stays at home.
        if (headers.authorization !== undefined || stored === undefined) return { status: 403 };
        return { headers: { 'content-type': stored.type }, body: stored.bytes };
      },
      [`GET ${drive}:(/.+):/children`]: guarded((_, [which, path = '']) => ({
        body: { value: children(which, path) },
      })),
      [`GET ${drive}/children`]: guarded((_, [which]) => ({ body: { value: children(which, '') } })),
      [`POST ${drive}/children`]: guarded(makeFolder),
      [`POST ${drive}:(/.+):/children`]: guarded(makeFolder),
      [`GET ${drive}:(/.+):`]: guarded((_, [which, path]) => {
        const key = keyOf(which, path);
        return this.files.has(key) || this.folders.has(key) ? { body: item(key) } : missing;
      }),
      [`DELETE ${drive}:(/.+):`]: guarded((_, [which, path]) =>
        this.files.delete(keyOf(which, path)) ? { status: 204 } : missing,
      ),
    };
  }
}
