/** Policy › Definitions: what may be assigned. Source: portal reference 3.7. */
import { SearchBox } from '@fluentui/react-components';
import { AddRegular, ArrowClockwiseRegular, DocumentCheckmarkRegular } from '@fluentui/react-icons';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useDeferredValue } from 'react';
import type { DefinitionRow } from '../../data/policies.ts';
import { refreshAll } from '../../data/query-client.ts';
import { graphScopesOf, useChosenGraphScopes, useGraphList, useGraphRows } from '../../data/graph-lists.ts';
import { useScopeEntities } from '../../data/scopes.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { ChooseOne, FilterMany } from '../../design/choices.tsx';
import { Command, CommandDivider, Commands } from '../../design/commands.tsx';
import type { Column } from '../../design/grid.tsx';
import { effectSummary, effectText, isInitiative } from '../../model/policy-definition.ts';
import { categoryQuery, definitionQuery, definitionTypes, policyTypes } from '../../model/policy-search.ts';
import { nameColumn } from './name-column.tsx';
import { PolicyPage } from './policy-page.tsx';
import { PolicyRows } from './policy-rows.tsx';
import { definitionAddress, typeWord } from './policy-words.ts';

const defaults = { search: '', scope: '', kind: '', type: '', category: '', orderby: 'displayName' };

const unfiltered = { search: undefined, scope: undefined, kind: undefined, type: undefined, category: undefined };

export function DefinitionList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const typed = useDeferredValue(address.search);
  const chosen = useChosenGraphScopes();
  const scopes = address.scope === '' ? chosen : graphScopesOf([address.scope]);
  const list = useGraphList<DefinitionRow>({
    query: definitionQuery({
      text: typed,
      definitionTypes: listOf(address.kind),
      types: listOf(address.type),
      categories: listOf(address.category),
      order: address.orderby,
    }),
    scopes,
    stands: 'AtScopeAboveAndBelow',
  });
  const isFiltered = [address.search, address.scope, address.kind, address.type, address.category].some(
    (each) => each !== '',
  );
  return (
    <PolicyPage
      section="definitions"
      title="Policy definitions"
      purpose="Rules for resources, built in or your own. Assign one to put it in force."
      commands={<ListCommands />}
    >
      <Filters address={address} setAddress={setAddress} />
      <PolicyRows
        label="Policy definitions"
        what="definitions"
        failed="The definitions could not be read"
        list={list}
        columns={columns}
        order={address.orderby}
        onOrder={(orderby) => setAddress({ orderby })}
        icon={<DocumentCheckmarkRegular />}
        none="There are no definitions at the chosen scopes."
        onClear={isFiltered ? () => setAddress(unfiltered) : undefined}
      />
    </PolicyPage>
  );
}

const columns: readonly Column<DefinitionRow>[] = [
  nameColumn('Name', 'minmax(260px, 3fr)', definitionAddress),
  {
    key: 'kind',
    title: 'Definition type',
    width: '110px',
    cell: ({ id }) => (isInitiative(id) ? 'Initiative' : 'Policy'),
  },
  {
    key: 'type',
    title: 'Type',
    width: '80px',
    orderBy: 'policyType',
    cell: ({ policyType }) => typeWord(policyType),
  },
  {
    key: 'category',
    title: 'Category',
    width: 'minmax(110px, 1fr)',
    orderBy: 'category',
    cell: ({ category }) => (category === '' ? '–' : category),
  },
  {
    key: 'effect',
    title: 'Effect',
    width: 'minmax(140px, 1.2fr)',
    cell: (row) => <EffectCell row={row} />,
  },
  { key: 'version', title: 'Version', width: '76px', cell: ({ version }) => (version === '' ? '–' : version) },
  {
    key: 'parameters',
    title: 'Parameters',
    width: '90px',
    numeric: true,
    cell: ({ parameters }) => Object.keys(parameters ?? {}).length,
  },
];

function EffectCell({ row: { effect, parameters, members } }: { readonly row: DefinitionRow }): ReactElement {
  if (members !== null) return <span className="muted">{members === 1 ? '1 policy' : `${members} policies`}</span>;
  const text = effectText(effectSummary(effect, parameters ?? undefined));
  return <span title={text}>{text}</span>;
}

interface FilterProps {
  readonly address: typeof defaults;
  readonly setAddress: (change: Partial<Record<keyof typeof defaults, string | undefined>>) => void;
}

function Filters({ address, setAddress }: FilterProps): ReactElement {
  const entities = useScopeEntities();
  const { data: categories = [] } = useGraphRows<{ readonly category: string }>({
    query: categoryQuery,
    scopes: {},
    stands: 'AtScopeAboveAndBelow',
  });
  const names = categories.map(({ category }) => category);
  const all = (text: string, values: readonly string[]): readonly string[] =>
    listOf(text).length === 0 ? values : listOf(text);
  const kept = (chosen: readonly string[], values: readonly string[]): string =>
    values.every((each) => chosen.includes(each)) ? '' : chosen.join(',');
  const kinds = policyTypes.slice(0, 2);
  return (
    <div className="filters dense">
      <SearchBox
        aria-label="Search by name or ID"
        placeholder="Search by name or ID"
        value={address.search}
        onChange={(_, { value }) => setAddress({ search: value })}
      />
      <div className="filter">
        <span aria-hidden="true">Scope:</span>
        <ChooseOne
          small
          label="Scope"
          placeholder="As chosen above"
          value={address.scope}
          choices={[
            { value: '', text: 'As chosen above' },
            ...entities.map(({ id, displayName, isGroup }) => ({
              value: id,
              text: displayName,
              note: isGroup ? 'Management group' : 'Subscription',
            })),
          ]}
          onChange={(scope) => setAddress({ scope })}
        />
      </div>
      <FilterMany
        label="Definition type"
        choices={definitionTypes.map((value) => ({ value, text: value }))}
        values={all(address.kind, definitionTypes)}
        onChange={(values) => setAddress({ kind: kept(values, definitionTypes) })}
      />
      <FilterMany
        label="Type"
        choices={kinds.map((value) => ({ value, text: typeWord(value) }))}
        values={all(address.type, kinds)}
        onChange={(values) => setAddress({ type: kept(values, kinds) })}
      />
      <FilterMany
        label="Category"
        choices={names.map((value) => ({ value, text: value }))}
        values={all(address.category, names)}
        onChange={(values) => setAddress({ category: kept(values, names) })}
      />
    </div>
  );
}

function ListCommands(): ReactElement {
  const navigate = useNavigate();
  return (
    <Commands>
      <Command
        text="Policy definition"
        icon={<AddRegular />}
        onClick={() => void navigate({ to: '/policy/definitions/new' })}
      />
      <Command
        text="Initiative definition"
        icon={<AddRegular />}
        onClick={() => void navigate({ to: '/policy/definitions/new', search: { kind: 'initiative' } })}
      />
      <CommandDivider />
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
    </Commands>
  );
}
