/**
 * Questions to people: approval mails, mails with options, cards that wait for a response.
 *
 * Owns: the record of a question, its links, sending it, withdrawing it.
 * Does not own: the page and the answer (`answer-question.ts`), the mail itself (`#connectors`).
 * Source: connectors reference 3.2, 3.3; own-api reference (answers).
 *
 * Invariants
 * Q1. Each recipient has a token of his own, unguessable and good for this question only; it is kept sealed.
 * Q2. The question is durable before it is sent, and one that is sent again carries the same links.
 */
import { type MailMessage, type MailQuestion, type OperationInput, plainText, type Question } from '#connectors';
import { isJsonArray, isJsonObject, type Json, memberOf, type StoredDocument, textMember } from '#foundation';
import type { EffectCall } from '../effect-call.ts';
import { ownerId } from '../effect-call.ts';
import type { Services } from '../services.ts';

export const questionCollection = 'questions';

/** Kept this long after they were asked, whatever came of them. */
const keptMilliseconds = 90 * 24 * 3_600_000;

export type QuestionStatus = 'Waiting' | 'Answered' | 'Withdrawn' | 'Over';

/** A question as it is kept. */
export interface KeptQuestion {
  readonly id: string;
  readonly status: QuestionStatus;
  readonly notificationUrl: string;
  /** Recipient to token; the recipient `''` is everybody who sees a channel. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly document: StoredDocument;
}

export function findQuestion(services: Services, id: string): KeptQuestion | undefined {
  const document = services.store.documents.get(questionCollection, id);
  if (document === undefined) return undefined;
  const tokens = memberOf(document.secrets, 'tokens');
  return {
    id,
    status: document.status as QuestionStatus,
    notificationUrl: textMember(document.secrets ?? null, 'notificationUrl') ?? '',
    tokens: (isJsonObject(tokens) ? tokens : {}) as Readonly<Record<string, string>>,
    document,
  };
}

/** One wait has one question: its id follows from the callback it answers, which nobody else knows. */
export function questionId(services: Services, notificationUrl: string): string {
  return services.secrets.digest(`question ${notificationUrl}`).slice(0, 32);
}

/** Keeps the question, or finds the one that this wait has asked already (Q2). */
export async function keepQuestion(
  services: Services,
  { effect, run }: EffectCall,
  question: Question,
  recipients: readonly string[],
): Promise<KeptQuestion> {
  const id = questionId(services, question.notificationUrl);
  const existing = findQuestion(services, id);
  if (existing !== undefined) return existing;
  const document: StoredDocument = {
    collection: questionCollection,
    key: id,
    parent: run.workflowId.toLowerCase(),
    time: services.clock.now(),
    status: 'Waiting',
    body: {
      workflowId: run.workflowId,
      runId: ownerId(run),
      action: effect.path.action,
      ...shownOf(question),
    },
    secrets: {
      notificationUrl: question.notificationUrl,
      tokens: Object.fromEntries(recipients.map((recipient) => [recipient, services.secrets.randomKey(32)])),
    },
  };
  await services.store.commit([{ kind: 'putDocument', document }, ...outdated(services)]);
  return findQuestion(services, id) as KeptQuestion;
}

function shownOf(question: Question): { readonly [name: string]: Json } {
  if (question.kind === 'card') return { kind: 'card', card: question.card, updateMessage: question.updateMessage };
  const { mail, header, prompt, options } = question;
  return { kind: 'mail', title: mail.subject, header, text: plainText(mail.html), prompt, options: [...options] };
}

/** A few old ones go with every new one. */
function outdated(services: Services) {
  const to = services.clock.now() - keptMilliseconds;
  return services.store.documents
    .list({ collection: questionCollection, to, oldestFirst: true, top: 10 })
    .map(({ key }) => ({ kind: 'deleteDocument', collection: questionCollection, key }) as const);
}

/** Where a recipient answers. */
export function answerLink(
  services: Services,
  { id, tokens }: KeptQuestion,
  recipient: string,
  option?: number,
): string {
  const chosen = option === undefined ? '' : `option=${option}&`;
  return `${services.settings.publicBaseUrl}/tocsin/v1/answers/${id}?${chosen}sig=${tokens[recipient] ?? ''}`;
}

/** Takes a question back: its links say that nobody waits any more. */
export async function withdrawQuestion(services: Services, notificationUrl: string): Promise<void> {
  const question = findQuestion(services, questionId(services, notificationUrl));
  if (question === undefined || question.status !== 'Waiting') return;
  const document = { ...question.document, status: 'Withdrawn' };
  await services.store.commit([{ kind: 'putDocument', document }]);
}

// --- Mails ------------------------------------------------------------------------------------------------------

/** The mails that ask: one for each recipient, each with links of his own. */
export function questionMails(services: Services, kept: KeptQuestion, question: MailQuestion): readonly MailMessage[] {
  return question.mail.to.map((recipient) => ({
    ...question.mail,
    to: [recipient],
    cc: [],
    bcc: [],
    html: mailHtml(question, (option) => answerLink(services, kept, recipient, option)),
  }));
}

const button =
  'display:inline-block;margin:4px 8px 4px 0;padding:8px 20px;background:#0f6cbd;color:#ffffff;text-decoration:none;border-radius:4px';

function mailHtml({ header, mail, prompt, options }: MailQuestion, link: (option: number) => string): string {
  const title = header === '' ? '' : `<h2>${escapeHtml(header)}</h2>`;
  const buttons = options.map(
    (option, index) => `<a href="${escapeHtml(link(index))}" style="${button}">${escapeHtml(option)}</a>`,
  );
  return `${title}<div>${mail.html}</div><p>${escapeHtml(prompt)}</p><p>${buttons.join(' ')}</p>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Whom a card is for: one person, or whoever sees the channel. */
export function cardRecipient({ body }: OperationInput): string {
  const inner = memberOf(body ?? null, 'body');
  const recipient = memberOf(isJsonObject(inner) ? inner : (body ?? null), 'recipient');
  const to = isJsonObject(recipient) ? memberOf(recipient, 'to') : recipient;
  const first = isJsonArray(to) ? to[0] : to;
  return typeof first === 'string' ? (first.split(/[;,]/)[0] ?? '').trim() : '';
}
