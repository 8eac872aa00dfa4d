/**
 * What commands on steps do, whichever key or menu asks for them.
 *
 * Owns: which operation of the core a command is. Does not own: asking the person (`editor-view.tsx`).
 */
import { connectionKeyOf } from '../catalogue/catalogue.ts';
import type { Operation } from '../catalogue/operation.ts';
import type { Doc, Path } from '../core/document.ts';
import type { Graph, NodeInfo } from '../core/graph.ts';
import type { JsonRecord } from '../core/json-value.ts';
import { addAction, replaceOperation, setTrigger } from '../core/operations/add.ts';
import { copySteps, paste, readClipboard } from '../core/operations/clipboard.ts';
import { compose, type Operation as Change } from '../core/operations/compose.ts';
import { moveNode } from '../core/operations/move.ts';
import { followersOf, type Place } from '../core/operations/place.ts';
import { hostOf } from '../connections.ts';

/** Where a chosen operation goes. */
export type Target =
  | { readonly kind: 'trigger' }
  | { readonly kind: 'action'; readonly place: Place }
  | { readonly kind: 'change'; readonly path: Path };

/** An operation's value, with the connection that it calls through. */
export function valueOfOperation({ value, api }: Operation, key: string | undefined): JsonRecord {
  if (api === undefined || key === undefined) return value;
  const inputs = value['inputs'] as JsonRecord;
  return { ...value, inputs: { host: hostOf(key), ...inputs } };
}

/** Puts a chosen operation where it goes; `connect` comes with it as one step. */
export function putOperation(target: Target, operation: Operation, key: string | undefined, connect?: Change): Change {
  const value = valueOfOperation(operation, key);
  const put: Change = (doc, graph) => {
    switch (target.kind) {
      case 'trigger':
        return setTrigger(doc, graph, operation.title, value);
      case 'action':
        return addAction(doc, graph, target.place, operation.title, value);
      case 'change':
        return graph.nodes.get(target.path)?.kind === 'trigger'
          ? setTrigger(doc, graph, operation.title, value)
          : replaceOperation(doc, graph, target.path, value);
    }
  };
  if (connect === undefined) return put;
  return (doc, graph) => compose(doc, graph, `add ${operation.title}`, [connect, put]);
}

/** One step up or down in its chain: before the one it runs after, or behind the one that runs after it. */
export function movedBy(graph: Graph, node: NodeInfo, side: 'up' | 'down'): Change | undefined {
  if (side === 'up') {
    const before = node.after[0]?.target;
    return before === undefined
      ? undefined
      : (doc, drawn) => moveNode(doc, drawn, node.path, { kind: 'before', path: before });
  }
  const next = followersOf(graph, node.path)[0]?.path;
  return next === undefined
    ? undefined
    : (doc, drawn) => moveNode(doc, drawn, node.path, { kind: 'after', path: next });
}

/** The same step once more, behind it. */
export function duplicated(doc: Doc, graph: Graph, path: Path): Change | undefined {
  const clip = readClipboard(copySteps(doc, graph, [path]));
  return clip === undefined ? undefined : (now, drawn) => paste(now, drawn, { kind: 'after', path }, clip);
}

/** The name of the connection a step has; empty where it is missing; undefined where it needs none. */
export function connectionOf(node: NodeInfo, connections: JsonRecord): string | undefined {
  if (!/^apiconnection/i.test(node.type)) return undefined;
  const key = connectionKeyOf(node);
  const entry = key === undefined ? undefined : connections[key];
  const name =
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? (entry as JsonRecord)['connectionName']
      : undefined;
  return typeof name === 'string' ? name : entry === undefined ? '' : (key ?? '');
}
