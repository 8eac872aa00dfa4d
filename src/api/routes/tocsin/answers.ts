/**
 * Routes of the pages on which people answer approval mails and cards.
 *
 * Owns: the mapping. Source: own-api reference (answers); connectors reference 3.2, 3.3.
 */
import { type ArmResponse, raise, TocsinError } from '#foundation';
import { answerQuestion, messagePage, questionOfLink, questionPage } from '#service';
import { htmlAnswer } from '../../html-answer.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';

const permission: Permission = { open: 'The link carries an unguessable token of one recipient for one question.' };

function askedOf({ services, path, request }: RouteCall) {
  return questionOfLink(services, path['question'] ?? '', request.query['sig'] ?? '');
}

/** A fault as a page; who asked for JSON gets the usual envelope. */
async function asPage(call: RouteCall, work: () => Promise<ArmResponse> | ArmResponse): Promise<ArmResponse> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TocsinError) || wantsJson(call)) throw error;
    const { status, message } = error.fault;
    return htmlAnswer(status, messagePage(status === 404 ? 'There is no such question' : 'That did not work', message));
  }
}

function wantsJson({ request }: RouteCall): boolean {
  return (request.headers['accept'] ?? '').includes('application/json');
}

function show(call: RouteCall): Promise<ArmResponse> {
  return asPage(call, () => htmlAnswer(200, questionPage(askedOf(call), call.request.query['option'])));
}

function answer(call: RouteCall): Promise<ArmResponse> {
  return asPage(call, async () => {
    const asked = askedOf(call);
    const question = await answerQuestion(call.services, asked, formOf(call));
    return htmlAnswer(200, questionPage({ ...asked, question }, undefined));
  });
}

const mostFields = 1_000;

/** Fields of the form; several values of one name (ticked boxes) by commas, as cards join them; hidden defaults give way. */
function formOf({ request }: RouteCall): Readonly<Record<string, string>> {
  const fields = [...new URLSearchParams(request.rawBody ?? '')];
  if (fields.length > mostFields) raise('InvalidParameter', `A form has at most ${mostFields} fields.`);
  const form = Object.create(null) as Record<string, string>;
  for (const [name, value] of fields) form[name] = value;
  return form;
}

const pattern = '/tocsin/v1/answers/{question}';

export const answerRoutes: readonly Route[] = [
  { method: 'GET', pattern, permission, handle: show },
  { method: 'POST', pattern, permission, body: 'text', handle: answer },
];
