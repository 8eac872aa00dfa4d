/**
 * A connector call: the connection it names, and who answers.
 *
 * Owns: resolving the connection, refusing unauthorised ones, capture in the sandbox.
 * Does not own: the catalogue (`#connectors`), real calls (`connectors/perform-operation.ts`), the outbox (`sandbox.ts`).
 * Source: engine reference 4.2, 4.3; connectors reference 1.3, 1.5; design section 5.
 *
 * Invariants
 * L1. A connection without credentials answers 401 `Unauthorized`, as Azure's gateway does; nothing is sent.
 */
import type { EffectOutcome } from '#engine';
import { findOperation, type FoundOperation } from '#connectors';
import { isJsonObject, type Json, memberIgnoringCase, textMember } from '#foundation';
import { type Connection, findConnection } from './connections.ts';
import { notAuthenticated } from './connectors/connection-values.ts';
import { outcomeOf } from './connectors/operation-outcome.ts';
import { partOf, performOperation, unauthorisedAnswer } from './connectors/perform-operation.ts';
import { type EffectCall, ownerId } from './effect-call.ts';
import { type CapturedCall, captureCall } from './sandbox.ts';
import type { Services } from './services.ts';

export async function callConnection(
  services: Services,
  call: EffectCall,
  signal: AbortSignal,
): Promise<EffectOutcome> {
  const id = connectionIdOf(call.inputs);
  const connection = id === undefined ? undefined : findConnection(services, id);
  if (connection === undefined) {
    const message = `The API connection '${id ?? ''}' could not be found.`;
    return { kind: 'failure', code: 'ApiConnectionNotFound', message, retryable: false };
  }
  if (connection.sandbox) return captured(services, call, connection);
  if (connection.state.status !== 'Connected') return unauthorised(connection);
  return performOperation(services, call, connection, signal);
}

/** `host.connection.name` or `host.connection.referenceName`, evaluated. */
function connectionIdOf(inputs: Json): string | undefined {
  const host = memberIgnoringCase(inputs, 'host');
  const connection = memberIgnoringCase(host, 'connection');
  const name = memberIgnoringCase(connection, 'name');
  return typeof name === 'string' ? name : undefined;
}

function unauthorised({ document, connector, state }: Connection): EffectOutcome {
  const reason =
    state.status === 'Connected' || state.error.message === notAuthenticated ? '' : ` ${state.error.message}`;
  const message = `The API connection '${document.name}' of '${connector.displayName}' is not authenticated.${reason}`;
  return outcomeOf(unauthorisedAnswer(message));
}

async function captured(
  services: Services,
  { effect, run, inputs }: EffectCall,
  connection: Connection,
): Promise<EffectOutcome> {
  const part = partOf(inputs, effect.request.type);
  const path = textMember(part, 'path') ?? '/';
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
    path: decodedPath(path),
    ...operationOf(findOperation(connection.connector, method, path)),
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

function operationOf(found: FoundOperation | undefined): Pick<CapturedCall, 'example'> {
  return found === undefined ? {} : { example: found.operation };
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
