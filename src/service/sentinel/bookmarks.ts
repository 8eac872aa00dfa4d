/**
 * Bookmarks of Microsoft Sentinel: what a hunter keeps of a query, below a workspace.
 *
 * Owns: what is accepted and filled in. Source: the published REST description of `Microsoft.SecurityInsights/bookmarks`.
 */
import { formatTime, type Identity, isJsonArray, isJsonObject, memberOf, raise, textMember } from '#foundation';
import { inTurn } from '../in-turn.ts';
import type { Services } from '../services.ts';
import type { SettingPut } from './alert-rules.ts';
import { findInsight, type InsightItem, insightOf, insightWrite } from './insight-items.ts';

/** Creates or replaces a bookmark. @throws TocsinError `InvalidRequestContent`. */
export function putBookmark(
  services: Services,
  { providerId, name, body, author }: SettingPut & { readonly author: Identity },
): Promise<{ readonly item: InsightItem; readonly created: boolean }> {
  const given = memberOf(body, 'properties');
  if (!isJsonObject(given)) return raise('InvalidRequestContent', "The bookmark has no 'properties'.");
  for (const needed of ['displayName', 'query']) {
    if ((textMember(given, needed) ?? '') !== '') continue;
    raise('InvalidRequestContent', `The bookmark has no 'properties.${needed}'.`, { target: `properties.${needed}` });
  }
  const labels = memberOf(given, 'labels') ?? [];
  if (!isJsonArray(labels)) return raise('InvalidRequestContent', "'properties.labels' must be a list of texts.");
  return inTurn(services.store, `${providerId}/bookmarks/${name}`, async () => {
    const existing = findInsight(services, `${providerId}/bookmarks/${name}`);
    const now = formatTime(services.clock.now());
    const by = { objectId: author.objectId, email: null, name: author.displayName };
    const properties = {
      ...given,
      labels,
      created: existing?.properties['created'] ?? now,
      createdBy: existing?.properties['createdBy'] ?? by,
      updated: now,
      updatedBy: by,
    };
    const write = insightWrite(services, { parentId: providerId, name, kind: 'bookmarks', properties, existing });
    await services.store.commit([write]);
    return { item: insightOf(write.document), created: existing === undefined };
  });
}
