/** A definition drawn, to be looked at and not changed: earlier versions, templates. Source: portal reference 3.6, 3.7. */
import { type ReactElement, useMemo, useState } from 'react';
import { JsonView } from '../../design/json-view.tsx';
import { parse, sourceOf } from '../core/document.ts';
import { graph as graphOf } from '../core/graph.ts';
import { Canvas } from './canvas.tsx';
import { titleOf } from './card-text.ts';

export interface DefinitionDrawingProps {
  readonly text: string;
  readonly label: string;
  /** Shown while no step is chosen. */
  readonly help: string;
}

export function DefinitionDrawing({ text, label, help }: DefinitionDrawingProps): ReactElement | null {
  const [selected, setSelected] = useState('');
  const drawn = useMemo(() => {
    const doc = parse(text);
    return doc.ok ? { doc: doc.value, graph: graphOf(doc.value) } : undefined;
  }, [text]);
  if (drawn === undefined) return null;
  const node = drawn.graph.nodes.get(selected);
  return (
    <>
      <Canvas graph={drawn.graph} label={label} selected={selected} onSelect={setSelected} />
      {node === undefined ? (
        <p className="help">{help}</p>
      ) : (
        <>
          <h3>{titleOf(node.name)}</h3>
          <JsonView value={sourceOf(drawn.doc, node.path) ?? ''} label={`Text of ${titleOf(node.name)}`} />
        </>
      )}
    </>
  );
}
