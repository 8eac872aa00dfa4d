/**
 * Threat intelligence indicators of a workspace.
 *
 * Owns: what is accepted and filled in. Does not own: the log table of indicators (`logs/sentinel-tables.ts`).
 * Source: the published REST description of `Microsoft.SecurityInsights/threatIntelligence`.
 */
import { formatTime, isJsonObject, memberOf, raise, textMember } from '#foundation';
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
