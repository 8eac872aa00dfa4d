/**
 * Saved searches of workspaces that have an alias: functions of their workspace, by that name in queries.
 *
 * Owns: finding them, the text that defines one. Does not own: their documents (generic resources), calls (`#query`).
 * Source: published contract of Microsoft.OperationalInsights/workspaces/savedSearches (2020-08-01): functionAlias,
 * functionParameters.
 */
import { memberOf, type Store, textMember } from '#foundation';
import { workspaceType } from '../workspace-links.ts';

export interface SavedFunction {
  readonly name: string;
  readonly displayName: string;
  readonly category: string;
  /** `name:type = literal`, separated by commas; empty for none. */
  readonly parameters: string;
  readonly body: string;
}

/** The functions of a workspace, in the order of their saved searches. */
export function savedFunctions({ resources }: Pick<Store, 'resources'>, workspaceId: string): readonly SavedFunction[] {
  return resources.list({ type: `${workspaceType}/savedSearches`, scope: workspaceId }).flatMap(({ name, body }) => {
    const properties = memberOf(body, 'properties');
    const alias = textMember(properties, 'functionAlias') ?? '';
    const query = textMember(properties, 'query') ?? '';
    if (!/^[A-Za-z_]\w*$/.test(alias) || query.trim() === '') return [];
    return [
      {
        name: alias,
        displayName: textMember(properties, 'displayName') ?? name,
        category: textMember(properties, 'category') ?? '',
        parameters: (textMember(properties, 'functionParameters') ?? '').trim(),
        body: query,
      },
    ];
  });
}
