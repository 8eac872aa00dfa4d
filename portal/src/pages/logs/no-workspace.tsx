/** What the page shows before there is a workspace: why one is needed, and making one. */
import { Button, Field, Input } from '@fluentui/react-components';
import { DatabaseSearchRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { call } from '../../api/http.ts';
import { workspacePath } from '../../data/logs.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useResourceGroups, useSubscriptions } from '../../data/scope.ts';
import { Pane } from '../../design/pane.tsx';
import { Empty, Failure } from '../../design/states.tsx';
import { PlaceFields } from '../../parts/place-fields.tsx';

export interface NoWorkspaceProps {
  readonly onMade: (id: string) => void;
  readonly onGraph: () => void;
}

export function NoWorkspace({ onMade, onGraph }: NoWorkspaceProps): ReactElement {
  const [making, setMaking] = useState(false);
  return (
    <Empty
      icon={<DatabaseSearchRegular />}
      text="There is no log workspace yet. A workspace shows the alerts and recommendations of its subscription as tables, keeps what automations export, and is what playbooks query."
    >
      <div className="row" style={{ justifyContent: 'center' }}>
        <Button appearance="primary" onClick={() => setMaking(true)}>
          Create a workspace
        </Button>
        <Button onClick={onGraph}>Ask Resource Graph instead</Button>
      </div>
      {making ? <NewWorkspace onMade={onMade} onClose={() => setMaking(false)} /> : null}
    </Empty>
  );
}

function NewWorkspace({
  onMade,
  onClose,
}: {
  readonly onMade: (id: string) => void;
  readonly onClose: () => void;
}): ReactElement {
  const subscriptions = useSubscriptions();
  const [values, setValues] = useState({ name: 'logs', subscription: '', group: '' });
  const [fault, setFault] = useState<ArmError>();
  const subscription = values.subscription === '' ? (subscriptions[0]?.subscriptionId ?? '') : values.subscription;
  const groups = useResourceGroups(subscription);
  const group = values.group === '' ? (groups[0]?.name ?? '') : values.group;
  const isValid = /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/.test(values.name);
  const create = async (): Promise<void> => {
    const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.OperationalInsights/workspaces/${values.name}`;
    try {
      const location = groups.find(({ name }) => name === group)?.location ?? '';
      await call('PUT', workspacePath(id), { body: { location, properties: { retentionInDays: 90 } } });
      notify({ kind: 'success', title: `Workspace '${values.name}' was created` });
      await refreshAll();
      onMade(id);
      onClose();
    } catch (error) {
      setFault(asArmError(error));
    }
  };
  return (
    <Pane
      title="Create a workspace"
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={!isValid || group === ''} onClick={() => void create()}>
            Create
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {fault === undefined ? null : <Failure error={fault} what="The workspace was not created" />}
      <div className="form stack">
        <Field
          label="Name"
          required
          {...(isValid
            ? {}
            : { validationMessage: '4 to 63 letters, digits and hyphens; letters or digits at both ends.' })}
        >
          <Input value={values.name} onChange={(_, { value }) => setValues({ ...values, name: value })} />
        </Field>
        <PlaceFields
          subscriptionId={subscription}
          resourceGroup={group}
          subscriptions={subscriptions}
          groups={groups}
          onChange={(place) => setValues({ ...values, subscription: place.subscriptionId, group: place.resourceGroup })}
        />
      </div>
    </Pane>
  );
}
