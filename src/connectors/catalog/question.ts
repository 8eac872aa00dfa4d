/**
 * What a mail or a card asks people, and what their answer is to the workflow.
 *
 * Owns: the shapes, and reading approval mails and mails with options.
 * Does not own: links, pages and callbacks (`#service`). Source: connectors reference 3.2, 3.3.
 */
import { type Fault, fault, isFault, type Json, type JsonObject, memberIgnoringCase } from '#foundation';
import { type MailMessage, mailOf } from './mail-message.ts';

export interface MailQuestion {
  readonly kind: 'mail';
  /** Where the answer is posted. */
  readonly notificationUrl: string;
  readonly mail: MailMessage;
  /** Above the buttons of the page and of the mail. */
  readonly header: string;
  readonly prompt: string;
  readonly options: readonly string[];
}

export interface CardQuestion {
  readonly kind: 'card';
  readonly notificationUrl: string;
  readonly card: JsonObject;
  /** What is shown in place of the card once it is answered. */
  readonly updateMessage: string;
}

export type Question = MailQuestion | CardQuestion;

const mostOptions = 20;

/** Both kinds of mail that ask: they differ in their defaults only. */
export function mailQuestion(
  body: Json | undefined,
  defaults: { readonly subject: string; readonly options: string },
): MailQuestion | Fault {
  const notificationUrl = memberIgnoringCase(body ?? null, 'NotificationUrl');
  if (typeof notificationUrl !== 'string' || !URL.canParse(notificationUrl)) {
    return fault('InvalidRequestContent', "The subscription has no 'NotificationUrl'.");
  }
  const message = memberIgnoringCase(body ?? null, 'Message') ?? null;
  const mail = mailOf(message);
  if (isFault(mail)) return mail;
  const text = (name: string, usual: string): string => {
    const value = memberIgnoringCase(message, name);
    return typeof value === 'string' && value.trim() !== '' ? value : usual;
  };
  const options = text('Options', defaults.options)
    .split(',')
    .map((option) => option.trim())
    .filter((option) => option !== '');
  if (options.length > mostOptions) {
    return fault('InvalidRequestContent', `A mail has at most ${mostOptions} options, this one has ${options.length}.`);
  }
  return {
    kind: 'mail',
    notificationUrl,
    mail: { ...mail, subject: mail.subject.trim() === '' ? defaults.subject : mail.subject },
    header: text('HeaderText', ''),
    prompt: text('SelectionText', 'Choose an option:'),
    options,
  };
}
