/** The commands of the designer. Labels are those of portal reference 12. */
import {
  ArrowRedoRegular,
  ArrowUndoRegular,
  BracesVariableRegular,
  BranchCompareRegular,
  CodeRegular,
  DismissRegular,
  ErrorCircleRegular,
  PlugConnectedRegular,
  SaveRegular,
  SearchRegular,
  WarningRegular,
} from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { Command, CommandDivider } from '../../design/commands.tsx';
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
  readonly onParameters: () => void;
  readonly onConnections: () => void;
  readonly onReview: () => void;
  readonly onCode: () => void;
  /** The menu that runs the logic app. */
  readonly run: ReactElement;
}

export function EditorToolbar(props: EditorToolbarProps): ReactElement {
  const { state, changed, saving, saved } = props;
  const undo = state.history.done.at(-1);
  const redo = state.history.undone.at(-1);
  const all = [...state.findings, ...state.graph.problems];
  const errors = all.filter(({ severity }) => severity === 'error').length;
  const warnings = all.length - errors;
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
        iconOnly
        text="Undo"
        label={undo === undefined ? 'Undo' : `Undo: ${undo.label}`}
        icon={<ArrowUndoRegular />}
        blocked={undo === undefined ? 'There is nothing to undo.' : undefined}
        onClick={props.onUndo}
      />
      <Command
        iconOnly
        text="Redo"
        label={redo === undefined ? 'Redo' : `Redo: ${redo.label}`}
        icon={<ArrowRedoRegular />}
        blocked={redo === undefined ? 'There is nothing to redo.' : undefined}
        onClick={props.onRedo}
      />
      <CommandDivider />
      {props.run}
      <Command text="Parameters" icon={<BracesVariableRegular />} onClick={props.onParameters} />
      <Command text="Connections" icon={<PlugConnectedRegular />} onClick={props.onConnections} />
      <Command
        text={errors === 0 ? 'Errors' : `Errors ${errors}`}
        label={errors + warnings === 0 ? 'Errors' : `Errors ${errors}${warnings === 0 ? '' : `, warnings ${warnings}`}`}
        icon={errors === 0 && warnings > 0 ? <WarningRegular /> : <ErrorCircleRegular />}
        onClick={props.onErrors}
      />
      <Command iconOnly text="Find" icon={<SearchRegular />} onClick={props.onFind} />
      <CommandDivider />
      <Command text="Code view" icon={<CodeRegular />} onClick={props.onCode} />
      <Command
        text="Review changes"
        iconOnly
        icon={<BranchCompareRegular />}
        blocked={unchanged}
        onClick={props.onReview}
      />
      <span role="status" className="muted">
        {saving ? 'Saving…' : changed ? 'Changed, not saved' : saved ? 'Saved' : ''}
      </span>
    </div>
  );
}
