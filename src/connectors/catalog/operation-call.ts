/**
 * One operation of a connector over HTTP: from what the workflow gave to the service's answer.
 *
 * Owns: filling the mapping of an operation. Does not own: the tables (`*.data.ts`), sending (`service-client.ts`).
 */
import { isFault } from '#foundation';
import type { Operation, OperationInput, OperationOutcome, SendToService } from './connector.ts';
import { sendByGraph } from './graph-mail.ts';

/** Carries an operation out at its service. */
export async function callOperation(
  send: SendToService,
  operation: Operation,
  input: OperationInput,
): Promise<OperationOutcome> {
  if (operation.perform !== undefined) return operation.perform(send, input);
  if (operation.mail !== undefined) {
    const mail = operation.mail(input);
    return isFault(mail) ? mail : sendByGraph(send, mail);
  }
  const { call = {} } = operation;
  const target = typeof call.to === 'function' ? call.to(input) : filledPath(call.to ?? usualTarget(operation), input);
  if (isFault(target)) return target;
  const [method = 'GET', place = '/'] = target.split(/ (.*)/s);
  const body = call.body === undefined ? input.body : call.body(input);
  if (isFault(body)) return body;
  const query = Object.entries(call.query?.(input) ?? input.query);
  const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  const answer = await send({
    method,
    path: search === '' ? place : `${place}${place.includes('?') ? '&' : '?'}${search}`,
    headers: { ...input.headers, ...call.headers?.(input) },
    ...(body === undefined || /^(GET|HEAD)$/.test(method) ? {} : { body }),
  });
  return 'kind' in answer || call.answer === undefined ? answer : call.answer(answer, input);
}

function usualTarget({ method, path }: Operation): string {
  return `${method} ${path}`;
}

/** Placeholders of the path's own, else of the queries, else of the connection. */
function filledPath(template: string, { path, query, connection }: OperationInput): string {
  return template.replace(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(path[name] ?? query[name] ?? connection[name] ?? ''),
  );
}
