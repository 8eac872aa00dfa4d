/** One alert: what it says, what to do, what it started. Source: portal reference 3.2. */
import { Tab, TabList } from '@fluentui/react-components';
import { FlashRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { idParts } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { affectedResource, type Alert, type AlertStatus, alertVersion, changeStatus } from '../../data/alerts.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';
import { wordOf } from '../../model/status.ts';
import { TriggerDialog } from '../../parts/trigger-dialog.tsx';
import { Why } from '../../parts/why.tsx';
import { StatusMenu } from './alert-list.tsx';

const crumbs = [{ text: 'Security alerts', to: '/alerts' }];
const defaults = { view: 'details' };

export function AlertPage({ id }: { readonly id: string }): ReactElement {
  const [{ view }, setAddress] = useAddress(defaults);
  const [triggering, setTriggering] = useState(false);
  const { data, error, refetch } = useQuery<Alert, ArmError>({
    queryKey: ['arm', id],
    queryFn: ({ signal }) => read<Alert>(`${id}?api-version=${alertVersion}`, signal),
    refetchInterval: 15_000,
  });
  if (data === undefined) {
    return (
      <Page title="Security alert" crumbs={crumbs}>
        {error === null ? (
          <Loading />
        ) : (
          <Failure
            error={error}
            what="The alert could not be read"
            retry={() => void refetch()}
            back={{ to: '/alerts', text: 'All alerts' }}
          />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={data.properties.alertDisplayName}
      crumbs={crumbs}
      badges={
        <>
          <Status value={data.properties.severity} />
          <Status value={data.properties.status} />
          <Moment value={data.properties.startTimeUtc} />
        </>
      }
      commands={<AlertCommands alert={data} onTrigger={() => setTriggering(true)} />}
    >
      <div className="columns">
        <Side alert={data} />
        <div>
          <TabList selectedValue={view} onTabSelect={(_, { value }) => setAddress({ view: value as string })}>
            <Tab value="details">Alert details</Tab>
            <Tab value="action">Take action</Tab>
            <Tab value="entities">Entities</Tab>
            <Tab value="automations">Automations</Tab>
            <Tab value="raw">Raw</Tab>
          </TabList>
          <div style={{ marginTop: 12 }}>
            <View alert={data} view={view} onTrigger={() => setTriggering(true)} />
          </div>
        </div>
      </div>
      {triggering ? (
        <TriggerDialog resourceIds={[data.id]} eventSource="Alerts" onClose={() => setTriggering(false)} />
      ) : null}
    </Page>
  );
}

interface AlertCommandsProps {
  readonly alert: Alert;
  readonly onTrigger: () => void;
}

function AlertCommands({ alert, onTrigger }: AlertCommandsProps): ReactElement {
  const change = async (status: AlertStatus): Promise<void> => {
    try {
      await changeStatus(alert.id, status);
      notify({ kind: 'success', title: `The alert is now ${wordOf(status).toLowerCase()}` });
      await refreshAll();
    } catch (error) {
      notifyFailure('The status was not changed', error);
    }
  };
  return (
    <Commands>
      <Command primary text="Trigger Logic App" icon={<FlashRegular />} onClick={onTrigger} />
      <StatusMenu blocked={false} onChoose={(status) => void change(status)} />
    </Commands>
  );
}

function Side({ alert }: { readonly alert: Alert }): ReactElement {
  const { properties } = alert;
  const resource = affectedResource(alert);
  return (
    <section className="card narrow" aria-label="Summary">
      <h2>Description</h2>
      <p>{properties.description ?? 'The detector gave no description.'}</p>
      <h2>Affected resource</h2>
      <p>
        {resource.id === undefined ? resource.name : <Anchor to={resourceAddress(resource.id)}>{resource.name}</Anchor>}
      </p>
      <h2>MITRE ATT&CK® tactics</h2>
      <p>{properties.intent ?? '–'}</p>
      <Facts
        facts={[
          ['Alert type', properties.alertType],
          ['Product', properties.productName],
          ['Alert id', properties.systemAlertId],
          ['Resource group', idParts(alert.id).resourceGroup],
        ]}
      />
    </section>
  );
}

interface ViewProps extends AlertCommandsProps {
  readonly view: string;
}

function View({ alert, view, onTrigger }: ViewProps): ReactElement {
  const { properties, id } = alert;
  switch (view) {
    case 'action':
      return <TakeAction alert={alert} onTrigger={onTrigger} />;
    case 'entities':
      return <Entities entities={properties.entities ?? []} />;
    case 'automations':
      return <Why eventId={id} />;
    case 'raw':
      return <JsonView value={alert} label="The alert as JSON" />;
    default:
      return (
        <div className="card">
          <Facts
            facts={[
              ['Start time', properties.startTimeUtc],
              ['End time', properties.endTimeUtc],
              ['Reported', properties.timeGeneratedUtc],
              ...Object.entries(properties.extendedProperties ?? {}),
            ]}
          />
        </div>
      );
  }
}

function TakeAction({ alert, onTrigger }: AlertCommandsProps): ReactElement {
  const steps = alert.properties.remediationSteps ?? [];
  const resource = affectedResource(alert);
  return (
    <>
      <section className="card">
        <h2>Mitigate the threat</h2>
        {steps.length === 0 ? (
          <p>The detector gave no steps.</p>
        ) : (
          <ol>
            {steps.map((step, index) => (
              <li key={index}>{step}</li>
            ))}
          </ol>
        )}
      </section>
      <section className="card">
        <h2>Prevent future attacks</h2>
        <p>
          {resource.id === undefined ? (
            'The alert names no resource of the inventory.'
          ) : (
            <Anchor to="/recommendations">See the recommendations of your resources</Anchor>
          )}
        </p>
      </section>
      <section className="card">
        <h2>Trigger automated response</h2>
        <p>Run a logic app with this alert now.</p>
        <Command text="Choose a logic app" icon={<FlashRegular />} onClick={onTrigger} />
      </section>
    </>
  );
}

function Entities({ entities }: { readonly entities: readonly Readonly<Record<string, unknown>>[] }): ReactElement {
  if (entities.length === 0) return <p>The detector named no entities.</p>;
  return (
    <>
      {entities.map((entity, index) => {
        const { $id, type, ...rest } = entity;
        return (
          <section className="card" key={typeof $id === 'string' ? $id : index}>
            <h2>{typeof type === 'string' ? type : 'Entity'}</h2>
            <Facts facts={Object.entries(rest)} />
          </section>
        );
      })}
    </>
  );
}
