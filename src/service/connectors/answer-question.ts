/**
 * The answer to a question: checked, carried to the waiting workflow, kept.
 *
 * Owns: who may answer, that one answer counts. Does not own: the pages (`question-page.ts`), routes.
 * Source: connectors reference 3.2, 3.3; own-api reference (answers).
 *
 * Invariants
 * AQ1. Nothing of a question shows without one of its tokens; a wrong one looks like a question that does not exist.
 * AQ2. The first answer counts; while it is being carried, others wait for its outcome.
 * AQ3. An answer that the workflow did not take changes nothing but the status `Over`.
 */
import { submitActions } from '#connectors';
import {
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  stringifyJson,
  textMember,
} from '#foundation';
import { callOwnUrl } from '../call-own-url.ts';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import { findQuestion, type KeptQuestion } from './ask-people.ts';

export interface Asked {
  readonly question: KeptQuestion;
  /** Empty when the token is that of a channel. */
  readonly recipient: string;
}

/** The question a link leads to. @throws TocsinError `NotFound` (AQ1). */
export function questionOfLink(services: Services, id: string, token: string): Asked {
  const question = findQuestion(services, id);
  const holders = Object.entries(question?.tokens ?? {}).filter(([, one]) => services.secrets.equal(one, token));
  const holder = holders[0];
  if (question === undefined || holder === undefined) return raise('NotFound', 'There is no such question.');
  return { question, recipient: holder[0] };
}

/** Answers a question; the result is the question as it is then. @throws TocsinError. */
export function answerQuestion(
  services: Services,
  { question: { id }, recipient }: Asked,
  answer: Readonly<Record<string, string>>,
): Promise<KeptQuestion> {
  return inTurn(services.store, `/questions/${id}`, async () => {
    const question = findQuestion(services, id);
    if (question === undefined) return raise('NotFound', 'There is no such question.');
    if (question.status !== 'Waiting') return question;
    const { body } = question.document;
    const given =
      body['kind'] === 'card'
        ? cardAnswer(services, body, recipient, answer)
        : mailAnswer(services, body, recipient, answer);
    const taken = await carry(services, question.notificationUrl, given.content);
    const answered = { by: given.by, choice: given.choice, time: formatTime(services.clock.now()) };
    const document = {
      ...question.document,
      status: taken ? 'Answered' : 'Over',
      body: taken ? { ...body, answered } : body,
      // Its token has done its work; who comes again still sees what became of the question.
      secrets: { tokens: question.tokens as JsonObject },
    };
    await services.store.commit([{ kind: 'putDocument', document }]);
    return findQuestion(services, id) ?? question;
  });
}

interface Given {
  readonly by: string;
  readonly choice: string;
  readonly content: Json;
}

function mailAnswer(
  services: Services,
  body: JsonObject,
  recipient: string,
  answer: Readonly<Record<string, string>>,
): Given {
  const options = memberOf(body, 'options');
  const list = isJsonArray(options) ? options.map(String) : [];
  const choice = list[Number(answer['option'] ?? Number.NaN)] ?? list.find((one) => one === answer['option']);
  if (choice === undefined) return raise('InvalidParameter', 'The answer names none of the options.');
  return {
    by: recipient,
    choice,
    content: {
      SelectedOption: choice,
      UserEmailAddress: recipient,
      UserTenantId: services.settings.tenantId,
      UserId: '',
    },
  };
}

function cardAnswer(
  services: Services,
  body: JsonObject,
  recipient: string,
  answer: Readonly<Record<string, string>>,
): Given {
  const card = memberOf(body, 'card');
  const actions = submitActions(isJsonObject(card) ? card : {});
  const pressed = actions[Number(answer['$action'] ?? 0)];
  if (pressed === undefined && actions.length > 0)
    return raise('InvalidParameter', 'The answer names none of the buttons.');
  const own = memberOf(pressed ?? null, 'data');
  const { $action: _, $by = '', ...inputs } = answer;
  const by = recipient === '' ? $by.slice(0, 320) : recipient;
  const title = textMember(pressed ?? null, 'title') ?? textMember(pressed ?? null, 'id') ?? 'Submit';
  return {
    by,
    choice: title,
    content: {
      responseTime: formatTime(services.clock.now()),
      responder: {
        objectId: '',
        tenantId: services.settings.tenantId,
        email: by,
        userPrincipalName: by,
        displayName: by,
      },
      submitActionId: title,
      messageId: '',
      messageLink: '',
      data: { ...(isJsonObject(own) ? own : {}), ...inputs },
    },
  };
}

/** Whether the workflow took it. @throws TocsinError `ServiceUnavailable` when it cannot be told, so that the person tries again. */
async function carry(services: Services, url: string, content: Json): Promise<boolean> {
  const request = {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: new TextEncoder().encode(stringifyJson(content)),
  };
  const own = await callOwnUrl(services, request, 'service');
  const answer = own ?? (await services.outbound.send(request));
  if (('kind' in answer && answer.kind === 'failure') || answer.status >= 500) {
    return raise('ServiceUnavailable', 'The workflow cannot be reached at the moment; please try again.');
  }
  return answer.status < 300;
}
