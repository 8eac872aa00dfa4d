/** Signing in. The address stays, so that a link leads where it says once one is signed in. Source: portal reference 1.4. */
import { Button, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { type ArmError, asArmError } from '../api/arm-error.ts';
import {
  issuerAddress,
  type Session,
  signInByPassword,
  signInByToken,
  type SignInWays,
  signInWays,
} from '../api/session.ts';
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
        <SignInForm />
      </main>
    </div>
  );
}

/** The ways that this server has; the token without further clicks where it is the only one. */
export function SignInForm(): ReactElement {
  const { data } = useQuery<SignInWays, ArmError>({ queryKey: ['signInWays'], queryFn: signInWays });
  const [byToken, setByToken] = useState(false);
  const issuers = data?.issuers ?? [];
  const passwords = data?.ways.includes('password') === true;
  const others = passwords || issuers.length > 0;
  return (
    <div className="stack">
      {issuers.map(({ name, displayName }) => (
        <div key={name}>
          <Button as="a" href={issuerAddress(name)}>
            Sign in with {displayName}
          </Button>
        </div>
      ))}
      {passwords ? <PasswordForm /> : null}
      {others ? (
        <div>
          <Button appearance="transparent" aria-expanded={byToken} onClick={() => setByToken(!byToken)}>
            Use an admin token
          </Button>
        </div>
      ) : null}
      {byToken || !others ? <TokenForm /> : null}
    </div>
  );
}

/** What all forms do: send, take the session, tell what was wrong. */
function useSending(wrong: string): {
  readonly fault: string | undefined;
  readonly busy: boolean;
  readonly send: (event: FormEvent, missing: string | undefined, work: () => Promise<Session>) => Promise<void>;
} {
  const client = useQueryClient();
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent, missing: string | undefined, work: () => Promise<Session>): Promise<void> => {
    event.preventDefault();
    setFault(missing);
    if (missing !== undefined) return;
    setBusy(true);
    try {
      const session = await work();
      sessionEnded.set(false);
      client.setQueryData(['session'], session);
      // What was refused meanwhile is asked for again.
      void client.invalidateQueries();
    } catch (error) {
      const { status, message } = asArmError(error);
      setFault(status === 401 ? wrong : message);
    } finally {
      setBusy(false);
    }
  };
  return { fault, busy, send };
}

function PasswordForm(): ReactElement {
  const { fault, busy, send } = useSending('The user name or the password is wrong.');
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const missing = userName.trim() === '' || password === '' ? 'Enter the user name and the password.' : undefined;
  return (
    <form
      onSubmit={(event) => void send(event, missing, () => signInByPassword(userName.trim(), password))}
      className="stack"
      aria-label="User name and password"
    >
      <Fault text={fault} />
      <Field label="User name">
        <Input autoComplete="username" value={userName} onChange={(_, { value }) => setUserName(value)} />
      </Field>
      <Field label="Password">
        <Input
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(_, { value }) => setPassword(value)}
        />
      </Field>
      <Submit busy={busy} />
    </form>
  );
}

function TokenForm(): ReactElement {
  const { fault, busy, send } = useSending('This token is not valid.');
  const [token, setToken] = useState('');
  const missing = token.trim() === '' ? 'Enter the admin token.' : undefined;
  return (
    <form
      onSubmit={(event) => void send(event, missing, () => signInByToken(token))}
      className="stack"
      aria-label="Admin token"
    >
      <p className="muted">The admin token is in the file admin-token of the server’s data folder.</p>
      <Fault text={fault} />
      <Field label="Admin token">
        <Input
          type="password"
          autoComplete="current-password"
          value={token}
          onChange={(_, { value }) => setToken(value)}
        />
      </Field>
      <Submit busy={busy} />
    </form>
  );
}

function Fault({ text }: { readonly text: string | undefined }): ReactElement | null {
  if (text === undefined) return null;
  return (
    <MessageBar intent="error" role="alert">
      <MessageBarBody>{text}</MessageBarBody>
    </MessageBar>
  );
}

function Submit({ busy }: { readonly busy: boolean }): ReactElement {
  return (
    <div>
      <Button appearance="primary" type="submit" disabledFocusable={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
    </div>
  );
}
