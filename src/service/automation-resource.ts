/**
 * The stored form of an automation, and its answer.
 *
 * Owns: how `Microsoft.Security/automations` resources are laid out in the store, what of them is secret.
 * Does not own: checking and saving (`put-automation.ts`), conditions (`#rules`), the index in memory (`automation-index.ts`).
 *
 * Invariants
 * A1. `uri` and `connectionString` are in `secrets` only; no answer holds them.
 * Source: management API reference 5.1.
 */
import {
  armIdKey,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  type ResourceDocument,
  textMember,
} from '#foundation';
import { parseConditions, planAutomation, type PlannedAutomation } from '#rules';
import { type Brakes, parseBrakes } from './brakes.ts';

export const automationType = 'Microsoft.Security/automations';

/** The tag by which a backup copy names the automation it was made from. */
export const backupTag = 'tocsin-backup-of';

export type AutomationAction =
  | { readonly kind: 'LogicApp'; readonly logicAppResourceId: string; readonly uri: string }
  | { readonly kind: 'EventHub'; readonly eventHubResourceId: string; readonly connectionString: string }
  | { readonly kind: 'Workspace'; readonly workspaceResourceId: string };

export interface StoredAutomation {
  readonly document: ResourceDocument;
  /** As stored. */
  readonly id: string;
  readonly idKey: string;
  readonly subscriptionId: string;
  readonly enabled: boolean;
  readonly plan: PlannedAutomation;
  readonly actions: readonly AutomationAction[];
  /** Absent when no tag sets one. */
  readonly brakes?: Brakes;
  /** Of a backup copy: the key of its original's id. */
  readonly backupOf?: string;
}

/** The secrets of one action, in the order of the actions. */
export interface ActionSecrets {
  readonly uri?: string;
  readonly connectionString?: string;
}

/** An automation out of its document; undefined when the document cannot be one any more. */
export function automationOf(document: ResourceDocument): StoredAutomation | undefined {
  const properties = memberOf(document.body, 'properties');
  if (!isJsonObject(properties) || document.subscriptionId === undefined) return undefined;
  const conditions = parseConditions(properties);
  if (!('sources' in conditions)) return undefined;
  const idKey = armIdKey(document.id);
  const defaultScope = `/subscriptions/${document.subscriptionId}`;
  const plan = planAutomation(conditions, { id: idKey, defaultScope });
  if (!('sources' in plan)) return undefined;
  const tags = memberOf(document.body, 'tags');
  const brakes = parseBrakes(tags);
  const backupOf = textMember(tags, backupTag);
  let actions: readonly AutomationAction[] | undefined;
  return {
    document,
    id: document.id,
    idKey,
    subscriptionId: document.subscriptionId,
    enabled: plan.enabled,
    plan,
    // When first asked for: secrets are opened for automations that fire, not for all at start.
    get actions() {
      return (actions ??= actionsOf(properties, document.secrets));
    },
    ...(brakes === undefined || isFault(brakes) ? {} : { brakes }),
    ...(backupOf === undefined || !backupOf.startsWith('/') ? {} : { backupOf: armIdKey(backupOf) }),
  };
}

function actionsOf(properties: JsonObject, secrets: JsonObject | undefined): readonly AutomationAction[] {
  const actions = memberOf(properties, 'actions');
  const kept = secretsOf(secrets);
  return (isJsonArray(actions) ? actions : []).flatMap((action, index): AutomationAction[] => {
    const workspaceResourceId = textMember(action, 'workspaceResourceId');
    if (workspaceResourceId !== undefined) return [{ kind: 'Workspace', workspaceResourceId }];
    const logicAppResourceId = textMember(action, 'logicAppResourceId');
    const eventHubResourceId = textMember(action, 'eventHubResourceId');
    const { uri, connectionString } = kept[index] ?? {};
    if (eventHubResourceId !== undefined) {
      return connectionString === undefined ? [] : [{ kind: 'EventHub', eventHubResourceId, connectionString }];
    }
    return logicAppResourceId === undefined || uri === undefined ? [] : [{ kind: 'LogicApp', logicAppResourceId, uri }];
  });
}

/** The secrets of each action, by position. */
export function secretsOf(secrets: JsonObject | undefined): readonly ActionSecrets[] {
  const actions = memberOf(secrets, 'actions');
  return (isJsonArray(actions) ? actions : []).map((action) => {
    const uri = textMember(action, 'uri');
    const connectionString = textMember(action, 'connectionString');
    return {
      ...(uri === undefined ? {} : { uri }),
      ...(connectionString === undefined ? {} : { connectionString }),
    };
  });
}

/** The resource as the management API answers it (A1: what is stored in `body` holds no secret). */
export function automationAnswer(document: ResourceDocument): JsonObject {
  const { body } = document;
  const tags: Json | undefined = memberOf(body, 'tags');
  const kind: Json | undefined = memberOf(body, 'kind');
  return {
    id: document.id,
    name: document.name,
    type: automationType,
    location: document.location ?? '',
    ...(tags === undefined ? {} : { tags }),
    ...(kind === undefined ? {} : { kind }),
    etag: document.etag,
    properties: memberOf(body, 'properties') ?? {},
  };
}
