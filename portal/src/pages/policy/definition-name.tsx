/** A definition by its name, as a link. */
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { idParts } from '../../api/arm.ts';
import { askGraphPage } from '../../data/resource-graph.ts';
import { Anchor } from '../../design/anchor.tsx';
import { kqlText } from '../../model/kql-text.ts';
import { definitionAddress } from './policy-words.ts';

interface Named {
  readonly id: string;
  readonly title: string;
}

/** The names of all definitions there are: some hundred, read once for all cells. */
const query = `PolicyResources
| where type in~ (${['microsoft.authorization/policydefinitions', 'microsoft.authorization/policysetdefinitions'].map(kqlText).join(', ')})
| project id, title = iff(isempty(properties.displayName), name, tostring(properties.displayName))
| order by id asc`;

const rowsOfPage = 1000;
const mostPages = 10;

export function useDefinitionNames(): (id: string) => string {
  const { data } = useQuery({
    queryKey: ['definitionNames'],
    queryFn: async ({ signal }) => {
      const found = new Map<string, string>();
      let after = '';
      for (let page = 0; page < mostPages; page += 1) {
        const question = { query, scopes: {}, stands: 'AtScopeAboveAndBelow' as const };
        const { data: rows, $skipToken } = await askGraphPage<Named>(question, { top: rowsOfPage, after, signal });
        for (const { id, title } of rows) found.set(id.toLowerCase(), title);
        if ($skipToken === undefined) break;
        after = $skipToken;
      }
      return found;
    },
    staleTime: 30_000,
  });
  return (id) => data?.get(id.toLowerCase()) ?? idParts(id).name;
}

export function DefinitionName({ id }: { readonly id: string }): ReactElement {
  const nameOf = useDefinitionNames();
  const name = nameOf(id);
  return (
    <span title={name}>
      <Anchor to={definitionAddress(id)}>{name}</Anchor>
    </span>
  );
}
