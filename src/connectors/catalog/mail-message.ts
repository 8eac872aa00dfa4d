/**
 * A mail as connectors give it: addresses out of lists, attachments out of base64.
 *
 * Owns: the shape, and reading it from an operation's body. Does not own: sending (`smtp-mail.ts`, `graph-mail.ts`).
 * Source: connectors reference 3.2.
 *
 * Invariants
 * MM1. An attachment that the body shows by `cid:` is inline, its content id is its name.
 * MM2. No text of a playbook reaches a header line with a line break in it.
 */
import { type Fault, fault, isFault, isJsonArray, type Json, memberIgnoringCase } from '#foundation';

export interface MailAttachment {
  readonly name: string;
  readonly content: Uint8Array;
  readonly contentType?: string;
  readonly inline: boolean;
}

export interface MailMessage {
  readonly from?: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly importance: 'low' | 'normal' | 'high';
  readonly attachments: readonly MailAttachment[];
}

/** `;` separates, so do `,` and line ends; blanks around do not count. */
export function addressesOf(value: Json | undefined): readonly string[] {
  const list = isJsonArray(value) ? value.map(textOf).join(';') : textOf(value);
  return list
    .split(/[;,\r\n]+/)
    .map((address) => address.trim())
    .filter((address) => address !== '');
}

/** Names of an operation's members where they differ from those of office365. */
export interface MailNames {
  readonly subject?: string;
  readonly body?: string;
  readonly from?: string;
}

/** The mail in an operation's body; a fault names the member that is wrong. */
export function mailOf(body: Json | undefined, names: MailNames = {}): MailMessage | Fault {
  const member = (name: string): Json | undefined => memberIgnoringCase(body ?? null, name);
  const to = addressesOf(member('To'));
  const cc = addressesOf(member('Cc') ?? member('CC'));
  const bcc = addressesOf(member('Bcc'));
  if (to.length + cc.length + bcc.length === 0) {
    return fault('InvalidRequestContent', "The mail has no recipient: 'To' is empty.");
  }
  const bad = [...to, ...cc, ...bcc].find((address) => !/^[^\s@]+@[^\s@]+$/.test(bareAddress(address)));
  if (bad !== undefined) return fault('InvalidRequestContent', `'${bad.slice(0, 200)}' is not a mail address.`);
  const html = textOf(member(names.body ?? 'Body'));
  const attachments = attachmentsOf(member('Attachments'), html);
  if (isFault(attachments)) return attachments;
  const from = addressesOf(member(names.from ?? 'From'))[0];
  return {
    ...(from === undefined ? {} : { from }),
    to,
    cc,
    bcc,
    replyTo: addressesOf(member('ReplyTo')),
    subject: oneLine(textOf(member(names.subject ?? 'Subject'))),
    html,
    importance: importanceOf(textOf(member('Importance'))),
    attachments,
  };
}

/** `Ana <ana@example.com>` is the address inside. */
export function bareAddress(address: string): string {
  return /<([^>]+)>\s*$/.exec(address)?.[1] ?? address;
}

function importanceOf(value: string): MailMessage['importance'] {
  const lower = value.toLowerCase();
  if (lower === 'high' || lower === '2') return 'high';
  return lower === 'low' || lower === '0' ? 'low' : 'normal';
}

function attachmentsOf(value: Json | undefined, html: string): readonly MailAttachment[] | Fault {
  if (value === undefined || value === null || value === '') return [];
  const list: readonly Json[] = isJsonArray(value) ? value : [value];
  const attachments: MailAttachment[] = [];
  for (const [index, one] of list.entries()) {
    const content = memberIgnoringCase(one, 'ContentBytes') ?? memberIgnoringCase(one, 'ContentData');
    const inner = memberIgnoringCase(content ?? null, '$content');
    const base64 = textOf(inner ?? content);
    if (!/^[A-Za-z0-9+/_\s-]*={0,2}\s*$/.test(base64)) {
      return fault('InvalidRequestContent', `The content of attachment ${index + 1} is not base64.`);
    }
    const name = oneLine(
      textOf(memberIgnoringCase(one, 'Name') ?? memberIgnoringCase(one, 'FileName')) || `attachment-${index + 1}`,
    );
    const type = textOf(memberIgnoringCase(one, 'ContentType') ?? memberIgnoringCase(content ?? null, '$content-type'));
    attachments.push({
      name,
      content: new Uint8Array(Buffer.from(base64, 'base64')),
      ...(type === '' ? {} : { contentType: oneLine(type) }),
      inline: html.includes(`cid:${name}`) || html.includes(`cid:${encodeURIComponent(name)}`),
    });
  }
  return attachments;
}

function oneLine(value: string): string {
  return value.replace(/[\r\n\0]+/g, ' ');
}

function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}
