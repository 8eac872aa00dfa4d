/** *Prevent future attacks*: what is recommended for the resource that was attacked. Source: portal reference 3.2. */
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { armPath, type Page } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import type { Assessment } from '../../data/assessments.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';

/** So many are shown; the page of the resource has the others. */
const shown = 10;

export function Prevent({ resourceId }: { readonly resourceId: string | undefined }): ReactElement {
  const { data, error, refetch } = useQuery<readonly Assessment[], ArmError>({
    queryKey: ['assessmentsOf', resourceId],
    queryFn: async ({ signal }) => {
      const path = `${resourceId ?? ''}/providers/Microsoft.Security/assessments`;
      return (await read<Page<Assessment>>(armPath(path, 'microsoft.security/assessments'), signal)).value;
    },
    enabled: resourceId !== undefined,
  });
  if (resourceId === undefined) return <p>The alert names no resource of the inventory.</p>;
  if (error !== null) {
    return <Failure error={error} what="The recommendations could not be read" retry={() => void refetch()} />;
  }
  if (data === undefined) return <Loading rows={2} />;
  const unhealthy = data.filter(({ properties }) => properties.status.code === 'Unhealthy');
  if (unhealthy.length === 0) return <p>Nothing is recommended for this resource that it does not follow.</p>;
  return (
    <>
      <ul>
        {unhealthy.slice(0, shown).map(({ id, properties }) => (
          <li key={id}>
            <Anchor to={resourceAddress(id)}>{properties.displayName}</Anchor> <Status value="Unhealthy" />
          </li>
        ))}
      </ul>
      {unhealthy.length > shown ? <Anchor to={resourceAddress(resourceId)}>All of the resource</Anchor> : null}
    </>
  );
}
