/** The messages of one folder at Microsoft Graph: filter by time, order, pages, attachments. */
import { type JsonObject, textMember } from '#foundation';
import type { FakeRoute } from './service.ts';

export interface FakeMail {
  readonly id: string;
  /** RFC 3339 in whole seconds, as Graph has it. */
  readonly receivedDateTime: string;
  readonly subject?: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly importance?: string;
  readonly attachments?: readonly JsonObject[];
}

export class FakeMailbox {
  /** May be added to in any order: what arrives late shows late. */
  readonly mails: FakeMail[] = [];
  readonly #url: () => string;

  constructor(url: () => string = () => 'https://graph.test') {
    this.#url = url;
  }

  /** A page of `GET …/mailFolders/{folder}/messages`. */
  page(query: URLSearchParams): JsonObject {
    const from = /^receivedDateTime ge (\S+)$/.exec(query.get('$filter') ?? '')?.[1] ?? '';
    const isDescending = query.get('$orderby')?.endsWith(' desc') === true;
    const found = this.mails
      .filter(({ receivedDateTime }) => receivedDateTime >= from)
      .toSorted((left, right) => (left.receivedDateTime < right.receivedDateTime ? -1 : 1));
    if (isDescending) found.reverse();
    const skip = Number(query.get('$skip') ?? '0');
    const top = Number(query.get('$top') ?? '10');
    const next = new URLSearchParams(query);
    next.set('$skip', String(skip + top));
    return {
      value: found.slice(skip, skip + top).map(message),
      ...(found.length > skip + top
        ? { '@odata.nextLink': `${this.#url()}/v1.0/me/mailFolders/Inbox/messages?${next.toString()}` }
        : {}),
    };
  }

  attachments(id: string): JsonObject {
    return { value: [...(this.mails.find((mail) => mail.id === id)?.attachments ?? [])] };
  }

  routes(guard: (route: FakeRoute) => FakeRoute): Readonly<Record<string, FakeRoute>> {
    return {
      'GET /v1.0/me/mailFolders/Inbox/messages': guard(({ query }) => ({ body: this.page(query) })),
      'GET /v1.0/me/messages/{}/attachments': guard((_, [id = '']) => ({ body: this.attachments(id) })),
    };
  }
}

function message({ id, receivedDateTime, subject = 's', from = 'a@example.com', ...mail }: FakeMail): JsonObject {
  const recipient = (address: string): JsonObject => ({ emailAddress: { name: address, address } });
  return {
    id,
    receivedDateTime,
    subject,
    bodyPreview: 'x',
    body: { contentType: 'html', content: '<p>x</p>' },
    from: recipient(from),
    toRecipients: (mail.to ?? ['soc@example.com']).map(recipient),
    ccRecipients: [],
    importance: mail.importance ?? 'normal',
    isRead: false,
    hasAttachments: (mail.attachments ?? []).length > 0,
    internetMessageId: `<${id}@example.com>`,
  };
}

/** The texts under a name in a list of mails. */
export function textsOf(mails: readonly JsonObject[], name: string): readonly (string | undefined)[] {
  return mails.map((mail) => textMember(mail, name));
}
