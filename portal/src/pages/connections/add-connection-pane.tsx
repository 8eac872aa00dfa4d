/** The pane Add connection. Invariant: what is typed into secret fields is sent once and kept nowhere in the browser. */
import { Button, Field, Input, Switch } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { putConnection, titleOf, useManagedApis } from '../../data/connections.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useResourceGroups, useSubscriptions } from '../../data/scope.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { Pane } from '../../design/pane.tsx';
import { Failure } from '../../design/states.tsx';
import { connectionForm, missingFields, parameterValues } from '../../model/connection-form.ts';
import { PlaceFields } from '../../parts/place-fields.tsx';
import { ParameterFields } from './parameter-fields.tsx';

export function AddConnectionPane({ onClose }: { readonly onClose: () => void }): ReactElement {
  const subscriptions = useSubscriptions();
  const [values, setValues] = useState({ subscription: '', group: '', api: '', name: '', sandbox: false });
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [fault, setFault] = useState<ArmError>();
  const subscription = values.subscription === '' ? (subscriptions[0]?.subscriptionId ?? '') : values.subscription;
  const groups = useResourceGroups(subscription);
  const group = groups.find(({ name }) => name === values.group) ?? groups[0];
  const apis = useManagedApis(subscription, group?.location ?? '').data ?? [];
  const api = apis.find(({ name }) => name === values.api);
  const form = connectionForm(api?.properties.connectionParameters ?? {});
  const name = values.name === '' ? values.api : values.name;
  const lacks = values.sandbox ? [] : missingFields(form, texts);
  const isComplete = api !== undefined && group !== undefined && name !== '' && lacks.length === 0;
  const create = async (): Promise<void> => {
    if (!isComplete) return;
    const id = `/subscriptions/${subscription}/resourceGroups/${group.name}/providers/Microsoft.Web/connections/${name}`;
    try {
      const given = {
        location: group.location ?? '',
        apiId: api.id,
        displayName: name,
        values: parameterValues(form, texts),
      };
      await putConnection(id, given, values.sandbox);
      notify({ kind: 'success', title: `Connection '${name}' was created` });
      await refreshAll();
      onClose();
    } catch (error) {
      setFault(asArmError(error));
    }
  };
  return (
    <Pane
      title="Add connection"
      changed={values.api !== '' || values.name !== ''}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={!isComplete} onClick={() => void create()}>
            Create
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {fault === undefined ? null : <Failure error={fault} what="The connection was not created" />}
      <div className="form stack">
        <PlaceFields
          subscriptionId={subscription}
          resourceGroup={group?.name ?? ''}
          subscriptions={subscriptions}
          groups={groups}
          onChange={(place) => setValues({ ...values, subscription: place.subscriptionId, group: place.resourceGroup })}
        />
        <Field label="API" required>
          <ChooseOne
            label="API"
            choices={apis.map((each) => ({ value: each.name, text: titleOf(each) }))}
            value={values.api}
            onChange={(value) => {
              setValues({ ...values, api: value });
              setTexts({});
            }}
          />
        </Field>
        <Field label="Name" required>
          <Input value={name} onChange={(_, { value }) => setValues({ ...values, name: value })} />
        </Field>
        <Switch
          label="Sandbox: call nobody, keep what would be sent in the outbox"
          checked={values.sandbox}
          onChange={(_, { checked }) => setValues({ ...values, sandbox: checked })}
        />
        <ParameterFields form={form} texts={texts} onChange={setTexts} />
      </div>
    </Pane>
  );
}
