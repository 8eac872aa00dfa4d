/**
 * Mail over SMTP.
 *
 * Owns: the connection to the mail server, what its refusals are to a workflow.
 * Does not own: reading messages (`mail-message.ts`). Source: connectors reference 3.2; decision 0080.
 *
 * Invariants
 * SM1. The mail server is reached through the guard like every other host.
 * SM2. Credentials go over TLS only, unless the server is on this machine or the operator said that it speaks none.
 * SM3. A mail that is sent again after a crash carries the same Message-ID.
 */
import { connect, type Socket } from 'node:net';
import type { OutboundFailure } from '#foundation';
import type { AddressGuard } from '../address-guard.ts';
import type { ServiceAnswer } from './connector.ts';
import { guardedLookup } from '../guarded-lookup.ts';
import type { MailMessage } from './mail-message.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS where the server has it. */
  readonly implicitTls: boolean;
  /** Without TLS nothing is sent. */
  readonly requireTls: boolean;
  readonly user?: string;
  readonly password?: string;
}

const connectMilliseconds = 30_000;

export class SmtpMail {
  readonly #guard: AddressGuard;

  constructor(guard: AddressGuard) {
    this.#guard = guard;
  }

  /** Sends one mail. @param key the same for a mail that is sent again. */
  async send(
    server: SmtpServer,
    mail: MailMessage & { readonly from: string },
    key: string,
  ): Promise<ServiceAnswer | OutboundFailure> {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host: server.host,
      port: server.port,
      secure: server.implicitTls,
      requireTLS: !server.implicitTls && server.requireTls,
      connectionTimeout: connectMilliseconds,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(server.user === undefined ? {} : { auth: { user: server.user, pass: server.password ?? '' } }),
      getSocket: (_: unknown, callback: (error: Error | null, options?: { connection: Socket }) => void) =>
        this.#connect(server, callback),
    });
    try {
      await transport.sendMail(messageOf(mail, `<${key}@tocsin>`));
      return { status: 200, headers: {} };
    } catch (error) {
      return refusalOf(error, server);
    } finally {
      transport.close();
    }
  }

  #connect(
    { host, port }: SmtpServer,
    callback: (error: Error | null, options?: { connection: Socket }) => void,
  ): void {
    const literal = this.#guard.refusal(host, host);
    if (/^[\d.]+$|:/.test(host) && literal !== undefined) {
      callback(Object.assign(new Error(literal), { code: 'TOCSIN_FORBIDDEN' }));
      return;
    }
    const socket = connect({ host, port, lookup: guardedLookup(this.#guard), timeout: connectMilliseconds });
    const failed = (error: Error): void => callback(error);
    socket.once('error', failed);
    socket.once('timeout', () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    socket.once('connect', () => {
      socket.off('error', failed);
      socket.setTimeout(0);
      callback(null, { connection: socket });
    });
  }
}

function messageOf(mail: MailMessage & { readonly from: string }, messageId: string) {
  return {
    messageId,
    from: mail.from,
    to: [...mail.to],
    cc: [...mail.cc],
    bcc: [...mail.bcc],
    ...(mail.replyTo.length === 0 ? {} : { replyTo: [...mail.replyTo] }),
    subject: mail.subject,
    html: mail.html,
    priority: mail.importance,
    attachments: mail.attachments.map(({ name, content, contentType, inline }) => ({
      filename: name,
      content: Buffer.from(content),
      cid: name,
      contentDisposition: inline ? ('inline' as const) : ('attachment' as const),
      ...(contentType === undefined ? {} : { contentType }),
    })),
  };
}

/** What the mail server refuses is an answer, final or not as it says; no connection is a failure worth another try. */
function refusalOf(error: unknown, { host, port }: SmtpServer): ServiceAnswer | OutboundFailure {
  const {
    code = '',
    responseCode,
    message,
  } = error as {
    readonly code?: string;
    readonly responseCode?: number;
    readonly message: string;
  };
  if (code === 'TOCSIN_FORBIDDEN') {
    return { kind: 'failure', code: 'OutboundAddressForbidden', message, retryable: false };
  }
  const place = `${host}:${port}`;
  if (code === 'EAUTH' || responseCode === 535 || responseCode === 530) {
    return refused(401, 'Unauthorized', `The mail server '${place}' does not accept the user name and password.`);
  }
  if (responseCode !== undefined && responseCode >= 500) {
    return refused(400, 'BadRequest', `The mail server '${place}' refused the mail: ${message}`);
  }
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return refused(400, 'BadRequest', message);
  if (code === 'ETLS') return refused(502, 'BadGateway', `The mail server '${place}' offers no TLS: ${message}`);
  return {
    kind: 'failure',
    code: code === 'ETIMEDOUT' ? 'GatewayTimeout' : 'BadGateway',
    message: `The mail server '${place}' could not be used: ${message}`,
    retryable: true,
  };
}

function refused(status: number, code: string, message: string): ServiceAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { status, error: { code, message } },
  };
}
