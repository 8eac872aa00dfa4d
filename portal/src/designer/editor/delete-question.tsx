/** Before a container or a step that is read by others goes: what goes with it, and who reads it. Source: portal reference 5.9. */
import type { ReactElement } from 'react';
import { Question } from '../../design/question.tsx';
import { titleOf } from '../canvas/card-text.ts';
import type { Path } from '../core/document.ts';
import { inside } from '../core/graph.ts';
import { lostReferences } from '../core/operations/remove.ts';
import type { EditorState } from './session.ts';

export interface DeleteQuestionProps {
  readonly state: EditorState;
  readonly paths: readonly Path[];
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function DeleteQuestion({
  state: { doc, graph },
  paths,
  onConfirm,
  onClose,
}: DeleteQuestionProps): ReactElement {
  const nodes = paths.flatMap((path) => graph.nodes.get(path) ?? []);
  const within = nodes.reduce(
    (sum, { bodies }) => sum + bodies.reduce((part, body) => part + inside(graph, body).length, 0),
    0,
  );
  const lost = lostReferences(doc, graph, paths);
  const readers = [
    ...new Set(
      lost.map(({ by, name }) => `${titleOf(graph.nodes.get(by)?.name ?? 'The outputs')} reads ${titleOf(name)}`),
    ),
  ];
  const what = nodes.length === 1 ? `'${titleOf(nodes[0]?.name ?? '')}'` : `${nodes.length} steps`;
  return (
    <Question title={`Delete ${what}?`} verb="Delete" onConfirm={onConfirm} onClose={onClose}>
      {within === 0 ? null : (
        <p>{within === 1 ? '1 step inside goes with it.' : `${within} steps inside go with it.`}</p>
      )}
      {readers.length === 0 ? null : (
        <>
          <p>It is still read. These expressions become errors:</p>
          <ul>
            {readers.map((reader) => (
              <li key={reader}>{reader}</li>
            ))}
          </ul>
        </>
      )}
      <p>Undo brings it back.</p>
    </Question>
  );
}
