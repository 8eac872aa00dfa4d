/** A role in full: what it allows, and what it takes out of that. */
import type { ReactElement } from 'react';
import { Facts } from '../../design/json-view.tsx';
import { Pane } from '../../design/pane.tsx';
import type { Role } from '../../model/access.ts';

export function RolePane({ role, onClose }: { readonly role: Role; readonly onClose: () => void }): ReactElement {
  return (
    <Pane title={role.name} onClose={onClose}>
      <p>{role.description}</p>
      <Facts
        facts={[
          ['Kind', role.isBuiltIn ? 'Built-in role' : 'Custom role'],
          ['Id', role.roleId],
        ]}
      />
      {role.permissions.map(({ actions, notActions }, index) => (
        <section key={index} aria-label="Permissions">
          <h2>Allows</h2>
          <Patterns patterns={actions} none="Nothing" />
          {notActions.length === 0 ? null : (
            <>
              <h2>Except</h2>
              <Patterns patterns={notActions} none="" />
            </>
          )}
        </section>
      ))}
    </Pane>
  );
}

function Patterns({ patterns, none }: { readonly patterns: readonly string[]; readonly none: string }): ReactElement {
  if (patterns.length === 0) return <p>{none}</p>;
  return (
    <ul className="permissions">
      {patterns.map((pattern) => (
        <li key={pattern}>{pattern}</li>
      ))}
    </ul>
  );
}
