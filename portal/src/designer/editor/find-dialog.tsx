/** Finding a step in the workflow by its name, its operation or a word of its text. */
import { Dialog, DialogBody, DialogContent, DialogSurface, DialogTitle, SearchBox } from '@fluentui/react-components';
import { type KeyboardEvent, type ReactElement, useMemo, useState } from 'react';
import { operationOf, positionOf, titleOf } from '../canvas/card-text.ts';
import { type Doc, type Path, sourceOf } from '../core/document.ts';
import { useBeginAt } from '../picker/use-begin-at.ts';
import type { Graph, NodeInfo } from '../core/graph.ts';

export interface FindDialogProps {
  readonly doc: Doc;
  readonly graph: Graph;
  readonly onChoose: (path: Path) => void;
  readonly onClose: () => void;
}

const most = 100;

export function FindDialog({ doc, graph, onChoose, onClose }: FindDialogProps): ReactElement {
  useBeginAt('.picker input');
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const found = useMemo(() => search(doc, graph, query.toLowerCase().trim()), [doc, graph, query]);
  const chosen = Math.min(at, found.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const node = found[chosen];
    if (by !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(found.length - 1, chosen + by)));
    } else if (event.key === 'Enter' && node !== undefined) {
      event.preventDefault();
      onChoose(node.path);
    }
  };
  return (
    <Dialog open onOpenChange={(_, { open }) => (open ? undefined : onClose())}>
      <DialogSurface aria-label="Find a step" className="picker">
        <DialogBody>
          <DialogTitle>Find a step</DialogTitle>
          <DialogContent>
            <SearchBox
              aria-label="Search the workflow"
              placeholder="Name, operation or text"
              value={query}
              input={{ role: 'searchbox', 'aria-controls': 'find-list', 'aria-activedescendant': `find-${chosen}` }}
              onChange={(_, { value }) => {
                setQuery(value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
            />
            <div id="find-list" className="picker-list" role="listbox" aria-label="Steps">
              {found.map((node, index) => (
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- Enter in the search box chooses
                <div
                  key={node.path}
                  id={`find-${index}`}
                  role="option"
                  aria-selected={index === chosen}
                  className={index === chosen ? 'picker-option chosen' : 'picker-option'}
                  onClick={() => onChoose(node.path)}
                >
                  <span className="picker-mark" style={{ background: operationOf(node).colour }} aria-hidden="true" />
                  <span className="picker-words">
                    <span className="picker-title">{titleOf(node.name)}</span>{' '}
                    <span className="muted">
                      {operationOf(node).name}, {positionOf(graph, node)}
                    </span>
                  </span>
                </div>
              ))}
            </div>
            <p className="help" role="status">
              {found.length === 0 ? 'Nothing found' : `${found.length} found`}
            </p>
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function search(doc: Doc, graph: Graph, query: string): readonly NodeInfo[] {
  const all = [...graph.nodes.values()];
  const byName = all.filter(
    (node) => titleOf(node.name).toLowerCase().includes(query) || operationOf(node).name.toLowerCase().includes(query),
  );
  const byText = all.filter(
    (node) =>
      query !== '' &&
      node.bodies.length === 0 &&
      !byName.includes(node) &&
      sourceOf(doc, node.path)?.toLowerCase().includes(query) === true,
  );
  return [...byName, ...byText].slice(0, most);
}
