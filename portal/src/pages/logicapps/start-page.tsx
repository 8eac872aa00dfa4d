/** What a new logic app starts as: a template, or blank. Source: portal reference 3.6, 4.1. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  Tab,
  TabList,
} from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { armPath, idParts } from '../../api/arm.ts';
import { call } from '../../api/http.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { type Workflow, workflowPath } from '../../data/workflows.ts';
import { Failure } from '../../design/states.tsx';
import { type StartingPoint, startingPoints } from './starting-points.ts';

export interface StartPageProps {
  readonly workflow: Workflow;
  /** `begin` is what the designer asks for first. */
  readonly onView: (view: string, begin?: string) => void;
}

export function StartPage({ workflow, onView }: StartPageProps): ReactElement {
  const [category, setCategory] = useState('All');
  const [chosen, setChosen] = useState<StartingPoint>();
  const shown = startingPoints.filter((each) => category === 'All' || each.category === category);
  return (
    <section>
      <h2>Templates</h2>
      <TabList selectedValue={category} onTabSelect={(_, { value }) => setCategory(value as string)}>
        {['All', 'Security', 'General'].map((each) => (
          <Tab key={each} value={each}>
            {each}
          </Tab>
        ))}
      </TabList>
      <div className="template-cards" style={{ marginTop: 12 }}>
        <div className="card">
          <h3>Blank</h3>
          <p className="muted">Build it from nothing.</p>
          <Button onClick={() => onView('designer', 'trigger')}>Blank Logic App</Button>
        </div>
        {shown.map((each) => (
          <div key={each.id} className="card">
            <p className="muted">{each.category}</p>
            <p>{each.text}</p>
            <Button onClick={() => setChosen(each)}>{each.title}</Button>
          </div>
        ))}
      </div>
      {chosen === undefined ? null : (
        <UseDialog
          point={chosen}
          workflow={workflow}
          onClose={() => setChosen(undefined)}
          onDone={() => onView('overview')}
        />
      )}
    </section>
  );
}

interface UseDialogProps {
  readonly point: StartingPoint;
  readonly workflow: Workflow;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function UseDialog({ point, workflow, onClose, onDone }: UseDialogProps): ReactElement {
  const [asked, setAsked] = useState(false);
  const [recipient, setRecipient] = useState('');
  const [fault, setFault] = useState<ArmError>();
  const [busy, setBusy] = useState(false);
  const create = async (): Promise<void> => {
    setBusy(true);
    try {
      await fill(workflow, point, recipient);
      notify({ kind: 'success', title: `Logic app '${workflow.name}' was saved` });
      await refreshAll();
      onDone();
    } catch (error) {
      setFault(asArmError(error));
      setBusy(false);
    }
  };
  const lacks = point.asksRecipient && !recipient.includes('@');
  return (
    <Dialog open onOpenChange={(_, { open }) => (open ? undefined : onClose())}>
      <DialogSurface aria-label={point.title}>
        <DialogBody>
          <DialogTitle>{point.title}</DialogTitle>
          <DialogContent>
            {fault === undefined ? null : <Failure error={fault} what="The template could not be used" />}
            <p>{point.text}</p>
            {point.connections.length === 0 ? null : (
              <p className="help">
                Uses the connections {point.connections.join(' and ')}. Those that are missing are made in the sandbox:
                what they would send is kept in the outbox until you authorize them.
              </p>
            )}
            {asked && point.asksRecipient ? (
              <Field label="To" required>
                <Input type="email" value={recipient} onChange={(_, { value }) => setRecipient(value)} />
              </Field>
            ) : null}
          </DialogContent>
          <DialogActions>
            {asked ? (
              <Button appearance="primary" disabledFocusable={busy || lacks} onClick={() => void create()}>
                {busy ? 'Creating…' : 'Create'}
              </Button>
            ) : (
              <Button appearance="primary" onClick={() => setAsked(true)}>
                Use this template
              </Button>
            )}
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Makes the connections that are missing, in the sandbox, and saves the definition with them. */
async function fill(workflow: Workflow, point: StartingPoint, recipient: string): Promise<void> {
  const { subscriptionId = '', resourceGroup = '' } = idParts(workflow.id);
  const location = workflow.location ?? '';
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  const value: Record<string, object> = {};
  for (const api of point.connections) {
    const connectionId = `${group}/providers/Microsoft.Web/connections/${api}`;
    const apiId = `/subscriptions/${subscriptionId}/providers/Microsoft.Web/locations/${location}/managedApis/${api}`;
    if (!(await exists(connectionId))) {
      await call('PUT', armPath(connectionId, 'microsoft.web/connections'), {
        body: { location, properties: { displayName: api, api: { id: apiId } } },
      });
      await call('POST', '/tocsin/v1/connections/sandbox', { body: { connectionId, enabled: true } });
    }
    value[api] = { connectionId, connectionName: api, id: apiId };
  }
  await call('PUT', workflowPath(workflow.id), {
    body: {
      location,
      ...(workflow.tags === undefined ? {} : { tags: workflow.tags }),
      properties: {
        state: workflow.properties.state,
        definition: point.definition(recipient),
        parameters: point.connections.length === 0 ? {} : { $connections: { value } },
      },
    },
  });
}

/** Whether the group's list has it: asking for one that is missing would be an error. */
async function exists(connectionId: string): Promise<boolean> {
  const list = connectionId.slice(0, connectionId.lastIndexOf('/'));
  const { body } = await call<{ readonly value: readonly { readonly id: string }[] }>(
    'GET',
    armPath(list, 'microsoft.web/connections'),
  );
  return body.value.some(({ id }) => id.toLowerCase() === connectionId.toLowerCase());
}
