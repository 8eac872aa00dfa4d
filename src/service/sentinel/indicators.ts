/**
 * Threat intelligence indicators of a workspace.
 *
 * Owns: what is accepted and filled in. Does not own: the log table of indicators (`logs/sentinel-tables.ts`).
 * Source: the published REST description of `Microsoft.SecurityInsights/threatIntelligence`.
 */
import {
  formatTime,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  nameUuid,
  raise,
  textMember,
  type Write,
} from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import type { SettingPut } from './alert-rules.ts';
import { findInsight, type InsightItem, insightOf, insightWrite } from './insight-items.ts';

/** Creates or replaces an indicator. @throws TocsinError `InvalidRequestContent`. */
export function putIndicator(
  services: Services,
  { providerId, name, body }: SettingPut,
): Promise<{ readonly item: InsightItem; readonly created: boolean }> {
  const kind = textMember(body, 'kind') ?? '';
  if (kind !== 'indicator')
    raise('InvalidRequestContent', "The 'kind' of an indicator is 'indicator'.", { target: 'kind' });
  const given = memberOf(body, 'properties');
  if (!isJsonObject(given)) return raise('InvalidRequestContent', "The indicator has no 'properties'.");
  for (const needed of ['pattern', 'patternType', 'source']) {
    if ((textMember(given, needed) ?? '') !== '') continue;
    raise('InvalidRequestContent', `The indicator has no 'properties.${needed}'.`, { target: `properties.${needed}` });
  }
  const id = `${providerId}/threatIntelligence/${name}`;
  return inTurn(services.store, id, async () => {
    const existing = findInsight(services, id);
    const now = formatTime(services.clock.now());
    const properties = {
      ...given,
      created: existing?.properties['created'] ?? memberOf(given, 'created') ?? now,
      lastUpdatedTimeUtc: now,
      externalId: memberOf(given, 'externalId') ?? `indicator--${name}`,
    };
    const write = insightWrite(services, {
      parentId: providerId,
      name,
      kind: 'threatIntelligence',
      settingKind: kind,
      properties,
      existing,
    });
    await services.store.commit([write]);
    return { item: insightOf(write.document), created: existing === undefined };
  });
}

// --- STIX -------------------------------------------------------------------------------------------------------

const namespace = '3e1b8a52-70c4-5f7b-a2d9-41c6e8f05b17';
const mostObjects = 100;

export interface StixUpload {
  readonly providerId: string;
  /** `{sourcesystem, stixobjects}`. */
  readonly body: Json;
}

/**
 * Takes STIX objects in, one commit for all; the answer names those that were not taken. What has the same STIX id replaces what it
 * was. @throws TocsinError `InvalidRequestContent`.
 */
export async function uploadStix(
  services: Services,
  { providerId, body }: StixUpload,
): Promise<{ readonly errors: readonly JsonObject[] }> {
  const objects = memberOf(body, 'stixobjects');
  const source = textMember(body, 'sourcesystem') ?? '';
  if (source === '') raise('InvalidRequestContent', "The upload has no 'sourcesystem'.", { target: 'sourcesystem' });
  if (!isJsonArray(objects) || objects.length > mostObjects) {
    return raise('InvalidRequestContent', `'stixobjects' must be a list of at most ${mostObjects} objects.`);
  }
  const errors: JsonObject[] = [];
  const writes: Write[] = [];
  for (const [recordIndex, object] of objects.entries()) {
    const wrong = stixFault(object);
    if (wrong !== undefined || !isJsonObject(object)) errors.push({ recordIndex, errorMessages: [wrong ?? ''] });
    else writes.push(stixWrite(services, providerId, source, object));
  }
  if (writes.length > 0) await services.store.commit(writes);
  return { errors };
}

function stixFault(object: Json): string | undefined {
  const type = textMember(object, 'type') ?? '';
  if (type !== 'indicator') return `Objects of the type '${type.slice(0, 60)}' are not kept here; only indicators are.`;
  const missing = ['id', 'pattern', 'pattern_type', 'valid_from'].find(
    (name) => (textMember(object, name) ?? '') === '',
  );
  return missing === undefined ? undefined : `The indicator has no '${missing}'.`;
}

/** Names of STIX 2.1 beside those of ARM. */
const stixMembers: Readonly<Record<string, string>> = {
  pattern: 'pattern',
  pattern_type: 'patternType',
  name: 'displayName',
  description: 'description',
  confidence: 'confidence',
  created: 'created',
  modified: 'modified',
  created_by_ref: 'createdByRef',
  valid_from: 'validFrom',
  valid_until: 'validUntil',
  labels: 'threatIntelligenceTags',
  indicator_types: 'threatTypes',
  kill_chain_phases: 'killChainPhases',
  external_references: 'externalReferences',
  object_marking_refs: 'objectMarkingRefs',
  lang: 'language',
  revoked: 'revoked',
  id: 'externalId',
};

function stixWrite(services: Services, providerId: string, source: string, object: JsonObject): Write {
  const name = nameUuid(namespace, `${source} ${textMember(object, 'id') ?? ''}`);
  const properties = {
    source,
    lastUpdatedTimeUtc: formatTime(services.clock.now()),
    ...Object.fromEntries(
      Object.entries(object).flatMap(([member, value]) => {
        const own = stixMembers[member];
        return own === undefined ? [] : [[own, value] as const];
      }),
    ),
  };
  const existing = findInsight(services, `${providerId}/threatIntelligence/${name}`);
  return insightWrite(services, {
    parentId: providerId,
    name,
    kind: 'threatIntelligence',
    settingKind: 'indicator',
    properties,
    existing,
  });
}
