/**
 * The workflow as a list in its order, each step in what it stands in: the same for people who see the drawing and those who do not.
 *
 * Invariant
 * OL1. It is there for the keyboard and for screen readers even while it is not shown: what has the focus is always seen.
 *
 * Source: portal reference 5.9.
 */
import { type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import { operationOf, titleOf } from '../canvas/card-text.ts';
import type { Path } from '../core/document.ts';
import type { Body, Graph, NodeInfo } from '../core/graph.ts';

export interface OutlineProps {
  readonly graph: Graph;
  readonly selected: Path;
  readonly shown: boolean;
  /** What is wrong with steps, by path. */
  readonly faulty: ReadonlyMap<Path, string>;
  readonly onGo: (path: Path) => void;
}

interface Row {
  readonly key: string;
  readonly level: number;
  readonly title: string;
  /** Absent for branches. */
  readonly node?: NodeInfo;
}

export function Outline({ graph, selected, shown, faulty, onGo }: OutlineProps): ReactElement {
  const rows = rowsOf(graph);
  const steps = rows.filter(({ node }) => node !== undefined);
  const [focused, setFocused] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const current = steps.find(({ key }) => key === (focused ?? selected)) ?? steps[0];
  const goTo = (row: Row | undefined): void => {
    if (row === undefined) return;
    setFocused(row.key);
    list.current?.querySelector<HTMLElement>(`[data-outline="${CSS.escape(row.key)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent, row: Row): void => {
    const at = steps.indexOf(row);
    const next = nextAt(event.key, at, steps);
    if (event.key === 'Enter' || event.key === ' ') onGo(row.key);
    else if (next === undefined) return;
    else goTo(steps[next]);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <nav className={shown ? 'card outline' : 'card outline aside'} aria-label="Outline">
      <ul role="tree" aria-label="Steps in order" ref={list}>
        {rows.map((row) => {
          const { key, level, title, node } = row;
          if (node === undefined) {
            return (
              <li
                key={key}
                role="treeitem"
                aria-level={level}
                aria-selected={false}
                aria-disabled
                style={indented(level)}
                className="outline-branch"
              >
                {title}
              </li>
            );
          }
          return (
            <li
              key={key}
              role="treeitem"
              aria-level={level}
              aria-selected={key === selected}
              data-outline={key}
              tabIndex={row === current ? 0 : -1}
              className={key === selected ? 'outline-step chosen' : 'outline-step'}
              style={indented(level)}
              onClick={() => onGo(key)}
              onFocus={() => setFocused(key)}
              onKeyDown={(event) => onKeyDown(event, row)}
            >
              {title} <span className="muted">{operationOf(node).name}</span>
              {faulty.has(key) ? <span className="field-fault"> has errors</span> : null}
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

const indented = (level: number): { readonly paddingLeft: number } => ({ paddingLeft: 8 + (level - 1) * 14 });

function nextAt(key: string, at: number, steps: readonly Row[]): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(steps.length - 1, at + 1);
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return steps.length - 1;
    case 'ArrowLeft': {
      const level = steps[at]?.level ?? 1;
      const around = steps.slice(0, at).findLastIndex((row) => row.level < level);
      return around < 0 ? undefined : around;
    }
    case 'ArrowRight':
      return (steps[at + 1]?.level ?? 0) > (steps[at]?.level ?? 0) ? at + 1 : undefined;
    default:
      return undefined;
  }
}

function rowsOf(graph: Graph): readonly Row[] {
  const rows: Row[] = graph.triggers.flatMap((path): readonly Row[] => {
    const node = graph.nodes.get(path);
    return node === undefined ? [] : [{ key: path, level: 1, title: titleOf(node.name), node }];
  });
  const add = (body: Body, level: number): void => {
    for (const path of body.nodes) {
      const node = graph.nodes.get(path);
      if (node === undefined) continue;
      rows.push({ key: path, level, title: titleOf(node.name), node });
      for (const inner of node.bodies) {
        if (inner.role === 'actions') {
          add(inner, level + 1);
          continue;
        }
        rows.push({ key: `${path} ${inner.path}`, level: level + 1, title: inner.label });
        add(inner, level + 2);
      }
    }
  };
  add(graph.root, 1);
  return rows;
}
