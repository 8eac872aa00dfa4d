/** The mocks there are, in the order they are asked, with how often each has answered. */
import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { type Mock, readMocks, replaceMocks } from '../../data/mocks.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { JsonView } from '../../design/json-view.tsx';
import { Pane } from '../../design/pane.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';

export function MocksPane({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { data, error, refetch } = useQuery<readonly Mock[], ArmError>({
    queryKey: ['mocks'],
    queryFn: ({ signal }) => readMocks(signal),
  });
  const remove = async (index: number): Promise<void> => {
    try {
      await replaceMocks((data ?? []).filter((_, place) => place !== index));
      notify({ kind: 'success', title: 'The mock was deleted' });
      await refreshAll();
    } catch (caught) {
      notifyFailure('The mock was not deleted', caught);
    }
  };
  return (
    <Pane title="Mocks" onClose={onClose}>
      {error === null ? null : (
        <Failure error={error} what="The mocks could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading rows={3} /> : null}
      {data !== undefined && data.length === 0 ? (
        <Empty text="There are no mocks. Open a captured call and make one from it: then the same call is answered so." />
      ) : null}
      {(data ?? []).map((mock, index) => (
        <section key={JSON.stringify(mock)} className="card" aria-label={`Mock ${index + 1}`}>
          <div className="card-title">
            <h3>{Object.values(mock.match).join(' · ') || 'Every call'}</h3>
            <Button size="small" aria-label={`Delete mock ${index + 1}`} onClick={() => void remove(index)}>
              Delete
            </Button>
          </div>
          <p className="help">
            Status {mock.respond.status ?? 200}
            {mock.times === undefined ? '' : `, at most ${mock.times} times`}; answered {mock.hits ?? 0} times
          </p>
          <JsonView value={mock.respond.body ?? null} label={`Body of mock ${index + 1}`} />
        </section>
      ))}
    </Pane>
  );
}
