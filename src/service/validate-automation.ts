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
  textMember,
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
import { parseBrakes } from './brakes.ts';
import { callbackFault } from './callback-targets.ts';
import { callbackUrlOf, parseTriggerCallback } from './callback-urls.ts';
import { parseConnectionString, sasPolicyOf } from './event-hub-address.ts';
import { eligibleTrigger, isLegacyOnly, supportedTriggers } from './list-eligible-logic-apps.ts';
import type { Services } from './services.ts';
import { findWorkflow } from './workflow-resource.ts';
import { workspaceType } from './workspace-links.ts';

export interface AutomationProposal {
  readonly id: string;
  readonly body: Json | undefined;
  readonly identity: Identity;
  readonly allowed: (action: string, scope: string) => boolean;
  /** Looks up callbacks of logic apps that are here anew, whatever is stored, and is refused where that cannot be done. */
  readonly refresh?: boolean;
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
  const kept = new KeptSecrets(existing);
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
  readonly kept: KeptSecrets;
}

function checkAction(services: Services, input: ActionInput): CheckedAction | Fault {
  const { action, target } = input;
  if (!isJsonObject(action)) return invalid(target, 'actions must hold objects.');
  const type = memberIgnoringCase(action, 'actionType');
  switch (typeof type === 'string' ? type.toLowerCase() : undefined) {
    case 'logicapp':
      return checkLogicApp(services, input, action);
    case 'workspace':
      return checkWorkspace(input, action);
    case 'eventhub':
      return checkEventHub(input, action);
    case undefined:
      return invalid(`${target}.actionType`, 'actionType is required.');
    default:
      return invalid(
        `${target}.actionType`,
        `'${typeof type === 'string' ? type.slice(0, 100) : typeof type}' is not one of LogicApp, EventHub, Workspace.`,
      );
  }
}

function checkWorkspace(input: ActionInput, action: JsonObject): CheckedAction | Fault {
  const { target } = input;
  const id = memberIgnoringCase(action, 'workspaceResourceId');
  if (typeof id !== 'string' || !isIdOf(id, 'microsoft.operationalinsights/workspaces')) {
    return invalid(`${target}.workspaceResourceId`, 'workspaceResourceId must be the id of a Log Analytics workspace.');
  }
  const shown = { actionType: 'Workspace', workspaceResourceId: id };
  const denied = input.kept.knows(id) ? undefined : linkedDenial(input, `${workspaceType}/write`, id);
  return denied ?? { shown, secret: {} };
}

/** An update that does not repeat the connection string keeps the stored one; what is wrong with a given one is said now. */
function checkEventHub(input: ActionInput, action: JsonObject): CheckedAction | Fault {
  const { target } = input;
  const id = memberIgnoringCase(action, 'eventHubResourceId');
  if (typeof id !== 'string' || !isIdOf(id, 'microsoft.eventhub/namespaces/eventhubs')) {
    return invalid(
      `${target}.eventHubResourceId`,
      'eventHubResourceId must be the id of an event hub (Microsoft.EventHub/namespaces/eventhubs).',
    );
  }
  const given = memberIgnoringCase(action, 'connectionString');
  if (given !== undefined && given !== null && typeof given !== 'string') {
    return invalid(`${target}.connectionString`, 'connectionString must be a string.');
  }
  const trusted = memberIgnoringCase(action, 'isTrustedServiceEnabled');
  if (trusted !== undefined && trusted !== null && typeof trusted !== 'boolean') {
    return invalid(`${target}.isTrustedServiceEnabled`, 'isTrustedServiceEnabled must be true or false.');
  }
  const connectionString = typeof given === 'string' && given !== '' ? given : input.kept.take(id)?.connectionString;
  if (connectionString === undefined) {
    const why =
      trusted === true ? ' A trusted service signs in as an identity of Azure, which Tocsin does not have.' : '';
    return invalid(`${target}.connectionString`, `connectionString is required.${why}`);
  }
  const address = parseConnectionString(connectionString, id);
  if (typeof address === 'string') return invalid(`${target}.connectionString`, address);
  const sasPolicyName = sasPolicyOf(connectionString);
  const shown = {
    actionType: 'EventHub',
    eventHubResourceId: id,
    ...(sasPolicyName === undefined ? {} : { sasPolicyName }),
    ...(typeof trusted === 'boolean' ? { isTrustedServiceEnabled: trusted } : {}),
  };
  return { shown, secret: { connectionString } };
}

