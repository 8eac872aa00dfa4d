/**
 * A security alert in the shapes of Microsoft Sentinel: as an entity of an incident, with the entities it names, and as the
 * body that alert playbooks start with.
 *
 * Owns: the names of kinds and members in both dialects, the ids of entities. Pure.
 * Does not own: alerts (`#events`), what the connector makes of entities (`#connectors`).
 * Source: connectors reference 3.5; the published REST description of `Microsoft.SecurityInsights` entities.
 *
 * Invariants
 * AE1. The same entity has the same id in all alerts of a workspace: the id follows from its kind and what it holds.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  nameUuid,
  stringifyJson,
  textMember,
} from '#foundation';

const namespace = '0a6f6a0e-2f5d-5d11-9a4e-6b7c1d2e3f40';

/** Kinds of ARM entities by the `Type` that alerts write, lower case without dashes. */
const kinds: Readonly<Record<string, string>> = {
  account: 'Account',
  host: 'Host',
  ip: 'Ip',
  url: 'Url',
  file: 'File',
  filehash: 'FileHash',
  process: 'Process',
  azureresource: 'AzureResource',
  cloudapplication: 'CloudApplication',
  dns: 'DnsResolution',
  dnsresolution: 'DnsResolution',
  iotdevice: 'IoTDevice',
  mailbox: 'Mailbox',
  mailcluster: 'MailCluster',
  mailmessage: 'MailMessage',
  malware: 'Malware',
  registrykey: 'RegistryKey',
  registryvalue: 'RegistryValue',
  securitygroup: 'SecurityGroup',
  submissionmail: 'SubmissionMail',
};

/** Members that have another name in ARM, by kind and the name alerts write. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Account: { Name: 'accountName' },
  File: { Name: 'fileName' },
  FileHash: { Value: 'hashValue' },
  Malware: { Name: 'malwareName' },
  SecurityGroup: { Name: 'distinguishedName' },
};

/** What an entity is called in lists, the first that it has. */
const friendly: Readonly<Record<string, readonly string[]>> = {
  Account: ['displayName', 'accountName', 'aadUserId', 'sid'],
  AzureResource: ['resourceId'],
  CloudApplication: ['appName', 'name'],
  DnsResolution: ['domainName'],
  File: ['fileName'],
  FileHash: ['hashValue'],
  Host: ['hostName', 'fqdn', 'azureID'],
  IoTDevice: ['deviceName', 'deviceId'],
  Ip: ['address'],
  Mailbox: ['mailboxPrimaryAddress'],
  MailMessage: ['subject', 'recipient'],
  Malware: ['malwareName'],
  Process: ['commandLine', 'processId'],
  RegistryKey: ['key'],
  RegistryValue: ['valueName', 'valueData'],
  SecurityGroup: ['distinguishedName'],
  Url: ['url'],
};

export interface SentinelEntity {
  readonly name: string;
  /** `Ip`, `Host`, …, `SecurityAlert`. */
  readonly kind: string;
  readonly properties: JsonObject;
}

/** As it shows in an incident of the workspace whose provider this is. */
export function entityAnswer(providerId: string, { name, kind, properties }: SentinelEntity): JsonObject {
  return {
    id: `${providerId}/Entities/${name}`,
    name,
    type: 'Microsoft.SecurityInsights/Entities',
    kind,
    properties,
  };
}

/** `NTDomain` is `ntDomain`, `AzureID` is `azureID`, `FQDN` is `fqdn`: leading capitals but the one of the next word. */
export function armMember(name: string): string {
  const capitals = /^[A-Z]+/.exec(name)?.[0] ?? '';
  const kept = capitals.length > 1 && capitals.length < name.length ? capitals.length - 1 : capitals.length;
  return name.slice(0, kept).toLowerCase() + name.slice(kept);
}

/** The entities that an alert names, each once; links between them are ids. */
export function entitiesOfAlert(providerId: string, alert: JsonObject): readonly SentinelEntity[] {
  const listed = memberOf(alert, 'Entities');
  const entities = (isJsonArray(listed) ? listed : []).filter(isJsonObject);
  const byReference = new Map(
    entities.flatMap((one) => {
      const id = textMember(one, '$id');
      return id === undefined ? [] : [[id, one] as const];
    }),
  );
  const found = new Map<string, SentinelEntity>();
  const add = (given: JsonObject, depth: number): SentinelEntity | undefined => {
    const one = byReference.get(textMember(given, '$ref') ?? '') ?? given;
    const kind = kinds[(textMember(one, 'Type') ?? '').toLowerCase().replaceAll('-', '')];
    if (kind === undefined || depth > 4) return undefined;
    const properties = entityProperties(kind, one, (inner) => {
      const linked = add(inner, depth + 1);
      return linked === undefined ? undefined : `${providerId}/Entities/${linked.name}`;
    });
    const name = nameUuid(namespace, `${providerId.toLowerCase()} ${kind} ${stringifyJson(properties)}`);
    const entity = { name, kind, properties };
    if (!found.has(name)) found.set(name, entity);
    return entity;
  };
  for (const one of entities) add(one, 0);
  return [...found.values()];
}

