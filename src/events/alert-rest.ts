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
import { alertResources } from './identity.ts';
import { looseMember, looseText } from './members.ts';
import { wordTable } from './word-table.ts';

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
const restNames: Readonly<Record<string, string>> = wordTable({
  TimeGenerated: 'timeGeneratedUtc',
  ProcessingEndTime: 'processingEndTimeUtc',
});
const eventNames: Readonly<Record<string, string>> = wordTable(
  Object.fromEntries(Object.entries(restNames).map(([event, rest]) => [rest, event])),
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

/** Which shape a version has: the first one, both at once, or the one of today. */
function shapeOf(apiVersion: string): { readonly legacy: boolean; readonly today: boolean; readonly newest: boolean } {
  const date = apiVersion.slice(0, 10);
  return {
    legacy: date !== '' && date <= '2019-01-01',
    today: date === '' || date >= '2019-01-01',
    newest: date === '' || date >= '2022-01-01',
  };
}

/**
 * The answer to `GET …/alerts/{name}`: 2015-06-01-preview has the members of the first alerts API, 2019-01-01 those and
 * today's; techniques and evidence are shown from 2022-01-01 on.
 */
export function alertToRest(body: JsonObject, answer: AlertAnswer, apiVersion: string): JsonObject {
  const shape = shapeOf(apiVersion);
  const properties = {
    ...(shape.today ? todaysMembers(body, answer, shape.newest) : {}),
    ...(shape.legacy ? legacyMembers(body, answer) : {}),
  };
  return { id: answer.id, name: answer.name, type: 'Microsoft.Security/Locations/alerts', properties };
}

const newestMembers = ['techniques', 'subTechniques', 'supportingEvidence'] as const;

function todaysMembers(body: JsonObject, answer: AlertAnswer, newest: boolean): JsonObject {
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
  if (!newest) for (const name of newestMembers) delete properties[name];
  return properties;
}

/** Identifiers in REST form; those of types that REST does not know are left out. */
function restIdentifiers(body: JsonObject): Json {
  const given = memberOf(body, 'ResourceIdentifiers');
  const known = (isJsonArray(given) ? given : []).filter(isJsonObject).flatMap((identifier): JsonObject[] => {
    const type = identifierTypes.find((each) => each === looseText(identifier, 'Type'));
    if (type === undefined) return [];
    const members = Object.entries(identifier).filter(([name]) => name !== 'Type' && name !== '$id');
    return [{ ...Object.fromEntries(members.map(([name, value]) => [lowerFirst(name), value])), type }];
  });
  const has = (type: string): boolean => known.some((identifier) => identifier['type'] === type);
  const resource = looseText(body, 'AzureResourceId');
  const workspaceId = looseText(body, 'WorkspaceId');
  const missing: JsonObject[] = [];
  if (resource !== undefined && !has('AzureResource'))
    missing.push({ type: 'AzureResource', azureResourceId: resource });
  if (workspaceId !== undefined && !has('LogAnalytics')) {
    missing.push({
      type: 'LogAnalytics',
      workspaceId,
      workspaceSubscriptionId: body['WorkspaceSubscriptionId'] ?? null,
      workspaceResourceGroup: body['WorkspaceResourceGroup'] ?? null,
      agentId: body['AgentId'] ?? null,
    });
  }
  return [...known, ...missing];
}

/** Entities with lower first letters at every level; values stay as they are. */
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

/** The members of the first alerts API; steps are one text there. */
function legacyMembers(body: JsonObject, answer: AlertAnswer): JsonObject {
  const steps = memberOf(body, 'RemediationSteps');
  const resource = alertResources(body)[0];
  const workspace = looseText(body, 'WorkspaceId');
  return {
    vendorName: body['VendorName'] ?? null,
    alertDisplayName: body['AlertDisplayName'] ?? null,
    alertName: body['AlertType'] ?? null,
    detectedTimeUtc: body['ProcessingEndTime'] ?? body['TimeGenerated'] ?? null,
    description: body['Description'] ?? null,
    remediationSteps: isJsonArray(steps) ? steps.map(String).join('\r\n') : (steps ?? null),
    actionTaken: 'Detected',
    reportedSeverity: body['Severity'] ?? null,
    compromisedEntity: body['CompromisedEntity'] ?? null,
    associatedResource: resource ?? null,
    subscriptionId: answer.subscriptionId,
    instanceId: answer.name,
    extendedProperties: body['ExtendedProperties'] ?? {},
    state: answer.state,
    reportedTimeUtc: body['TimeGenerated'] ?? null,
    confidenceScore: body['ConfidenceScore'] ?? null,
    confidenceReasons: body['ConfidenceReasons'] ?? [],
    canBeInvestigated: true,
    isIncident: body['IsIncident'] ?? false,
    entities: restEntities(memberOf(body, 'Entities')),
    systemSource: resource === undefined ? 'Non-Azure' : 'Azure',
    workspaceArmId: workspace?.startsWith('/') === true ? workspace : null,
    correlationKey: body['CorrelationKey'] ?? null,
  };
}

/** Event members by the names they had in the first alerts API. */
const legacyNames: Readonly<Record<string, string>> = wordTable({
  alertName: 'AlertType',
  instanceId: 'SystemAlertId',
  associatedResource: 'AzureResourceId',
  reportedSeverity: 'Severity',
  reportedTimeUtc: 'TimeGenerated',
  detectedTimeUtc: 'ProcessingEndTime',
});

/** What only that API has and events do not; `instanceId` and the others above are taken by `fillFromLegacy`. */
const onlyLegacy = new Set([
  ...Object.keys(legacyNames),
  'actionTaken',
  'canBeInvestigated',
  'subscriptionId',
  'systemSource',
  'workspaceArmId',
]);

function fillFromLegacy(body: { [name: string]: Json }, properties: JsonObject): void {
  for (const [legacy, name] of Object.entries(legacyNames)) {
    const value = memberOf(properties, legacy);
    if (value !== undefined && body[name] === undefined) body[name] = value;
  }
  const steps = body['RemediationSteps'];
  if (typeof steps === 'string') body['RemediationSteps'] = steps === '' ? [] : steps.split(/\r?\n/);
}

/** An event body from a REST alert, or from flat properties in REST casing. */
export function alertFromRest(rest: JsonObject): JsonObject {
  const inner = memberOf(rest, 'properties') ?? memberOf(rest, 'Properties');
  const properties = isJsonObject(inner) ? inner : rest;
  const body: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'version' || name === 'status' || name === 'state' || onlyLegacy.has(name)) continue;
    setMember(body, eventNames[name] ?? upperFirst(name), value);
  }
  fillFromLegacy(body, properties);
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
