/** Signing in. The address stays, so that a link leads where it says once one is signed in. */
import { Button, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { asArmError } from '../api/arm-error.ts';
import { signInByToken } from '../api/session.ts';
import { sessionEnded } from '../data/session.ts';

export function SignIn(): ReactElement {
  useEffect(() => {
    document.title = 'Sign in · Tocsin';
  }, []);
  return (
    <div className="signin">
      <main>
        <img src="/portal/icon.svg" alt="" />
        <h1>Sign in to Tocsin</h1>
        <p className="muted">The admin token is in the file admin-token of the server’s data folder.</p>
        <SignInForm />
      </main>
    </div>
  );
}

export function SignInForm(): ReactElement {
  const client = useQueryClient();
  const [token, setToken] = useState('');
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (token.trim() === '') {
      setFault('Enter the admin token.');
      return;
    }
    setBusy(true);
    try {
      const session = await signInByToken(token);
      sessionEnded.set(false);
      client.setQueryData(['session'], session);
    } catch (error) {
      const { status, message } = asArmError(error);
      setFault(status === 401 ? 'This token is not valid.' : message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="stack">
      {fault === undefined ? null : (
        <MessageBar intent="error" role="alert">
          <MessageBarBody>{fault}</MessageBarBody>
        </MessageBar>
      )}
      <Field label="Admin token">
        <Input
          type="password"
          autoComplete="current-password"
          value={token}
          onChange={(_, { value }) => setToken(value)}
        />
      </Field>
      <div>
        <Button appearance="primary" type="submit" disabledFocusable={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </Button>
      </div>
    </form>
  );
}