function entityProperties(
  kind: string,
  entity: JsonObject,
  link: (inner: JsonObject) => string | undefined,
): JsonObject {
  const properties: { [name: string]: Json } = {};
  const additional: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(entity)) {
    if (name.startsWith('$') || name === 'Type' || name === 'Asset' || value === null) continue;
    const member = renamed[kind]?.[name] ?? armMember(name);
    const id = isJsonObject(value) ? link(value) : undefined;
    if (name === 'AdditionalData' && isJsonObject(value)) Object.assign(additional, value);
    else if (id !== undefined) properties[`${member}EntityId`] = id;
    else properties[member] = value;
  }
  const called = (friendly[kind] ?? [])
    .map((member) => textMember(properties, member))
    .find((text) => text !== undefined);
  return {
    ...properties,
    ...(Object.keys(additional).length === 0 ? {} : { additionalData: additional }),
    friendlyName: called ?? kind,
  };
}

/** The alert as an entity of an incident. */
export function alertEntity(alert: JsonObject, workspaceGuid: string): SentinelEntity {
  const text = (name: string): string => textMember(alert, name) ?? '';
  const tactics = text('Intent')
    .split(/[,;]\s*/)
    .filter((one) => one !== '' && one !== 'Unknown');
  const extended = memberOf(alert, 'ExtendedProperties');
  const identifiers = memberOf(alert, 'ResourceIdentifiers');
  return {
    name: text('SystemAlertId'),
    kind: 'SecurityAlert',
    properties: {
      systemAlertId: text('SystemAlertId'),
      alertDisplayName: text('AlertDisplayName'),
      description: text('Description'),
      alertType: text('AlertType'),
      severity: text('Severity'),
      status: text('Status') || 'New',
      productName: text('ProductName'),
      productComponentName: textMember(extended ?? null, 'ProductComponentName') ?? '',
      vendorName: text('VendorName'),
      confidenceLevel: textMember(alert, 'ConfidenceLevel') ?? 'Unknown',
      compromisedEntity: text('CompromisedEntity'),
      intent: text('Intent'),
      tactics,
      startTimeUtc: text('StartTimeUtc'),
      endTimeUtc: text('EndTimeUtc'),
      timeGenerated: text('TimeGenerated'),
      processingEndTime: textMember(alert, 'ProcessingEndTime') ?? text('TimeGenerated'),
      providerAlertId: textMember(alert, 'ProviderAlertId') ?? text('SystemAlertId'),
      alertLink: text('AlertUri'),
      remediationSteps: memberOf(alert, 'RemediationSteps') ?? [],
      resourceIdentifiers: isJsonArray(identifiers)
        ? identifiers.filter(isJsonObject).map(identifierOf)
        : [{ type: 'LogAnalytics', workspaceId: workspaceGuid }],
      additionalData: isJsonObject(extended) ? extended : {},
      friendlyName: text('AlertDisplayName'),
    },
  };
}

function identifierOf(identifier: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(identifier)
      .filter(([name]) => !name.startsWith('$'))
      .map(([name, value]) => [armMember(name), value]),
  );
}

/** Where a workspace is, as trigger bodies say it. */
export interface WorkspacePlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
  /** `customerId`. */
  readonly guid: string;
}

/** The body of the trigger *Microsoft Sentinel alert*. */
export function alertTriggerBody(alert: JsonObject, place: WorkspacePlace): JsonObject {
  return {
    ...alert,
    ProviderName: textMember(alert, 'ProviderName') ?? textMember(alert, 'ProductName') ?? '',
    ProviderAlertId: textMember(alert, 'ProviderAlertId') ?? textMember(alert, 'SystemAlertId') ?? '',
    Entities: isJsonArray(memberOf(alert, 'Entities')) ? (memberOf(alert, 'Entities') ?? []) : [],
    ExtendedLinks: memberOf(alert, 'ExtendedLinks') ?? [],
    WorkspaceId: place.guid,
    WorkspaceSubscriptionId: place.subscriptionId,
    WorkspaceResourceGroup: place.resourceGroup,
  };
}
