/**
 * A connector call: the connection it names, and who answers.
 *
 * Owns: resolving the connection, refusing unauthorised ones, capture in the sandbox, subscriptions of webhook actions.
 * Does not own: the catalogue and operations (`#connectors`), the outbox (`sandbox.ts`).
 * Source: engine reference 4.2, 4.3; connectors reference 1.3, 1.5; design section 5.
 *
 * Invariants
 * L1. A connection without credentials answers 401 `Unauthorized`, as Azure's gateway does; nothing is sent.
 * L2. A connector that only the sandbox can answer says so in its error, instead of pretending.
 */
import type { EffectOutcome } from '#engine';
import { isJsonObject, type Json, memberIgnoringCase, memberOf, textMember } from '#foundation';
import { type Connection, findConnection, managedApiOf } from './connections.ts';
import { type EffectCall, ownerId } from './effect-call.ts';
import { captureCall } from './sandbox.ts';
import type { Services } from './services.ts';

export async function callConnection(services: Services, call: EffectCall): Promise<EffectOutcome> {
  const id = connectionIdOf(call.inputs);
  const connection = id === undefined ? undefined : findConnection(services, id);
  if (connection === undefined) {
    const message = `The API connection '${id ?? ''}' could not be found.`;
    return { kind: 'failure', code: 'ApiConnectionNotFound', message, retryable: false };
  }
  if (connection.status !== 'Connected') return unauthorised(connection);
  if (!connection.sandbox) return notSupported(connection);
  return captured(services, call, connection);
}

/** `host.connection.name` or `host.connection.referenceName`, evaluated. */
function connectionIdOf(inputs: Json): string | undefined {
  const host = memberIgnoringCase(inputs, 'host');
  const connection = memberIgnoringCase(host, 'connection');
  const name = memberIgnoringCase(connection, 'name');
  return typeof name === 'string' ? name : undefined;
}

function unauthorised(connection: Connection): EffectOutcome {
  const api = managedApiOf(connection.api).displayName;
  const message = `The API connection '${connection.document.name}' of '${api}' is not authenticated.`;
  return {
    kind: 'response',
    statusCode: 401,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: { value: { error: { code: 'Unauthorized', message } } },
  };
}

function notSupported(connection: Connection): EffectOutcome {
  const message = `The connector '${connection.api}' cannot reach its service from here; put the connection '${connection.document.name}' in the sandbox.`;
  return { kind: 'failure', code: 'ConnectorNotSupported', message, retryable: false };
}

async function captured(
  services: Services,
  { effect, run, inputs }: EffectCall,
  connection: Connection,
): Promise<EffectOutcome> {
  const part = subscription(inputs, effect.request.type);
  const method = (textMember(part, 'method') ?? 'POST').toUpperCase();
  const queries = memberIgnoringCase(part, 'queries');
  const headers = memberIgnoringCase(part, 'headers');
  const body = memberIgnoringCase(part, 'body');
  const answer = await captureCall(services, {
    idempotencyKey: effect.idempotencyKey,
    attempt: effect.attempt,
    connector: connection.api,
    connectionId: connection.document.id,
    workflowId: run.workflowId,
    workflowVersion: run.version,
    runId: ownerId(run),
    action: effect.path.action,
    method,
    path: decodedPath(textMember(part, 'path') ?? '/'),
    queries: isJsonObject(queries) ? queries : {},
    headers: isJsonObject(headers) ? headers : {},
    ...(body === undefined ? {} : { body }),
  });
  return {
    kind: 'response',
    statusCode: answer.status,
    headers: { ...answer.headers },
    ...(answer.body === undefined ? {} : { body: { value: answer.body } }),
    sandbox: answer.source,
  };
}

/** HttpWebhook-shaped inputs name the call under `subscribe` or `unsubscribe`; connector webhooks are flat. */
function subscription(inputs: Json, type: string): Json {
  const nested = memberOf(inputs, type === 'Unsubscribe' ? 'unsubscribe' : 'subscribe');
  return isJsonObject(nested) ? nested : inputs;
}

/** Segments are decoded after splitting, so an encoded slash stays inside its segment for matching. */
function decodedPath(path: string): string {
  return path
    .split('/')
    .map((segment) => {
      try {
        return decodeURIComponent(segment).replaceAll('/', '%2F');
      } catch {
        return segment;
      }
    })
    .join('/');
}
