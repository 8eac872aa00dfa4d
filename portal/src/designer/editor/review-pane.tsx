/** What a save would change. Source: portal reference 5.10. */
import { lazy, type ReactElement, Suspense } from 'react';
import { Pane } from '../../design/pane.tsx';
import { Loading } from '../../design/states.tsx';
import type { EditorState } from './session.ts';

const DiffView = lazy(async () => ({ default: (await import('../../parts/code-editor.tsx')).DiffView }));

export function ReviewPane({
  state,
  onClose,
}: {
  readonly state: EditorState;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Pane title="Review changes" large onClose={onClose}>
      <p className="help">What is saved is on the left, what would be saved on the right.</p>
      <Suspense fallback={<Loading label="Loading the editor" />}>
        <DiffView before={state.savedText} after={state.broken ?? state.doc.text} label="Changes since the last save" />
      </Suspense>
    </Pane>
  );
}
