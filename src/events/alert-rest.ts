/**
 * Alerts between the event's body and the management API's answer.
 *
 * Owns: the renaming of members in both directions, the legacy members that older api-versions carry.
 * Does not own: the state of an alert (given in), lists and filters (`#api`).
 * Source: domain reference 10; management API reference 5.2.
 *
 * Invariants
 * R1. Going to REST and back gives the body again, but for what REST cannot hold (`Status`, identifiers of other types).
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberOf, setMember } from '#foundation';
import { looseMember, looseText } from './members.ts';

/** States of an alert over REST. */
export const alertStates = ['Active', 'InProgress', 'Resolved', 'Dismissed'] as const;
export type AlertState = (typeof alertStates)[number];

export interface AlertAnswer {
  readonly id: string;
  readonly name: string;
  readonly state: AlertState;
  readonly subscriptionId: string;
}

/** Event members whose REST name is not just the first letter lowered. */
const restNames: Readonly<Record<string, string>> = {
  TimeGenerated: 'timeGeneratedUtc',
  ProcessingEndTime: 'processingEndTimeUtc',
};
const eventNames: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(restNames).map(([event, rest]) => [rest, event]),
);

/** Event members that go into the `LogAnalytics` identifier, or that REST does not have. */
const notInRest = new Set([
  'Status',
  'ProviderAlertStatus',
  'ConfidenceLevel',
  'ConfidenceScore',
  'ConfidenceReasons',
  'AzureResourceId',
  'WorkspaceId',
  'WorkspaceSubscriptionId',
  'WorkspaceResourceGroup',
  'AgentId',
  'ResourceIdentifiers',
  'Entities',
  'Version',
]);

const identifierTypes = ['AzureResource', 'LogAnalytics'];

const restVersion = '2022-01-01.0';

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The state a new alert has over REST, from the event's `Status`. */
export function stateOfStatus(status: Json | undefined): AlertState {
  const text = typeof status === 'string' ? status.toLowerCase() : '';
  if (text === 'resolved') return 'Resolved';
  return text === 'dismissed' ? 'Dismissed' : 'Active';
}

/** The event's `Status` for a REST state: `InProgress` has none of its own and is `New`. */
export function statusOfState(state: Json | undefined): string {
  const text = typeof state === 'string' ? state.toLowerCase() : '';
  if (text === 'resolved') return 'Resolved';
  if (text === 'dismissed') return 'Dismissed';
  return text === 'active' || text === 'inprogress' || text === 'new' || text === '' ? 'New' : 'Unknown';
}

/** The answer to `GET …/alerts/{name}`. Versions up to 2019-01-01 also get the members of the first alerts API. */
export function alertToRest(body: JsonObject, answer: AlertAnswer, apiVersion: string): JsonObject {
  const properties: { [name: string]: Json } = { version: restVersion };
  for (const [name, value] of Object.entries(body)) {
    if (notInRest.has(name)) continue;
    setMember(properties, restNames[name] ?? lowerFirst(name), value);
  }
  properties['status'] = answer.state;
  properties['systemAlertId'] = answer.name;
  properties['resourceIdentifiers'] = restIdentifiers(body);
  properties['entities'] = restEntities(memberOf(body, 'Entities'));
  properties['productComponentName'] ??=
    looseText(looseMember(body, 'ExtendedProperties'), 'ProductComponentName') ?? null;
  properties['techniques'] ??= [];
  properties['subTechniques'] ??= [];
  properties['supportingEvidence'] ??= null;
  const legacy = apiVersion !== '' && apiVersion.slice(0, 10) <= '2019-01-01' ? legacyMembers(body, answer) : {};
  return {
    id: answer.id,
    name: answer.name,
    type: 'Microsoft.Security/Locations/alerts',
    properties: { ...properties, ...legacy },
  };
}

