/** An earlier version drawn, to be looked at. Source: portal reference 3.6 (*Open in designer*, read-only). */
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useMemo, useState } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { call } from '../../api/http.ts';
import { workflowPath } from '../../data/workflows.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { JsonView } from '../../design/json-view.tsx';
import { Canvas } from '../../designer/canvas/canvas.tsx';
import { titleOf } from '../../designer/canvas/card-text.ts';
import { parse, sourceOf } from '../../designer/core/document.ts';
import { graph as graphOf } from '../../designer/core/graph.ts';
import { definitionText } from '../../designer/core/resource-text.ts';

export function VersionDrawing({ id, version }: { readonly id: string; readonly version: string }): ReactElement {
  const [selected, setSelected] = useState('');
  const { data, error, refetch } = useQuery<string, ArmError>({
    queryKey: ['versionText', `${id}/versions/${version}`],
    queryFn: async ({ signal }) =>
      definitionText((await call('GET', workflowPath(`${id}/versions/${version}`), { signal })).text),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const drawn = useMemo(() => {
    const doc = data === undefined ? undefined : parse(data);
    return doc?.ok === true ? { doc: doc.value, graph: graphOf(doc.value) } : undefined;
  }, [data]);
  if (error !== null)
    return <Failure error={error} what="The version could not be read" retry={() => void refetch()} />;
  if (drawn === undefined) return <Loading />;
  const node = drawn.graph.nodes.get(selected);
  return (
    <>
      <Canvas graph={drawn.graph} label={`Version ${version}`} selected={selected} onSelect={setSelected} />
      {node === undefined ? (
        <p className="help">
          Choose a step to read its text. This version cannot be changed; promote it to go on from it.
        </p>
      ) : (
        <>
          <h3>{titleOf(node.name)}</h3>
          <JsonView value={sourceOf(drawn.doc, node.path) ?? ''} label={`Text of ${titleOf(node.name)}`} />
        </>
      )}
    </>
  );
}
