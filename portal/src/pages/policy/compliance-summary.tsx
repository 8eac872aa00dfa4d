/** The figures of compliance: of everything at the chosen scopes, or of one assignment. */
import type { ReactElement } from 'react';
import { useStateCounts } from '../../data/policy-compliance.ts';
import type { GraphScopes } from '../../data/resource-graph.ts';
import { complianceShare, shareText, type StateCounts } from '../../model/policy-compliance.ts';

export interface ComplianceSummaryProps {
  readonly assignmentId?: string;
  readonly scopes?: GraphScopes;
}

const everywhere: GraphScopes = {};

export function ComplianceSummary({ assignmentId, scopes = everywhere }: ComplianceSummaryProps): ReactElement {
  const counts = useStateCounts(scopes, assignmentId);
  const share = counts === undefined ? undefined : complianceShare(counts);
  const number = (value: number | undefined): string => (value === undefined ? '…' : value.toLocaleString('en'));
  return (
    <div className="figures" aria-live="off">
      <div className="figure">
        <small>Resource compliance</small>
        <b>{counts === undefined ? '…' : shareText(share)}</b>
        {counts === undefined ? null : <ShareBar counts={counts} />}
      </div>
      <div className="figure">
        <small>Non-compliant resources</small>
        <b>{number(counts?.nonCompliant)}</b>
        <small>of {number(counts?.resources)} judged</small>
      </div>
      <div className="figure">
        <small>Exempt</small>
        <b>{number(counts?.exempt)}</b>
      </div>
      <div className="figure">
        <small>In conflict or unknown</small>
        <b>{counts === undefined ? '…' : number(counts.conflict + counts.unknown)}</b>
      </div>
    </div>
  );
}

/** The parts as a bar; the words beside it say the same. */
export function ShareBar({ counts }: { readonly counts: StateCounts }): ReactElement {
  const { resources, nonCompliant, conflict, exempt, unknown } = counts;
  const parts = [
    ['good', resources - nonCompliant - conflict - exempt - unknown],
    ['muted', exempt + unknown],
    ['medium', conflict],
    ['high', nonCompliant],
  ] as const;
  return (
    <div className="bar" aria-hidden="true">
      {parts.map(([look, count]) =>
        count <= 0 ? null : <span key={look} className={`look-${look}`} style={{ flex: count }} />,
      )}
    </div>
  );
}
