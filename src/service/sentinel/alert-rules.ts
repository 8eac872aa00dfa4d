/**
 * Analytics rules that make incidents out of alerts (`alertRules` of the kind `MicrosoftSecurityIncidentCreation`), and the data
 * connectors that bring a workspace the alerts of other subscriptions (`dataConnectors` of the kind `AzureSecurityCenter`).
 *
 * Owns: what is accepted, which alerts a rule wants. Does not own: the incidents (`take-alert.ts`).
 * Source: the published REST descriptions of `Microsoft.SecurityInsights/alertRules` and `dataConnectors`.
 *
 * Invariants
 * AR1. A rule is a filter: an alert that several of a workspace's rules want makes one incident.
 */
import {
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  textMember,
} from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import { findInsight, type InsightItem, insightOf, insightWrite } from './insight-items.ts';

const severities = ['High', 'Medium', 'Low', 'Informational'];

/** Rules of other kinds run queries or models of the service; nobody would run them here. */
const ruleKind = 'MicrosoftSecurityIncidentCreation';
const connectorKind = 'AzureSecurityCenter';

/** Names of one product: alerts of Defender for Cloud carry the new one, rules the old. */
const sameProduct: readonly ReadonlySet<string>[] = [
  new Set(['azure security center', 'microsoft defender for cloud', 'azure defender']),
  new Set(['azure security center for iot', 'microsoft defender for iot']),
  new Set(['microsoft defender advanced threat protection', 'microsoft defender for endpoint']),
  new Set(['azure advanced threat protection', 'microsoft defender for identity']),
  new Set(['office 365 advanced threat protection', 'microsoft defender for office 365']),
  new Set(['microsoft cloud app security', 'microsoft defender for cloud apps']),
  new Set(['azure active directory identity protection', 'microsoft entra id protection']),
];

export interface SettingPut {
  readonly providerId: string;
  readonly name: string;
  readonly body: Json;
}

interface Saved {
  readonly item: InsightItem;
  readonly created: boolean;
}

/** Creates or replaces an analytics rule. @throws TocsinError `InvalidRequestContent`, `AlertRuleKindNotSupported`. */
export function putAlertRule(services: Services, put: SettingPut): Promise<Saved> {
  const kind = textMember(put.body, 'kind') ?? '';
  if (kind !== ruleKind) {
    return raise(
      'AlertRuleKindNotSupported',
      `Analytics rules of the kind '${kind.slice(0, 80)}' are not evaluated here; only '${ruleKind}' is.`,
      { target: 'kind' },
    );
  }
  const given = propertiesOf(put.body, 'analytics rule');
  for (const name of ['displayName', 'productFilter']) requireText(given, name);
  if (typeof memberOf(given, 'enabled') !== 'boolean') {
    return raise('InvalidRequestContent', "'properties.enabled' must be a Boolean.", { target: 'properties.enabled' });
  }
  const wrong = textsOf(given, 'severitiesFilter').find((one) => !severities.includes(one));
  if (wrong !== undefined) {
    return raise(
      'InvalidRequestContent',
      `'properties.severitiesFilter' holds '${wrong.slice(0, 40)}'; it may hold ${severities.join(', ')}.`,
      { target: 'properties.severitiesFilter' },
    );
  }
  for (const name of ['displayNamesFilter', 'displayNamesExcludeFilter']) textsOf(given, name);
  const properties = { ...given, lastModifiedUtc: formatTime(services.clock.now()) };
  return save(services, put, 'alertRules', kind, properties);
}

/** Creates or replaces a data connector. @throws TocsinError `InvalidRequestContent`, `DataConnectorKindNotSupported`. */
export function putDataConnector(services: Services, put: SettingPut): Promise<Saved> {
  const kind = textMember(put.body, 'kind') ?? '';
  if (kind !== connectorKind) {
    return raise(
      'DataConnectorKindNotSupported',
      `Data connectors of the kind '${kind.slice(0, 80)}' bring nothing here; only '${connectorKind}' does.`,
      { target: 'kind' },
    );
  }
  const properties = propertiesOf(put.body, 'data connector');
  requireText(properties, 'subscriptionId');
  return save(services, put, 'dataConnectors', kind, properties);
}

function save(
  services: Services,
  { providerId, name }: SettingPut,
  kind: 'alertRules' | 'dataConnectors',
  settingKind: string,
  properties: JsonObject,
): Promise<Saved> {
  return inTurn(services.store, `${providerId}/${kind}/${name}`, async () => {
    const existing = findInsight(services, `${providerId}/${kind}/${name}`);
    const write = insightWrite(services, { parentId: providerId, name, kind, settingKind, properties, existing });
    await services.store.commit([write]);
    return { item: insightOf(write.document), created: existing === undefined };
  });
}

function propertiesOf(body: Json, what: string): JsonObject {
  const properties = memberOf(body, 'properties');
  return isJsonObject(properties) ? properties : raise('InvalidRequestContent', `The ${what} has no 'properties'.`);
}

function requireText(properties: JsonObject, name: string): void {
  if ((textMember(properties, name) ?? '').trim() === '') {
    raise('InvalidRequestContent', `'properties.${name}' must be a text.`, { target: `properties.${name}` });
  }
}

/** @throws TocsinError when it is there and no list of texts. */
function textsOf(properties: JsonObject, name: string): readonly string[] {
  const value = memberOf(properties, name) ?? null;
  if (value === null) return [];
  if (isJsonArray(value) && value.every((one) => typeof one === 'string')) return value;
  return raise('InvalidRequestContent', `'properties.${name}' must be a list of texts.`, {
    target: `properties.${name}`,
  });
}

// --- Matching ---------------------------------------------------------------------------------------------------

/** Whether two names are the same product's; `*` is every product's. */
export function isProduct(wanted: string, actual: string): boolean {
  const [one, other] = [wanted.trim().toLowerCase(), actual.trim().toLowerCase()];
  return one === '*' || one === other || sameProduct.some((names) => names.has(one) && names.has(other));
}

/** Whether an enabled rule makes an incident of the alert. */
export function wantsAlert(rule: JsonObject, alert: JsonObject): boolean {
  if (memberOf(rule, 'enabled') !== true) return false;
  const listed = (name: string): readonly string[] => {
    const value = memberOf(rule, name);
    return isJsonArray(value) ? value.map((one) => (typeof one === 'string' ? one.toLowerCase() : '')) : [];
  };
  const title = (textMember(alert, 'AlertDisplayName') ?? '').toLowerCase();
  const severity = (textMember(alert, 'Severity') ?? '').toLowerCase();
  const [wanted, unwanted, severe] = ['displayNamesFilter', 'displayNamesExcludeFilter', 'severitiesFilter'].map(
    listed,
  );
  const named = (names: readonly string[] = []): boolean => names.some((name) => title.includes(name));
  return (
    isProduct(textMember(rule, 'productFilter') ?? '', textMember(alert, 'ProductName') ?? '') &&
    ((severe ?? []).length === 0 || severe?.includes(severity) === true) &&
    ((wanted ?? []).length === 0 || named(wanted)) &&
    !named(unwanted)
  );
}
