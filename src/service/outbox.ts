/**
 * Reading and emptying the outbox: what sandboxed calls would have sent.
 *
 * Owns: items as their readers see them. Does not own: capture (`sandbox.ts`). Source: own-api reference.
 *
 * Invariants
 * X1. Callback URLs of ours inside an item show their signature only to callers who may list it.
 */
import { type Json, type JsonObject, memberOf, raise, type StoredDocument, textMember } from '#foundation';
import { withoutSignatures } from './mask-signatures.ts';
import { outboxCollection } from './sandbox.ts';
import type { Services } from './services.ts';

export interface OutboxQuery {
  readonly top: number;
  readonly after?: { readonly time: number; readonly key: string };
}

export function listOutbox(services: Services, query: OutboxQuery): readonly StoredDocument[] {
  return services.store.documents.list({ collection: outboxCollection, ...query });
}

/** @throws TocsinError `NotFound`. */
export function readOutboxItem(services: Services, id: string): StoredDocument {
  const document = services.store.documents.get(outboxCollection, id);
  return document ?? raise('NotFound', `The outbox has no item '${id}'.`);
}

/** Deletes one item, or all of them; answers how many there were. */
export async function clearOutbox(services: Services, id?: string): Promise<number> {
  if (id !== undefined) {
    const { key } = readOutboxItem(services, id);
    await services.store.commit([{ kind: 'deleteDocument', collection: outboxCollection, key }]);
    return 1;
  }
  let deleted = 0;
  for (;;) {
    const page = listOutbox(services, { top: 500 });
    if (page.length === 0) return deleted;
    await services.store.commit(page.map(({ key }) => ({ kind: 'deleteDocument', collection: outboxCollection, key })));
    deleted += page.length;
  }
}

/** An item for a caller who may or may not see signatures (X1). */
export function outboxItem(document: StoredDocument, maySeeSignatures: boolean): JsonObject {
  return maySeeSignatures ? document.body : (withoutSignatures(document.body) as JsonObject);
}

/**
 * The mock that would answer the call of an item, as its reader sees it, as it was answered: `{match, respond}`, to be changed and put among the mocks.
 * It goes by connector, operation and action; a call of no known operation by method, host and path.
 */
export function mockOfItem(body: JsonObject): JsonObject {
  const request = memberOf(body, 'request');
  const response = memberOf(body, 'response');
  const names =
    textMember(body, 'operation') === undefined ? ['method', 'host', 'path'] : ['connector', 'operation', 'action'];
  const match = Object.fromEntries(
    names.flatMap((name): [string, Json][] => {
      const value = textMember(body, name) ?? textMember(request, name);
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const answer = memberOf(response, 'body');
  return {
    match,
    respond: {
      status: memberOf(response, 'status') ?? 200,
      headers: memberOf(response, 'headers') ?? {},
      ...(answer === undefined ? {} : { body: answer }),
    },
  };
}
