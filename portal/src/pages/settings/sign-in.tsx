/** Sign-in: the ways there are, and the issuers behind them. */
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { signInWays, type SignInWays } from '../../api/session.ts';
import { Anchor } from '../../design/anchor.tsx';
import { Facts } from '../../design/json-view.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { OptionTable } from './option-table.tsx';
import { WithSettings } from './with-settings.tsx';

const shown = ['sign-in', 'issuer-keys'];
const words: Readonly<Record<string, string>> = { password: 'User name and password', token: 'Admin token' };

export function SignInSection(): ReactElement {
  const { data, error, refetch } = useQuery<SignInWays, ArmError>({ queryKey: ['signInWays'], queryFn: signInWays });
  return (
    <>
      <section className="card" aria-label="Ways to sign in">
        <h3>Ways to sign in</h3>
        {error === null ? null : (
          <Failure error={error} what="The ways to sign in could not be read" retry={() => void refetch()} />
        )}
        {data === undefined && error === null ? <Loading rows={2} /> : null}
        {data === undefined ? null : (
          <Facts
            facts={[
              ['Here', data.ways.map((way) => words[way] ?? way).join(', ')],
              ['External issuers', (data.issuers ?? []).map(({ displayName }) => displayName).join(', ')],
            ]}
          />
        )}
        <p>
          Users, applications and their secrets: <Anchor to="/access?tab=people">Access control</Anchor>
        </p>
      </section>
      <section className="card" aria-label="Start options">
        <h3>Start options</h3>
        <WithSettings>
          {({ settings }) => (
            <OptionTable
              label="Start options of sign-in"
              settings={settings.filter(({ name }) => shown.includes(name))}
            />
          )}
        </WithSettings>
      </section>
    </>
  );
}
