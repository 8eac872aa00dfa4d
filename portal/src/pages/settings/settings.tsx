/** Settings: ingestion keys, and how this browser shows the portal. Source: portal reference 3.7. */
import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  Radio,
  RadioGroup,
} from '@fluentui/react-components';
import { KeyRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { call } from '../../api/http.ts';
import { usePagedList } from '../../data/lists.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { subscriptionName, useChosenSubscriptions, useSubscriptions } from '../../data/scope.ts';
import { useCell } from '../../data/store.ts';
import { Grid } from '../../design/grid.tsx';
import { Page } from '../../design/page.tsx';
import { preferences, type Preferences } from '../../design/preferences.ts';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Moment } from '../../design/time.tsx';

interface IngestionKey {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId?: string;
  readonly lastUsedOn?: string;
  readonly lastUsed?: string;
}

export function Settings(): ReactElement {
  return (
    <Page title="Settings">
      <section className="card">
        <h2>This browser</h2>
        <BrowserSettings />
      </section>
      <section className="card">
        <h2>Ingestion keys</h2>
        <p className="help">
          A detector sends events with a key in the header x-tocsin-ingest-key. A key is good for nothing else.
        </p>
        <IngestionKeys />
      </section>
    </Page>
  );
}

function BrowserSettings(): ReactElement {
  const current = useCell(preferences);
  return (
    <div className="row">
      <Field label="Theme">
        <RadioGroup
          layout="horizontal"
          value={current.theme}
          onChange={(_, { value }) => preferences.set({ ...current, theme: value as Preferences['theme'] })}
        >
          <Radio value="system" label="System" />
          <Radio value="light" label="Light" />
          <Radio value="dark" label="Dark" />
        </RadioGroup>
      </Field>
      <Field label="Times">
        <RadioGroup
          layout="horizontal"
          value={current.times}
          onChange={(_, { value }) => preferences.set({ ...current, times: value as Preferences['times'] })}
        >
          <Radio value="local" label="Local" />
          <Radio value="utc" label="UTC" />
        </RadioGroup>
      </Field>
    </div>
  );
}

function IngestionKeys(): ReactElement {
  const subscriptions = useSubscriptions();
  const [removing, setRemoving] = useState<IngestionKey>();
  const { rows, query } = usePagedList<IngestionKey>('/tocsin/v1/ingestionKeys', false);
  const remove = async ({ id, name }: IngestionKey): Promise<void> => {
    try {
      await call('DELETE', `/tocsin/v1/ingestionKeys/${encodeURIComponent(id)}`);
      notify({ kind: 'success', title: `Ingestion key '${name}' was deleted` });
      await refreshAll();
    } catch (error) {
      notifyFailure('The key was not deleted', error);
    }
  };
  return (
    <div className="stack">
      <NewKey />
      {query.error === null ? null : (
        <Failure error={query.error} what="The keys could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading rows={2} /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <Empty icon={<KeyRegular />} text="There are no ingestion keys yet." />
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Ingestion keys"
          rows={rows}
          idOf={({ id }) => id}
          nameOf={({ name }) => name}
          columns={[
            { key: 'name', title: 'Name', width: '2fr', cell: ({ name }) => name },
            {
              key: 'subscription',
              title: 'Subscription',
              width: '1fr',
              cell: ({ subscriptionId }) => subscriptionName(subscriptions, subscriptionId),
            },
            {
              key: 'used',
              title: 'Last used',
              width: '150px',
              cell: ({ lastUsedOn, lastUsed }) => <Moment value={lastUsedOn ?? lastUsed} />,
            },
            {
              key: 'delete',
              title: 'Commands',
              width: '120px',
              cell: (row) => (
                <Button size="small" aria-label={`Delete ${row.name}`} onClick={() => setRemoving(row)}>
                  Delete
                </Button>
              ),
            },
          ]}
        />
      )}
      {removing === undefined ? null : (
        <Question
          title={`Delete the key '${removing.name}'?`}
          verb="Delete"
          onConfirm={() => void remove(removing)}
          onClose={() => setRemoving(undefined)}
        >
          Detectors that send with it are refused from then on.
        </Question>
      )}
    </div>
  );
}

/** Invariant: a key is shown once, when it is made. */
function NewKey(): ReactElement {
  const [subscription] = useChosenSubscriptions();
  const [name, setName] = useState('');
  const [key, setKey] = useState<string>();
  const create = async (): Promise<void> => {
    try {
      const body = { name, subscriptionId: subscription?.subscriptionId };
      const answer = await call<{ readonly key: string }>('POST', '/tocsin/v1/ingestionKeys', { body });
      setKey(answer.body.key);
      setName('');
      await refreshAll();
    } catch (error) {
      notifyFailure('The key was not created', error);
    }
  };
  return (
    <>
      <div className="row" style={{ alignItems: 'flex-end' }}>
        <Field label="Name of the new key">
          <Input value={name} onChange={(_, { value }) => setName(value)} />
        </Field>
        <Button disabledFocusable={name === '' || subscription === undefined} onClick={() => void create()}>
          Create key
        </Button>
      </div>
      {key === undefined ? null : (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>
            Copy the key now: it is not shown again. <code style={{ overflowWrap: 'anywhere' }}>{key}</code>
          </MessageBarBody>
          <MessageBarActions>
            <Button size="small" onClick={() => void navigator.clipboard.writeText(key)}>
              Copy
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
    </>
  );
}
