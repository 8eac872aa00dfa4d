/** One recommendation over all resources it is about. Source: portal reference 3.3. */
import { Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { type Page as PageOfRows, withQuery } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { StackedColumns } from '../../charts/stacked-columns.tsx';
import type { Recommendation } from '../../data/recommendations.ts';
import { useScopesParameter } from '../../data/scope.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor } from '../../design/anchor.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { RichText } from '../../design/rich-text.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { bucketTexts } from '../../model/times.ts';
import { Why } from '../../parts/why.tsx';
import { AffectedResources } from './affected-resources.tsx';
import { Findings } from './findings.tsx';
import { OfResource } from './of-resource.tsx';
import { StateBar } from './state-bar.tsx';

const crumbs = [{ text: 'Recommendations', to: '/recommendations' }];
const defaults = { view: 'resources' };

export function RecommendationPage(): ReactElement {
  const { key = '' } = useParams({ strict: false }) as { readonly key?: string };
  const scopes = useScopesParameter();
  const { data, error, refetch } = useQuery<Recommendation | null, ArmError>({
    queryKey: ['list', `/tocsin/v1/recommendations/${key}`, scopes],
    queryFn: async ({ signal }) => {
      const path = withQuery('/tocsin/v1/recommendations', { key, scopes });
      return (await read<PageOfRows<Recommendation>>(path, signal)).value[0] ?? null;
    },
  });
  if (data === undefined || data === null) {
    return (
      <Page title="Recommendation" crumbs={crumbs}>
        {error === null ? null : (
          <Failure error={error} what="The recommendation could not be read" retry={() => void refetch()} />
        )}
        {data === undefined && error === null ? <Loading /> : null}
        {data === null ? (
          <Empty text="No resource in the chosen scope has this recommendation.">
            <Anchor to="/recommendations">All recommendations</Anchor>
          </Empty>
        ) : null}
      </Page>
    );
  }
  return <Shown recommendation={data} />;
}

function Shown({ recommendation }: { readonly recommendation: Recommendation }): ReactElement {
  const [{ view }, setAddress] = useAddress(defaults);
  const { properties } = recommendation;
  return (
    <Page
      title={properties.displayName}
      crumbs={crumbs}
      badges={
        <>
          {properties.severity === undefined ? null : <Status value={properties.severity} />}
          <Status value={recommendation.status} />
        </>
      }
    >
      <div className="columns recommendation">
        <section className="card narrow" aria-label="Summary">
          <h2>Affected resources</h2>
          <StateBar counts={properties.resources} />
          <h2>Description</h2>
          <RichText text={properties.description ?? 'There is no description.'} />
          <h2>Remediation steps</h2>
          <RichText text={properties.remediationDescription ?? 'There are no steps.'} />
          <Facts
            facts={[
              ['Automations that listen', properties.automations],
              ['Type', properties.assessmentType],
              ['Key', recommendation.name],
            ]}
          />
        </section>
        <div>
          <TabList
            className="tabs"
            selectedValue={view}
            onTabSelect={(_, { value }) => setAddress({ view: value as string })}
          >
            <Tab value="resources">Affected resources</Tab>
            <Tab value="findings">Security findings</Tab>
            <Tab value="changes">Graph of changes</Tab>
            <Tab value="automations">Automations</Tab>
            <Tab value="raw">Raw</Tab>
          </TabList>
          {view === 'resources' ? <AffectedResources recommendation={recommendation} /> : null}
          {view === 'findings' ? (
            <OfResource recommendation={recommendation.name}>{(id) => <Findings key={id} id={id} />}</OfResource>
          ) : null}
          {view === 'automations' ? (
            <OfResource recommendation={recommendation.name}>{(id) => <Why key={id} eventId={id} />}</OfResource>
          ) : null}
          {view === 'changes' ? <Changes recommendation={recommendation} /> : null}
          {view === 'raw' ? <JsonView value={recommendation} label="The recommendation as JSON" /> : null}
        </div>
      </div>
    </Page>
  );
}

function Changes({ recommendation: { changes = [] } }: { readonly recommendation: Recommendation }): ReactElement {
  return (
    <>
      <p className="help">Resources by the day (UTC) on which their state last changed, in the state they have now.</p>
      <StackedColumns
        title="Changes of state"
        about="Resources whose state changed, last 30 days"
        series={[
          { key: 'Unhealthy', label: 'Unhealthy', look: 'high' },
          { key: 'Healthy', label: 'Healthy', look: 'good' },
          { key: 'NotApplicable', label: 'Not applicable', look: 'muted' },
        ]}
        buckets={changes.map(({ start, ...counts }) => ({
          ...bucketTexts(Date.parse(start), 24, true),
          counts: counts as Readonly<Record<string, number>>,
        }))}
        empty="No state changed during the last 30 days."
      />
    </>
  );
}
