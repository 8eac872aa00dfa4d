/** An earlier version drawn, to be looked at. Source: portal reference 3.6 (*Open in designer*, read-only). */
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { call } from '../../api/http.ts';
import { workflowPath } from '../../data/workflows.ts';
import { Failure, Loading } from '../../design/states.tsx';
import { definitionText } from '../../designer/core/resource-text.ts';
import { DefinitionDrawing } from '../../designer/canvas/definition-drawing.tsx';

export function VersionDrawing({ id, version }: { readonly id: string; readonly version: string }): ReactElement {
  const { data, error, refetch } = useQuery<string, ArmError>({
    queryKey: ['versionText', `${id}/versions/${version}`],
    queryFn: async ({ signal }) =>
      definitionText((await call('GET', workflowPath(`${id}/versions/${version}`), { signal })).text),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null)
    return <Failure error={error} what="The version could not be read" retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return (
    <DefinitionDrawing
      text={data}
      label={`Version ${version}`}
      help="Choose a step to read its text. This version cannot be changed; promote it to go on from it."
    />
  );
}
