/** Where something new is made: a subscription and one of its resource groups. Names are a contract: portal reference 12. */
import { Field } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import type { Resource, Subscription } from '../api/arm.ts';
import { ChooseOne } from '../design/choices.tsx';

interface Place {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

interface PlaceFieldsProps extends Place {
  readonly subscriptions: readonly Subscription[];
  /** Those of the chosen subscription. */
  readonly groups: readonly Resource[];
  /** What is wrong with either. */
  readonly faults?: { readonly subscription?: string | undefined; readonly group?: string | undefined };
  /** Another subscription comes without a group. */
  readonly onChange: (place: Place) => void;
}

const told = (message: string | undefined): { readonly validationMessage?: string } =>
  message === undefined ? {} : { validationMessage: message };

export function PlaceFields(props: PlaceFieldsProps): ReactElement {
  const { subscriptionId, resourceGroup, subscriptions, groups, faults = {}, onChange } = props;
  return (
    <>
      <Field label="Subscription" required {...told(faults.subscription)}>
        <ChooseOne
          label="Subscription"
          choices={subscriptions.map((each) => ({ value: each.subscriptionId, text: each.displayName }))}
          value={subscriptionId}
          onChange={(value) => onChange({ subscriptionId: value, resourceGroup: '' })}
        />
      </Field>
      <Field label="Resource group" required {...told(faults.group)}>
        <ChooseOne
          label="Resource group"
          choices={groups.map(({ name }) => ({ value: name, text: name }))}
          value={resourceGroup}
          onChange={(value) => onChange({ subscriptionId, resourceGroup: value })}
        />
      </Field>
    </>
  );
}
