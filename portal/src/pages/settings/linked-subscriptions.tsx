/** Linked subscriptions: calls on them go to a real cloud, with credentials that are never shown again. */
import { Button } from '@fluentui/react-components';
import { AddRegular, CloudLinkRegular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { call } from '../../api/http.ts';
import { usePagedList } from '../../data/lists.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { subscriptionName, useSubscriptions } from '../../data/scope.ts';
import { Command, Commands } from '../../design/commands.tsx';
import { Grid } from '../../design/grid.tsx';
import { Question } from '../../design/question.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { LinkPane, linksPath } from './link-pane.tsx';

interface LinkedSubscription {
  readonly subscriptionId: string;
  readonly cloud: string;
  readonly credential: { readonly kind: string; readonly clientId?: string; readonly tenantId?: string };
}

export function LinkedSubscriptionsSection(): ReactElement {
  const subscriptions = useSubscriptions();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<LinkedSubscription>();
  const { rows, query } = usePagedList<LinkedSubscription>(linksPath, false);
  const remove = async ({ subscriptionId }: LinkedSubscription): Promise<void> => {
    try {
      await call('DELETE', `${linksPath}/${encodeURIComponent(subscriptionId)}`);
      notify({ kind: 'success', title: 'The subscription is no longer linked' });
      await refreshAll();
    } catch (error) {
      notifyFailure('The link was not removed', error);
    }
  };
  return (
    <>
      <p className="help">
        Calls on a linked subscription, by playbooks, clients and the command line, go to the real cloud with the
        credential that is given here. A write needs a role that is assigned at the linked subscription or below it.
      </p>
      <Commands>
        <Command text="Link a subscription" icon={<AddRegular />} onClick={() => setAdding(true)} />
      </Commands>
      {query.error === null ? null : (
        <Failure error={query.error} what="The links could not be read" retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading rows={2} /> : null}
      {query.isSuccess && rows.length === 0 ? (
        <Empty icon={<CloudLinkRegular />} text="No subscription is linked: all of them are local." />
      ) : null}
      {rows.length === 0 ? null : (
        <Grid
          label="Linked subscriptions"
          rows={rows}
          idOf={({ subscriptionId }) => subscriptionId}
          nameOf={({ subscriptionId }) => subscriptionName(subscriptions, subscriptionId)}
          columns={[
            {
              key: 'name',
              title: 'Subscription',
              width: 'minmax(160px, 1fr)',
              cell: ({ subscriptionId }) => (
                <span title={subscriptionId}>{subscriptionName(subscriptions, subscriptionId)}</span>
              ),
            },
            { key: 'cloud', title: 'Cloud', width: '170px', cell: ({ cloud }) => cloud },
            { key: 'credential', title: 'Credential', width: '160px', cell: ({ credential }) => credential.kind },
            {
              key: 'client',
              title: 'Client id',
              width: 'minmax(160px, 1fr)',
              cell: ({ credential }) => credential.clientId ?? '–',
            },
            {
              key: 'remove',
              title: 'Commands',
              width: '110px',
              cell: (row) => (
                <Button
                  size="small"
                  aria-label={`Remove the link of ${subscriptionName(subscriptions, row.subscriptionId)}`}
                  onClick={() => setRemoving(row)}
                >
                  Remove
                </Button>
              ),
            },
          ]}
        />
      )}
      {adding ? <LinkPane onClose={() => setAdding(false)} /> : null}
      {removing === undefined ? null : (
        <Question
          title="Remove the link?"
          verb="Remove"
          onConfirm={() => void remove(removing)}
          onClose={() => setRemoving(undefined)}
        >
          Playbooks that call resources of this subscription fail from then on. The credential is forgotten.
        </Question>
      )}
    </>
  );
}
