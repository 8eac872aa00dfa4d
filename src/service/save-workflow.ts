/**
 * Saving a logic app: checked whole, stored with its version, or refused without a trace.
 *
 * Owns: create, update, validate, enable, disable, key regeneration and delete of `Microsoft.Logic/workflows`.
 * Does not own: what a valid definition is (`#workflow`), the triggers' timers and subscriptions (`triggers/`, which follows commits).
 * Source: engine reference 1.3, 8 and 10; ARM reference 6.1, 6.2.
 *
 * Invariants
 * A1. Resource, version, access entry, what triggers remembered that are gone: one commit.
 * A2. A PUT whose definition and parameters are those stored makes no new version.
 * A3. Running runs keep the version they started with; nothing here touches them.
 */
import {
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEquals,
  memberOf,
  orThrow,
  parseArmId,
  raise,
  type ResourceDocument,
  stringifyJson,
  type Write,
} from '#foundation';
import { planWorkflow, type WorkflowPlan, type WorkflowWarning } from '#workflow';
import { accessRules } from './access-policies.ts';
import { knowsIssuer } from './caller-tokens.ts';
import { checkLinkedWorkflows, type Saver } from './check-linked-workflows.ts';
import { checkUpdate } from './check-update.ts';
import { commitWithGone } from './remove-assessments.ts';
import { historyLimits } from './retention.ts';
import type { Services } from './services.ts';
import { forgottenStates, triggerKey } from './triggers/trigger-state.ts';
import { mergeParameters, splitParameters } from './workflow-parameters.ts';
import {
  armedTimeOf,
  findWorkflow,
  requireWorkflow,
  type StoredWorkflow,
  versionKey,
  type WorkflowBody,
  type WorkflowSecrets,
  workflowCollections,
  workflowOf,
  workflowType,
} from './workflow-resource.ts';

export interface SavedWorkflow {
  readonly workflow: StoredWorkflow;
  readonly created: boolean;
  readonly warnings: readonly WorkflowWarning[];
}

interface Proposal {
  readonly plan: WorkflowPlan;
  readonly warnings: readonly WorkflowWarning[];
  readonly definition: JsonObject;
  readonly open: JsonObject;
  readonly secure: JsonObject;
  readonly state: 'Enabled' | 'Disabled';
}

const namePattern = /^[A-Za-z0-9_.()-]{1,80}$/;

/**
 * PUT of a workflow; `body` is the request's.
 * @throws TocsinError with the code of the first fault; nothing is stored then.
 */
