/**
 * POST actions on generic resources: recorded in the activity log, with their effect on the document, and answered.
 *
 * Owns: the commit of an action with its effect, operations that clients follow. Does not own: which actions there are
 * (`#inventory`), effects that need code (`effects/`). An action of a type that nobody here knows has no further effect, as
 * DESIGN says.
 *
 * Invariants
 * AR1. An action, its effect, its entry in the activity log and its operation are one commit.
 * AR2. What is not there is `ResourceNotFound`, whatever the action.
 */
import {
  type ActionAnswer,
  filledResult,
  mergePatch,
  resourceActionOf,
  resourcePlace,
  resourcePlaceOrNothing,
} from '#inventory';
import {
  formatTime,
  type Json,
  type JsonObject,
  orThrow,
  type ResourceDocument,
  TocsinError,
  type Write,
} from '#foundation';
import { listKeys } from './effects/resource-keys.ts';
import { performSpecial } from './effects/special-actions.ts';
import type { SpecialOutcome } from './effects/special-outcome.ts';
import { inTurn } from './in-turn.ts';
import { beginOperation, endOperation, forgetOldOperations, type Operation } from './operations.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { findResource } from './read-resource.ts';
import { changeWrites } from './resource-changes.ts';
import { resourceDocument, resourceNotFound } from './resource-write.ts';
import type { Services } from './services.ts';

export interface ResourceActionCall {
  readonly caller: Caller;
  /** Id of the resource acted on. */
  readonly id: string;
  /** `restart`. */
  readonly action: string;
  readonly body: Json | undefined;
}

export type ActionResult =
  | { readonly kind: 'body'; readonly status: 200 | 202; readonly body: JsonObject }
  | { readonly kind: 'empty' }
  | { readonly kind: 'accepted'; readonly operation: Operation };

/** An action of a provider at a scope, not of a resource: `…/providers/Microsoft.X/findSomething`. It finds nothing. */
export async function actOnProvider(
  services: Services,
  request: { readonly caller: Caller; readonly scope: string; readonly operation: string },
): Promise<JsonObject> {
  const { caller, scope, operation } = request;
  await services.store.commit([activityWrite(services, caller, { operation, resourceId: scope, httpMethod: 'POST' })]);
  return { value: [] };
}

/** @throws TocsinError `ResourceNotFound`, `InvalidResourceType` for an action the type does not have, those of the effect. */
export async function actOnResource(services: Services, call: ResourceActionCall): Promise<ActionResult> {
  const place = orThrow(resourcePlace(call.id));
  return inTurn(services.store, place.id, () => actNow(services, call, place.id));
}

async function actNow(services: Services, call: ResourceActionCall, id: string): Promise<ActionResult> {
  const document = actedOn(services, id);
  if (document === undefined) throw new TocsinError(resourceNotFound(id));
  const entry = orThrow(resourceActionOf(document.type, call.action));
  if (entry === undefined) {
    await services.store.commit([activityOf(services, call, document)]);
    return { kind: 'body', status: 200, body: listKeys(services, document, call.action) ?? {} };
  }
  const outcome =
    entry.special === undefined
      ? mergedOutcome(services, entry, document)
      : orThrow(performSpecial(services, entry.special, { document, body: call.body, caller: nameOf(call.caller) }));
  const writes = [...effectWrites(services, call.caller, document, outcome), activityOf(services, call, document)];
  if (entry.answer !== 'accepted') {
    await services.store.commit(writes);
    return answerOf(entry.answer, outcome);
  }
  const { operation } = beginOperation(services, {
    kind: call.action,
    target: id,
    startedBy: call.caller.identity.objectId,
  });
  const result = Object.keys(outcome.result).length === 0 ? {} : { result: outcome.result };
  const ended = endOperation(operation, services.clock.now(), { kind: 'succeeded', ...result });
  await services.store.commit([...writes, ended.write, ...forgetOldOperations(services)]);
  return { kind: 'accepted', operation: ended.operation };
}

function nameOf({ identity }: Caller): string {
  return identity.appId ?? identity.displayName;
}

function answerOf(answer: ActionAnswer, { result, status }: SpecialOutcome): ActionResult {
  return answer === 'empty' ? { kind: 'empty' } : { kind: 'body', status: status ?? 200, body: result };
}

/** The stored document, or that of a child which exists without being stored (embedded, or before anybody put it). */
function actedOn(services: Services, id: string): ResourceDocument | undefined {
  const stored = services.store.resources.get(id);
  if (stored !== undefined) return stored;
  const found = findResource(services, id);
  const place = resourcePlaceOrNothing(id);
  if (found === undefined || place === undefined) return undefined;
  const { type, name, subscriptionId, resourceGroup } = place;
  return {
    id: place.id,
    type,
    name,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    body: found.answer,
    etag: found.etag,
    createdTime: 0,
    changedTime: 0,
  };
}

function mergedOutcome(
  services: Services,
  { merge, result }: { readonly merge?: JsonObject; readonly result?: JsonObject },
  { body, name }: ResourceDocument,
): SpecialOutcome {
  const words = { now: formatTime(services.clock.now()), name, uuid: services.random.uuid() };
  return {
    result: (result === undefined ? {} : filledResult(result, words)) as JsonObject,
    ...(merge === undefined ? {} : { changed: mergePatch(body, filledResult(merge, words)) as JsonObject }),
  };
}

function effectWrites(
  services: Services,
  caller: Caller,
  document: ResourceDocument,
  { changed, secrets, made }: SpecialOutcome,
): readonly Write[] {
  const writes: Write[] = [];
  if (changed !== undefined && services.store.resources.get(document.id) !== undefined) {
    const next: ResourceDocument = {
      ...document,
      body: changed,
      ...(secrets === undefined ? {} : { secrets }),
      etag: services.random.uuid(),
      changedTime: services.clock.now(),
    };
    writes.push({ kind: 'putResource', resource: next }, ...changeWrites(services, caller, document, next));
  }
  if (made !== undefined) {
    const place = orThrow(resourcePlace(made.id));
    const resource = orThrow(
      resourceDocument(services, { place, location: undefined, body: made.body, existing: undefined }),
    );
    writes.push({ kind: 'putResource', resource });
  }
  return writes;
}

function activityOf(services: Services, call: ResourceActionCall, { type, id }: ResourceDocument): Write {
  const operation = `${type}/${call.action}/action`;
  return activityWrite(services, call.caller, { operation, resourceId: id, httpMethod: 'POST' });
}
