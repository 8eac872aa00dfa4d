/**
 * A mailbox with calendar and contacts at Microsoft Graph: what it checks, what it answers, what it refuses. Mails are filtered by
 * the few conditions that Graph is asked for; a search and a filter in one request are refused, as Graph does it.
 */
import { type Json, type JsonObject, textMember } from '#foundation';
import type { FakeAnswer, FakeRoute, SeenRequest } from './service.ts';

const notFound: FakeAnswer = {
  status: 404,
  body: { error: { code: 'ErrorItemNotFound', message: 'The specified object was not found in the store.' } },
};
const bad = (message: string): FakeAnswer => ({
  status: 400,
  body: { error: { code: 'ErrorInvalidRequest', message } },
});

export interface OutlookMail extends JsonObject {
  readonly id: string;
}

export class FakeOutlook {
  readonly mails = new Map<string, OutlookMail>();
  readonly folderOf = new Map<string, string>();
  readonly sent: { readonly verb: string; readonly id: string; readonly body: Json }[] = [];
  readonly events = new Map<string, JsonObject>();
  readonly contacts = new Map<string, JsonObject>();
  readonly #url: () => string;

  constructor(url: () => string) {
    this.#url = url;
  }

  add(id: string, more: JsonObject = {}, folder = 'inbox'): void {
    const person = (address: string): JsonObject => ({ emailAddress: { name: address, address } });
    this.folderOf.set(id, folder);
    this.mails.set(id, {
      id,
      '@odata.etag': 'W/"1"',
      subject: id,
      bodyPreview: 'x',
      body: { contentType: 'html', content: `<p>${id}</p>` },
      from: person('sender@example.com'),
      toRecipients: [person('soc@example.com')],
      ccRecipients: [],
      bccRecipients: [],
      replyTo: [],
      receivedDateTime: '2026-11-20T09:00:00Z',
      importance: 'normal',
      isRead: false,
      hasAttachments: false,
      categories: [],
      flag: { flagStatus: 'notFlagged' },
      internetMessageId: `<${id}@example.com>`,
      conversationId: 'c',
      ...more,
    });
  }

  #list(folder: string, { query }: SeenRequest): FakeAnswer {
    const filter = query.get('$filter') ?? '';
    const search = query.get('$search');
    if (search !== null && filter !== '') return bad('The query filter and $search cannot be combined.');
    if (search !== null && !/^".*"$/.test(search)) return bad('A search must be quoted.');
    const word = search?.slice(1, -1).toLowerCase() ?? '';
    const fits = (mail: JsonObject): boolean =>
      (!filter.includes('isRead eq false') || mail.isRead === false) &&
      (!filter.includes('hasAttachments eq true') || mail.hasAttachments === true) &&
      (textMember(mail, 'subject') ?? '').toLowerCase().includes(word);
    const found = [...this.mails.values()].filter((mail) => this.folderOf.get(mail.id) === folder && fits(mail));
    const skip = Number(query.get('$skip') ?? 0);
    // Small pages, so that lists go over several.
    const size = Math.min(2, Number(query.get('$top') ?? 10));
    const next = new URLSearchParams(query);
    next.set('$skip', String(skip + size));
    const more = found.length > skip + size;
    return {
      body: {
        value: found.slice(skip, skip + size).map((mail) => this.#shown(mail, query)),
        ...(more
          ? { '@odata.nextLink': `${this.#url()}/v1.0/me/mailFolders/${folder}/messages?${next.toString()}` }
          : {}),
      },
    };
  }

