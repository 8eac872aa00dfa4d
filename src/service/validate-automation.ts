/**
 * Whether an automation may be saved, and the form in which it is.
 *
 * Owns: the body's shape, names, actions, canonical spelling, callbacks to look up. Conditions are judged by `#rules`.
 * Does not own: the commit (`put-automation.ts`).
 *
 * Invariants
 * V1. Checking changes nothing and calls nobody; a given `uri` is taken as it is.
 * V2. What is refused names the member that is wrong.
 * Source: management API reference 5.1; own API reference, automations; domain reference 8, 14 and 17.
 */
import { linkedAuthorizationFailed } from '#access';
import {
  Fault,
  fault,
  type Identity,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  parseArmId,
  type ResourceDocument,
  TocsinError,
} from '#foundation';
import {
  checkConditions,
  type DefinitionFault,
  type EventSource,
  invalidAutomation,
  type ParsedConditions,
  parseConditions,
} from '#rules';
import { type ActionSecrets, secretsOf } from './automation-resource.ts';
import { callbackUrlOf } from './callback-urls.ts';
import { eligibleTrigger, isLegacyOnly, supportedTriggers } from './list-eligible-logic-apps.ts';
import type { Services } from './services.ts';
import { findWorkflow } from './workflow-resource.ts';

export interface AutomationProposal {
  readonly id: string;
  readonly body: Json | undefined;
  readonly identity: Identity;
  readonly allowed: (action: string, scope: string) => boolean;
}

/** What is to be stored. */
export interface CheckedAutomation {
  readonly location: string;
  readonly body: JsonObject;
  readonly secrets: JsonObject;
  /** The etag the caller gave in the body. */
  readonly etag?: string;
}

const namePattern = /^[a-zA-Z0-9._()-]{1,260}$/;

/** The automation ready to store, or why it is refused. */
export function checkAutomation(
  services: Services,
  proposal: AutomationProposal,
  existing: ResourceDocument | undefined,
): CheckedAutomation | Fault {
  const id = parseArmId(proposal.id);
  const name = id?.name ?? '';
  if (!namePattern.test(name) || name.endsWith('.')) {
    return fault(
      'InvalidResourceName',
      `The automation name '${name}' is not valid: 1 to 260 letters, digits or . _ ( ) -, not ending in a dot.`,
    );
  }
  const { body } = proposal;
  if (!isJsonObject(body)) return fault('InvalidRequestContent', 'The request content is not a JSON object.');
  const location = memberOf(body, 'location') ?? existing?.location;
  if (typeof location !== 'string' || location.trim() === '') {
    return fault('LocationRequired', 'The location property is required for this definition.', { target: 'location' });
  }
  const properties = memberOf(body, 'properties');
  if (!isJsonObject(properties)) {
    return invalidAutomation([{ target: 'properties', message: 'An automation needs properties, an object.' }]);
  }
  const conditions = readConditions(properties, id?.subscriptionId ?? '');
  if (isFault(conditions)) return conditions;
  const actions = checkActions(services, proposal, properties, conditions, existing);
  if (isFault(actions)) return actions;
  return assemble({ body, location, properties, conditions, actions, existing });
}

function readConditions(properties: JsonObject, subscriptionId: string): ParsedConditions | Fault {
  const conditions = parseConditions(properties, 'properties.');
  if (!('sources' in conditions)) return invalidAutomation(conditions);
  const faults = checkConditions(conditions, { subscriptionId, prefix: 'properties.' });
  return faults.length === 0 ? conditions : invalidAutomation(faults);
}

// --- Actions ----------------------------------------------------------------------------------------------------

interface CheckedAction {
  readonly shown: JsonObject;
  readonly secret: ActionSecrets;
}

function checkActions(
  services: Services,
  proposal: AutomationProposal,
  properties: JsonObject,
  conditions: ParsedConditions,
  existing: ResourceDocument | undefined,
): readonly CheckedAction[] | Fault {
  const given = memberOf(properties, 'actions');
  if (given !== undefined && given !== null && !isJsonArray(given)) {
    return invalid('properties.actions', 'actions must be an array.');
  }
  if (given === undefined || given === null || given.length === 0) {
    return invalid('properties.actions', 'An automation needs at least one action.');
  }
  const sources = conditions.sources.map(({ eventSource }) => eventSource);
  const kept = keptUris(existing);
  const checked: CheckedAction[] = [];
  for (const [index, action] of given.entries()) {
    const one = checkAction(services, { proposal, action, target: `properties.actions[${index}]`, sources, kept });
    if (isFault(one)) return one;
    checked.push(one);
  }
  return checked;
}

