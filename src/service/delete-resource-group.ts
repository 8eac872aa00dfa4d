/**
 * Deletes a resource group with everything in it, as a long-running operation that survives a restart.
 *
 * Owns: marking the group, the order of the cascade, resuming. Does not own: how a provider deletes its resource (each is
 * asked through our own ARM), the poll answers.
 *
 * Invariants
 * R1. From the commit that begins the operation on, the group takes no more writes, and the deletion ends: now or after
 *     the next start.
 * R2. The group's own document goes last, in the commit that ends the operation.
 */
import { type Identity, memberOf, type ResourceDocument, textMember, type Write } from '#foundation';
import { inTurn } from './in-turn.ts';
import { beginOperation, endOperation, forgetOldOperations, type Operation, runningOperations } from './operations.ts';
import { requireGroup } from './put-resource-group.ts';
import { activityWrite, type Caller } from './record-activity.ts';
import { isBeingDeleted } from './resource-group-document.ts';
import { commitWithGone } from './remove-assessments.ts';
import type { Services } from './services.ts';

const kind = 'deleteResourceGroup';

/** Begins the deletion and goes on with it behind the answer. @throws TocsinError `ResourceGroupNotFound`. */
export async function deleteResourceGroup(
  services: Services,
  request: { readonly caller: Caller; readonly subscriptionId: string; readonly name: string },
): Promise<Operation> {
  const found = requireGroup(services, request);
  return inTurn(services.store, found.id, async () => {
    const group = requireGroup(services, request);
    const running = isBeingDeleted(group) ? runningOn(services, group) : undefined;
    if (running !== undefined) return running;
    const { operation, write } = beginOperation(services, {
      kind,
      target: group.id,
      startedBy: request.caller.identity.objectId,
    });
    const marked: ResourceDocument = {
      ...group,
      body: { ...group.body, properties: { provisioningState: 'Deleting' } },
      etag: services.random.uuid(),
      changedTime: services.clock.now(),
    };
    await services.store.commit([
      ...forgetOldOperations(services),
      write,
      { kind: 'putResource', resource: marked },
      activityWrite(services, request.caller, {
        operation: 'Microsoft.Resources/subscriptions/resourceGroups/delete',
        resourceId: group.id,
        status: 'Accepted',
      }),
    ]);
    goOn(services, operation);
    return operation;
  });
}

function runningOn(services: Services, group: ResourceDocument): Operation | undefined {
  return runningOperations(services).find(
    (operation) => operation.kind === kind && operation.target.toLowerCase() === group.id.toLowerCase(),
  );
}

/** Goes on with deletions that a stop interrupted; called once at start. */
export function resumeGroupDeletions(services: Services): void {
  for (const operation of runningOperations(services)) if (operation.kind === kind) goOn(services, operation);
}

function goOn(services: Services, operation: Operation): void {
  finish(services, operation).catch((error: unknown) => {
    services.log.error('The deletion of a resource group stopped; it goes on at the next start.', {
      group: operation.target,
      error: error instanceof Error ? error.message : String(error),
    });
  });
}

const system: Identity = { objectId: '', displayName: 'Tocsin', kind: 'System' };

/** Later than any version a provider lists, so every provider answers in its newest form. */
const anyVersion = '2100-01-01';

async function finish(services: Services, operation: Operation): Promise<void> {
  const { store } = services;
  const [, subscriptionId = '', , name = ''] = operation.target.split('/').filter(Boolean);
  const caller: Caller = { identity: system, correlationId: operation.id };
  // Deepest first: a child is gone before its parent is asked to go.
  const within = [...store.resources.list({ subscriptionId, resourceGroup: name })]
    .filter(({ id }) => id.toLowerCase() !== operation.target.toLowerCase())
    .sort((left, right) => right.id.split('/').length - left.id.split('/').length);
  for (const resource of within) await askProvider(services, resource);
  const left = store.resources.list({ scope: operation.target });
  const writes: Write[] = left.map(({ id }) => ({ kind: 'deleteResource', id }));
  const ended = endOperation(operation, services.clock.now(), { kind: 'succeeded' });
  // What is assessed need not be in the inventory.
  await commitWithGone(services, { ids: [operation.target] }, []);
  await store.commit([
    ...writes,
    ended.write,
    activityWrite(services, caller, {
      operation: 'Microsoft.Resources/subscriptions/resourceGroups/delete',
      resourceId: operation.target,
    }),
  ]);
}

/** A provider that refuses does not keep the group: what is left is removed from the store at the end. */
async function askProvider(services: Services, resource: ResourceDocument): Promise<void> {
  if (services.store.resources.get(resource.id) === undefined) return;
  const answer = await services.arm({
    method: 'DELETE',
    path: resource.id.split('/').map(encodeURIComponent).join('/'),
    query: { 'api-version': anyVersion },
    headers: {},
    identity: system,
    baseUrl: services.settings.publicBaseUrl,
  });
  if (answer.status < 400 || answer.status === 404) return;
  services.log.warn('A resource of a group being deleted is removed without its provider.', {
    resource: resource.id,
    status: answer.status,
    code: textMember(memberOf(answer.body, 'error'), 'code'),
  });
}
