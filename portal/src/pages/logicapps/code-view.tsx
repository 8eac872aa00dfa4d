/**
 * The definition as text: the same document as the designer's.
 *
 * Invariant: order of members and spelling of numbers stay as they are, both ways; what was saved keeps the blanks it was typed with.
 */
import { ArrowRedoRegular, ArrowUndoRegular, DismissRegular, SaveRegular } from '@fluentui/react-icons';
import { type ReactElement, useSyncExternalStore } from 'react';
import { Command } from '../../design/commands.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { parse } from '../../designer/core/document.ts';
import { problemText } from '../../designer/core/problem.ts';
import { ConflictDialog } from '../../designer/editor/conflict-dialog.tsx';
import { Bars } from '../../designer/editor/bars.tsx';
import type { OpenWorkflow } from '../../designer/editor/open-session.ts';
import { useSaving } from '../../designer/editor/use-saving.ts';
import { useOpenWorkflow } from '../../designer/editor/use-open-workflow.ts';
import { CodeEditor } from '../../parts/code-editor.tsx';

export function CodeView({ id }: { readonly id: string }): ReactElement {
  const { open, error, retry } = useOpenWorkflow(id);
  if (error !== undefined) return <Failure error={error} what="The definition could not be read" retry={retry} />;
  return open === undefined ? <Loading label="Loading the editor" /> : <OpenCode open={open} />;
}

function OpenCode({ open }: { readonly open: OpenWorkflow }): ReactElement {
  const { session } = open;
  const state = useSyncExternalStore(session.subscribe, session.getState);
  const save = useSaving(open);
  const { broken, doc, history } = state;
  const isChanged = session.isChanged;
  const read = broken === undefined ? undefined : parse(broken);
  const fault = read?.ok === false ? read.problems.map(problemText).join(' ') : undefined;
  const blocked = fault ?? (isChanged ? undefined : 'Nothing has changed.');
  return (
    <section aria-label="Logic app code view">
      <div className="row">
        <Command primary text="Save" icon={<SaveRegular />} blocked={blocked} onClick={() => void save.save()} />
        <Command
          text="Discard"
          icon={<DismissRegular />}
          blocked={isChanged ? undefined : 'Nothing has changed.'}
          onClick={() => session.discard()}
        />
        <Command
          text="Undo"
          icon={<ArrowUndoRegular />}
          blocked={history.done.length === 0 ? 'There is nothing to undo.' : undefined}
          onClick={() => session.undo()}
        />
        <Command
          text="Redo"
          icon={<ArrowRedoRegular />}
          blocked={history.undone.length === 0 ? 'There is nothing to redo.' : undefined}
          onClick={() => session.redo()}
        />
        <span role="status" className={fault === undefined ? 'muted' : 'field-fault'}>
          {fault ?? (save.saving ? 'Saving…' : isChanged ? 'Changed, not saved' : save.saved ? 'Saved' : '')}
        </span>
      </div>
      <Bars open={open} fault={save.fault} refused={state.refused} broken={false} onCode={() => {}} />
      <p className="help">Escape, then Tab, leaves the editor. Ctrl+S saves.</p>
      <CodeEditor
        value={broken ?? doc.text}
        language="workflow"
        label="Definition and parameters"
        onChange={(value) => session.typed(value)}
        onSave={() => void (fault === undefined ? save.save() : undefined)}
      />
      {save.conflict ? (
        <ConflictDialog
          open={open}
          onOverwrite={save.overwrite}
          onReload={save.reload}
          onCopy={save.copy}
          onMerge={save.merge}
          onClose={save.forget}
        />
      ) : null}
    </section>
  );
}