  #shown(mail: JsonObject, query: URLSearchParams): JsonObject {
    const { attachments, ...plain } = mail;
    return query.get('$expand') === 'attachments' ? { ...plain, attachments: attachments ?? [] } : plain;
  }

  routes(guard: (route: FakeRoute) => FakeRoute): Readonly<Record<string, FakeRoute>> {
    const on = (route: (mail: OutlookMail, request: SeenRequest, rest: readonly string[]) => FakeAnswer) =>
      guard((request, [id = '', ...rest]) => {
        const mail = this.mails.get(id);
        return mail === undefined ? notFound : route(mail, request, rest);
      });
    const me = '/v1.0/(?:me|users/soc%40example.com)';
    return {
      [`GET ${me}/mailFolders`]: guard(({ query }) => ({
        body: { value: query.get('$filter') === "displayName eq 'Phishing'" ? [{ id: 'folder-phishing' }] : [] },
      })),
      [`GET ${me}/mailFolders/{}/childFolders`]: guard(({ query }, [parent]) => ({
        body: {
          value:
            parent === 'inbox' && query.get('$filter') === "displayName eq 'Cases'" ? [{ id: 'folder-cases' }] : [],
        },
      })),
      [`GET ${me}/mailFolders/{}/messages`]: guard((request, [folder = '']) => this.#list(folder, request)),
      [`GET ${me}/messages/{}`]: on((mail, { query }) => ({ body: this.#shown(mail, query) })),
      [`GET ${me}/messages/{}/\\$value`]: on(() => ({
        headers: { 'content-type': 'text/plain' },
        body: Buffer.from('MIME'),
      })),
      [`PATCH ${me}/messages/{}`]: on((mail, { body }) => {
        this.mails.set(mail.id, { ...mail, ...(body as JsonObject) });
        return { body: { ...mail, ...(body as JsonObject) } };
      }),
      [`DELETE ${me}/messages/{}`]: on((mail) => {
        this.mails.delete(mail.id);
        return { status: 204 };
      }),
      [`POST ${me}/messages/{}/move`]: on((mail, { body }) => {
        const folder = textMember(body, 'destinationId') ?? '';
        this.folderOf.set(mail.id, folder);
        return { status: 201, body: { ...mail, parentFolderId: folder } };
      }),
      [`POST ${me}/messages/{}/(reply|replyAll|forward|send)`]: on((mail, { body }, [verb = '']) => {
        const { comment, message } = (body ?? {}) as JsonObject;
        if (comment !== undefined && (message as JsonObject | undefined)?.body !== undefined)
          return bad('Comment and body together.');
        this.sent.push({ verb, id: mail.id, body });
        return { status: 202 };
      }),
      [`GET ${me}/messages/{}/attachments/{}`]: on((mail, _, [id]) => {
        const found = ((mail.attachments ?? []) as readonly JsonObject[]).find((one) => one.id === id);
        return found === undefined
          ? notFound
          : { body: { '@odata.type': '#microsoft.graph.fileAttachment', ...found } };
      }),
      [`GET ${me}/messages/{}/attachments/{}/\\$value`]: on((mail, _, [id]) => {
        const found = ((mail.attachments ?? []) as readonly JsonObject[]).find((one) => one.id === id);
        if (found === undefined) return notFound;
        const bytes = Buffer.from(textMember(found, 'contentBytes') ?? '', 'base64');
        return { headers: { 'content-type': textMember(found, 'contentType') ?? '' }, body: bytes };
      }),
      [`POST ${me}/messages`]: guard(({ body }) => {
        this.add('draft-1', body as JsonObject, 'drafts');
        return { status: 201, body: this.mails.get('draft-1') ?? null };
      }),
      'GET /v1.0/me/calendars': guard(() => ({ body: { value: [{ id: 'cal-1', name: 'Calendar' }] } })),
      'POST /v1.0/me/calendar/events': guard(({ body }) => {
        const event = body as JsonObject;
        if (event.start === undefined || event.end === undefined) return bad('start and end are needed');
        // Ids of Graph end like this, and must come back as they are.
        const id = `event-${this.events.size + 1}=`;
        this.events.set(id, { id, ...event });
        return { status: 201, body: { id, ...event } };
      }),
      'GET /v1.0/me/calendar/events': guard(() => ({ body: { value: [...this.events.values()] } })),
      'GET /v1.0/me/calendar/calendarView': guard(({ query }) =>
        query.get('startDateTime') === null ? bad('startDateTime') : { body: { value: [...this.events.values()] } },
      ),
      'PATCH /v1.0/me/calendar/events/{}': guard(({ body }, [id = '']) => {
        const event = this.events.get(id);
        if (event === undefined) return notFound;
        this.events.set(id, { ...event, ...(body as JsonObject) });
        return { body: this.events.get(id) ?? null };
      }),
      'DELETE /v1.0/me/calendar/events/{}': guard((_, [id = '']) =>
        this.events.delete(id) ? { status: 204 } : notFound,
      ),
      'POST /v1.0/me/contacts': guard(({ body }) => {
        this.contacts.set('contact-1', { id: 'contact-1', ...(body as JsonObject) });
        return { status: 201, body: this.contacts.get('contact-1') ?? null };
      }),
      'GET /v1.0/me/contacts': guard(() => ({ body: { value: [...this.contacts.values()] } })),
    };
  }
}
