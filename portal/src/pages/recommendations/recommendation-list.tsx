/** Recommendations, each once with how many resources are in which state. Source: portal reference 3.3. */
import { SearchBox } from '@fluentui/react-components';
import { ArrowClockwiseRegular, BeakerRegular, LightbulbRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { withQuery } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import { usePagedList } from '../../data/lists.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { type Recommendation, recommendationStates } from '../../data/recommendations.ts';
import { useChosenSubscriptions, useScopesParameter } from '../../data/scope.ts';
import { listOf, useAddress } from '../../design/address.ts';
import { Anchor } from '../../design/anchor.tsx';
import { FilterMany } from '../../design/choices.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Page } from '../../design/page.tsx';
import { Empty } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { allOf, anyOf, quoted } from '../../model/filter-text.ts';
import { wordOf } from '../../model/status.ts';
import { type ListColumn, ServerList } from '../../parts/server-list.tsx';
import { KindFilters } from './kind-filters.tsx';
import { StateBar } from './state-bar.tsx';

const severities = ['High', 'Medium', 'Low'];
const origins = ['BuiltIn', 'CustomPolicy', 'CustomerManaged'];
const defaults = {
  search: '',
  status: recommendationStates.join(','),
  severity: severities.join(','),
  type: origins.join(','),
  /** Empty for all. */
  environment: '',
  resourceType: '',
};

const columns: readonly ListColumn<Recommendation>[] = [
  {
    key: 'title',
    title: 'Title',
    width: 'minmax(260px, 3fr)',
    cell: ({ name, properties }) => <Anchor to={`/recommendations/${name}`}>{properties.displayName}</Anchor>,
  },
  {
    key: 'severity',
    title: 'Severity',
    width: '120px',
    cell: ({ properties: { severity } }) => (severity === undefined ? '–' : <Status value={severity} />),
  },
  {
    key: 'resources',
    title: 'Affected resources',
    width: 'minmax(220px, 1.6fr)',
    cell: ({ properties }) => <StateBar counts={properties.resources} />,
  },
  {
    key: 'changed',
    title: 'State changed',
    width: '140px',
    cell: ({ properties: { changed } }) => (changed === undefined ? 'Over 30 days ago' : <Moment value={changed} />),
  },
  {
    key: 'automations',
    title: 'Automations',
    width: '110px',
    numeric: true,
    cell: ({ properties: { automations } }) => (automations === 0 ? 'None' : `${automations} listen`),
  },
  { key: 'status', title: 'State', width: '130px', hidden: true, cell: ({ status }) => <Status value={status} /> },
  {
    key: 'type',
    title: 'Type',
    width: '150px',
    hidden: true,
    cell: ({ properties }) => properties.assessmentType ?? '–',
  },
  { key: 'key', title: 'Key', width: '280px', hidden: true, cell: ({ name }) => name },
];

export function RecommendationList(): ReactElement {
  const [address, setAddress] = useAddress(defaults);
  const scopes = useScopesParameter();
  const filter = allOf([
    anyOf('status', listOf(address.status), recommendationStates),
    anyOf('properties/severity', listOf(address.severity), severities),
    anyOf('properties/assessmentType', listOf(address.type), origins),
    address.search === '' ? undefined : `contains(properties/displayName, ${quoted(address.search)})`,
  ]);
  const { environment, resourceType } = address;
  const path = withQuery('/tocsin/v1/recommendations', {
    scopes,
    filter,
    environments: environment,
    resourceTypes: resourceType,
    $top: '100',
  });
  const list = usePagedList<Recommendation>(path);
  const many = (label: string, name: 'status' | 'severity' | 'type', values: readonly string[]): ReactElement => (
    <FilterMany
      label={label}
      choices={values.map((value) => ({ value, text: wordOf(value) }))}
      values={listOf(address[name])}
      onChange={(chosen) => setAddress({ [name]: chosen.join(',') })}
    />
  );
  return (
    <Page
      title="Recommendations"
      purpose="What should be better configured. Automations fire when the state of one changes on a resource."
      commands={<ListCommands />}
    >
      <ServerList
        label="Recommendations"
        list={list}
        path={path}
        columns={columns}
        nameOf={({ properties }) => properties.displayName}
        filters={
          <>
            <SearchBox
              aria-label="Search by title"
              placeholder="Search by title"
              value={address.search}
              onChange={(_, { value }) => setAddress({ search: value })}
            />
            {many('State', 'status', recommendationStates)}
            {many('Severity', 'severity', severities)}
            {many('Type', 'type', origins)}
            <KindFilters scopes={scopes} address={address} onChange={setAddress} />
          </>
        }
        onClear={
          filter === '' && environment === '' && resourceType === '' ? undefined : () => setAddress({ ...defaults })
        }
        empty={
          <Empty
            icon={<LightbulbRegular />}
            text="No recommendations yet. Send assessments to /ingest/v1/events, assign a policy, or create a sample."
          />
        }
      />
    </Page>
  );
}

function ListCommands(): ReactElement {
  const [subscription] = useChosenSubscriptions();
  const sample = async (): Promise<void> => {
    try {
      await call('POST', '/tocsin/v1/sampleRecommendations', {
        body: { subscriptionId: subscription?.subscriptionId },
      });
      notify({ kind: 'success', title: 'A sample recommendation was created' });
      await refreshAll();
    } catch (error) {
      notifyFailure('The sample was not created', error);
    }
  };
  return (
    <Commands>
      <Command text="Refresh" icon={<ArrowClockwiseRegular />} onClick={() => void refreshAll()} />
      <Command text="Create sample recommendation" icon={<BeakerRegular />} onClick={() => void sample()} />
    </Commands>
  );
}
