/** Ingestion keys: what detectors send events with. Invariant: a key is shown once, when it is made. */
import { Button, Field, Input } from '@fluentui/react-components';
import { KeyRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { call } from '../../api/http.ts';
import { usePagedList } from '../../data/lists.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { subscriptionName, useSubscriptions } from '../../data/scope.ts';
import { ChooseMany, ChooseOne } from '../../design/choices.tsx';
import { Grid } from '../../design/grid.tsx';
import { Question } from '../../design/question.tsx';
import { SecretOnce } from '../../design/secret-once.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Moment } from '../../design/time.tsx';
import { CommandLine } from './command-line.tsx';

interface IngestionKey {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId?: string;
  readonly formats?: readonly string[];
  readonly createdOn?: string;
  readonly lastUsedOn?: string;
}

const path = '/tocsin/v1/ingestionKeys';

export function IngestionKeysSection(): ReactElement {
  const subscriptions = useSubscriptions();
  const [removing, setRemoving] = useState<IngestionKey>();
  const { rows, query } = usePagedList<IngestionKey>(path, false);
  const remove = async ({ id, name }: IngestionKey): Promise<void> => {
    try {
      await call('DELETE', `${path}/${encodeURIComponent(id)}`);
      notify({ kind: 'success', title: `Ingestion key '${name}' was deleted` });
      await refreshAll();
    } catch (error) {
      notifyFailure('The key was not deleted', error);
    }
  };
  return (
    <>
      <p className="help">
        A detector sends events with a key in the header <code>x-tocsin-ingest-key</code>. A key is good for one
        subscription and for nothing else.
      </p>
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
            { key: 'name', title: 'Name', width: 'minmax(140px, 2fr)', cell: ({ name }) => name },
            {
              key: 'subscription',
              title: 'Subscription',
              width: 'minmax(120px, 1fr)',
              cell: ({ subscriptionId }) => subscriptionName(subscriptions, subscriptionId),
            },
            {
              key: 'formats',
              title: 'Formats',
              width: 'minmax(120px, 1fr)',
              cell: ({ formats = [] }) => (formats.length === 0 ? 'All' : formats.join(', ')),
            },
            {
              key: 'used',
              title: 'Last used',
              width: '140px',
              cell: ({ lastUsedOn }) => (lastUsedOn === undefined ? 'Never' : <Moment value={lastUsedOn} />),
            },
            {
              key: 'delete',
              title: 'Commands',
              width: '110px',
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
    </>
  );
}

const formats = [
  'tocsin',
  'ocsf',
  'asff',
  'falco',
  'wazuh',
  'suricata',
  'elastic',
  'sigma',
  'trivy',
  'prowler',
  'graph',
  'cloudevents',
];

function NewKey(): ReactElement {
  const subscriptions = useSubscriptions();
  const [name, setName] = useState('');
  const [place, setPlace] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>(formats);
  const [key, setKey] = useState<string>();
  const subscriptionId = place === '' ? (subscriptions[0]?.subscriptionId ?? '') : place;
  const isComplete = name.trim() !== '' && subscriptionId !== '' && chosen.length > 0;
  const create = async (): Promise<void> => {
    if (!isComplete) return;
    try {
      const only = chosen.length === formats.length ? {} : { formats: chosen };
      const body = { name: name.trim(), subscriptionId, ...only };
      setKey((await call<{ readonly key: string }>('POST', path, { body })).body.key);
      setName('');
      await refreshAll();
    } catch (error) {
      notifyFailure('The key was not created', error);
    }
  };
  return (
    <section className="card stack" aria-label="New key">
      <div className="row" style={{ alignItems: 'flex-end' }}>
        <Field label="Name of the new key">
          <Input value={name} onChange={(_, { value }) => setName(value)} />
        </Field>
        <Field label="Subscription">
          <ChooseOne
            label="Subscription"
            choices={subscriptions.map((each) => ({ value: each.subscriptionId, text: each.displayName }))}
            value={subscriptionId}
            onChange={setPlace}
          />
        </Field>
        <Field label="Formats">
          <ChooseMany
            label="Formats"
            choices={formats.map((value) => ({ value, text: value }))}
            values={chosen}
            allText="All formats"
            onChange={setChosen}
          />
        </Field>
        <Button appearance="primary" disabledFocusable={!isComplete} onClick={() => void create()}>
          Create key
        </Button>
      </div>
      {key === undefined ? null : (
        <>
          <SecretOnce title="The new key" values={[['Key', key]]} />
          <p className="help">Try it:</p>
          <CommandLine
            text={`curl -H 'x-tocsin-ingest-key: ${key}' -H 'content-type: application/json' --data @events.json '${window.location.origin}/ingest/v1/events'`}
          />
        </>
      )}
    </section>
  );
}
