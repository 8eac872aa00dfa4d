/**
 * A logic app moves to another group, subscription or name.
 *
 * Owns: what moves. Does not own: saving (`save-workflow.ts`), rights on both ends (the routes).
 * Source: ARM reference 6.1.
 *
 * Invariants
 * MW1. One commit: the logic app is at one of the two places, never at both or none.
 * MW2. Opaque id and access keys move along, so that callback URLs go on; runs and histories stay behind and are gone with the old id.
 */
import { armIdKey, orThrow, parseArmId, raise, type ResourceDocument, type Write } from '#foundation';
import { allDocuments } from './all-documents.ts';
import { checkResourceGroup, checkSubscription } from './check-containers.ts';
import type { Services } from './services.ts';
import { forgottenStates } from './triggers/trigger-state.ts';
import {
  findWorkflow,
  requireWorkflow,
  type StoredWorkflow,
  versionKey,
  workflowCollections,
  workflowOf,
  workflowType,
} from './workflow-resource.ts';

/** @throws TocsinError `WorkflowNotFound`, `InvalidParameter`, `ResourceGroupNotFound`, `Conflict`. */
export async function moveWorkflow(services: Services, from: string, to: string): Promise<StoredWorkflow> {
  const workflow = requireWorkflow(services, from);
  const target = parseArmId(to);
  if (target === undefined || target.type.toLowerCase() !== workflowType.toLowerCase()) {
    return raise('InvalidParameter', `The id '${to}' is not the id of a workflow.`, { target: 'id' });
  }
  const { resources } = services.store;
  const { subscriptionId: subscription = '', resourceGroup: group = '' } = target;
  const fault = checkSubscription(resources, subscription) ?? checkResourceGroup(resources, subscription, group, true);
  if (fault !== undefined) orThrow(fault);
  if (armIdKey(target.text) === workflow.idKey || findWorkflow(services, target.text) !== undefined) {
    raise('Conflict', `There is a workflow '${target.text}' already.`);
  }
  const prefix = `${workflow.idKey}/runs/`;
  if (services.store.history.unfinished().some((key) => key.startsWith(prefix))) {
    raise('Conflict', `The workflow '${workflow.document.name}' has runs in progress and cannot be moved.`);
  }
  const resource: ResourceDocument = {
    ...workflow.document,
    id: target.text,
    name: target.name,
    subscriptionId: subscription,
    resourceGroup: group,
    etag: `"${services.random.uuid()}"`,
    changedTime: services.clock.now(),
  };
  await services.store.commit([
    { kind: 'deleteResource', id: workflow.id },
    ...forgottenStates(services, workflow),
    { kind: 'putResource', resource },
    ...versionWrites(services, workflow, armIdKey(target.text)),
    accessWrite(services, workflow, target.text),
  ]);
  return workflowOf(resource);
}

function versionWrites(services: Services, { idKey }: StoredWorkflow, parent: string): readonly Write[] {
  const query = { collection: workflowCollections.versions, parent: idKey };
  return [...allDocuments(services.store.documents, query)].map((document) => ({
    kind: 'putDocument',
    document: { ...document, key: versionKey(parent, document.key.slice(versionKey(idKey, '').length)), parent },
  }));
}

function accessWrite({ clock }: Services, { body }: StoredWorkflow, workflowId: string): Write {
  return {
    kind: 'putDocument',
    document: {
      collection: workflowCollections.access,
      key: body.opaqueId,
      parent: armIdKey(workflowId),
      time: clock.now(),
      status: '',
      body: { workflowId },
    },
  };
}
