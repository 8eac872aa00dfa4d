/** Of a recommendation over many resources: what belongs to one of them, which is chosen here. Source: portal reference 3.3. */
import { type ReactElement, useState } from 'react';
import { withQuery } from '../../api/arm.ts';
import { type Assessment, resourceOf } from '../../data/assessments.ts';
import { usePagedList } from '../../data/lists.ts';
import { useScopesParameter } from '../../data/scope.ts';
import { useAddress } from '../../design/address.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { wordOf } from '../../model/status.ts';

const defaults = { resource: '' };

export interface OfResourceProps {
  /** The recommendation's key. */
  readonly recommendation: string;
  /** What is shown for the assessment of the chosen resource. */
  readonly children: (assessmentId: string) => ReactElement;
}

/** The unhealthy resources come first, and the first of them is shown unless another one is chosen. */
export function OfResource({ recommendation, children }: OfResourceProps): ReactElement {
  const [{ resource }, setAddress] = useAddress(defaults);
  const scopes = useScopesParameter();
  const [healthyToo, setHealthyToo] = useState(false);
  const query = { key: recommendation, scopes, $top: '100' };
  const unhealthy = usePagedList<Assessment>(
    withQuery('/tocsin/v1/assessments', { ...query, filter: "properties/status/code eq 'Unhealthy'" }),
  );
  const isNoneUnhealthy = unhealthy.query.isSuccess && unhealthy.rows.length === 0;
  const all = usePagedList<Assessment>(
    healthyToo || isNoneUnhealthy || resource !== '' ? withQuery('/tocsin/v1/assessments', query) : undefined,
  );
  const rows = [...new Map([...unhealthy.rows, ...all.rows].map((row) => [row.id, row])).values()];
  const chosen = resource === '' ? rows[0]?.id : resource;
  const error = unhealthy.query.error ?? all.query.error;
  if (error !== null) {
    return (
      <Failure error={error} what="The resources could not be read" retry={() => void unhealthy.query.refetch()} />
    );
  }
  if (unhealthy.query.isPending || (rows.length === 0 && all.query.isFetching)) return <Loading rows={3} />;
  if (chosen === undefined) return <Empty text="No resource in the chosen scope has this recommendation." />;
  return (
    <>
      <div className="filters">
        <div className="filter">
          <span aria-hidden="true">Resource:</span>
          <ChooseOne
            small
            label="Resource"
            value={chosen}
            choices={rows.map((row) => ({
              value: row.id,
              text: resourceOf(row).name,
              note: wordOf(row.properties.status.code),
            }))}
            onChange={(id) => {
              setHealthyToo(true);
              setAddress({ resource: id });
            }}
          />
        </div>
        {unhealthy.query.hasNextPage ? (
          <span className="muted">Others are found under Affected resources; each has a page of its own.</span>
        ) : null}
      </div>
      {children(chosen)}
    </>
  );
}