function isIdOf(id: string, type: string): boolean {
  return id.startsWith('/') && parseArmId(id)?.type.toLowerCase() === type;
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
  if (typeof uri === 'string') return { shown, secret: { uri } };
  const kept = input.kept.take(id)?.uri;
  const fresh = input.proposal.refresh === true && (workflow !== undefined || kept === undefined || isOwn(kept));
  if (!fresh && kept !== undefined && callbackFault(services, kept) === undefined)
    return { shown, secret: { uri: kept } };
  const resolved = resolveUri(services, input, id);
  if (!isFault(resolved)) return { shown, secret: { uri: resolved } };
  // A stale callback that cannot be refreshed now must not stand in the way of other changes, disabling above all.
  return fresh || kept === undefined ? resolved : { shown, secret: { uri: kept } };
}

/** Whether a callback has the form of ours. */
function isOwn(uri: string): boolean {
  return parseTriggerCallback(uri) !== undefined;
}

function isAbsolute(uri: string): boolean {
  return uri.length <= 8192 && URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol);
}

/** The callback of the trigger that takes the automation's events; the caller must be allowed to list it. */
function resolveUri(services: Services, input: ActionInput, logicAppId: string): string | Fault {
  const { target, sources } = input;
  const workflow = findWorkflow(services, logicAppId);
  if (workflow === undefined) {
    return invalid(
      `${target}.logicAppResourceId`,
      `The logic app '${logicAppId}' could not be found, and the action gives no uri to call instead.`,
    );
  }
  const denied = linkedDenial(input, 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action', logicAppId);
  if (denied !== undefined) return denied;
  const trigger = eligibleTrigger(workflow, sources);
  if (trigger === undefined) return notEligible(logicAppId, target);
  try {
    return callbackUrlOf(services, logicAppId, trigger.triggerName).value;
  } catch (error) {
    if (error instanceof TocsinError) return error.fault;
    throw error;
  }
}

/** 403 unless the caller may do `action` on the resource that the action of the automation names. */
function linkedDenial({ proposal }: ActionInput, action: string, scope: string): Fault | undefined {
  if (proposal.allowed(action, scope)) return undefined;
  const own = { action: 'Microsoft.Security/automations/write', scope: proposal.id };
  return linkedAuthorizationFailed(proposal.identity, own, { action, scope });
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

/** What the actions of an existing automation hold, given out again to actions that name the same target. */
class KeptSecrets {
  readonly #left: { readonly id: string; readonly secrets: ActionSecrets }[] = [];
  readonly #ids: ReadonlySet<string>;

  constructor(existing: ResourceDocument | undefined) {
    const actions = memberOf(memberOf(existing?.body, 'properties'), 'actions');
    const secrets = secretsOf(existing?.secrets);
    for (const [index, action] of (isJsonArray(actions) ? actions : []).entries()) {
      const id = targetMembers.map((name) => textMember(action, name)).find((found) => found !== undefined);
      if (id !== undefined) this.#left.push({ id: id.toLowerCase(), secrets: secrets[index] ?? {} });
    }
    this.#ids = new Set(this.#left.map(({ id }) => id));
  }

  knows(id: string): boolean {
    return this.#ids.has(id.toLowerCase());
  }

  take(id: string): ActionSecrets | undefined {
    const at = this.#left.findIndex((kept) => kept.id === id.toLowerCase());
    return at < 0 ? undefined : this.#left.splice(at, 1)[0]?.secrets;
  }
}

const targetMembers = ['logicAppResourceId', 'eventHubResourceId', 'workspaceResourceId'];

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
  const brakes = parseBrakes(tags);
  if (isFault(brakes)) return brakes;
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
