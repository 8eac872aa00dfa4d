/** The rules that dismiss alerts in the chosen subscriptions. */
import { Button } from '@fluentui/react-components';
import { DeleteRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ArmError } from '../../api/arm-error.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { readAll, useChosenSubscriptions } from '../../data/scope.ts';
import { deleteSuppressionRule, type SuppressionRule, suppressionRulesPath } from '../../data/suppression.ts';
import { Pane } from '../../design/pane.tsx';
import { Empty, Failure, Loading } from '../../design/states.tsx';
import { Status } from '../../design/status.tsx';
import { Moment } from '../../design/time.tsx';

/** Rules have no list over subscriptions: of more than these, choose fewer. */
const mostSubscriptions = 8;

export function SuppressionRulesPane({ onClose }: { readonly onClose: () => void }): ReactElement {
  const chosen = useChosenSubscriptions();
  const asked = chosen.slice(0, mostSubscriptions).map(({ id }) => id);
  const { data, error, refetch } = useQuery<readonly SuppressionRule[], ArmError>({
    queryKey: ['suppressionRules', asked],
    queryFn: async ({ signal }) =>
      (await Promise.all(asked.map((id) => readAll<SuppressionRule>(suppressionRulesPath(id), signal)))).flat(),
    enabled: asked.length > 0,
  });
  const remove = async ({ id, name }: SuppressionRule): Promise<void> => {
    try {
      await deleteSuppressionRule(id);
      notify({ kind: 'success', title: `Suppression rule '${name}' was deleted` });
      await refreshAll();
    } catch (failure) {
      notifyFailure('The suppression rule was not deleted', failure);
    }
  };
  return (
    <Pane title="Suppression rules" large onClose={onClose}>
      <p>
        Alerts that a rule matches come in as dismissed and start no automation. Make one from an alert: Suppress
        similar alerts.
      </p>
      {chosen.length > mostSubscriptions ? (
        <p className="help">{`Showing the rules of ${mostSubscriptions} of ${chosen.length} subscriptions.`}</p>
      ) : null}
      {error === null ? null : (
        <Failure error={error} what="The rules could not be read" retry={() => void refetch()} />
      )}
      {data === undefined && error === null ? <Loading rows={3} /> : null}
      {data?.length === 0 ? <Empty text="No alerts are suppressed." /> : null}
      {data === undefined || data.length === 0 ? null : (
        <table className="plain">
          <thead>
            <tr>
              {['Name', 'Alert type', 'State', 'Reason', 'Ends'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
              <th scope="col">
                <span className="hidden">Commands</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.map((rule) => (
              <tr key={rule.id}>
                <td>{rule.name}</td>
                <td>{rule.properties.alertType}</td>
                <td>
                  <Status value={rule.properties.state} />
                </td>
                <td>{rule.properties.reason}</td>
                <td>
                  {rule.properties.expirationDateUtc === undefined ? (
                    'Never'
                  ) : (
                    <Moment value={rule.properties.expirationDateUtc} />
                  )}
                </td>
                <td>
                  <Button
                    size="small"
                    appearance="subtle"
                    icon={<DeleteRegular />}
                    aria-label={`Delete ${rule.name}`}
                    onClick={() => void remove(rule)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Pane>
  );
}