interface ActionInput {
  readonly proposal: AutomationProposal;
  readonly action: Json;
  readonly target: string;
  readonly sources: readonly EventSource[];
  readonly kept: KeptUris;
}

function checkAction(services: Services, input: ActionInput): CheckedAction | Fault {
  const { action, target } = input;
  if (!isJsonObject(action)) return invalid(target, 'actions must hold objects.');
  const type = memberIgnoringCase(action, 'actionType');
  switch (typeof type === 'string' ? type.toLowerCase() : undefined) {
    case 'logicapp':
      return checkLogicApp(services, input, action);
    case 'workspace':
      return checkWorkspace(action, target);
    case 'eventhub':
      return invalid(
        `${target}.actionType`,
        'Actions of type EventHub are not supported: there is no Event Hub to send to. Use LogicApp or Workspace.',
      );
    case undefined:
      return invalid(`${target}.actionType`, 'actionType is required.');
    default:
      return invalid(
        `${target}.actionType`,
        `'${typeof type === 'string' ? type.slice(0, 100) : typeof type}' is not one of LogicApp, EventHub, Workspace.`,
      );
  }
}

function checkWorkspace(action: JsonObject, target: string): CheckedAction | Fault {
  const id = memberIgnoringCase(action, 'workspaceResourceId');
  const parsed = typeof id === 'string' && id.startsWith('/') ? parseArmId(id) : undefined;
  if (typeof id !== 'string' || parsed?.type.toLowerCase() !== 'microsoft.operationalinsights/workspaces') {
    return invalid(`${target}.workspaceResourceId`, 'workspaceResourceId must be the id of a Log Analytics workspace.');
  }
  return { shown: { actionType: 'Workspace', workspaceResourceId: id }, secret: {} };
}

function checkLogicApp(services: Services, input: ActionInput, action: JsonObject): CheckedAction | Fault {
  const { target } = input;
  const id = memberIgnoringCase(action, 'logicAppResourceId');
  const parsed = typeof id === 'string' && id.startsWith('/') ? parseArmId(id) : undefined;
  if (typeof id !== 'string' || parsed?.type.toLowerCase() !== 'microsoft.logic/workflows') {
    return invalid(
      `${target}.logicAppResourceId`,
      'logicAppResourceId must be the id of a logic app (Microsoft.Logic/workflows).',
    );
  }
  const shown = { actionType: 'LogicApp', logicAppResourceId: id };
  const uri = memberIgnoringCase(action, 'uri');
  if (uri !== undefined && uri !== null && (typeof uri !== 'string' || !isAbsolute(uri))) {
    return invalid(`${target}.uri`, 'uri must be an absolute http or https URL.');
  }
  const workflow = findWorkflow(services, id);
  if (workflow !== undefined && isLegacyOnly(workflow)) return notEligible(id, target);
  const known = typeof uri === 'string' ? uri : input.kept.take(id);
  if (known !== undefined) return { shown, secret: { uri: known } };
  const resolved = resolveUri(services, input, id);
  return isFault(resolved) ? resolved : { shown, secret: { uri: resolved } };
}

function isAbsolute(uri: string): boolean {
  return uri.length <= 8192 && URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol);
}

/** The callback of the trigger that takes the automation's events; the caller must be allowed to list it. */
function resolveUri(services: Services, input: ActionInput, logicAppId: string): string | Fault {
  const { proposal, target, sources } = input;
  const workflow = findWorkflow(services, logicAppId);
  if (workflow === undefined) {
    return invalid(
      `${target}.logicAppResourceId`,
      `The logic app '${logicAppId}' could not be found, and the action gives no uri to call instead.`,
    );
  }
  const action = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action';
  if (!proposal.allowed(action, logicAppId)) {
    const own = { action: 'Microsoft.Security/automations/write', scope: proposal.id };
    return linkedAuthorizationFailed(proposal.identity, own, { action, scope: logicAppId });
  }
  const trigger = eligibleTrigger(workflow, sources);
  if (trigger === undefined) return notEligible(logicAppId, target);
  try {
    return callbackUrlOf(services, logicAppId, trigger.triggerName).value;
  } catch (error) {
    if (error instanceof TocsinError) return error.fault;
    throw error;
  }
}

