/** Recommendations by the kind of resource: its environment and its type. Source: portal reference 3.3. */
import type { ReactElement } from 'react';
import { useResourceKinds } from '../../data/recommendations.ts';
import { listOf } from '../../design/address.ts';
import { FilterMany } from '../../design/choices.tsx';

type KindAddress = Readonly<Record<'environment' | 'resourceType', string>>;

export interface KindFiltersProps {
  readonly scopes: string | undefined;
  readonly address: KindAddress;
  readonly onChange: (change: Partial<KindAddress>) => void;
}

const environmentWords: Readonly<Record<string, string>> = {
  azure: 'Azure',
  aws: 'AWS',
  gcp: 'GCP',
  github: 'GitHub',
  onpremise: 'On-premises',
  onpremisesql: 'SQL on-premises',
};

/** Shown where there is something to choose: what is chosen stays even when nothing of it is left. */
export function KindFilters({ scopes, address, onChange }: KindFiltersProps): ReactElement {
  const kinds = useResourceKinds(scopes);
  const filter = (
    name: keyof KindAddress,
    label: string,
    found: readonly string[],
    word: (value: string) => string,
  ) => {
    const chosen = listOf(address[name]);
    const all = [...new Set([...found, ...chosen])].toSorted();
    if (all.length < 2 && chosen.length === 0) return null;
    return (
      <FilterMany
        label={label}
        choices={all.map((value) => ({ value, text: word(value) }))}
        values={chosen.length === 0 ? all : chosen}
        onChange={(values) => onChange({ [name]: values.length === all.length ? '' : values.join(',') })}
      />
    );
  };
  return (
    <>
      {filter(
        'environment',
        'Environment',
        kinds.map(({ environment }) => environment),
        (value) => environmentWords[value] ?? value,
      )}
      {filter(
        'resourceType',
        'Resource type',
        kinds.map(({ resourceType }) => resourceType),
        (value) => value,
      )}
    </>
  );
}
