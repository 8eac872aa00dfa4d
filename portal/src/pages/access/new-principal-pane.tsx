/** Making a user or an application. What they sign in with is shown once, in the pane that made them. */
import { Button, Field, Input } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { type KnownPrincipal, type MadePrincipal, makePrincipal } from '../../data/principals.ts';
import { refreshAll } from '../../data/query-client.ts';
import { Pane } from '../../design/pane.tsx';
import { SecretOnce } from '../../design/secret-once.tsx';
import { Failure } from '../../design/states.tsx';

export interface NewPrincipalPaneProps {
  readonly type: KnownPrincipal['type'];
  readonly onClose: () => void;
}

export function NewPrincipalPane({ type, onClose }: NewPrincipalPaneProps): ReactElement {
  const isUser = type === 'User';
  const [values, setValues] = useState({ userName: '', displayName: '', password: '', days: '365' });
  const [fault, setFault] = useState<ArmError>();
  const [made, setMade] = useState<MadePrincipal>();
  const days = Number(values.days);
  const isComplete = isUser
    ? values.userName.trim() !== ''
    : values.displayName.trim() !== '' && Number.isInteger(days) && days > 0;
  const create = async (): Promise<void> => {
    if (!isComplete) return;
    const { userName, displayName, password } = values;
    const name = displayName.trim() === '' ? {} : { displayName: displayName.trim() };
    try {
      const body = isUser
        ? { type, userName: userName.trim(), ...name, ...(password === '' ? {} : { password }) }
        : { type, ...name, lifetimeDays: days };
      setMade(await makePrincipal(body));
      setFault(undefined);
      await refreshAll();
    } catch (error) {
      setFault(asArmError(error));
    }
  };
  return (
    <Pane
      title={isUser ? 'Create user' : 'Create application'}
      changed={made === undefined && (values.userName !== '' || values.displayName !== '')}
      onClose={onClose}
      footer={
        made === undefined ? (
          <>
            <Button appearance="primary" disabledFocusable={!isComplete} onClick={() => void create()}>
              Create
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </>
        ) : (
          <Button appearance="primary" onClick={onClose}>
            Done
          </Button>
        )
      }
    >
      {fault === undefined ? null : (
        <Failure error={fault} what={isUser ? 'The user was not created' : 'The application was not created'} />
      )}
      {made === undefined ? (
        <div className="form stack">
          {isUser ? (
            <Field label="User name" required hint="What the user signs in with, such as ada@contoso.example.">
              <Input value={values.userName} onChange={(_, { value }) => setValues({ ...values, userName: value })} />
            </Field>
          ) : null}
          <Field label="Display name" required={!isUser}>
            <Input
              value={values.displayName}
              onChange={(_, { value }) => setValues({ ...values, displayName: value })}
            />
          </Field>
          {isUser ? (
            <Field label="Password" hint="One is made up when this is empty.">
              <Input
                type="password"
                autoComplete="new-password"
                value={values.password}
                onChange={(_, { value }) => setValues({ ...values, password: value })}
              />
            </Field>
          ) : (
            <Field label="Days until the secret expires" required>
              <Input
                type="number"
                min={1}
                value={values.days}
                onChange={(_, { value }) => setValues({ ...values, days: value })}
              />
            </Field>
          )}
          <p className="help">Nothing is allowed yet: assign a role next.</p>
        </div>
      ) : (
        <MadeView made={made} />
      )}
    </Pane>
  );
}

function MadeView({ made }: { readonly made: MadePrincipal }): ReactElement {
  const { displayName, secret, userName, appId, tenantId } = made;
  if (secret === undefined) return <p>‘{displayName}’ was created, with the password that you gave.</p>;
  const values: readonly (readonly [string, string])[] =
    userName === undefined
      ? [
          ['Tenant id', tenantId],
          ['Client id', appId ?? ''],
          ['Secret', secret.value],
        ]
      : [
          ['User name', userName],
          ['Password', secret.value],
        ];
  return <SecretOnce title={`‘${displayName}’ was created`} values={values} />;
}
