/**
 * Our own alerts as Microsoft Graph has alerts: the older form (`security/alerts`) and today's (`security/alerts_v2`).
 *
 * Owns: the two shapes, finding one by its id alone, which state a Graph status means. Does not own: alerts and their states
 * (`event-documents.ts`, `change-alert-state.ts`), queries (`#directory`).
 * Source: the published `alert` and `microsoft.graph.security.alert` types of Microsoft Graph.
 */
import type { EntitySet } from '#directory';
import { formatTime, isJsonArray, type Json, type JsonObject, memberOf, parseArmId, textMember } from '#foundation';
import type { AlertActionName } from './change-alert-state.ts';
import { findAlert, type StoredEvent } from './event-documents.ts';
import { subscriptionType } from './seed-tenant.ts';
import type { Services } from './services.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const both = {
  readOnly: [],
  initial: {},
  unique: [],
  indexed: [],
  changes: 'update',
} as const;

/** The two forms as sets, for queries. */
export const graphAlertSets = {
  alerts: {
    path: 'security/alerts',
    type: 'alert',
    noun: 'Alert',
    properties: words(`
      id activityGroupName assignedTo azureSubscriptionId azureTenantId category closedDateTime cloudAppStates comments confidence
      createdDateTime description detectionIds eventDateTime feedback fileStates hostStates incidentIds lastModifiedDateTime
      networkConnections recommendedActions severity sourceMaterials status tags title userStates vendorInformation`),
    ...both,
  },
  alerts_v2: {
    path: 'security/alerts_v2',
    type: 'security.alert',
    noun: 'Alert',
    properties: words(`
      id actorDisplayName additionalData alertPolicyId alertWebUrl assignedTo category classification comments createdDateTime
      description detectionSource detectorId determination evidence firstActivityDateTime incidentId incidentWebUrl
      lastActivityDateTime lastUpdateDateTime mitreTechniques productName providerAlertId recommendedActions resolvedDateTime
      serviceSource severity status systemTags tenantId threatDisplayName threatFamilyName title`),
    ...both,
  },
} as const satisfies Readonly<Record<string, EntitySet>>;

export type GraphAlertForm = keyof typeof graphAlertSets;

/** By the state over REST. */
const statuses: Readonly<Record<GraphAlertForm, Readonly<Record<string, string>>>> = {
  alerts: { Active: 'newAlert', InProgress: 'inProgress', Resolved: 'resolved', Dismissed: 'dismissed' },
  alerts_v2: { Active: 'new', InProgress: 'inProgress', Resolved: 'resolved', Dismissed: 'resolved' },
};

const actions: Readonly<Record<string, AlertActionName>> = {
  newalert: 'activate',
  new: 'activate',
  inprogress: 'inProgress',
  resolved: 'resolve',
  dismissed: 'dismiss',
};

/** What a change to this status is here; undefined for none of Graph's. */
export function alertActionOf(status: string): AlertActionName | undefined {
  return actions[status.toLowerCase()];
}

/** The alert of an id, whatever its subscription; with the subscription. */
export function findGraphAlert(
  services: Pick<Services, 'store'>,
  id: string,
): { readonly alert: StoredEvent; readonly subscriptionId: string } | undefined {
  for (const subscription of services.store.resources.list({ type: subscriptionType })) {
    const subscriptionId = parseArmId(subscription.id)?.subscriptionId ?? '';
    const alert = findAlert(services, subscriptionId, id);
    if (alert !== undefined) return { alert, subscriptionId };
  }
  return undefined;
}

/** An alert without its id, in one of the forms. */
export function graphAlert(form: GraphAlertForm, event: StoredEvent, tenantId: string): JsonObject {
  const { document, body } = event;
  const text = (name: string): string | null => textMember(body, name) ?? null;
  const steps = memberOf(body, 'RemediationSteps');
  const common: CommonMembers = {
    assignedTo: null,
    comments: [],
    createdDateTime: text('TimeGenerated') ?? formatTime(document.time),
    description: text('Description'),
    severity: (text('Severity') ?? 'unknown').toLowerCase(),
    status: statuses[form][document.status] ?? 'unknown',
    title: text('AlertDisplayName'),
  };
  const recommended = (isJsonArray(steps) ? steps : [steps]).filter((step) => typeof step === 'string');
  return (form === 'alerts' ? olderForm : newerForm)(event, common, recommended, tenantId);
}

interface CommonMembers extends JsonObject {
  readonly createdDateTime: string;
  readonly status: string;
}

function olderForm(
  { document, body, id }: StoredEvent,
  common: CommonMembers,
  recommendedActions: readonly string[],
  azureTenantId: string,
): JsonObject {
  const text = (name: string): string | null => textMember(body, name) ?? null;
  return {
    ...common,
    azureSubscriptionId: parseArmId(id)?.subscriptionId ?? null,
    azureTenantId,
    category: text('AlertType'),
    closedDateTime: null,
    eventDateTime: text('StartTimeUtc') ?? common.createdDateTime,
    feedback: null,
    lastModifiedDateTime: formatTime(document.time),
    recommendedActions,
    sourceMaterials: text('AlertUri') === null ? [] : [text('AlertUri')],
    tags: [],
    vendorInformation: {
      provider: text('ProductName'),
      providerVersion: null,
      subProvider: null,
      vendor: text('VendorName'),
    },
    ...statesOf(body),
  };
}

function newerForm(
  { document, body }: StoredEvent,
  common: CommonMembers,
  recommended: readonly string[],
  tenantId: string,
): JsonObject {
  const text = (name: string): string | null => textMember(body, name) ?? null;
  const lastUpdateDateTime = formatTime(document.time);
  return {
    ...common,
    additionalData: memberOf(body, 'ExtendedProperties') ?? null,
    alertWebUrl: text('AlertUri'),
    category: text('Intent'),
    classification: null,
    detectionSource: 'microsoftDefenderForCloud',
    detectorId: text('AlertType'),
    determination: null,
    evidence: [],
    firstActivityDateTime: text('StartTimeUtc'),
    incidentId: null,
    lastActivityDateTime: text('EndTimeUtc'),
    lastUpdateDateTime,
    mitreTechniques: [],
    productName: text('ProductName'),
    providerAlertId: text('SystemAlertId'),
    recommendedActions: recommended.join('\n'),
    resolvedDateTime: common.status === 'resolved' ? lastUpdateDateTime : null,
    serviceSource: 'microsoftDefenderForCloud',
    tenantId,
  };
}

/** What the alert's entities say of machines, people, addresses and files. */
function statesOf(body: JsonObject): JsonObject {
  const entities = memberOf(body, 'Entities');
  const of = (type: string): readonly Json[] =>
    (isJsonArray(entities) ? entities : []).filter((one) => textMember(one, 'Type')?.toLowerCase() === type);
  const text = (one: Json, name: string): string | null => textMember(one, name) ?? null;
  return {
    hostStates: of('host').map((one) => ({ netBiosName: text(one, 'HostName'), fqdn: text(one, 'FQDN') })),
    userStates: of('account').map((one) => ({
      accountName: text(one, 'Name'),
      domainName: text(one, 'UPNSuffix') ?? text(one, 'NTDomain'),
      aadUserId: text(one, 'AadUserId'),
    })),
    networkConnections: of('ip').map((one) => ({ sourceAddress: text(one, 'Address') })),
    fileStates: of('file').map((one) => ({ name: text(one, 'Name'), path: text(one, 'Directory') })),
  };
}
