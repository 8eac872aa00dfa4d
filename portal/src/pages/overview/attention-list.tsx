/** What somebody should look at: automations that lead nowhere, connections in error, remediations that failed. */
import { CheckmarkCircleRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { idParts } from '../../api/arm.ts';
import type { Attention, OverviewFigures } from '../../data/overview.ts';
import { Anchor, resourceAddress } from '../../design/anchor.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';

const words: Readonly<Record<Attention['kind'], string>> = {
  Automation: 'Automation',
  Delivery: 'Last delivery',
  Connection: 'Connection',
  Remediation: 'Remediation',
};

const shown = 8;

export function AttentionList({ attention }: { readonly attention: OverviewFigures['attention'] }): ReactElement {
  const { items, total } = attention;
  return (
    <section className="card attention" aria-label="Needs attention">
      <h2>Needs attention{total === 0 ? '' : ` (${total.toLocaleString('en')})`}</h2>
      {items.length === 0 ? (
        <p className="row muted">
          <CheckmarkCircleRegular aria-hidden="true" /> Every automation leads somewhere, and every connection is ready.
        </p>
      ) : null}
      <ul>
        {items.slice(0, shown).map(({ kind, id, code, message, time }) => (
          <li key={`${kind}${id}${code}${message}`}>
            <span className="attention-kind">
              <Status value={kind === 'Automation' ? 'Medium' : 'Failed'} text={words[kind]} />
            </span>
            <span className="attention-text">
              <Anchor to={resourceAddress(id)}>{idParts(id).name}</Anchor> <span>{message}</span>
            </span>
            {time === undefined ? <span /> : <Moment value={time} />}
          </li>
        ))}
      </ul>
      {total > shown ? (
        <p className="help">
          {`Showing ${Math.min(shown, items.length)} of ${total.toLocaleString('en')}. `}
          <Anchor to="/automations">All automations</Anchor> · <Anchor to="/connections">All connections</Anchor>
        </p>
      ) : null}
    </section>
  );
}
