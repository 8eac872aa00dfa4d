/** Create a logic app, then choose what it starts as. Source: portal reference 3.6, 4.1. */
import { Button, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { ArmError, asArmError } from '../../api/arm-error.ts';
import { armPath } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import { readDraft } from '../../data/drafts.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { readAll, useResourceGroups, useSubscriptions } from '../../data/scope.ts';
import { workflowPath } from '../../data/workflows.ts';
import { useAddress } from '../../design/address.ts';
import { Anchor, targetOf } from '../../design/anchor.tsx';
import { ChooseOne } from '../../design/choices.tsx';
import { Page } from '../../design/page.tsx';
import { Failure } from '../../design/states.tsx';
import { PlaceFields } from '../../parts/place-fields.tsx';
import { emptyDefinition } from './starting-points.ts';

const defaults = { return: '' };

export function CreateLogicApp(): ReactElement {
  const [address] = useAddress(defaults);
  const navigate = useNavigate();
  const [fault, setFault] = useState<ArmError>();
  const [busy, setBusy] = useState(false);
  const form = useCreateForm();
  const { name, subscriptionId, resourceGroup, location } = form.values;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const lacks = lacking(form.values);
    if (lacks !== undefined) {
      setFault(new ArmError(400, { code: 'InvalidParameter', message: lacks }));
      return;
    }
    setBusy(true);
    try {
      const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Logic/workflows/${encodeURIComponent(name)}`;
      const body = { location, properties: { state: 'Enabled', definition: emptyDefinition } };
      await call('PUT', workflowPath(id), { body, headers: { 'if-none-match': '*' } });
      notify({ kind: 'success', title: `Logic app '${name}' was created` });
      await refreshAll();
      const { to, search } = targetOf(`/r${id}?view=start${address.return === '' ? '' : `&return=${address.return}`}`);
      await navigate({ to, search: search });
    } catch (error) {
      setFault(asArmError(error));
      setBusy(false);
    }
  };
  return (
    <Page
      title="Create a logic app"
      crumbs={[{ text: 'Logic apps', to: '/logicapps' }]}
      purpose="It is created empty; then you choose a template or build it yourself."
    >
      {address.return === 'automation' ? <ReturnBar /> : null}
      {fault === undefined ? null : <Failure error={fault} what="The logic app was not created" />}
      <form className="card form stack" onSubmit={(event) => void submit(event)}>
        <CreateFields form={form} />
        <div className="row">
          <Button appearance="primary" type="submit" disabledFocusable={busy}>
            {busy ? 'Creating…' : 'Create'}
          </Button>
          <Button onClick={() => void navigate({ to: '/logicapps' })}>Cancel</Button>
        </div>
      </form>
    </Page>
  );
}

/** Leads back to the automation that waits with everything typed in it. */
export function ReturnBar(): ReactElement {
  const name = readDraft<{ readonly name?: string }>('automation')?.name ?? '';
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        You are creating a logic app for the automation ‘{name === '' ? 'not named yet' : name}’.{' '}
        <Anchor to="/automations?pane=add">Return to Add workflow automation</Anchor>
      </MessageBarBody>
    </MessageBar>
  );
}

interface CreateValues {
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
}

interface CreateForm {
  readonly values: CreateValues;
  readonly change: (part: Partial<CreateValues>) => void;
}

function lacking({ name, subscriptionId, resourceGroup, location }: CreateValues): string | undefined {
  if (name === '') return 'Enter a name.';
  if (!/^[\w().-]{1,80}$/.test(name))
    return 'A name has letters, digits, dots, dashes, underscores and brackets, at most 80.';
  return subscriptionId === '' || resourceGroup === '' || location === ''
    ? 'Choose subscription, resource group and location.'
    : undefined;
}

function useCreateForm(): CreateForm {
  const [values, setValues] = useState<CreateValues>({ name: '', subscriptionId: '', resourceGroup: '', location: '' });
  const subscriptions = useSubscriptions();
  const groups = useResourceGroups(values.subscriptionId);
  const only = subscriptions.length === 1 ? subscriptions[0]?.subscriptionId : undefined;
  const group = groups.length === 1 ? groups[0] : undefined;
  const change = (part: Partial<CreateValues>): void => setValues((before) => ({ ...before, ...part }));
  useEffect(() => {
    if (values.subscriptionId === '' && only !== undefined) change({ subscriptionId: only });
    else if (values.resourceGroup === '' && group !== undefined)
      change({ resourceGroup: group.name, location: group.location ?? '' });
  }, [values.subscriptionId, values.resourceGroup, only, group]);
  return { values, change };
}

interface Location {
  readonly name: string;
  readonly displayName: string;
}

function CreateFields({ form: { values, change } }: { readonly form: CreateForm }): ReactElement {
  const subscriptions = useSubscriptions();
  const groups = useResourceGroups(values.subscriptionId);
  const { data: locations = [] } = useQuery({
    queryKey: ['locations', values.subscriptionId],
    queryFn: ({ signal }) =>
      readAll<Location>(armPath(`/subscriptions/${values.subscriptionId}/locations`, 'microsoft.resources'), signal),
    enabled: values.subscriptionId !== '',
    staleTime: 600_000,
  });
  return (
    <>
      <Field label="Logic App name" required>
        <Input value={values.name} onChange={(_, { value }) => change({ name: value })} />
      </Field>
      <PlaceFields
        subscriptionId={values.subscriptionId}
        resourceGroup={values.resourceGroup}
        subscriptions={subscriptions}
        groups={groups}
        onChange={(place) =>
          change({
            ...place,
            location: groups.find(({ name }) => name === place.resourceGroup)?.location ?? values.location,
          })
        }
      />
      <Field label="Location" required>
        <ChooseOne
          label="Location"
          choices={locations.map(({ name, displayName }) => ({ value: name, text: displayName }))}
          value={values.location}
          onChange={(location) => change({ location })}
        />
      </Field>
    </>
  );
}
