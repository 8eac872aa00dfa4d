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
  TextBulletListTreeRegular,
  WarningRegular,
} from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { Command, CommandDivider } from '../../design/commands.tsx';
import { RunMenu } from '../../parts/run-menu.tsx';
import type { OpenWorkflow } from './open-session.ts';
import type { EditorState } from './session.ts';
import type { EditorCommands } from './use-commands.ts';
import type { Saving } from './use-saving.ts';

export interface EditorToolbarProps {
  readonly open: OpenWorkflow;
  readonly state: EditorState;
  readonly save: Saving;
  readonly commands: EditorCommands;
  readonly onCode: () => void;
  /** Whether the list of steps is shown beside the drawing. */
  readonly outlined: boolean;
  readonly onOutline: () => void;
}

export function EditorToolbar(props: EditorToolbarProps): ReactElement {
  const { open, state, save, commands, onCode, outlined, onOutline } = props;
  const { session } = open;
  const { saving, saved } = save;
  const changed = session.isChanged;
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
        onClick={() => void save.save()}
      />
      <Command
        iconOnly
        text="Discard"
        icon={<DismissRegular />}
        blocked={unchanged}
        onClick={() => session.discard()}
      />
      <Command
        iconOnly
        text="Undo"
        label={undo === undefined ? 'Undo' : `Undo: ${undo.label}`}
        icon={<ArrowUndoRegular />}
        blocked={undo === undefined ? 'There is nothing to undo.' : undefined}
        onClick={() => session.undo()}
      />
      <Command
        iconOnly
        text="Redo"
        label={redo === undefined ? 'Redo' : `Redo: ${redo.label}`}
        icon={<ArrowRedoRegular />}
        blocked={redo === undefined ? 'There is nothing to redo.' : undefined}
        onClick={() => session.redo()}
      />
      <CommandDivider />
      <RunMenu
        id={open.id}
        name={open.workflow.name}
        trigger={state.graph.nodes.get(state.graph.triggers[0] ?? '')?.name}
        text="Run"
        blocked={changed ? 'Save first: a run uses what is saved.' : undefined}
      />
      <Command
        text="Parameters"
        icon={<BracesVariableRegular />}
        onClick={() => commands.show({ kind: 'parameters' })}
      />
      <Command
        iconOnly
        text="Connections"
        icon={<PlugConnectedRegular />}
        onClick={() => commands.show({ kind: 'connections' })}
      />
      <Command
        text={errors === 0 ? 'Errors' : `Errors ${errors}`}
        label={errors + warnings === 0 ? 'Errors' : `Errors ${errors}${warnings === 0 ? '' : `, warnings ${warnings}`}`}
        icon={errors === 0 && warnings > 0 ? <WarningRegular /> : <ErrorCircleRegular />}
        onClick={() => commands.show({ kind: 'errors' })}
      />
      <Command iconOnly text="Find" icon={<SearchRegular />} onClick={() => commands.show({ kind: 'find' })} />
      <Command
        iconOnly
        text="Outline"
        label={outlined ? 'Hide outline' : 'Outline'}
        icon={<TextBulletListTreeRegular />}
        onClick={onOutline}
      />
      <CommandDivider />
      <Command text="Code view" icon={<CodeRegular />} onClick={onCode} />
      <Command
        text="Review changes"
        iconOnly
        icon={<BranchCompareRegular />}
        blocked={unchanged}
        onClick={() => commands.show({ kind: 'review' })}
      />
      <span role="status" className="muted">
        {saving ? 'Saving…' : changed ? 'Changed, not saved' : saved ? 'Saved' : ''}
      </span>
    </div>
  );
}
