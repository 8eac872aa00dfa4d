/** Everything that is wrong, each leading to its place. Source: portal reference 5.11. */
import type { ReactElement } from 'react';
import { Pane } from '../../design/pane.tsx';
import { titleOf } from '../canvas/card-text.ts';
import type { Path } from '../core/document.ts';
import { problemText } from '../core/problem.ts';
import type { EditorState } from './session.ts';

export interface ErrorsPaneProps {
  readonly state: EditorState;
  readonly onGo: (path: Path) => void;
  readonly onClose: () => void;
}

interface Entry {
  readonly text: string;
  readonly path: Path | undefined;
  readonly severity: 'error' | 'warning';
}

export function ErrorsPane({ state, onGo, onClose }: ErrorsPaneProps): ReactElement {
  const { findings, graph } = state;
  const structure = graph.problems.map(
    (problem): Entry => ({ text: problemText(problem), path: problem.path, severity: problem.severity }),
  );
  const judged = findings.map(({ message, path, severity }): Entry => ({ text: message, path, severity }));
  const all = [...structure, ...judged];
  const groups = [
    ['Errors', all.filter(({ severity }) => severity === 'error')],
    ['Warnings', all.filter(({ severity }) => severity === 'warning')],
  ] as const;
  return (
    <Pane title="Errors" onClose={onClose}>
      {all.length === 0 ? <p>There are no errors and no warnings.</p> : null}
      {groups.map(([name, entries]) =>
        entries.length === 0 ? null : (
          <section key={name} aria-label={name}>
            <h2>{name}</h2>
            <ul className="plain-list">
              {entries.map(({ text, path }) => (
                <li key={`${path ?? ''} ${text}`}>
                  {path === undefined ? null : (
                    <button type="button" className="link" onClick={() => onGo(path)}>
                      {titleOf(graph.nodes.get(path)?.name ?? '')}
                    </button>
                  )}{' '}
                  {text}
                </li>
              ))}
            </ul>
          </section>
        ),
      )}
    </Pane>
  );
}
