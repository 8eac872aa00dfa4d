/** A logic app's definition, drawn. Source: portal reference 5.1 to 5.4. */
import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { type ReactElement, useCallback, useMemo } from 'react';
import { Canvas } from './canvas/canvas.tsx';
import { parse } from './core/document.ts';
import { graph as graphOf } from './core/graph.ts';
import { problemText } from './core/problem.ts';
import { NodePanel } from './node-panel.tsx';

export interface DesignerViewProps {
  /** The definition as JSON text. */
  readonly text: string;
  /** The path of the step that is shown beside the canvas; empty for none. */
  readonly shown: string;
  readonly onShow: (path: string) => void;
}

export function DesignerView({ text, shown, onShow }: DesignerViewProps): ReactElement {
  const read = useMemo(() => parse(text), [text]);
  const graph = useMemo(() => (read.ok ? graphOf(read.value) : undefined), [read]);
  const close = useCallback(() => {
    onShow('');
    document.querySelector<HTMLElement>(`[data-path="${CSS.escape(shown)}"]`)?.focus();
  }, [onShow, shown]);
  if (!read.ok || graph === undefined) {
    return <p role="alert">{read.ok ? '' : read.problems.map(problemText).join(' ')}</p>;
  }
  const node = graph.nodes.get(shown);
  if (graph.nodes.size === 0) return <p>This logic app has no trigger and no actions yet.</p>;
  return (
    <>
      {graph.problems.length === 0 ? null : (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{graph.problems.map(problemText).join(' ')}</MessageBarBody>
        </MessageBar>
      )}
      <div className={node === undefined ? 'drawn' : 'drawn with-panel'}>
        <Canvas graph={graph} label="Workflow" selected={node?.path} onSelect={onShow} />
        {node === undefined ? null : <NodePanel doc={read.value} graph={graph} node={node} onClose={close} />}
      </div>
    </>
  );
}
