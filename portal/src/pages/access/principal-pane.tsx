/** One user or application: enable and disable, new secrets and passwords, deletion. */
import { Button, Field, Input } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { notify } from '../../data/notifications.ts';
import {
  addSecret,
  changePrincipal,
  type Credential,
  deleteCredential,
  deletePrincipal,
  type KnownPrincipal,
} from '../../data/principals.ts';
import { refreshAll } from '../../data/query-client.ts';
import { Command, Commands } from '../../design/commands.tsx';
import { Facts } from '../../design/json-view.tsx';
import { Pane } from '../../design/pane.tsx';
import { Question } from '../../design/question.tsx';
import { SecretOnce } from '../../design/secret-once.tsx';
import { Failure } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';

export interface PrincipalPaneProps {
  readonly principal: KnownPrincipal;
  readonly onClose: () => void;
}

type Asking = 'disable' | 'delete';

export function PrincipalPane({ principal, onClose }: PrincipalPaneProps): ReactElement {
  const { objectId, displayName, enabled, type } = principal;
  const [asking, setAsking] = useState<Asking>();
  const [fault, setFault] = useState<ArmError>();
  const attempt = async (work: () => Promise<void>, done: string): Promise<boolean> => {
    try {
      await work();
      setFault(undefined);
      notify({ kind: 'success', title: done });
      await refreshAll();
      return true;
    } catch (error) {
      setFault(asArmError(error));
      return false;
    }
  };
  const enable = (value: boolean): void => {
    void attempt(
      () => changePrincipal(objectId, { enabled: value }),
      `'${displayName}' is ${value ? 'enabled' : 'disabled'}`,
    );
  };
  return (
    <Pane title={displayName} onClose={onClose}>
      <Commands>
        {enabled ? (
          <Command text="Disable" onClick={() => setAsking('disable')} />
        ) : (
          <Command text="Enable" onClick={() => enable(true)} />
        )}
        <Command text="Delete" onClick={() => setAsking('delete')} />
      </Commands>
      {fault === undefined ? null : <Failure error={fault} what="That was not done" />}
      <p>
        <Status value={enabled ? 'Enabled' : 'Disabled'} />
      </p>
      <Facts
        facts={[
          ['Object id', objectId],
          ...(type === 'User'
            ? ([
                ['User name', principal.userName],
                ['Password changed', principal.passwordChangedOn],
              ] as const)
            : ([
                ['Client id', principal.appId],
                ['Tenant id', principal.tenantId],
              ] as const)),
        ]}
      />
      {type === 'User' ? (
        <ResetPassword principal={principal} attempt={attempt} />
      ) : (
        <Secrets principal={principal} attempt={attempt} />
      )}
      {asking === 'disable' ? (
        <Question
          title={`Disable '${displayName}'?`}
          verb="Disable"
          onConfirm={() => enable(false)}
          onClose={() => setAsking(undefined)}
        >
          It may not sign in any more, and the tokens it has are good for nothing.
        </Question>
      ) : null}
      {asking === 'delete' ? (
        <Question
          title={`Delete '${displayName}'?`}
          verb="Delete"
          onConfirm={() =>
            void attempt(() => deletePrincipal(objectId), `'${displayName}' was deleted`).then((done) => {
              if (done) onClose();
            })
          }
          onClose={() => setAsking(undefined)}
        >
          Its role assignments go with it, and its tokens are good for nothing from then on.
        </Question>
      ) : null}
    </Pane>
  );
}

interface PartProps {
  readonly principal: KnownPrincipal;
  readonly attempt: (work: () => Promise<void>, done: string) => Promise<boolean>;
}

function ResetPassword({ principal, attempt }: PartProps): ReactElement {
  const [password, setPassword] = useState('');
  return (
    <section aria-label="Password">
      <h2>Password</h2>
      <Field label="New password" hint="The tokens and sessions that the user has end with it.">
        <Input
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(_, { value }) => setPassword(value)}
        />
      </Field>
      <Button
        style={{ marginTop: 8 }}
        disabledFocusable={password === ''}
        onClick={() => {
          if (password === '') return;
          void attempt(
            () => changePrincipal(principal.objectId, { password }),
            `The password of '${principal.displayName}' was reset`,
          ).then((done) => {
            if (done) setPassword('');
          });
        }}
      >
        Reset password
      </Button>
    </section>
  );
}

function Secrets({ principal, attempt }: PartProps): ReactElement {
  const { objectId, secrets = [], certificates = [] } = principal;
  const [name, setName] = useState('');
  const [value, setValue] = useState<string>();
  return (
    <section aria-label="Secrets">
      <h2>Secrets</h2>
      <CredentialList
        credentials={secrets}
        noun="secret"
        onDelete={({ keyId }) =>
          void attempt(() => deleteCredential(objectId, 'secrets', keyId), 'The secret was deleted')
        }
      />
      <div className="row" style={{ alignItems: 'flex-end', margin: '8px 0' }}>
        <Field label="Name of the new secret">
          <Input value={name} onChange={(_, data) => setName(data.value)} />
        </Field>
        <Button
          onClick={() =>
            void attempt(async () => {
              setValue(await addSecret(objectId, { displayName: name }));
              setName('');
            }, 'The secret was created')
          }
        >
          Create secret
        </Button>
      </div>
      {value === undefined ? null : <SecretOnce title="The new secret" values={[['Secret', value]]} />}
      {certificates.length === 0 ? null : (
        <>
          <h2>Certificates</h2>
          <CredentialList
            credentials={certificates}
            noun="certificate"
            onDelete={({ keyId }) =>
              void attempt(() => deleteCredential(objectId, 'certificates', keyId), 'The certificate was deleted')
            }
          />
        </>
      )}
    </section>
  );
}

interface CredentialListProps {
  readonly credentials: readonly Credential[];
  readonly noun: string;
  readonly onDelete: (credential: Credential) => void;
}

function CredentialList({ credentials, noun, onDelete }: CredentialListProps): ReactElement {
  const [asking, setAsking] = useState<Credential>();
  if (credentials.length === 0) return <p className="help">There is none.</p>;
  return (
    <>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Expires</th>
            <th scope="col">
              <span className="hidden">Commands</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {credentials.map((each) => (
            <tr key={each.keyId}>
              <td>{each.displayName === '' ? each.keyId : each.displayName}</td>
              <td>
                <Moment value={each.expiresOn} />
              </td>
              <td>
                <Button size="small" aria-label={`Delete ${noun} ${each.displayName}`} onClick={() => setAsking(each)}>
                  Delete
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asking === undefined ? null : (
        <Question
          title={`Delete the ${noun}?`}
          verb="Delete"
          onConfirm={() => onDelete(asking)}
          onClose={() => setAsking(undefined)}
        >
          Whoever signs in with it is refused from then on.
        </Question>
      )}
    </>
  );
}
