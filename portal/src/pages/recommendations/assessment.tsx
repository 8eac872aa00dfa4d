/** One recommendation on one resource: what to do, findings, what it started. Source: portal reference 3.3. */
import { Tab, TabList } from '@fluentui/react-components';
import { FlashRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { armPath } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { type Assessment, resourceOf, useMetadata } from '../../data/assessments.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { RichText } from '../../design/rich-text.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { TriggerDialog } from '../../parts/trigger-dialog.tsx';
import { Why } from '../../parts/why.tsx';
import { Findings } from './findings.tsx';

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
      <RichText text={metadata.description ?? 'There is no description.'} />
      <h2>Remediation steps</h2>
      <RichText text={metadata.remediationDescription ?? 'There are no steps.'} />
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
