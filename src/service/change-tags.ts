/**
 * The tags of a subscription, group or resource as `Microsoft.Resources/tags/default` reads and changes them.
 *
 * Owns: where tags are kept per kind of scope. Source: ARM reference 8.2.
 */
import { changeTags, parseTags, type TagOperation, type Tags } from '#inventory';
import {
  isFault,
  type Json,
  type JsonObject,
  memberOf,
  orThrow,
  raise,
  type ResourceDocument,
  TocsinError,
} from '#foundation';
import { automationType } from './automation-resource.ts';
import { parseBrakes } from './brakes.ts';
import { inTurn } from './in-turn.ts';
import { enforceTags, notePolicies } from './policies/enforce-request.ts';
import type { EnforcedWrite } from './policies/enforce-write.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { resourceNotFound } from './resource-write.ts';
import type { Services } from './services.ts';

/** GET. @throws TocsinError `ResourceNotFound`. */
export function readTags(services: Services, scope: string): JsonObject {
  return tagsAnswer(requireTagged(services, scope));
}

export interface TagsRequest {
  readonly caller: Caller;
  readonly scope: string;
  readonly operation: TagOperation;
  /** The request's body: `{ properties: { tags } }`. */
  readonly body: Json | undefined;
}

/** PUT (`Replace`), PATCH, and DELETE (`Replace` with nothing). @throws TocsinError `InvalidTag`, `ResourceNotFound`. */
export async function putTags(services: Services, request: TagsRequest): Promise<JsonObject> {
  const given = orThrow(parseTags(memberOf(memberOf(request.body, 'properties'), 'tags')));
  return inTurn(services.store, request.scope, async () => {
    const document = requireTagged(services, request.scope);
    const wanted = orThrow(changeTags(tagsOf(document), request.operation, given));
    const { tags, enforced } = await underPolicies(services, request, document, wanted);
    // The tags that are brakes must be readable, whichever way they come.
    if (document.type === automationType) orThrow(parseBrakes(tags));
    const resource: ResourceDocument = {
      ...document,
      body: { ...document.body, tags },
      etag: services.random.uuid(),
      changedTime: services.clock.now(),
    };
    await services.store.commit([
      { kind: 'putResource', resource },
      activityWrite(services, request.caller, {
        operation: 'Microsoft.Resources/tags/write',
        resourceId: `${document.id}/providers/Microsoft.Resources/tags/default`,
      }),
    ]);
    if (enforced !== undefined) await notePolicies(services, request.caller, enforced);
    return tagsAnswer(resource);
  });
}

/** The tags as policies let them be. @throws TocsinError `RequestDisallowedByPolicy`. */
async function underPolicies(
  services: Services,
  { caller }: TagsRequest,
  document: ResourceDocument,
  tags: Tags,
): Promise<{ readonly tags: Tags; readonly enforced?: EnforcedWrite }> {
  const enforced = enforceTags(services, caller, document, tags);
  if (enforced === undefined) return { tags };
  if (enforced.fault !== undefined) {
    await notePolicies(services, caller, enforced);
    throw new TocsinError(enforced.fault);
  }
  return { tags: orThrow(parseTags(memberOf(enforced.document, 'tags') ?? {})), enforced };
}

/** `Merge`, `Replace` or `Delete` out of a PATCH body. @throws TocsinError `InvalidParameter`. */
export function tagOperationOf(body: Json | undefined): TagOperation {
  const given = memberOf(body, 'operation');
  const found = (['Merge', 'Replace', 'Delete'] as const).find(
    (name) => typeof given === 'string' && name.toLowerCase() === given.toLowerCase(),
  );
  if (found !== undefined) return found;
  return raise('InvalidParameter', "The member 'operation' must be one of Merge, Replace, Delete.", {
    target: 'operation',
  });
}

function requireTagged(services: Services, scope: string): ResourceDocument {
  const document = services.store.resources.get(scope);
  if (document !== undefined) return document;
  throw new TocsinError(resourceNotFound(scope));
}

function tagsOf(document: ResourceDocument): Tags {
  const tags = parseTags(memberOf(document.body, 'tags'));
  return isFault(tags) ? {} : tags;
}

function tagsAnswer(document: ResourceDocument): JsonObject {
  return {
    id: `${document.id}/providers/Microsoft.Resources/tags/default`,
    name: 'default',
    type: 'Microsoft.Resources/tags',
    properties: { tags: tagsOf(document) },
  };
}
