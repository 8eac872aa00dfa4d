/** One connection: its state, parameters without secrets, who uses it; test, authorize, replace, delete. Source: portal reference 3.7. */
import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { CheckmarkCircleRegular, DeleteRegular, KeyRegular, PersonKeyRegular } from '@fluentui/react-icons';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { idParts } from '../../api/arm.ts';
import {
  type Connection,
  consentLink,
  deleteConnection,
  replaceParameters,
  testConnection,
  useConnection,
  useConnectionUsers,
  useManagedApi,
} from '../../data/connections.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Command, Commands } from '../../design/commands.tsx';
import { Facts } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Pane } from '../../design/pane.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { type ConnectionForm, connectionForm, missingFields, parameterValues } from '../../model/connection-form.ts';
import { DeleteConnections } from './delete-connections.tsx';
import { ParameterFields } from './parameter-fields.tsx';
import { SandboxSwitch } from './sandbox-switch.tsx';

const crumbs = [{ text: 'Connections', to: '/connections' }];

export function ConnectionPage({ id }: { readonly id: string }): ReactElement {
  const { data, error, refetch } = useConnection(id);
  if (data !== undefined) return <Loaded connection={data} />;
  return (
    <Page title={idParts(id).name} crumbs={crumbs}>
      {error === null ? (
        <Loading />
      ) : (
        <Failure
          error={error}
          what="The connection could not be read"
          retry={() => void refetch()}
          back={{ to: '/connections', text: 'All connections' }}
        />
      )}
    </Page>
  );
}

function Loaded({ connection }: { readonly connection: Connection }): ReactElement {
  const { id, name, properties } = connection;
  const users = useConnectionUsers()?.get(id.toLowerCase()) ?? [];
  const api = useManagedApi(properties.api?.id).data;
  const form = connectionForm(api?.properties.connectionParameters ?? {});
  const [replacing, setReplacing] = useState(false);
  const fault = properties.statuses?.find(({ error }) => error !== undefined)?.error;
  return (
    <Page
      title={name}
      crumbs={crumbs}
      badges={<Status value={properties.overallStatus ?? 'Unknown'} />}
      commands={<PageCommands connection={connection} form={form} users={users} onReplace={() => setReplacing(true)} />}
    >
      {fault === undefined ? null : (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            {fault.message ?? 'The connection cannot be used.'} <span className="muted">({fault.code})</span>
          </MessageBarBody>
        </MessageBar>
      )}
      <section className="card" aria-label="Connection">
        <Facts
          facts={[
            ['API', properties.api?.displayName ?? properties.api?.name],
            ['Display name', properties.displayName],
            ['Signed in as', properties.authenticatedUser?.name],
            ['Resource group', idParts(id).resourceGroup],
            ['Location', connection.location],
            ['Created', properties.createdTime],
            ['Changed', properties.changedTime],
          ]}
        />
        <SandboxSwitch connection={connection} label="Sandbox: call nobody, keep what would be sent in the outbox" />
      </section>
      <section className="card" aria-label="Parameters">
        <h2>Parameters</h2>
        {form.fields.length === 0 ? <p className="help">The API asks for none.</p> : null}
        <Facts
          facts={form.fields.map(({ label, isSecret }) => [
            label,
            isSecret ? 'Secret, never shown' : 'Kept, never shown',
          ])}
        />
      </section>
      <section className="card" aria-label="Used by">
        <h2>Used by</h2>
        {users.length === 0 ? <p className="help">No logic app uses it.</p> : null}
        <ul>
          {users.map((user) => (
            <li key={user}>
              <Anchor to={resourceAddress(user)}>{idParts(user).name}</Anchor>
            </li>
          ))}
        </ul>
      </section>
      {replacing ? <ReplacePane connection={connection} form={form} onClose={() => setReplacing(false)} /> : null}
    </Page>
  );
}

interface PageCommandsProps {
  readonly connection: Connection;
  readonly form: ConnectionForm;
  readonly users: readonly string[];
  readonly onReplace: () => void;
}

function PageCommands({ connection, form, users, onReplace }: PageCommandsProps): ReactElement {
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const { id, name } = connection;
  const test = async (): Promise<void> => {
    try {
      await testConnection(connection);
      notify({ kind: 'success', title: `Connection '${name}' works` });
    } catch (error) {
      notifyFailure(`Connection '${name}' does not work`, error);
    }
    await refreshAll();
  };
  const authorize = async (): Promise<void> => {
    try {
      const link = await consentLink(id);
      if (link !== undefined) window.location.assign(link);
    } catch (error) {
      notifyFailure(`Connection '${name}' could not be authorized`, error);
    }
  };
  return (
    <Commands>
      <Command text="Test connection" icon={<CheckmarkCircleRegular />} onClick={() => void test()} />
      <Command
        text="Authorize"
        icon={<PersonKeyRegular />}
        blocked={form.needsConsent ? undefined : 'Nobody signs in for this API.'}
        onClick={() => {
          if (form.needsConsent) void authorize();
        }}
      />
      <Command
        text="Replace"
        icon={<KeyRegular />}
        blocked={form.fields.length === 0 ? 'The API asks for no parameters.' : undefined}
        onClick={() => {
          if (form.fields.length > 0) onReplace();
        }}
      />
      <Command text="Delete" icon={<DeleteRegular />} onClick={() => setDeleting(true)} />
      {deleting ? (
        <DeleteConnections
          names={[name]}
          users={users}
          onConfirm={() =>
            void deleteConnection(id)
              .then(async () => {
                notify({ kind: 'success', title: `Connection '${name}' was deleted` });
                await navigate({ to: '/connections' });
                await refreshAll();
              })
              .catch((error: unknown) => notifyFailure(`Connection '${name}' was not deleted`, error))
          }
          onClose={() => setDeleting(false)}
        />
      ) : null}
    </Commands>
  );
}

interface ReplacePaneProps {
  readonly connection: Connection;
  readonly form: ConnectionForm;
  readonly onClose: () => void;
}

/** All are typed anew: the server never tells those it has. */
function ReplacePane({ connection: { id, name }, form, onClose }: ReplacePaneProps): ReactElement {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [fault, setFault] = useState<ArmError>();
  const lacks = missingFields(form, texts);
  const save = async (): Promise<void> => {
    if (lacks.length > 0) return;
    try {
      await replaceParameters(id, parameterValues(form, texts));
      notify({ kind: 'success', title: `The parameters of '${name}' were replaced` });
      await refreshAll();
      onClose();
    } catch (error) {
      setFault(asArmError(error));
    }
  };
  return (
    <Pane
      title="Replace parameters"
      changed={Object.keys(texts).length > 0}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={lacks.length > 0} onClick={() => void save()}>
            Replace
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      {fault === undefined ? null : <Failure error={fault} what="The parameters were not replaced" />}
      <div className="form stack">
        <ParameterFields form={form} texts={texts} onChange={setTexts} />
      </div>
    </Pane>
  );
}
