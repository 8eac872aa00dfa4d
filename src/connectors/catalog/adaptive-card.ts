/**
 * Adaptive cards: reading them out of an operation's text, and the form in which a channel can show them.
 *
 * Owns: parsing, finding actions and inputs, the card with its actions replaced by a link.
 * Does not own: the page that shows a card with its inputs (`#service`), sending (`teams.ts`).
 * Source: connectors reference 3.3.
 */
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  memberIgnoringCase,
  parseJson,
  textMember,
} from '#foundation';
import type { CardQuestion } from './question.ts';

/** The card in a `messageBody`: JSON text, mostly put together by expressions, so a quote in the data can break it. */
export function cardOf(value: Json | undefined): JsonObject | Fault {
  const parsed = typeof value === 'string' ? parsedText(value) : (value ?? null);
  if (isFault(parsed)) return parsed;
  if (isJsonObject(parsed)) return parsed;
  return fault('InvalidRequestContent', 'The adaptive card must be a JSON object.');
}

function parsedText(text: string): Json | Fault {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return fault('InvalidRequestContent', `The adaptive card is not valid JSON: ${error.message}`);
  }
}

/** A subscription to the answer of a card. */
export function cardQuestion(subscription: Json | undefined): CardQuestion | Fault {
  const url =
    memberIgnoringCase(subscription ?? null, 'notificationUrl') ??
    memberIgnoringCase(subscription ?? null, 'callbackUrl');
  if (typeof url !== 'string' || !URL.canParse(url)) {
    return fault('InvalidRequestContent', "The subscription has no 'notificationUrl'.");
  }
  const body = memberIgnoringCase(subscription ?? null, 'body') ?? subscription;
  const card = cardOf(memberIgnoringCase(body ?? null, 'messageBody'));
  if (isFault(card)) return card;
  const update = memberIgnoringCase(body ?? null, 'updateMessage');
  return { kind: 'card', notificationUrl: url, card, updateMessage: typeof update === 'string' ? update : '' };
}

/** The card as a channel without a bot can carry it: no inputs, one link to the page that has them. */
export function linkedCard(card: JsonObject, url: string): JsonObject {
  const actions: Json = [{ type: 'Action.OpenUrl', title: 'Respond', url }];
  return { ...card, body: withoutInputs(memberIgnoringCase(card, 'body') ?? []), actions };
}

function withoutInputs(value: Json): Json {
  if (isJsonArray(value)) return value.filter((one) => !isInteractive(one)).map(withoutInputs);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutInputs(member)]));
}

function isInteractive(element: Json): boolean {
  const type = textMember(element, 'type') ?? '';
  return type.startsWith('Input.') || type === 'ActionSet' || type === 'Action.Submit' || type === 'Action.Execute';
}

/** The actions of a card that answer it, those of inner action sets and shown cards included, in reading order. */
export function submitActions(card: JsonObject): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const visit = (value: Json): void => {
    if (isJsonArray(value)) return value.forEach(visit);
    if (!isJsonObject(value)) return;
    if (/^Action\.(Submit|Execute)$/.test(textMember(value, 'type') ?? '')) found.push(value);
    for (const [name, member] of Object.entries(value)) if (name !== 'data') visit(member);
  };
  visit(card);
  return found;
}
