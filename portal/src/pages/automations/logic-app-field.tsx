/** Which logic app an automation starts: all are listed, those that cannot be chosen with the reason. */
import { Button, Field, Link } from '@fluentui/react-components';
import { ArrowClockwiseRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { idParts, withQuery } from '../../api/arm.ts';
import type { EligibleLogicApp } from '../../data/automations.ts';
import { readAll, useSubscriptions } from '../../data/scope.ts';
import { Anchor } from '../../design/anchor.tsx';
import { type Choice, ChooseMany, ChooseOne } from '../../design/choices.tsx';
import type { Fields } from './automation-fields.ts';

export interface LogicAppFieldProps {
  readonly fields: Fields;
  readonly change: (part: Partial<Fields>) => void;
  readonly tried: boolean;
}

export function LogicAppField({ fields, change, tried }: LogicAppFieldProps): ReactElement {
  const subscriptions = useSubscriptions();
  const [shownSubscriptions, setShown] = useState<readonly string[]>();
  const {
    data = [],
    refetch,
    isFetching,
    isSuccess,
  } = useQuery({
    queryKey: ['eligibleLogicApps', fields.conditions.dataType],
    queryFn: ({ signal }) =>
      readAll<EligibleLogicApp>(
        withQuery('/tocsin/v1/eligibleLogicApps', { eventSource: fields.conditions.dataType, $top: '1000' }),
        signal,
      ),
    staleTime: 0,
  });
  const all = subscriptions.map(({ subscriptionId }) => subscriptionId);
  const shown = shownSubscriptions ?? all;
  const listed = data.filter(({ id }) => shown.includes(idParts(id).subscriptionId ?? ''));
  const choices = choicesOf(listed, fields.logicAppId);
  return (
    <div className="stack">
      <Field label="Show Logic App instances from the following subscriptions" required>
        <ChooseMany
          label="Show Logic App instances from the following subscriptions"
          choices={subscriptions.map(({ subscriptionId, displayName }) => ({
            value: subscriptionId,
            text: displayName,
          }))}
          values={shown}
          allText={subscriptions.length === 1 ? (subscriptions[0]?.displayName ?? '') : 'All subscriptions selected'}
          onChange={setShown}
        />
      </Field>
      <Field
        label="Logic App name"
        required
        {...(tried && fields.logicAppId === '' ? { validationMessage: 'Choose a logic app.' } : {})}
      >
        <ChooseOne
          label="Logic App name"
          choices={choices}
          value={fields.logicAppId}
          onChange={(logicAppId) => change({ logicAppId })}
        />
      </Field>
      <div className="row">
        <Button
          icon={<ArrowClockwiseRegular />}
          aria-label="Refresh logic apps"
          disabledFocusable={isFetching}
          onClick={() => void refetch()}
        >
          Refresh
        </Button>
        <span role="status" className="muted">
          {isSuccess ? `${listed.length} logic app${listed.length === 1 ? '' : 's'}` : ''}
        </span>
        <Anchor to="/logicapps/create?return=automation">Create a new one</Anchor>
        <Link href="/portal/logicapps" target="_blank">
          visit the Logic Apps page
        </Link>
      </div>
    </div>
  );
}

/** Those that can be chosen first; one that is chosen but not listed stays. */
function choicesOf(listed: readonly EligibleLogicApp[], chosen: string): readonly Choice[] {
  const choices = listed.map(
    ({ id, eligible, reason, triggerName }): Choice => ({
      value: id,
      text: idParts(id).name,
      note: eligible
        ? `${idParts(id).resourceGroup ?? ''} · ${triggerName ?? ''}`
        : (reason ?? 'Cannot be started by an automation.'),
      disabled: !eligible,
    }),
  );
  const ordered = choices.toSorted((left, right) => Number(left.disabled) - Number(right.disabled));
  const isListed = chosen === '' || listed.some(({ id }) => id.toLowerCase() === chosen.toLowerCase());
  return isListed ? ordered : [...ordered, { value: chosen, text: idParts(chosen).name }];
}
