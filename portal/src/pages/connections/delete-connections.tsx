/** The question before connections are deleted, which names the logic apps that break. */
import type { ReactElement } from 'react';
import { idParts } from '../../api/arm.ts';
import { Question } from '../../design/question.tsx';

export interface DeleteConnectionsProps {
  readonly names: readonly string[];
  /** Ids of the logic apps that use one of them. */
  readonly users: readonly string[];
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

const mostNamed = 10;

export function DeleteConnections({ names, users, onConfirm, onClose }: DeleteConnectionsProps): ReactElement {
  const unique = [...new Set(users)];
  const count = names.length === 1 ? `the connection '${names[0] ?? ''}'` : `${names.length} connections`;
  return (
    <Question title={`Delete ${count}?`} verb="Delete" count={names.length} onConfirm={onConfirm} onClose={onClose}>
      {unique.length === 0 ? (
        <p>No logic app uses {names.length === 1 ? 'it' : 'them'}.</p>
      ) : (
        <>
          <p>These logic apps fail at the steps that use {names.length === 1 ? 'it' : 'them'}:</p>
          <ul>
            {unique.slice(0, mostNamed).map((id) => (
              <li key={id}>{idParts(id).name}</li>
            ))}
          </ul>
          {unique.length > mostNamed ? <p>and {unique.length - mostNamed} more.</p> : null}
        </>
      )}
    </Question>
  );
}
