/** Check access: what a principal may do at a scope, and by which assignment. */
import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { call } from '../../api/http.ts';
import { type ScopeEntity, scopeName as nameOfScope } from '../../data/scopes.ts';
import { Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { type CheckedAssignment, type Principal, usualActions, verdictOf } from '../../model/access.ts';
import { PrincipalField } from './principal-field.tsx';

interface Checked {
  readonly allowed?: boolean;
  readonly enabled?: boolean;
  readonly assignments: readonly CheckedAssignment[];
}

export interface CheckTabProps {
  readonly scope: string;
  readonly scopeName: string;
  readonly entities: readonly ScopeEntity[];
}

export function CheckTab({ scope, scopeName, entities }: CheckTabProps): ReactElement {
  const [principal, setPrincipal] = useState<Principal>();
  const [action, setAction] = useState('');
  const [asked, setAsked] = useState<{ readonly principal: Principal; readonly action: string }>();
  return (
    <div className="columns">
      <section className="card stack" aria-label="Question">
        <PrincipalField chosen={principal} onChoose={setPrincipal} />
        <Field label="Operation" hint="Choose one, or write its name. Without one, the roles are shown.">
          <Input
            list="usual-operations"
            placeholder="Any"
            spellCheck={false}
            value={action}
            onChange={(_, { value }) => setAction(value)}
          />
        </Field>
        <datalist id="usual-operations">
          {usualActions.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </datalist>
        <div>
          <Button
            appearance="primary"
            disabledFocusable={principal === undefined}
            onClick={() => {
              if (principal !== undefined) setAsked({ principal, action: action.trim() });
            }}
          >
            Check access
          </Button>
        </div>
      </section>
      <section className="card" aria-label="Answer">
        {asked === undefined ? (
          <Empty text={`Choose who, and what they want to do at ${scopeName}.`} />
        ) : (
          <Answer {...asked} scope={scope} scopeName={scopeName} entities={entities} />
        )}
      </section>
    </div>
  );
}

interface AnswerProps extends CheckTabProps {
  readonly principal: Principal;
  readonly action: string;
}

function Answer({ principal, action, scope, scopeName, entities }: AnswerProps): ReactElement {
  const { data, error, refetch } = useQuery<Checked, ArmError>({
    queryKey: ['checkAccess', principal.id, action, scope],
    queryFn: async ({ signal }) => {
      const body = { principalId: principal.id, scope, ...(action === '' ? {} : { action }) };
      return (await call<Checked>('POST', '/tocsin/v1/checkAccess', { body, signal })).body;
    },
  });
  if (error !== null) return <Failure error={error} what="Access could not be checked" retry={() => void refetch()} />;
  if (data === undefined) return <Loading rows={3} />;
  return (
    <>
      <Verdict checked={data} principal={principal} action={action} scopeName={scopeName} />
      {data.assignments.length === 0 ? (
        <Empty text={`${principal.name} holds no role that counts at ${scopeName}.`} />
      ) : (
        <Grid
          label="Roles that count"
          rows={data.assignments}
          idOf={({ id }) => id}
          nameOf={({ roleName }) => roleName}
          columns={[
            { key: 'role', title: 'Role', width: 'minmax(140px, 1fr)', cell: ({ roleName }) => roleName },
            {
              key: 'scope',
              title: 'Assigned at',
              width: 'minmax(140px, 1fr)',
              cell: (each) => (
                <span title={each.scope}>
                  {each.scope === '/' ? 'Whole tenant' : nameOfScope(each.scope, entities)}
                  {each.throughGroup ? ', through a group' : ''}
                </span>
              ),
            },
            ...(action === ''
              ? []
              : [
                  {
                    key: 'verdict',
                    title: 'For this operation',
                    width: 'minmax(260px, 2fr)',
                    cell: (each: CheckedAssignment) => (
                      <span className="wrapped">
                        <Status value={each.grants === true ? 'Passed' : 'Disabled'} text="" /> {verdictOf(each)}
                      </span>
                    ),
                  },
                ]),
          ]}
        />
      )}
    </>
  );
}

function Verdict({
  checked: { allowed, enabled },
  principal: { name },
  action,
  scopeName,
}: {
  readonly checked: Checked;
  readonly principal: Principal;
  readonly action: string;
  readonly scopeName: string;
}): ReactElement {
  if (allowed === undefined)
    return (
      <h2>
        Roles of {name} that count at {scopeName}
      </h2>
    );
  const off = enabled === false ? ` ${name} is disabled and may not sign in.` : '';
  return (
    <>
      <h2 className="verdict">
        <Status
          value={allowed ? 'Passed' : 'Failed'}
          text={allowed ? `${name} may do this at ${scopeName}` : `${name} may not do this at ${scopeName}`}
        />
      </h2>
      <p>
        <code>{action}</code>
        {off}
      </p>
    </>
  );
}