export async function saveWorkflow(services: Services, id: string, body: Json, saver?: Saver): Promise<SavedWorkflow> {
  const existing = findWorkflow(services, id);
  const proposal = checkProposal(services, id, body, existing);
  checkLinkedWorkflows(services, existing?.id ?? id, proposal.plan, saver);
  const location = memberOf(body, 'location') ?? existing?.document.location;
  if (typeof location !== 'string' || location.trim() === '') {
    raise('LocationRequired', 'The location property is required for this definition.');
  }
  if (existing !== undefined && !sameLocation(existing.document.location, location)) {
    raise(
      'InvalidResourceLocation',
      `The resource '${existing.document.name}' already exists in location '${existing.document.location}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
    );
  }
  const changed = existing === undefined || !sameDefinition(existing, proposal);
  const version = changed ? services.runNames.version() : existing.body.version;
  const document = documentOf(services, { id, body, location, existing, proposal, version });
  const workflow = workflowOf(document);
  services.plans.keep(workflow.id, version, proposal.plan);
  const names = new Set([...proposal.plan.triggers.keys()].map((name) => triggerKey(workflow, name)));
  await services.store.commit([
    { kind: 'putResource', resource: document },
    ...(changed ? [versionWrite(services, workflow)] : []),
    ...(existing === undefined ? [accessWrite(services, workflow)] : []),
    ...(changed ? forgottenStates(services, workflow, (key) => names.has(key)) : []),
  ]);
  return { workflow, created: existing === undefined, warnings: proposal.warnings };
}

/** Checks a workflow body as a PUT would, storing nothing. */
export function validateWorkflow(services: Services, id: string, body: Json, saver?: Saver): void {
  const { plan } = checkProposal(services, id, body, findWorkflow(services, id));
  checkLinkedWorkflows(services, id, plan, saver);
}

function checkProposal(services: Services, id: string, body: Json, existing: StoredWorkflow | undefined): Proposal {
  const name = parseArmId(id)?.name ?? '';
  if (!namePattern.test(name)) {
    raise(
      'InvalidResourceName',
      `The workflow name '${name}' is not valid: it must have 1 to 80 letters, digits or the signs _ . ( ) -.`,
    );
  }
  const properties = memberOf(body, 'properties');
  if (!isJsonObject(properties)) {
    raise('InvalidRequestContent', "The request content is not valid: 'properties' is missing.");
  }
  const definition = memberOf(properties, 'definition') ?? existing?.body.definition;
  if (!isJsonObject(definition)) {
    raise('InvalidRequestContent', "The request content is not valid: 'properties.definition' must be an object.");
  }
  const split = splitParameters(definition, memberOf(properties, 'parameters'), existing?.secrets.parameters);
  const { workflowLimits } = services.settings;
  const result = planWorkflow({
    definition,
    parameters: mergeParameters(split.open, split.secure),
    now: services.clock.now(),
    ...(workflowLimits === undefined ? {} : { limits: workflowLimits }),
  });
  if (result.kind === 'refused') orThrow(result.fault);
  const { plan, warnings } = result as Extract<typeof result, { kind: 'planned' }>;
  if (existing !== undefined) checkUpdate(services.plans.plan(existing.id, existing.body.version), plan);
  accessRules(memberOf(properties, 'accessControl'), (issuer) => knowsIssuer(services, issuer));
  historyLimits(memberOf(properties, 'runtimeConfiguration'));
  const state = stateOf(memberOf(properties, 'state'), existing);
  return { plan, warnings, definition, open: split.open, secure: split.secure, state };
}

function stateOf(given: Json | undefined, existing: StoredWorkflow | undefined): 'Enabled' | 'Disabled' {
  if (given === undefined || given === null || given === 'NotSpecified') {
    return existing?.body.state ?? 'Enabled';
  }
  const lower = typeof given === 'string' ? given.toLowerCase() : '';
  if (lower === 'enabled') return 'Enabled';
  if (lower === 'disabled') return 'Disabled';
  return raise('InvalidParameter', `The workflow state '${stringifyJson(given)}' is not one of Enabled, Disabled.`);
}

function sameLocation(left: string | undefined, right: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/\s+/g, '');
  return left !== undefined && plain(left) === plain(right);
}

function sameDefinition(existing: StoredWorkflow, proposal: Proposal): boolean {
  return (
    jsonEquals(existing.body.definition, proposal.definition) &&
    jsonEquals(existing.body.parameters, proposal.open) &&
    jsonEquals(existing.secrets.parameters, proposal.secure)
  );
}

interface DocumentParts {
  readonly id: string;
  readonly body: Json;
  readonly location: string;
  readonly existing: StoredWorkflow | undefined;
  readonly proposal: Proposal;
  readonly version: string;
}

function documentOf(services: Services, parts: DocumentParts): ResourceDocument {
  const { existing, proposal, body } = parts;
  const properties = memberOf(body, 'properties');
  const id = parseArmId(existing?.id ?? parts.id);
  if (id === undefined) raise('InvalidRequestFormat', `The id '${parts.id}' is malformed.`);
  const now = services.clock.now();
  const workflow: WorkflowBody = {
    opaqueId: existing?.body.opaqueId ?? services.random.uuid().replaceAll('-', ''),
    state: proposal.state,
    version: parts.version,
    definition: proposal.definition,
    parameters: proposal.open,
    accessControl: memberOf(properties, 'accessControl') ?? null,
    armedTime:
      existing === undefined ? now : isArmedAnew(parts) ? armedAnew(services, existing) : armedTimeOf(existing),
    runtimeConfiguration: memberOf(properties, 'runtimeConfiguration') ?? null,
  };
  const secrets: WorkflowSecrets = {
    primaryKey: existing?.secrets.primaryKey ?? services.secrets.randomKey(32),
    secondaryKey: existing?.secrets.secondaryKey ?? services.secrets.randomKey(32),
    parameters: proposal.secure,
  };
  const identity = identityOf(services, memberOf(body, 'identity'), existing);
  return {
    id: id.text,
    type: workflowType,
    name: id.name,
    ...(id.subscriptionId === undefined ? {} : { subscriptionId: id.subscriptionId }),
    ...(id.resourceGroup === undefined ? {} : { resourceGroup: id.resourceGroup }),
    location: existing?.document.location ?? parts.location,
    body: {
      tags: memberOf(body, 'tags') ?? {},
      ...(identity === undefined ? {} : { identity }),
      workflow: workflow as unknown as JsonObject,
    },
    secrets: secrets as unknown as JsonObject,
    etag: `"${services.random.uuid()}"`,
    createdTime: existing?.document.createdTime ?? now,
    changedTime: now,
  };
}

/** A new version arms the triggers anew, and so does a switch to enabled. */
function isArmedAnew({ existing, proposal, version }: DocumentParts): boolean {
  if (existing?.body.version !== version) return true;
  return proposal.state === 'Enabled' && existing.body.state !== 'Enabled';
}

/** Now, and later than the last time. */
function armedAnew(services: Services, workflow: StoredWorkflow): number {
  return Math.max(services.clock.now(), armedTimeOf(workflow) + 1);
}

/** A system-assigned identity keeps its principal over updates; the type decides, ignoring case. */
function identityOf(
  services: Services,
  given: Json | undefined,
  existing: StoredWorkflow | undefined,
): Json | undefined {
  if (given === undefined || given === null) return undefined;
  const type = memberOf(given, 'type');
  if (typeof type !== 'string' || /^none$/i.test(type)) return { type: 'None' };
  if (!/systemassigned/i.test(type)) return given;
  const before = memberOf(existing?.document.body, 'identity');
  return {
    ...(given as JsonObject),
    principalId: memberOf(before, 'principalId') ?? services.random.uuid(),
    tenantId: services.settings.tenantId,
  };
}

function versionWrite(services: Services, workflow: StoredWorkflow): Write {
  const { body, secrets, idKey } = workflow;
  return {
    kind: 'putDocument',
    document: {
      collection: workflowCollections.versions,
      key: versionKey(idKey, body.version),
      parent: idKey,
      time: services.clock.now(),
      status: '',
      body: {
        version: body.version,
        definition: body.definition,
        parameters: body.parameters,
        tags: memberOf(workflow.document.body, 'tags') ?? {},
      },
      secrets: { parameters: secrets.parameters },
    },
  };
}

function accessWrite(services: Services, workflow: StoredWorkflow): Write {
  return {
    kind: 'putDocument',
    document: {
      collection: workflowCollections.access,
      key: workflow.body.opaqueId,
      parent: workflow.idKey,
      time: services.clock.now(),
      status: '',
      body: { workflowId: workflow.id },
    },
  };
}

/** Enables or disables; running runs go on either way. */
export async function setWorkflowState(services: Services, id: string, state: 'Enabled' | 'Disabled'): Promise<void> {
  const workflow = requireWorkflow(services, id);
  const armed =
    state === 'Enabled' && workflow.body.state !== state ? { armedTime: armedAnew(services, workflow) } : {};
  await replace(services, workflow, { ...workflow.body, state, ...armed }, workflow.secrets);
}

/** Replaces one access key: every URL signed with it stops working. */
export async function regenerateAccessKey(
  services: Services,
  id: string,
  keyType: 'Primary' | 'Secondary',
): Promise<void> {
  const workflow = requireWorkflow(services, id);
  const fresh = services.secrets.randomKey(32);
  const keys = keyType === 'Primary' ? { primaryKey: fresh } : { secondaryKey: fresh };
  await replace(services, workflow, workflow.body, { ...workflow.secrets, ...keys });
}

async function replace(
  services: Services,
  workflow: StoredWorkflow,
  body: WorkflowBody,
  secrets: WorkflowSecrets,
): Promise<void> {
  const resource: ResourceDocument = {
    ...workflow.document,
    body: { ...workflow.document.body, workflow: body as unknown as JsonObject },
    secrets: secrets as unknown as JsonObject,
    etag: `"${services.random.uuid()}"`,
    changedTime: services.clock.now(),
  };
  await services.store.commit([{ kind: 'putResource', resource }]);
}

/** Deletes the workflow and cancels its runs as far as possible; false when there was none. */
export async function deleteWorkflow(services: Services, id: string): Promise<boolean> {
  const workflow = findWorkflow(services, id);
  if (workflow === undefined) return false;
  await commitWithGone(services, { ids: [workflow.id] }, [
    { kind: 'deleteResource', id: workflow.id },
    { kind: 'deleteDocument', collection: workflowCollections.access, key: workflow.body.opaqueId },
    ...forgottenStates(services, workflow),
  ]);
  const prefix = `${workflow.idKey}/runs/`;
  const running = services.store.history.unfinished().filter((key) => key.startsWith(prefix));
  await Promise.all(running.map((key) => services.host.cancel(key)));
  return true;
}
