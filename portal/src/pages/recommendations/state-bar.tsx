/** How many resources are unhealthy, healthy and not applicable: a bar and the numbers. */
import type { ReactElement } from 'react';
import { type RecommendationState, recommendationStates } from '../../data/recommendations.ts';
import { lookOf, wordOf } from '../../model/status.ts';
import './recommendations.css';

export function StateBar({ counts }: { readonly counts: Readonly<Record<RecommendationState, number>> }): ReactElement {
  const words = recommendationStates.map((state) => `${counts[state]} ${wordOf(state).toLowerCase()}`).join(', ');
  return (
    <span className="state-bar" title={words}>
      <span className="bar" aria-hidden="true">
        {recommendationStates.map((state) =>
          counts[state] === 0 ? null : (
            <span key={state} className={`look-${lookOf(state)}`} style={{ flexGrow: counts[state] }} />
          ),
        )}
      </span>
      <span className="hidden">{words}</span>
      <span aria-hidden="true">
        <b>{counts.Unhealthy.toLocaleString('en')}</b> of{' '}
        {(counts.Unhealthy + counts.Healthy + counts.NotApplicable).toLocaleString('en')}
      </span>
    </span>
  );
}
