/** Callback URLs and the keys behind them. Invariant: a URL is asked for on a click only, and is masked until revealed. */
import { Button } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { call } from '../../api/http.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { triggerNameOf, type Workflow, workflowPath } from '../../data/workflows.ts';
import { Question } from '../../design/question.tsx';

type KeyType = 'Primary' | 'Secondary';

export function KeysView({ workflow }: { readonly workflow: Workflow }): ReactElement {
  const [asking, setAsking] = useState<KeyType>();
  const regenerate = async (keyType: KeyType): Promise<void> => {
    try {
      await call('POST', workflowPath(`${workflow.id}/regenerateAccessKey`), { body: { keyType } });
      notify({ kind: 'success', title: `The ${keyType.toLowerCase()} key was regenerated` });
    } catch (error) {
      notifyFailure('The key was not regenerated', error);
    }
  };
  return (
    <div>
      <Callback workflow={workflow} />
      <section className="card">
        <h2>Access keys</h2>
        <p>Callback URLs are signed with a key. A new key makes every URL signed with the old one invalid.</p>
        <div className="row">
          <Button onClick={() => setAsking('Primary')}>Regenerate primary key</Button>
          <Button onClick={() => setAsking('Secondary')}>Regenerate secondary key</Button>
        </div>
      </section>
      {asking === undefined ? null : (
        <Question
          title={`Regenerate the ${asking.toLowerCase()} key?`}
          verb="Regenerate"
          onConfirm={() => void regenerate(asking)}
          onClose={() => setAsking(undefined)}
        >
          Automations whose callbacks were signed with it stop until their callback is refreshed, and so does everyone
          else who holds such a URL.
        </Question>
      )}
    </div>
  );
}

function Callback({ workflow }: { readonly workflow: Workflow }): ReactElement {
  const [url, setUrl] = useState<string>();
  const trigger = triggerNameOf(workflow);
  const ask = async (): Promise<string | undefined> => {
    try {
      const { body } = await call<{ readonly value: string }>(
        'POST',
        workflowPath(`${workflow.id}/triggers/${encodeURIComponent(trigger ?? '')}/listCallbackUrl`),
      );
      return body.value;
    } catch (error) {
      notifyFailure('There is no callback URL', error);
      return undefined;
    }
  };
  const copy = async (): Promise<void> => {
    const value = url ?? (await ask());
    if (value === undefined) return;
    await navigator.clipboard.writeText(value);
    notify({ kind: 'success', title: 'The callback URL was copied' });
  };
  return (
    <section className="card">
      <h2>Callback URL</h2>
      {trigger === undefined ? (
        <p>There is no trigger yet.</p>
      ) : (
        <>
          <p style={{ overflowWrap: 'anywhere' }}>{url ?? '••••••••••••••••'}</p>
          <div className="row">
            <Button onClick={() => void copy()}>Copy</Button>
            <Button onClick={() => (url === undefined ? void ask().then(setUrl) : setUrl(undefined))}>
              {url === undefined ? 'Reveal' : 'Hide'}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
