/**
 * The designer of one logic app: the drawing to edit, the panel of the chosen step, and what they ask.
 *
 * Owns: how the parts stand together, keys that are about the whole. Does not own: commands on steps (`use-commands.ts`), saving
 * (`use-saving.ts`, `open-session.ts`), changes (`core/operations`).
 *
 * Source: portal reference 5.
 */
import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components';
import { FlashAddRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import {
  type KeyboardEvent,
  type ReactElement,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { Workflow } from '../../data/workflows.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { PanelSplit } from '../canvas/panel-split.tsx';
import { Canvas, type CanvasEditing } from '../canvas/canvas.tsx';
import { formFindings } from '../catalogue/form-findings.ts';
import type { Path } from '../core/document.ts';
import { type ChosenRun, type LastRun, readLastRun } from '../last-run.ts';
import { Bars } from './bars.tsx';
import { ConflictDialog } from './conflict-dialog.tsx';
import { EditorDialogs } from './editor-dialogs.tsx';
import { EditorToolbar } from './editor-toolbar.tsx';
import type { OpenWorkflow } from './open-session.ts';
import { Outline } from './outline.tsx';
import { PanelHost, type PanelHostProps } from './panel-host.tsx';
import type { EditorSession, EditorState } from './session.ts';
import { type Catalogue, useCatalogue } from './use-catalogue.ts';
import { type EditorCommands, useCommands } from './use-commands.ts';
import { type Saving, useSaving } from './use-saving.ts';

export interface EditorViewProps {
  readonly open: OpenWorkflow;
  /** The step that the address names. */
  readonly shown: Path;
  readonly onShow: (path: Path) => void;
  readonly onCode: () => void;
  /** A run whose values are the sample data, instead of the last one's. */
  readonly sample?: ChosenRun | undefined;
  readonly onSampleEnd?: () => void;
  /** Asks for a trigger at once where there is none. */
  readonly begins?: boolean;
  readonly onBegun?: () => void;
}

export function EditorView(props: EditorViewProps): ReactElement {
  const { open, shown, onShow, onCode, sample, onSampleEnd } = props;
  const { session } = open;
  const plain = useSyncExternalStore(session.subscribe, session.getState);
  const workflow = useMemo(() => open.workflow, [open]);
  const catalogue = useCatalogue(workflow, plain);
  const state = useWithForms(plain, catalogue);
  const [outlined, setOutlined] = useState(false);
  const lastRun = useLastRun(workflow, sample);
  const commands = useCommands(session);
  const save = useSaving(open);
  const editing = useEditing(session, state, commands);
  const { graph, selected } = state;
  useAddressed(session, shown, onShow);
  useBeginning(props, graph.triggers.length === 0, commands.show);
  const select = useCallback(
    (path: Path): void => {
      if (path === session.state.selected) focusPanel();
      else session.select(path);
    },
    [session],
  );
  const go = (path: Path): void => {
    session.select(path);
    commands.focus(path);
  };
  const onKeyDown = useEditorKeys(session, save, commands);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of what is within, as they bubble up.
    <div onKeyDown={onKeyDown}>
      <EditorToolbar
        open={open}
        state={state}
        save={save}
        commands={commands}
        onCode={onCode}
        outlined={outlined}
        onOutline={() => setOutlined(!outlined)}
      />
      <Bars
        open={open}
        fault={save.fault}
        refused={state.refused}
        broken={state.broken !== undefined}
        onCode={onCode}
      />
      {sample === undefined ? null : <SampleBar id={open.id} sample={sample} onEnd={onSampleEnd} />}
      {graph.triggers.length > 0 ? null : (
        <NoTrigger
          isBlank={graph.nodes.size === 0}
          onAdd={() => commands.show({ kind: 'choose', target: { kind: 'trigger' } })}
        />
      )}
      <div className="with-outline">
        <Outline graph={graph} selected={selected} shown={outlined} faulty={editing.findings} onGo={go} />
        <PanelSplit
          drawing={
            <Canvas
              graph={graph}
              label="Workflow"
              selected={selected}
              onSelect={select}
              editing={editing}
              folds={open.id}
              {...(commands.target === undefined ? {} : { target: commands.target })}
              {...(commands.folding === undefined ? {} : { folding: commands.folding })}
            />
          }
          panels={panelsOf(state, commands.pinned).map((path) => (
            <OnePanel
              key={path}
              path={path}
              open={open}
              state={state}
              catalogue={catalogue}
              lastRun={lastRun}
              commands={commands}
            />
          ))}
        />
      </div>
      <EditorDialogs open={open} state={state} commands={commands} catalogue={catalogue} />
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
    </div>
  );
}

/** A blank logic app begins with the question for its trigger. */
function useBeginning(
  { begins = false, onBegun }: EditorViewProps,
  isBlank: boolean,
  show: EditorCommands['show'],
): void {
  useEffect(() => {
    if (!begins) return;
    if (isBlank) show({ kind: 'choose', target: { kind: 'trigger' } });
    onBegun?.();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when the address says so.
  }, [begins]);
}

/** Keys that are about the whole, wherever the focus is. */
function useEditorKeys(session: EditorSession, save: Saving, commands: EditorCommands): (event: KeyboardEvent) => void {
  return (event) => {
    const key = event.key.toLowerCase();
    const isTyping = /^(?:input|textarea)$/i.test((event.target as HTMLElement).tagName);
    // What an editor of code within has taken is its own.
    if (event.defaultPrevented || (!event.ctrlKey && !event.metaKey)) return;
    if (key === 's') void save.save();
    else if (key === 'f' || (event.shiftKey && key === 'p')) commands.show({ kind: 'find' });
    else if (!isTyping && ((event.shiftKey && key === 'z') || key === 'y')) session.redo();
    else if (!isTyping && key === 'z') session.undo();
    else return;
    event.preventDefault();
  };
}

/** With what forms find, as often as the server's judgement is taken: a moment after the last change. */
function useWithForms(state: EditorState, { operations }: Catalogue): EditorState {
  const { doc, graph, findings } = state;
  const own = useMemo(
    () => formFindings(operations, doc, graph),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- judged when the document was.
    [findings, operations],
  );
  return useMemo(
    () => (own.length === 0 ? state : { ...state, findings: [...findings, ...own] }),
    [state, findings, own],
  );
}

/** The pinned step, and the chosen one beside it. */
function panelsOf({ graph, selected }: EditorState, pinned: Path): readonly Path[] {
  return [...new Set([pinned, selected])].filter((path) => graph.nodes.has(path));
}

type OnePanelProps = Omit<PanelHostProps, 'node'> & { readonly path: Path };

/** A panel with tabs of its own where it is pinned, else with the commands' tab. */
function OnePanel({ path, commands, ...props }: OnePanelProps): ReactElement | null {
  const [tab, setTab] = useState('parameters');
  const node = props.state.graph.nodes.get(path);
  const isPinned = commands.pinned === path;
  if (node === undefined) return null;
  return (
    <PanelHost {...props} node={node} commands={isPinned ? { ...commands, tab, setTab, renaming: 0 } : commands} />
  );
}

function NoTrigger({ isBlank, onAdd }: { readonly isBlank: boolean; readonly onAdd: () => void }): ReactElement {
  return (
    <div className="no-trigger">
      <p>{isBlank ? 'Every workflow begins with a trigger: what starts a run.' : 'This workflow has no trigger.'}</p>
      <Button appearance="primary" icon={<FlashAddRegular />} onClick={onAdd}>
        Add a trigger
      </Button>
    </div>
  );
}

/** Says whose values expressions are tried on, and with which the contents to insert are shown. */
function SampleBar({
  id,
  sample,
  onEnd,
}: {
  readonly id: string;
  readonly sample: ChosenRun;
  readonly onEnd: (() => void) | undefined;
}): ReactElement {
  const iterations = Object.entries(sample.iterations).map(
    ([loop, index]) => `${loop.replaceAll('_', ' ')} ${(index + 1).toLocaleString('en')}`,
  );
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        Sample data are the values of <Anchor to={resourceAddress(`${id}/runs/${sample.run}`)}>run {sample.run}</Anchor>
        {iterations.length === 0 ? '' : `, iteration ${iterations.join(', ')}`}.
      </MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={onEnd}>
          Use the last run
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}

/** What its last run left, or the one that was chosen. */
function useLastRun({ id }: Workflow, chosen: ChosenRun | undefined): LastRun | undefined {
  const { data } = useQuery({
    queryKey: ['lastRunContent', id, chosen],
    queryFn: async ({ signal }) => (await readLastRun(id, chosen, signal)) ?? null,
    staleTime: 60_000,
    retry: false,
  });
  return data ?? undefined;
}

/** The address and the session name one step: the address leads when it changes, else the session. */
function useAddressed(session: EditorSession, shown: Path, onShow: (path: Path) => void): void {
  useEffect(() => {
    const { selected, graph } = session.state;
    if (shown !== selected) session.select(graph.nodes.has(shown) ? shown : '');
  }, [session, shown]);
  useEffect(
    () =>
      session.subscribe(() => {
        const { selected } = session.state;
        const now = new URLSearchParams(location.search).get('step') ?? '';
        if (selected !== now) onShow(selected);
      }),
    [session, onShow],
  );
}

function useEditing(
  session: EditorSession,
  { marked, findings }: EditorState,
  commands: EditorCommands,
): CanvasEditing {
  const sentences = useMemo(() => {
    const found = new Map<string, string>();
    for (const { path, message, severity } of findings) {
      if (path === undefined || severity === 'warning') continue;
      const known = found.get(path);
      found.set(path, known === undefined ? message : `${known} ${message}`);
    }
    return found;
  }, [findings]);
  return {
    marked,
    findings: sentences,
    onMark: (path) => session.select(path, true),
    onMarkAll: (paths) => session.markAll(paths),
    onMenu: (path, target, collapsed) => commands.show({ kind: 'step', path, target, collapsed }),
    onInsert: (place, target) => commands.show({ kind: 'insert', place, target }),
    onAddCase: (path) => commands.run('case', path),
    onDrop: commands.drop,
    onKey: commands.onStepKey,
  };
}

/** Into the first field of the panel that is open. */
function focusPanel(): void {
  document.querySelector<HTMLElement>('.drawn-panel .fields :is(textarea, input, button)')?.focus();
}