/** Identifiers in REST form; those of types that REST does not know are left out. */
function restIdentifiers(body: JsonObject): Json {
  const given = memberOf(body, 'ResourceIdentifiers');
  const known = (isJsonArray(given) ? given : []).filter(isJsonObject).flatMap((identifier) => {
    const type = identifierTypes.find((each) => each === looseText(identifier, 'Type'));
    if (type === undefined) return [];
    const members = Object.entries(identifier).filter(([name]) => name !== 'Type' && name !== '$id');
    return [{ ...Object.fromEntries(members.map(([name, value]) => [lowerFirst(name), value])), type }];
  });
  if (known.length > 0) return known;
  const resource = memberOf(body, 'AzureResourceId');
  return typeof resource === 'string' && resource !== '' ? [{ type: 'AzureResource', azureResourceId: resource }] : [];
}

/** Entities with lower first letters at every level; values of `type` in lower case where they are plain. */
function restEntities(value: Json | undefined): Json {
  return isJsonArray(value) ? value.map((entity) => renameDeep(entity, lowerFirst)) : [];
}

function renameDeep(value: Json, rename: (name: string) => string): Json {
  if (isJsonArray(value)) return value.map((item) => renameDeep(item, rename));
  if (!isJsonObject(value)) return value;
  const renamed: { [name: string]: Json } = {};
  for (const [name, member] of Object.entries(value)) setMember(renamed, rename(name), renameDeep(member, rename));
  return renamed;
}

function legacyMembers(body: JsonObject, answer: AlertAnswer): JsonObject {
  const steps = memberOf(body, 'RemediationSteps');
  return {
    alertName: body['AlertType'] ?? null,
    instanceId: answer.name,
    associatedResource: body['AzureResourceId'] ?? null,
    reportedSeverity: body['Severity'] ?? null,
    state: answer.state,
    reportedTimeUtc: body['TimeGenerated'] ?? null,
    detectedTimeUtc: body['ProcessingEndTime'] ?? null,
    remediationSteps: isJsonArray(steps) ? steps.map(String).join('\r\n') : (steps ?? null),
    confidenceScore: body['ConfidenceScore'] ?? null,
    confidenceReasons: body['ConfidenceReasons'] ?? [],
    canBeInvestigated: true,
    actionTaken: 'Detected',
    subscriptionId: answer.subscriptionId,
  };
}

/** An event body from a REST alert, or from flat properties in REST casing. */
export function alertFromRest(rest: JsonObject): JsonObject {
  const inner = memberOf(rest, 'properties') ?? memberOf(rest, 'Properties');
  const properties = isJsonObject(inner) ? inner : rest;
  const body: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'version' || name === 'status' || name === 'state') continue;
    setMember(body, eventNames[name] ?? upperFirst(name), value);
  }
  body['Status'] = statusOfState(properties['status'] ?? properties['state']);
  body['SystemAlertId'] ??= memberOf(rest, 'name') ?? null;
  if (isJsonArray(body['Entities']))
    body['Entities'] = body['Entities'].map((entity) => renameDeep(entity, upperFirst));
  if (isJsonArray(body['ResourceIdentifiers'])) {
    body['ResourceIdentifiers'] = body['ResourceIdentifiers'].map((each) => renameDeep(each, upperFirst));
  }
  if (body['SystemAlertId'] === null) delete body['SystemAlertId'];
  return { ...body, ...fromIdentifiers(body) };
}

/** Members that events carry at the top and REST only inside its identifiers. */
function fromIdentifiers(body: JsonObject): JsonObject {
  const identifiers = isJsonArray(body['ResourceIdentifiers']) ? body['ResourceIdentifiers'] : [];
  const resource = identifiers.map((each) => looseText(each, 'AzureResourceId')).find((id) => id !== undefined);
  const workspace = identifiers.find((each) => looseText(each, 'WorkspaceId') !== undefined);
  return {
    AzureResourceId: body['AzureResourceId'] ?? resource ?? null,
    WorkspaceId: looseMember(workspace, 'WorkspaceId') ?? null,
    WorkspaceSubscriptionId: looseMember(workspace, 'WorkspaceSubscriptionId') ?? null,
    WorkspaceResourceGroup: looseMember(workspace, 'WorkspaceResourceGroup') ?? null,
    AgentId: looseMember(workspace, 'AgentId') ?? null,
  };
}
