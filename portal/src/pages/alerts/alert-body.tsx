/** What an alert says, what to do about it and what it started: the same in its page and in the list's pane. */
import { Tab, TabList } from '@fluentui/react-components';
import { FlashRegular, ShieldDismissRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { idParts } from '../../api/arm.ts';
import { affectedResource, type Alert, type AlertStatus, changeStatus } from '../../data/alerts.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { RichText } from '../../design/rich-text.tsx';
import { Moment } from '../../design/time.tsx';
import { wordOf } from '../../model/status.ts';
import { Why } from '../../parts/why.tsx';
import { KillChain } from './kill-chain.tsx';
import { Prevent } from './prevent.tsx';
import { StatusMenu } from './status-menu.tsx';
import './alerts.css';

/** What an alert's commands open. */
export type AlertDialog = 'trigger' | 'suppress';

const defaults = { view: 'details' };

export function AlertTabs({ alert, onOpen }: AlertCommandsProps): ReactElement {
  const [{ view }, setAddress] = useAddress(defaults);
  return (
    <div>
      <TabList selectedValue={view} onTabSelect={(_, { value }) => setAddress({ view: value as string })}>
        <Tab value="details">Alert details</Tab>
        <Tab value="action">Take action</Tab>
        <Tab value="entities">Entities</Tab>
        <Tab value="timeline">Timeline</Tab>
        <Tab value="automations">Automations</Tab>
        <Tab value="raw">Raw</Tab>
      </TabList>
      <div style={{ marginTop: 12 }}>
        <View alert={alert} view={view} onOpen={onOpen} />
      </div>
    </div>
  );
}

interface AlertCommandsProps {
  readonly alert: Alert;
  readonly onOpen: (dialog: AlertDialog) => void;
}

export function AlertCommands({ alert, onOpen }: AlertCommandsProps): ReactElement {
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
      <Command primary text="Trigger Logic App" icon={<FlashRegular />} onClick={() => onOpen('trigger')} />
      <StatusMenu blocked={false} onChoose={(status) => void change(status)} />
      <Command text="Suppress similar alerts" icon={<ShieldDismissRegular />} onClick={() => onOpen('suppress')} />
    </Commands>
  );
}

export function AlertSummary({ alert }: { readonly alert: Alert }): ReactElement {
  const { properties } = alert;
  const resource = affectedResource(alert);
  return (
    <section className="card narrow" aria-label="Summary">
      <h2>Description</h2>
      <RichText text={properties.description ?? 'The detector gave no description.'} />
      <h2>Affected resource</h2>
      <p>
        {resource.id === undefined ? resource.name : <Anchor to={resourceAddress(resource.id)}>{resource.name}</Anchor>}
      </p>
      <h2>MITRE ATT&CK® tactics</h2>
      <KillChain intent={properties.intent} />
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

function View({ alert, view, onOpen }: ViewProps): ReactElement {
  const { properties, id } = alert;
  switch (view) {
    case 'action':
      return <TakeAction alert={alert} onOpen={onOpen} />;
    case 'entities':
      return <Entities entities={properties.entities ?? []} />;
    case 'timeline':
      return <Timeline alert={alert} />;
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

function TakeAction({ alert, onOpen }: AlertCommandsProps): ReactElement {
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
              <li key={index}>
                <RichText text={step} />
              </li>
            ))}
          </ol>
        )}
      </section>
      <section className="card">
        <h2>Prevent future attacks</h2>
        <Prevent resourceId={resource.id} />
      </section>
      <section className="card">
        <h2>Trigger automated response</h2>
        <p>Run a logic app with this alert now.</p>
        <Command text="Choose a logic app" icon={<FlashRegular />} onClick={() => onOpen('trigger')} />
      </section>
      <section className="card">
        <h2>Suppress similar alerts</h2>
        <p>Let alerts of this type come in as dismissed from now on.</p>
        <Command text="Make a suppression rule" icon={<ShieldDismissRegular />} onClick={() => onOpen('suppress')} />
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

/** When it began, ended and was told of; equal moments are one. */
function Timeline({ alert: { properties } }: { readonly alert: Alert }): ReactElement {
  const moments: readonly (readonly [string | undefined, string])[] = [
    [properties.startTimeUtc, 'The activity began.'],
    [properties.endTimeUtc, 'The activity ended, or was seen last.'],
    [properties.timeGeneratedUtc, `${properties.productName ?? 'The detector'} reported the alert.`],
    [properties.processingEndTimeUtc, 'The alert was ready to be acted on.'],
  ];
  const known = moments
    .flatMap(([time, text]) => (time === undefined ? [] : [{ time, text }]))
    .toSorted((left, right) => Date.parse(left.time) - Date.parse(right.time));
  return (
    <div className="card">
      <ol className="alert-timeline">
        {known.map(({ time, text }) => (
          <li key={text}>
            <Moment value={time} absolute />
            <span>{text}</span>
          </li>
        ))}
      </ol>
      <p className="help">What ran because of it is on the tab Automations.</p>
    </div>
  );
}
