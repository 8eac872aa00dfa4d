/** One step beside the canvas: what it is, when it runs, and its text as it stands in the definition. */
import { Button } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { Facts } from '../design/json-view.tsx';
import { descriptionOf, operationOf, positionOf, titleOf } from './canvas/card-text.ts';
import { type Doc, sourceOf } from './core/document.ts';
import type { Graph, NodeInfo } from './core/graph.ts';

export interface NodePanelProps {
  readonly doc: Doc;
  readonly graph: Graph;
  readonly node: NodeInfo;
  readonly onClose: () => void;
}

export function NodePanel({ doc, graph, node, onClose }: NodePanelProps): ReactElement {
  const title = titleOf(node.name);
  const after = node.after
    .map(({ name, statuses }) => `${titleOf(name)}: ${statuses.length === 0 ? 'Succeeded' : statuses.join(', ')}`)
    .join('; ');
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape of what is within, as it bubbles up.
    <section
      className="card drawn-panel"
      aria-label={title}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onClose();
      }}
    >
      <div className="row">
        <h2 style={{ flex: 1, overflowWrap: 'anywhere' }}>{title}</h2>
        <Button appearance="subtle" icon={<DismissRegular />} aria-label="Close" onClick={onClose} />
      </div>
      <Facts
        facts={[
          ['Operation', operationOf(node).name],
          ['Type', node.operationKind === undefined ? node.type : `${node.type}, ${node.operationKind}`],
          ['Place', positionOf(graph, node)],
          ...(after === '' ? [] : [['Runs after', after] as const]),
          ...(descriptionOf(node.json) === undefined ? [] : [['Description', descriptionOf(node.json)] as const]),
        ]}
      />
      <h3 id="node-code">Code</h3>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a text that scrolls is reached by keyboard. */}
      <pre tabIndex={0} aria-labelledby="node-code">
        {shiftedLeft(sourceOf(doc, node.path) ?? '')}
      </pre>
    </section>
  );
}

/** Without the indentation that its place in the definition gives it; texts in JSON hold no line ends, so nothing else moves. */
function shiftedLeft(text: string): string {
  const indent = /\n([ \t]*)\S*$/.exec(text)?.[1] ?? '';
  return indent === '' ? text : text.replaceAll(`\n${indent}`, '\n');
}
