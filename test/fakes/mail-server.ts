/** A real mail server on this machine that takes every mail in memory, with names and passwords if told. */
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface TakenMail {
  /** The envelope's recipients. */
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly mail: ParsedMail;
}

export class FakeMailServer {
  readonly mails: TakenMail[] = [];
  readonly #server: SMTPServer;
  port = 0;

  /** @param accounts user name to password; without any, nobody signs in. */
  constructor(accounts?: Readonly<Record<string, string>>) {
    this.#server = new SMTPServer({
      authOptional: accounts === undefined,
      disabledCommands: accounts === undefined ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username = '', password = '' }, _, done) => {
        if (accounts?.[username] === password) done(null, { user: username });
        else done(Object.assign(new Error('Invalid user name or password'), { responseCode: 535 }));
      },
      onRcptTo: ({ address }, _, done) => {
        if (address.startsWith('nobody@')) done(Object.assign(new Error('No such mailbox'), { responseCode: 550 }));
        else done();
      },
      onData: (stream, session, done) => {
        simpleParser(stream, (error: Error | null, mail: ParsedMail) => {
          if (error === null || error === undefined) {
            const user = typeof session.user === 'string' ? session.user : undefined;
            this.mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), user, mail });
          }
          done(error);
        });
      },
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = (this.#server.server.address() as AddressInfo).port;
    return this;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
