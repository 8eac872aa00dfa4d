/**
 * Mail as Microsoft Graph takes it.
 *
 * Owns: the requests that send a message, in one piece or with uploads.
 * Does not own: credentials and the client (`service-client.ts`). Source: connectors reference 3.2.
 */
import { type Json, type JsonObject, type OutboundFailure, textMember } from '#foundation';
import type { SendToService, ServiceAnswer } from './connector.ts';
import { bareAddress, type MailAttachment, type MailMessage } from './mail-message.ts';

/** Bytes of all attachments together that one request takes; larger ones are uploaded to a draft. */
const largestInRequest = 3 * 1024 * 1024;
/** Bytes of one piece of an upload: a multiple of 320 KiB. */
const pieceSize = 10 * 320 * 1024;

/** Sends a mail as its sender; one request, or a draft with uploads for large attachments. */
export async function sendByGraph(send: SendToService, mail: MailMessage): Promise<ServiceAnswer | OutboundFailure> {
  const sender = mail.from === undefined ? '/v1.0/me' : `/v1.0/users/${encodeURIComponent(bareAddress(mail.from))}`;
  const size = mail.attachments.reduce((sum, { content }) => sum + content.length, 0);
  if (size <= largestInRequest) {
    const body = { message: graphMessage(mail, mail.attachments), saveToSentItems: true };
    const answer = await send({ method: 'POST', path: `${sender}/sendMail`, body });
    // Graph accepts with 202; the connector answers 200 when the mail is on its way.
    return 'kind' in answer || answer.status >= 300 ? answer : { status: 200, headers: answer.headers };
  }
  const draft = await send({ method: 'POST', path: `${sender}/messages`, body: graphMessage(mail, []) });
  if ('kind' in draft || draft.status >= 300) return draft;
  const place = `${sender}/messages/${encodeURIComponent(textMember(draft.body ?? null, 'id') ?? '')}`;
  for (const attachment of mail.attachments) {
    const refused = await attach(send, place, attachment);
    if (refused !== undefined) return refused;
  }
  const answer = await send({ method: 'POST', path: `${place}/send` });
  return 'kind' in answer || answer.status >= 300 ? answer : { status: 200, headers: answer.headers };
}

/** Undefined when it is attached. */
async function attach(
  send: SendToService,
  place: string,
  attachment: MailAttachment,
): Promise<ServiceAnswer | OutboundFailure | undefined> {
  const { content, name, contentType, inline } = attachment;
  if (content.length <= largestInRequest) {
    const answer = await send({ method: 'POST', path: `${place}/attachments`, body: fileAttachment(attachment) });
    return 'kind' in answer || answer.status >= 300 ? answer : undefined;
  }
  const session = await send({
    method: 'POST',
    path: `${place}/attachments/createUploadSession`,
    body: {
      AttachmentItem: {
        attachmentType: 'file',
        name,
        size: content.length,
        contentId: name,
        isInline: inline,
        ...(contentType === undefined ? {} : { contentType }),
      },
    },
  });
  if ('kind' in session || session.status >= 300) return session;
  const url = textMember(session.body ?? null, 'uploadUrl') ?? '';
  for (let start = 0; start < content.length; start += pieceSize) {
    const piece = content.subarray(start, start + pieceSize);
    const range = `bytes ${start}-${start + piece.length - 1}/${content.length}`;
    const headers = { 'content-range': range, 'content-type': 'application/octet-stream' };
    const answer = await send({ method: 'PUT', path: url, headers, body: piece, bare: true });
    if ('kind' in answer || answer.status >= 300) return answer;
  }
  return undefined;
}

/** A `message` resource with the attachments that fit. */
export function graphMessage(mail: MailMessage, attachments: readonly MailAttachment[]): JsonObject {
  return {
    subject: mail.subject,
    importance: mail.importance,
    body: { contentType: 'HTML', content: mail.html },
    toRecipients: recipients(mail.to),
    ccRecipients: recipients(mail.cc),
    bccRecipients: recipients(mail.bcc),
    ...(mail.replyTo.length === 0 ? {} : { replyTo: recipients(mail.replyTo) }),
    attachments: attachments.map(fileAttachment),
  };
}

function recipients(addresses: readonly string[]): Json {
  return addresses.map((address) => {
    const name = /^(.*?)\s*<[^>]+>\s*$/.exec(address)?.[1];
    return { emailAddress: { address: bareAddress(address), ...(name === undefined || name === '' ? {} : { name }) } };
  });
}

function fileAttachment({ name, content, contentType, inline }: MailAttachment): JsonObject {
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    name,
    ...(contentType === undefined ? {} : { contentType }),
    contentBytes: Buffer.from(content).toString('base64'),
    contentId: name,
    isInline: inline,
  };
}
