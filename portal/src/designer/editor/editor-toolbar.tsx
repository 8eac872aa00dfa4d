/** The commands of the designer. Labels are those of portal reference 12. */
import {
  ArrowRedoRegular,
  ArrowUndoRegular,
  DismissRegular,
  ErrorCircleRegular,
  SaveRegular,
  SearchRegular,
  WarningRegular,
} from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { Command } from '../../design/commands.tsx';
import type { EditorState } from './session.ts';

export interface EditorToolbarProps {
  readonly state: EditorState;
  readonly changed: boolean;
  readonly saving: boolean;
  readonly saved: boolean;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onErrors: () => void;
  readonly onFind: () => void;
}

export function EditorToolbar(props: EditorToolbarProps): ReactElement {
  const { state, changed, saving, saved } = props;
  const undo = state.history.done.at(-1);
  const redo = state.history.undone.at(-1);
  const errors = state.findings.filter(({ severity }) => severity === 'error').length;
  const warnings = state.findings.length - errors;
  const unchanged = changed ? undefined : 'Nothing has changed.';
  return (
    <div className="row editor-tools" role="toolbar" aria-label="Designer">
      <Command
        primary
        text="Save"
        icon={<SaveRegular />}
        blocked={
          saving
            ? 'It is being saved.'
            : state.broken === undefined
              ? unchanged
              : 'The text in the code view is not valid JSON.'
        }
        onClick={props.onSave}
      />
      <Command text="Discard" icon={<DismissRegular />} blocked={unchanged} onClick={props.onDiscard} />
      <Command
        text="Undo"
        label={undo === undefined ? 'Undo' : `Undo: ${undo.label}`}
        icon={<ArrowUndoRegular />}
        blocked={undo === undefined ? 'There is nothing to undo.' : undefined}
        onClick={props.onUndo}
      />
      <Command
        text="Redo"
        label={redo === undefined ? 'Redo' : `Redo: ${redo.label}`}
        icon={<ArrowRedoRegular />}
        blocked={redo === undefined ? 'There is nothing to redo.' : undefined}
        onClick={props.onRedo}
      />
      <Command
        text={errors + warnings === 0 ? 'Errors' : `Errors ${errors}${warnings === 0 ? '' : `, warnings ${warnings}`}`}
        icon={errors === 0 && warnings > 0 ? <WarningRegular /> : <ErrorCircleRegular />}
        onClick={props.onErrors}
      />
      <Command text="Find" icon={<SearchRegular />} onClick={props.onFind} />
      <span role="status" className="muted">
        {saving ? 'Saving…' : changed ? 'Changed, not saved' : saved ? 'Saved' : ''}
      </span>
    </div>
  );
}
