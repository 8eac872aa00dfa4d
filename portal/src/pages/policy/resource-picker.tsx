/** A resource of one type out of the subscriptions the caller sees: the control of parameters with a strong type. */
import type { ReactElement } from 'react';
import { useState } from 'react';
import { idParts } from '../../api/arm.ts';
import { mostGraphRows, useGraphRows } from '../../data/graph-lists.ts';
import { subscriptionName, useSubscriptions } from '../../data/scope.ts';
import { type Choice, ChooseMany, ChooseOne } from '../../design/choices.tsx';
import { kqlText } from '../../model/kql-text.ts';

interface Row {
  readonly id: string;
  readonly name: string;
}

export interface ResourcePickerProps {
  readonly label: string;
  /** `Microsoft.Logic/workflows`. */
  readonly type: string;
  readonly value?: string;
  readonly onChange?: (id: string) => void;
  /** Several instead of one. */
  readonly values?: readonly string[];
  readonly onChangeAll?: (ids: readonly string[]) => void;
}

export function ResourcePicker({
  label,
  type,
  value = '',
  onChange,
  values,
  onChangeAll,
}: ResourcePickerProps): ReactElement {
  const subscriptions = useSubscriptions();
  const [shown, setShown] = useState<readonly string[]>();
  const { data, isFetching } = useGraphRows<Row>({
    query: `Resources\n| where type =~ ${kqlText(type)}\n| project id, name, subscriptionId\n| order by name asc, id asc`,
    scopes: shown === undefined || shown.length === 0 ? {} : { subscriptions: shown },
  });
  const rows = shown?.length === 0 ? [] : (data ?? []);
  const chosen = values ?? (value === '' ? [] : [value]);
  const choices: Choice[] = rows.map(({ id, name }) => {
    const { subscriptionId, resourceGroup } = idParts(id);
    return {
      value: id,
      text: name,
      note: `${subscriptionName(subscriptions, subscriptionId)} / ${resourceGroup ?? ''}`,
    };
  });
  // What is chosen stays, also while its subscription is not shown.
  for (const id of chosen) {
    if (!rows.some((row) => row.id.toLowerCase() === id.toLowerCase())) {
      choices.push({ value: id, text: idParts(id).name, note: id });
    }
  }
  const same = (id: string): string =>
    choices.find((each) => each.value.toLowerCase() === id.toLowerCase())?.value ?? id;
  return (
    <div className="stack tight">
      {values === undefined ? (
        <ChooseOne label={label} choices={choices} value={same(value)} onChange={(id) => onChange?.(id)} />
      ) : (
        <ChooseMany label={label} choices={choices} values={values.map(same)} onChange={(ids) => onChangeAll?.(ids)} />
      )}
      {subscriptions.length < 2 ? null : (
        <div className="filter">
          <span aria-hidden="true">Shown are those in:</span>
          <ChooseMany
            small
            label={`Subscriptions to choose ${label} from`}
            allText="All subscriptions"
            choices={subscriptions.map(({ subscriptionId, displayName }) => ({
              value: subscriptionId,
              text: displayName,
            }))}
            values={shown ?? subscriptions.map(({ subscriptionId }) => subscriptionId)}
            onChange={(ids) => setShown(ids.length === subscriptions.length ? undefined : ids)}
          />
        </div>
      )}
      <span role="status" className="help">
        {isFetching ? '' : rows.length >= mostGraphRows ? 'The first 1,000 are shown: choose fewer subscriptions.' : ''}
      </span>
    </div>
  );
}
