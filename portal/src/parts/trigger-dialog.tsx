/** The dialog Trigger a logic app, for an alert or recommendations. Source: portal reference 3.2; domain reference 13, 14. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Radio,
  SearchBox,
} from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../api/arm-error.ts';
import { idParts, withQuery } from '../api/arm.ts';
import { call } from '../api/http.ts';
import type { EligibleLogicApp } from '../data/automations.ts';
import { notify, notifyFailure } from '../data/notifications.ts';
import { refreshAll } from '../data/query-client.ts';
import { readAll, subscriptionName, useSubscriptions } from '../data/scope.ts';
import { Anchor, resourceAddress } from '../design/anchor.tsx';
import { ChooseMany } from '../design/choices.tsx';
import { Empty, Failure, Loading } from '../design/states.tsx';

export interface TriggerDialogProps {
  /** The alert or assessments to send; one run for each. */
  readonly resourceIds: readonly string[];
  readonly eventSource: 'Alerts' | 'Assessments';
  readonly onClose: () => void;
}

export function TriggerDialog({ resourceIds, eventSource, onClose }: TriggerDialogProps): ReactElement {
  const [chosen, setChosen] = useState('');
  const trigger = async (): Promise<void> => {
    onClose();
    for (const resourceId of resourceIds) await triggerOne(resourceId, chosen);
    await refreshAll();
  };
  const what = eventSource === 'Alerts' ? 'alert' : 'recommendation';
  return (
    <Dialog open onOpenChange={(_, { open }) => (open ? undefined : onClose())}>
      <DialogSurface aria-label="Trigger a logic app" style={{ maxWidth: 860 }}>
        <DialogBody>
          <DialogTitle>Trigger a logic app</DialogTitle>
          <DialogContent>
            <p>
              The chosen logic app gets{' '}
              {resourceIds.length === 1 ? `this ${what}` : `${resourceIds.length} ${what}s, one run for each`}, in the
              form an automation would send.
            </p>
            <LogicAppChoice eventSource={eventSource} chosen={chosen} onChoose={setChosen} />
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabledFocusable={chosen === ''} onClick={() => void trigger()}>
              Trigger
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

async function triggerOne(resourceId: string, logicAppResourceId: string): Promise<void> {
  const { name } = idParts(logicAppResourceId);
  try {
    const { body } = await call<{ readonly runId: string }>('POST', '/tocsin/v1/manualTriggers', {
      body: { resourceId, logicAppResourceId },
    });
    notify({
      kind: 'success',
      title: `Logic app '${name}' was triggered`,
      link: { text: 'View run', to: resourceAddress(body.runId) },
    });
  } catch (error) {
    notifyFailure(`Logic app '${name}' could not be triggered`, error);
  }
}

interface LogicAppChoiceProps {
  readonly eventSource: string;
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

function LogicAppChoice({ eventSource, chosen, onChoose }: LogicAppChoiceProps): ReactElement {
  const subscriptions = useSubscriptions();
  const [shown, setShown] = useState<readonly string[]>();
  const [text, setText] = useState('');
  const { data, error, refetch, isFetching } = useQuery<readonly EligibleLogicApp[], ArmError>({
    queryKey: ['eligibleLogicApps', eventSource],
    queryFn: ({ signal }) =>
      readAll<EligibleLogicApp>(withQuery('/tocsin/v1/eligibleLogicApps', { eventSource, $top: '1000' }), signal),
    staleTime: 0,
  });
  const within = shown ?? subscriptions.map(({ subscriptionId }) => subscriptionId);
  const apps = (data ?? [])
    .filter(({ id }) => within.includes(idParts(id).subscriptionId ?? ''))
    .filter(({ id }) => idParts(id).name.toLowerCase().includes(text.toLowerCase()))
    .toSorted((left, right) => Number(right.eligible) - Number(left.eligible));
  return (
    <div className="stack">
      <Field label="Show Logic App instances from the following subscriptions">
        <ChooseMany
          label="Show Logic App instances from the following subscriptions"
          choices={subscriptions.map(({ subscriptionId, displayName }) => ({
            value: subscriptionId,
            text: displayName,
          }))}
          values={within}
          allText="All subscriptions"
          onChange={setShown}
        />
      </Field>
      <div className="row">
        <SearchBox
          aria-label="Filter by name"
          placeholder="Filter by name"
          value={text}
          onChange={(_, { value }) => setText(value)}
        />
        <Button icon={<ArrowClockwiseRegular />} disabledFocusable={isFetching} onClick={() => void refetch()}>
          Refresh
        </Button>
        <Anchor to="/logicapps/create">Create a new one</Anchor>
      </div>
      {error === null ? null : (
        <Failure error={error} what="The logic apps could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading rows={3} /> : null}
      {data !== undefined && apps.length === 0 ? (
        <Empty text="There is no logic app here that can be triggered." />
      ) : null}
      {apps.length === 0 ? null : (
        <div role="radiogroup" aria-label="Logic apps" style={{ maxHeight: '40vh', overflow: 'auto' }}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">
                  <span className="hidden">Choice</span>
                </th>
                <th scope="col">Name</th>
                <th scope="col">Trigger</th>
                <th scope="col">Resource group</th>
                <th scope="col">Subscription</th>
              </tr>
            </thead>
            <tbody>
              {apps.map((app) => (
                <AppRow
                  key={app.id}
                  app={app}
                  chosen={chosen === app.id}
                  subscription={subscriptionName(subscriptions, idParts(app.id).subscriptionId)}
                  onChoose={onChoose}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

interface AppRowProps {
  readonly app: EligibleLogicApp;
  readonly chosen: boolean;
  readonly subscription: string;
  readonly onChoose: (id: string) => void;
}

function AppRow({ app, chosen, subscription, onChoose }: AppRowProps): ReactElement {
  const { name, resourceGroup } = idParts(app.id);
  return (
    <tr className={app.eligible ? undefined : 'muted'}>
      <td>
        <Radio
          name="logic-app"
          value={app.id}
          aria-label={`Select ${name}`}
          checked={chosen}
          disabled={!app.eligible}
          onChange={() => onChoose(app.id)}
        />
      </td>
      <td>{name}</td>
      <td>{app.eligible ? app.triggerName : (app.reason ?? 'Cannot be triggered here')}</td>
      <td>{resourceGroup}</td>
      <td>{subscription}</td>
    </tr>
  );
}
