/** What is open over the drawing: menus, the picker, questions, lists. */
import type { ReactElement } from 'react';
import type { Path } from '../core/document.ts';
import { ConnectionsPane } from './connections-pane.tsx';
import { DeleteQuestion } from './delete-question.tsx';
import { ErrorsPane } from './errors-pane.tsx';
import { FindDialog } from './find-dialog.tsx';
import { InsertMenu, StepMenu } from './insert-menu.tsx';
import { MoveQuestion } from './move-question.tsx';
import type { OpenWorkflow } from './open-session.ts';
import { OperationChooser } from './operation-chooser.tsx';
import { ParametersPane } from './parameters-pane.tsx';
import { ReviewPane } from './review-pane.tsx';
import type { EditorState } from './session.ts';
import type { Catalogue } from './use-catalogue.ts';
import type { EditorCommands } from './use-commands.ts';

export interface EditorDialogsProps {
  readonly open: OpenWorkflow;
  readonly state: EditorState;
  readonly commands: EditorCommands;
  readonly catalogue: Catalogue;
}

export function EditorDialogs({ open, state, commands, catalogue }: EditorDialogsProps): ReactElement | null {
  const { dialog, show, hide, focus } = commands;
  const { session } = open;
  const go = (path: Path): void => {
    hide();
    session.select(path);
    focus(path);
  };
  switch (dialog?.kind) {
    case 'insert':
      return (
        <InsertMenu
          place={dialog.place}
          target={dialog.target}
          onAdd={(place) => show({ kind: 'choose', target: { kind: 'action', place } })}
          onPaste={(place) => {
            hide();
            commands.pasteAt(place);
          }}
          onClose={hide}
        />
      );
    case 'step': {
      const node = state.graph.nodes.get(dialog.path);
      return node === undefined ? null : (
        <StepMenu
          node={node}
          count={state.marked.has(dialog.path) ? state.marked.size : 1}
          target={dialog.target}
          collapsed={dialog.collapsed}
          pinned={commands.pinned === dialog.path}
          onCommand={(name) => {
            hide();
            commands.run(name, dialog.path);
          }}
          onClose={hide}
        />
      );
    }
    case 'choose':
      return (
        <OperationChooser
          open={open}
          state={state}
          target={dialog.target}
          catalogue={catalogue}
          onDone={() => {
            hide();
            commands.setTab('parameters');
            focus(session.state.selected);
          }}
          onClose={hide}
        />
      );
    case 'delete':
      return (
        <DeleteQuestion
          state={state}
          paths={dialog.paths}
          onConfirm={() => commands.remove(dialog.paths)}
          onClose={hide}
        />
      );
    case 'move':
      return (
        <MoveQuestion loops={dialog.loops} onConfirm={() => commands.move(dialog.paths, dialog.place)} onClose={hide} />
      );
    case 'parameters':
      return <ParametersPane session={session} state={state} onClose={hide} />;
    case 'connections':
      return <ConnectionsPane open={open} state={state} catalogue={catalogue} onGo={go} onClose={hide} />;
    case 'review':
      return <ReviewPane state={state} onClose={hide} />;
    case 'find':
      return <FindDialog doc={state.doc} graph={state.graph} onChoose={go} onClose={hide} />;
    case 'errors':
      return (
        <ErrorsPane
          state={state}
          onGo={({ path = '', tab }) => {
            commands.setTab(tab);
            go(path);
            focusFault();
          }}
          onClose={hide}
        />
      );
    case undefined:
      return null;
  }
}

/** Into the first field of the panel that is wrong, once it is drawn. */
function focusFault(): void {
  setTimeout(() => {
    document.querySelector<HTMLElement>('.drawn-panel :is([aria-invalid="true"], .field-fault button)')?.focus();
  }, 300);
}
