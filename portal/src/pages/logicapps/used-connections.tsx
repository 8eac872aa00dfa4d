/** The connections that a logic app names. */
import type { ReactElement } from 'react';
import type { Workflow } from '../../data/workflows.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Empty } from '../../design/states.tsx';

export function UsedConnections({ workflow }: { readonly workflow: Workflow }): ReactElement {
  const value = workflow.properties.parameters?.['$connections']?.value;
  const entries = Object.entries((value ?? {}) as Readonly<Record<string, { readonly connectionId?: string }>>);
  if (entries.length === 0) return <Empty text="This logic app uses no connections." />;
  return (
    <div className="card">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Name in the definition</th>
            <th scope="col">Connection</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(([name, { connectionId }]) => (
            <tr key={name}>
              <td>{name}</td>
              <td>
                {connectionId === undefined ? (
                  '–'
                ) : (
                  <Anchor to={resourceAddress(connectionId)}>{connectionId.split('/').at(-1)}</Anchor>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
