/** A resource that has no page of its own: everything the API says of it. */
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { idParts } from '../../api/arm.ts';
import { read } from '../../api/http.ts';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Page } from '../../design/page.tsx';
import { Failure, Loading } from '../../design/states.tsx';

interface Plain {
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export function PlainResource({ id }: { readonly id: string }): ReactElement {
  const { name, type, resourceGroup } = idParts(id);
  const { data, error, refetch } = useQuery<Plain, ArmError>({
    queryKey: ['arm', 'plain', id],
    // Later dates than those a type knows are taken too.
    queryFn: ({ signal }) => read<Plain>(`${id}?api-version=2024-11-01`, signal),
  });
  return (
    <Page title={name} purpose={type}>
      {error === null ? null : (
        <Failure error={error} what="The resource could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading /> : null}
      {data === undefined ? null : (
        <>
          <div className="card">
            <Facts
              facts={[
                ['Type', type],
                ['Resource group', resourceGroup],
                ['Location', data.location],
                ['Tags', data.tags],
                ['Id', id],
              ]}
            />
          </div>
          <JsonView value={data} label="The resource as JSON" />
        </>
      )}
    </Page>
  );
}
