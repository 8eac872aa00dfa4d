/** What is chosen in the tree of a standard: a control with its assessments, an assessment with its resources. */
import { Link } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { idParts } from '../../api/arm.ts';
import { useAffectedResources } from '../../data/compliance.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Grid } from '../../design/grid.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { type Control, type ControlAssessment, countsTotal, passedText } from '../../model/compliance.ts';
import { ShareBar } from './share-bar.tsx';

export function ControlDetail({
  control,
  onAssessment,
}: {
  readonly control: Control;
  readonly onAssessment: (name: string) => void;
}): ReactElement {
  return (
    <>
      <div className="card-title">
        <h2>{control.name}</h2>
        <Status value={control.state} />
      </div>
      {control.description === control.name ? null : <p>{control.description}</p>}
      <Grid
        label="Assessments"
        rows={control.assessments}
        idOf={({ id }) => id}
        nameOf={({ description }) => description}
        columns={[
          {
            key: 'description',
            title: 'Assessment',
            width: 'minmax(200px, 1fr)',
            cell: ({ description, name }) => (
              <Link as="button" title={description} onClick={() => onAssessment(name)}>
                {description}
              </Link>
            ),
          },
          { key: 'state', title: 'State', width: '120px', cell: ({ state }) => <Status value={state} /> },
          {
            key: 'failed',
            title: 'Failed resources',
            width: '120px',
            numeric: true,
            cell: ({ resources }) => resources.failed.toLocaleString('en'),
          },
        ]}
      />
    </>
  );
}

export function AssessmentDetail({
  assessment,
  subscriptionId,
}: {
  readonly assessment: ControlAssessment;
  readonly subscriptionId: string;
}): ReactElement {
  return (
    <>
      <div className="card-title">
        <h2>{assessment.description}</h2>
        <Status value={assessment.state} />
      </div>
      {countsTotal(assessment.resources) === 0 ? null : (
        <>
          <p className="standard-figure">{passedText(assessment.resources, 'resources')}</p>
          <ShareBar counts={assessment.resources} noun="Resources" />
        </>
      )}
      <h3>Affected resources</h3>
      <AffectedResources subscriptionId={subscriptionId} recommendation={recommendationOf(assessment)} />
    </>
  );
}

/** The recommendation's key: of the link where there is one, else the assessment has its name. */
function recommendationOf({ link, name }: ControlAssessment): string {
  return /\/assessments\/([^/?]+)/i.exec(link ?? '')?.[1] ?? name;
}

function AffectedResources({
  subscriptionId,
  recommendation,
}: {
  readonly subscriptionId: string;
  readonly recommendation: string;
}): ReactElement {
  const { data, error, refetch } = useAffectedResources(subscriptionId, recommendation);
  if (error !== null)
    return <Failure error={error} what="The resources could not be read" retry={() => void refetch()} />;
  if (data === undefined) return <Loading rows={3} />;
  if (data.length === 0) {
    return <Empty text="There is no recommendation on a resource for this assessment: only its sums have come in." />;
  }
  return (
    <Grid
      label="Affected resources"
      rows={data}
      total={data.length}
      idOf={({ id }) => id}
      nameOf={({ resourceId }) => idParts(resourceId).name}
      columns={[
        {
          key: 'resource',
          title: 'Resource',
          width: 'minmax(160px, 1fr)',
          cell: ({ resourceId }) => <Anchor to={resourceAddress(resourceId)}>{idParts(resourceId).name}</Anchor>,
        },
        {
          key: 'type',
          title: 'Type',
          width: 'minmax(140px, 1fr)',
          cell: ({ resourceId }) => idParts(resourceId).type,
        },
        { key: 'state', title: 'State', width: '130px', cell: ({ state }) => <Status value={state} /> },
        {
          key: 'recommendation',
          title: 'Recommendation',
          width: 'minmax(140px, 1fr)',
          cell: ({ id, displayName }) => <Anchor to={resourceAddress(id)}>{displayName}</Anchor>,
        },
      ]}
    />
  );
}
