/**
 * The commands of the designer, whichever key, menu or button asks for them.
 *
 * Owns: which dialog or menu is open, and what commands on steps do. Does not own: the changes (`core/operations`).
 */
import { type KeyboardEvent, useCallback, useState } from 'react';
import { notify } from '../../data/notifications.ts';
import { titleOf } from '../canvas/card-text.ts';
import type { Path } from '../core/document.ts';
import type { NodeInfo } from '../core/graph.ts';
import { addCase } from '../core/operations/add.ts';
import { copySteps, paste } from '../core/operations/clipboard.ts';
import { lostLoops } from '../core/operations/move.ts';
import { groupNodes, moveNodes } from '../core/operations/move-many.ts';
import type { Place } from '../core/operations/place.ts';
import { lostReferences, removeNodes } from '../core/operations/remove.ts';
import { unwrap, wrap } from '../core/operations/wrap.ts';
import { putClipboard, takeClipboard } from './clipboard.ts';
import type { StepCommand } from './insert-menu.tsx';
import type { EditorSession } from './session.ts';
import { duplicated, movedBy, type Target } from './step-commands.ts';

/** What is open over the drawing; one at a time. */
export type Dialog =
  | { readonly kind: 'insert'; readonly place: Place; readonly target: HTMLElement }
  | { readonly kind: 'step'; readonly path: Path; readonly target: HTMLElement; readonly collapsed: boolean }
  | { readonly kind: 'choose'; readonly target: Target }
  | { readonly kind: 'delete'; readonly paths: readonly Path[] }
  | { readonly kind: 'move'; readonly paths: readonly Path[]; readonly place: Place; readonly loops: readonly string[] }
  | { readonly kind: 'parameters' }
  | { readonly kind: 'connections' }
  | { readonly kind: 'review' }
  | { readonly kind: 'find' }
  | { readonly kind: 'errors' };

export interface EditorCommands {
  readonly dialog: Dialog | undefined;
  readonly show: (dialog: Dialog) => void;
  readonly hide: () => void;
  /** The step to be brought into view and focused. */
  readonly target: { readonly path: Path } | undefined;
  readonly focus: (path: Path) => void;
  readonly tab: string;
  readonly setTab: (tab: string) => void;
  /** Grows each time the name is to be typed. */
  readonly renaming: number;
  readonly run: (command: StepCommand, path: Path) => void;
  readonly pasteAt: (place: Place) => void;
  readonly remove: (paths: readonly Path[]) => void;
  /** A key on a step; answers whether it meant something. */
  readonly onStepKey: (event: KeyboardEvent, path: Path, collapsed: boolean) => boolean;
  /** Moves steps to a place; asks first where they lose a loop. */
  readonly drop: (paths: readonly Path[], place: Place) => void;
  readonly move: (paths: readonly Path[], place: Place) => void;
  /** The container that a menu folds or opens. */
  readonly folding: { readonly path: Path } | undefined;
  /** The step whose panel stays; empty for none. */
  readonly pinned: Path;
  readonly unpin: () => void;
}

export function useCommands(session: EditorSession): EditorCommands {
  const [dialog, setDialog] = useState<Dialog>();
  const [target, setTarget] = useState<{ readonly path: Path }>();
  const [tab, setTab] = useState('parameters');
  const [renaming, setRenaming] = useState(0);
  const [folding, setFolding] = useState<{ readonly path: Path }>();
  const [pinned, setPinned] = useState<Path>('');
  const focus = useCallback((path: Path): void => setTarget({ path }), []);
  const hide = useCallback((): void => setDialog(undefined), []);
  const remove = (paths: readonly Path[]): void => {
    if (session.change((doc, graph) => removeNodes(doc, graph, paths))) focus(session.state.selected);
  };
  const pasteAt = async (place: Place): Promise<void> => {
    const clip = await takeClipboard();
    if (clip === undefined) notify({ kind: 'failure', title: 'The clipboard holds no steps' });
    else if (session.change((doc, graph) => paste(doc, graph, place, clip))) focus(session.state.selected);
  };
  const run = (command: StepCommand, path: Path): void => {
    const node = session.state.graph.nodes.get(path);
    if (node === undefined) return;
    if (changesOne(session, command, node)) focus(session.state.selected);
    else if (isAboutMarked(command)) onMarked(session, command, markedWith(session, path), { remove, ask: setDialog });
    else if (command === 'fold') setFolding({ path });
    else if (command === 'pin') setPinned(pinned === path ? '' : path);
    else if (command === 'group') {
      const paths = markedWith(session, path);
      if (session.change((doc, graph) => groupNodes(doc, graph, paths))) focus(session.state.selected);
    } else if (command === 'paste') void pasteAt({ kind: 'after', path });
    else if (command === 'path') void navigator.clipboard.writeText(path);
    else if (command === 'type') setDialog({ kind: 'choose', target: { kind: 'change', path } });
    else if (command === 'add' || command === 'parallel') {
      const place: Place = { kind: 'after', path, parallel: command === 'parallel' };
      setDialog({ kind: 'choose', target: { kind: 'action', place } });
    } else {
      session.select(path);
      if (command === 'rename') setRenaming((count) => count + 1);
      else if (command === 'runAfter' || command === 'code') setTab(command);
    }
  };
  const move = (paths: readonly Path[], place: Place): void => {
    if (session.change((doc, graph) => moveNodes(doc, graph, paths, place))) focus(session.state.selected);
  };
  const drop = (paths: readonly Path[], place: Place): void => {
    const { doc, graph } = session.state;
    const loops = [...new Set(paths.flatMap((path) => lostLoops(doc, graph, path, place)))];
    if (loops.length > 0) setDialog({ kind: 'move', paths, place, loops });
    else move(paths, place);
  };
  const onStepKey = (event: KeyboardEvent, path: Path, collapsed: boolean): boolean => {
    const found = commandOfKey(event);
    if (found === undefined) return false;
    const element = event.target as HTMLElement;
    if (found === 'insert') setDialog({ kind: 'insert', place: { kind: 'after', path }, target: element });
    else if (found === 'menu') setDialog({ kind: 'step', path, target: element, collapsed });
    else if (found === 'mark') session.select(path, true);
    else run(found, path);
    return true;
  };
  const pasteNow = (place: Place): void => void pasteAt(place);
  return {
    dialog,
    show: setDialog,
    hide,
    target,
    focus,
    tab,
    setTab,
    renaming,
    run,
    pasteAt: pasteNow,
    remove,
    onStepKey,
    drop,
    move,
    folding,
    pinned,
    unpin: () => setPinned(''),
  };
}