function notEligible(id: string, target: string): Fault {
  const name = id.slice(id.lastIndexOf('/') + 1);
  return fault(
    'LogicAppNotEligible',
    `The logic app '${name}' has no trigger that workflow automation starts. Supported are the triggers ` +
      `${supportedTriggers}, and HTTP request triggers.`,
    { target: `${target}.logicAppResourceId` },
  );
}

function invalid(target: string, message: string): Fault {
  const faults: readonly DefinitionFault[] = [{ target, message }];
  return invalidAutomation(faults);
}

// --- What is stored ---------------------------------------------------------------------------------------------

/** The callbacks an existing automation holds, given out again to actions that name the same logic app. */
class KeptUris {
  readonly #left: { readonly id: string; readonly uri: string }[] = [];

  constructor(existing: ResourceDocument | undefined) {
    const actions = memberOf(memberOf(existing?.body, 'properties'), 'actions');
    const secrets = secretsOf(existing?.secrets);
    for (const [index, action] of (isJsonArray(actions) ? actions : []).entries()) {
      const id = memberOf(action, 'logicAppResourceId');
      const uri = secrets[index]?.uri;
      if (typeof id === 'string' && uri !== undefined) this.#left.push({ id: id.toLowerCase(), uri });
    }
  }

  take(id: string): string | undefined {
    const at = this.#left.findIndex((kept) => kept.id === id.toLowerCase());
    return at < 0 ? undefined : this.#left.splice(at, 1)[0]?.uri;
  }
}

function keptUris(existing: ResourceDocument | undefined): KeptUris {
  return new KeptUris(existing);
}

interface Parts {
  readonly body: JsonObject;
  readonly location: string;
  readonly properties: JsonObject;
  readonly conditions: ParsedConditions;
  readonly actions: readonly CheckedAction[];
  readonly existing: ResourceDocument | undefined;
}

function assemble(parts: Parts): CheckedAutomation | Fault {
  const { body, properties, conditions, actions, existing } = parts;
  const tags = memberOf(body, 'tags');
  if (tags !== undefined && tags !== null && !isJsonObject(tags)) return invalid('tags', 'tags must be an object.');
  const description = memberOf(properties, 'description');
  if (description !== undefined && description !== null && typeof description !== 'string') {
    return invalid('properties.description', 'description must be a string.');
  }
  const kind = memberOf(body, 'kind');
  const etag = memberOf(body, 'etag');
  const was = memberOf(memberOf(existing?.body, 'properties'), 'isEnabled');
  return {
    location: parts.location,
    body: {
      ...(isJsonObject(tags) ? { tags } : {}),
      ...(typeof kind === 'string' ? { kind } : {}),
      properties: {
        ...(typeof description === 'string' ? { description } : {}),
        isEnabled: conditions.isEnabled ?? (typeof was === 'boolean' ? was : true),
        scopes: conditions.scopes.map((scope) => ({ ...scope })),
        sources: conditions.sources.map(({ eventSource, ruleSets }) => ({
          eventSource,
          ruleSets: ruleSets.map(({ rules }) => ({ rules: rules.map((rule) => ({ ...rule })) })),
        })),
        actions: actions.map(({ shown }) => shown),
      },
    },
    secrets: { actions: actions.map(({ secret }) => ({ ...secret })) },
    ...(typeof etag === 'string' && etag !== '' ? { etag } : {}),
  };
}

/** `{isValid, message}` of the validate operation: the same checks as a save, nothing stored. */
export function validateAutomation(services: Services, proposal: AutomationProposal): JsonObject {
  const existing = services.store.resources.get(proposal.id);
  const checked = checkAutomation(services, proposal, existing);
  return checked instanceof Fault
    ? { isValid: false, message: checked.message }
    : { isValid: true, message: 'Validation was successful.' };
}
