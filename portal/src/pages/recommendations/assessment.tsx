/** One recommendation on one resource: what to do, findings, what it started. Source: portal reference 3.3. */
import { Tab, TabList } from '@fluentui/react-components';
import { FlashRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { armPath, type Resource } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { type Assessment, resourceOf, useMetadata } from '../../data/assessments.ts';
import { usePagedList } from '../../data/lists.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Grid } from '../../design/grid.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { TriggerDialog } from '../../parts/trigger-dialog.tsx';
import { Why } from '../../parts/why.tsx';

const crumbs = [{ text: 'Recommendations', to: '/recommendations' }];
const defaults = { view: 'details' };

export function AssessmentPage({ id }: { readonly id: string }): ReactElement {
  const [{ view }, setAddress] = useAddress(defaults);
  const [triggering, setTriggering] = useState(false);
  const { data, error, refetch } = useQuery<Assessment, ArmError>({
    queryKey: ['arm', id],
    queryFn: ({ signal }) => read<Assessment>(armPath(id, 'microsoft.security/assessments'), signal),
    refetchInterval: 15_000,
  });
  if (data === undefined) {
    return (
      <Page title="Recommendation" crumbs={crumbs}>
        {error === null ? (
          <Loading />
        ) : (
          <Failure
            error={error}
            what="The recommendation could not be read"
            retry={() => void refetch()}
            back={{ to: '/recommendations', text: 'All recommendations' }}
          />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={data.properties.displayName}
      crumbs={crumbs}
      badges={<Status value={data.properties.status.code} />}
      commands={
        <Commands>
          <Command primary text="Trigger Logic App" icon={<FlashRegular />} onClick={() => setTriggering(true)} />
        </Commands>
      }
    >
      <TabList selectedValue={view} onTabSelect={(_, { value }) => setAddress({ view: value as string })}>
        <Tab value="details">Details</Tab>
        <Tab value="findings">Security findings</Tab>
        <Tab value="automations">Automations</Tab>
        <Tab value="raw">Raw</Tab>
      </TabList>
      <div style={{ marginTop: 12 }}>
        {view === 'details' ? <Details assessment={data} /> : null}
        {view === 'findings' ? <Findings id={id} /> : null}
        {view === 'automations' ? <Why eventId={data.id} /> : null}
        {view === 'raw' ? <JsonView value={data} label="The recommendation as JSON" /> : null}
      </div>
      {triggering ? (
        <TriggerDialog resourceIds={[data.id]} eventSource="Assessments" onClose={() => setTriggering(false)} />
      ) : null}
    </Page>
  );
}

function Details({ assessment }: { readonly assessment: Assessment }): ReactElement {
  const known = useMetadata().get(assessment.name.toLowerCase());
  const metadata = { ...known, ...assessment.properties.metadata };
  const resource = resourceOf(assessment);
  const { status } = assessment.properties;
  return (
    <div className="card">
      <h2>Affected resource</h2>
      <p>
        {resource.id === undefined ? resource.name : <Anchor to={resourceAddress(resource.id)}>{resource.name}</Anchor>}
      </p>
      <h2>Description</h2>
      <p>{metadata.description ?? 'There is no description.'}</p>
      <h2>Remediation steps</h2>
      <p>{metadata.remediationDescription ?? 'There are no steps.'}</p>
      <Facts
        facts={[
          ['Severity', metadata.severity],
          ['Cause', status.cause],
          ['State in words', status.description],
          ['First evaluated', status.firstEvaluationDate],
          ['State changed', status.statusChangeDate],
          ['Additional data', assessment.properties.additionalData],
        ]}
      />
    </div>
  );
}

interface FindingProperties {
  readonly displayName?: string;
  readonly status?: { readonly code?: string; readonly severity?: string };
}

function Findings({ id }: { readonly id: string }): ReactElement {
  const { rows, query } = usePagedList<Resource<FindingProperties>>(
    armPath(`${id}/subAssessments`, 'microsoft.security/subassessments'),
    false,
  );
  return (
    <>
      <p className="help">Automations fire when the recommendation itself changes its state, not for each finding.</p>
      {query.error === null ? null : (
        <Failure error={query.error} what="The findings could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading /> : null}
      {query.isSuccess && rows.length === 0 ? <Empty text="There are no findings below this recommendation." /> : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Security findings"
          rows={rows}
          idOf={(row) => row.id}
          nameOf={({ properties, name }) => properties.displayName ?? name}
          more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          loadingMore={query.isFetchingNextPage}
          columns={[
            {
              key: 'name',
              title: 'Finding',
              width: 'minmax(240px, 3fr)',
              cell: ({ properties, name }) => properties.displayName ?? name,
            },
            {
              key: 'severity',
              title: 'Severity',
              width: '120px',
              cell: ({ properties }) => <Status value={properties.status?.severity ?? '–'} />,
            },
            {
              key: 'state',
              title: 'State',
              width: '140px',
              cell: ({ properties }) => <Status value={properties.status?.code ?? '–'} />,
            },
          ]}
        />
      )}
    </>
  );
}