/** The step, and those that are marked with it. */
function markedWith(session: EditorSession, path: Path): readonly Path[] {
  const { marked } = session.state;
  return marked.has(path) && marked.size > 1 ? [...marked] : [path];
}

const isAboutMarked = (command: StepCommand): command is 'copy' | 'cut' | 'delete' =>
  command === 'copy' || command === 'cut' || command === 'delete';

interface Ways {
  readonly remove: (paths: readonly Path[]) => void;
  readonly ask: (dialog: Dialog) => void;
}

function onMarked(
  session: EditorSession,
  command: 'copy' | 'cut' | 'delete',
  paths: readonly Path[],
  ways: Ways,
): void {
  const { doc, graph } = session.state;
  if (command !== 'delete') void putClipboard(copySteps(doc, graph, paths));
  if (command === 'cut') return ways.remove(paths);
  if (command === 'copy') {
    const [only = ''] = paths;
    const what =
      paths.length === 1 ? `'${titleOf(graph.nodes.get(only)?.name ?? '')}' was` : `${paths.length} steps were`;
    notify({ kind: 'success', title: `${what} copied` });
    return;
  }
  const holds = paths.some((path) => (graph.nodes.get(path)?.bodies ?? []).some(({ nodes }) => nodes.length > 0));
  if (holds || lostReferences(doc, graph, paths).length > 0) ways.ask({ kind: 'delete', paths });
  else ways.remove(paths);
}

/** Commands that change the step itself at once; answers whether it was one of them and did something. */
function changesOne(session: EditorSession, command: StepCommand, node: NodeInfo): boolean {
  const { doc, graph } = session.state;
  const { path } = node;
  switch (command) {
    case 'duplicate': {
      const change = duplicated(doc, graph, path);
      return change !== undefined && session.change(change);
    }
    case 'up':
    case 'down': {
      const change = movedBy(graph, node, command);
      return change !== undefined && session.change(change);
    }
    case 'scope':
      return session.change((now, drawn) => wrap(now, drawn, path, 'Scope', { type: 'Scope' }));
    case 'loop':
      return session.change((now, drawn) => wrap(now, drawn, path, 'For each', { type: 'Foreach', foreach: '' }));
    case 'ungroup':
      return session.change((now, drawn) => unwrap(now, drawn, path));
    case 'case':
      return session.change((now, drawn) => addCase(now, drawn, path));
    default:
      return false;
  }
}

function commandOfKey(event: KeyboardEvent): StepCommand | 'insert' | 'menu' | 'mark' | undefined {
  const withControl = event.ctrlKey || event.metaKey;
  if (event.altKey) return event.key === 'ArrowUp' ? 'up' : event.key === 'ArrowDown' ? 'down' : undefined;
  if (withControl) {
    return ({ c: 'copy', x: 'cut', v: 'paste', d: 'duplicate', ' ': 'mark' } as const)[event.key.toLowerCase()];
  }
  if (event.key === 'F10' && event.shiftKey) return 'menu';
  return ({ Delete: 'delete', F2: 'rename', '+': 'insert', ContextMenu: 'menu' } as const)[event.key];
}
