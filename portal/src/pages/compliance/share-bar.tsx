/** States as parts of a bar, with their counts in words below. */
import type { ReactElement } from 'react';
import { type Counts, sharesOf } from '../../model/compliance.ts';
import './compliance.css';

export function ShareBar({ counts, noun }: { readonly counts: Counts; readonly noun: string }): ReactElement {
  const shares = sharesOf(counts);
  const text = shares.map(({ state, count }) => `${count} ${state.toLowerCase()}`).join(', ');
  return (
    <div className="shares">
      <div className="bar" role="img" aria-label={`${noun}: ${text === '' ? 'none' : text}`}>
        {shares.map(({ state, look, count }) => (
          <span key={state} className={`look-${look}`} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className="legend" aria-hidden="true">
        {shares.map(({ state, look, count }) => (
          <li key={state} className={`look-${look}`}>
            <i />
            {count} {state.toLowerCase()}
          </li>
        ))}
      </ul>
    </div>
  );
}
