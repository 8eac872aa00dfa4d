/** Microsoft Graph as far as mail, Teams and accounts go: messages, chats, uploads, users that are changed. */
import { type JsonObject, textMember } from '#foundation';
import type { FakeAuthority, FakeRoute, SeenRequest } from './service.ts';
import { member } from './service.ts';

export class FakeGraph {
  readonly #authority: FakeAuthority;
  /** Mails by `sendMail`, drafts that were sent, with what was uploaded to them. */
  readonly mails: SeenRequest[] = [];
  readonly uploads = new Map<string, number>();
  readonly messages: { readonly place: string; readonly request: SeenRequest }[] = [];
  sentDrafts = 0;
  /** Users by id, as they were changed; sessions that were revoked. */
  readonly users = new Map<string, JsonObject>();
  readonly revoked: string[] = [];

  constructor(authority: FakeAuthority) {
    this.#authority = authority;
  }

  routes(url: () => string): Readonly<Record<string, FakeRoute>> {
    const guarded = (route: FakeRoute): FakeRoute => this.#authority.guarded(route);
    const posted = (place: string, request: SeenRequest) => {
      const { contentType, content } = member(request.body, 'body');
      if (typeof content !== 'string' || typeof contentType !== 'string') {
        return { status: 400, body: { error: { code: 'BadRequest', message: 'Missing body content' } } };
      }
      this.messages.push({ place, request });
      return { status: 201, body: { id: '1763630400000', webUrl: `https://teams.test/l/message/${place}` } };
    };
    return {
      'GET /v1.0/me': guarded(() => ({ body: { id: 'me-1', userPrincipalName: 'ana@example.com' } })),
      'POST /v1.0/(?:me|users/[^/]+)/sendMail': guarded((request) => {
        const message = member(request.body, 'message');
        if (!Array.isArray(message['toRecipients']))
          return {
            status: 400,
            body: { error: { code: 'ErrorInvalidRecipients', message: 'At least one recipient is required.' } },
          };
        this.mails.push(request);
        return { status: 202 };
      }),
      'POST /v1.0/(?:me|users/[^/]+)/messages': guarded((request) => {
        this.mails.push(request);
        return { status: 201, body: { id: 'AAMk=draft' } };
      }),
      'POST /v1.0/me/messages/{}/attachments/createUploadSession': guarded((request) => {
        const name = textMember(member(request.body, 'AttachmentItem'), 'name') ?? '';
        this.uploads.set(name, 0);
        return { status: 201, body: { uploadUrl: `${url()}/upload/${encodeURIComponent(name)}` } };
      }),
      'PUT /upload/{}': ({ headers, text }, [name = '']) => {
        // Uploads carry their own address, and never the token.
        if (headers.authorization !== undefined) return { status: 401 };
        const length = Number(headers['content-length'] ?? text.length);
        this.uploads.set(name, (this.uploads.get(name) ?? 0) + length);
        const [, last, size] = /-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
        return Number(last) + 1 === Number(size)
          ? { status: 201, body: {} }
          : { status: 200, body: { nextExpectedRanges: [] } };
      },
      'POST /v1.0/me/messages/{}/send': guarded(() => {
        this.sentDrafts += 1;
        return { status: 202 };
      }),
      'POST /v1.0/teams/{}/channels/{}/messages': guarded((request, [team, channel]) =>
        posted(`${team}/${channel}`, request),
      ),
      'PATCH /v1.0/users/{}': guarded(({ body }, [id = '']) => {
        this.users.set(id, { ...this.users.get(id), ...(body as JsonObject) });
        return { status: 204 };
      }),
      'POST /v1.0/users/{}/revokeSignInSessions': guarded((_, [id = '']) => {
        this.revoked.push(id);
        return { body: { value: true } };
      }),
      'POST /v1.0/chats': guarded(({ body }) => {
        const members = (body as { readonly members?: readonly unknown[] } | null)?.members ?? [];
        return members.length === 2
          ? { status: 201, body: { id: '19:chat@unq.gbl.spaces' } }
          : { status: 400, body: { error: { message: 'two members' } } };
      }),
      'POST /v1.0/chats/{}/messages': guarded((request, [chat]) => posted(`chat ${chat}`, request)),
    };
  }
}
