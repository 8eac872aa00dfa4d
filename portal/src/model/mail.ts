/**
 * A captured call read as a mail.
 *
 * Owns: which members of which connectors are subject, people and content. Does not own: how it is shown.
 * Source: portal reference 3.7.
 */

export interface MailHeader {
  readonly name: string;
  readonly value: string;
}

export interface Mail {
  readonly subject: string;
  readonly headers: readonly MailHeader[];
  /** As it was written: HTML, or plain text where `isHtml` is false. */
  readonly content: string;
  readonly isHtml: boolean;
  /** Names of what was attached. */
  readonly attachments: readonly string[];
}

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const member = (value: unknown, name: string): unknown =>
  isMembers(value) ? Object.entries(value).find(([key]) => key.toLowerCase() === name)?.[1] : undefined;

const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((each) => text(member(each, 'emailaddress') ?? each)).join('; ');
  const address = member(value, 'address') ?? member(value, 'email');
  return typeof address === 'string' ? address : '';
};

const people = ['from', 'to', 'cc', 'bcc', 'replyto', 'importance'] as const;
const titles: Readonly<Record<(typeof people)[number], string>> = {
  from: 'From',
  to: 'To',
  cc: 'Cc',
  bcc: 'Bcc',
  replyto: 'Reply to',
  importance: 'Importance',
};

/** The mail that a request body is; undefined when it is none: a mail has a subject and a body. */
export function mailOf(body: unknown): Mail | undefined {
  const message = member(body, 'message') ?? member(body, 'emailmessage') ?? body;
  const subject = member(message, 'subject');
  const content = member(message, 'body') ?? member(message, 'text');
  const written = typeof content === 'string' ? content : member(content, 'content');
  if (typeof subject !== 'string' || typeof written !== 'string') return undefined;
  const attached = member(message, 'attachments');
  return {
    subject,
    headers: people.flatMap((name) => {
      const value = text(member(message, name) ?? member(message, `${name}recipients`));
      return value === '' ? [] : [{ name: titles[name], value }];
    }),
    content: written,
    isHtml: /<[a-z!/][^>]*>/i.test(written),
    attachments: (Array.isArray(attached) ? attached : []).map((each) => text(member(each, 'name')) || 'unnamed'),
  };
}

/** What a reader without HTML sees: tags gone, blocks and breaks as lines, entities as they read. */
export function plainText({ content, isHtml }: Pick<Mail, 'content' | 'isHtml'>): string {
  if (!isHtml) return content;
  const { body } = new DOMParser().parseFromString(
    content.replaceAll(/<(?:br|\/(?:p|div|h\d|li|tr|table|ul|ol))\b[^>]*>/gi, '$&\n'),
    'text/html',
  );
  for (const hidden of body.querySelectorAll('script, style')) hidden.remove();
  return (body.textContent ?? '')
    .replaceAll(/[ \t]+\n/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
