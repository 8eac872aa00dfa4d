/**
 * Whether a connection's credentials hold: one harmless call of its service.
 *
 * Owns: the call and what its answer means. Does not own: which call that is (`#connectors`). Source: ARM reference 7.
 */
import { isFault } from '#foundation';
import { connectionValues, type ServiceAnswer, serviceSender } from '#connectors';
import { type Connection } from '../connections.ts';
import type { Services } from '../services.ts';
import { readyValues } from './connection-grants.ts';
import { credentialsOf } from './connection-values.ts';
import { unauthorisedAnswer } from './perform-operation.ts';

/** The service's status: below 400 the connection works. A connection that calls nobody, or needs nothing to be asked, is 200. */
export async function testConnection(services: Services, connection: Connection): Promise<ServiceAnswer> {
  const { connector, document, sandbox } = connection;
  const fine: ServiceAnswer = { status: 200, headers: {} };
  if (sandbox) return fine;
  const credentials = credentialsOf(services, connector, document);
  const ready = await readyValues(services, connector, document, credentials);
  if (ready.kind === 'unauthorised') return unauthorisedAnswer(ready.message);
  if (ready.kind === 'failure') return failed(ready.message);
  // Who signs in here is asked who he is by nobody: what he may is said when he calls.
  if (credentials.proof.kind === 'managedIdentity') return fine;
  const { service, test } = connector;
  if (test === undefined || ready.values.has('serveraddress') || ready.values.has('webhookurl')) return fine;
  const http =
    service.kind === 'http'
      ? service
      : service.kind === 'mail' && service.endpoint !== undefined
        ? ({ kind: 'http', endpoint: service.endpoint, headers: { authorization: 'Bearer {token}' } } as const)
        : undefined;
  if (http === undefined) return fine;
  const send = serviceSender(http, connectionValues(Object.fromEntries(ready.values)), {
    outbound: services.outbound,
    headers: {},
  });
  if (isFault(send)) return failed(send.message);
  const [method = 'GET', path = '/'] = test.split(' ');
  const answer = await send({ method, path });
  if ('kind' in answer) return failed(answer.message);
  return { status: answer.status, headers: {}, ...(answer.body === undefined ? {} : { body: answer.body }) };
}

function failed(message: string): ServiceAnswer {
  return { status: 502, headers: {}, body: { error: { code: 'BadGateway', message } } };
}
