/** Asked before steps are dropped where they lose the loop whose item they read. Source: portal reference 5.9. */
import type { ReactElement } from 'react';
import { Question } from '../../design/question.tsx';
import { titleOf } from '../canvas/card-text.ts';

export interface MoveQuestionProps {
  /** Names of the loops. */
  readonly loops: readonly string[];
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function MoveQuestion({ loops, onConfirm, onClose }: MoveQuestionProps): ReactElement {
  return (
    <Question title="Move it out of its loop?" verb="Move" onConfirm={onConfirm} onClose={onClose}>
      <p>What reads the current item of these loops would have none there, and is shown as an error:</p>
      <ul className="plain-list">
        {loops.map((name) => (
          <li key={name}>{titleOf(name)}</li>
        ))}
      </ul>
    </Question>
  );
}
