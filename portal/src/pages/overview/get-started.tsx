/** The way through the sample, until it is dismissed. */
import { Button } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { keptCell, useCell } from '../../data/store.ts';
import { Anchor } from '../../design/anchor.tsx';

const dismissed = keptCell('tocsin.getStarted.dismissed', false);

export function GetStarted(): ReactElement | null {
  const isDismissed = useCell(dismissed);
  if (isDismissed) return null;
  return (
    <section className="card get-started" aria-label="Get started">
      <h2>Get started</h2>
      <Button
        appearance="subtle"
        icon={<DismissRegular />}
        aria-label="Dismiss: Get started"
        onClick={() => dismissed.set(true)}
      />
      <ol>
        <li>
          <Anchor to="/alerts">See the sample alert</Anchor>
          <span>and on its tab Automations which fired, and why the others did not</span>
        </li>
        <li>
          <Anchor to="/logicapps">See its run</Anchor>
          <span>every step with its inputs and outputs</span>
        </li>
        <li>
          <Anchor to="/outbox">See the mail in the outbox</Anchor>
          <span>captured by the sandbox instead of sent</span>
        </li>
        <li>
          <Anchor to="/settings">Add your own detector</Anchor>
          <span>make a key, and send its events to /ingest/v1/events</span>
        </li>
      </ol>
    </section>
  );
}
