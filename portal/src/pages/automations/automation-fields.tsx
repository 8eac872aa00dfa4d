/** The fields of the automation pane, group by group. */
import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { type ReactElement, useEffect } from 'react';
import { useResourceGroups, useSubscriptions } from '../../data/scope.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { type Conditions, type EventSource, nameFault } from '../../model/automation-form.ts';
import type { Fields } from './automation-fields.ts';
import { Backtest } from './backtest.tsx';
import { ConditionFields } from './condition-fields.tsx';
import { LogicAppField } from './logic-app-field.tsx';

export interface AutomationFieldsProps {
  readonly fields: Fields;
  readonly change: (part: Partial<Fields>) => void;
  readonly isNew: boolean;
  /** Whether saving was tried: required fields then say that they are empty. */
  readonly tried: boolean;
}

export function AutomationFields(props: AutomationFieldsProps): ReactElement {
  const { fields, change, tried } = props;
  const setConditions = (part: Partial<Conditions>): void => change({ conditions: { ...fields.conditions, ...part } });
  return (
    <div className="form">
      <GeneralFields {...props} />
      <section className="form-section" aria-labelledby="conditions-heading">
        <h2 id="conditions-heading">Trigger conditions</h2>
        <p className="help">Choose the trigger conditions that will automatically trigger the configured action.</p>
        <div className="stack">
          <Field label="Data type" required>
            <RadioGroup
              layout="horizontal"
              value={fields.conditions.dataType}
              onChange={(_, { value }) => setConditions({ dataType: value as EventSource })}
            >
              <Radio value="Alerts" label="Security alert" />
              <Radio value="Assessments" label="Recommendation" />
              <Radio value="RegulatoryComplianceAssessment" label="Regulatory compliance standards" />
            </RadioGroup>
          </Field>
          <ConditionFields
            conditions={fields.conditions}
            change={setConditions}
            subscriptionId={fields.subscriptionId}
          />
          <Backtest conditions={fields.conditions} subscriptionId={fields.subscriptionId} />
        </div>
      </section>
      <section className="form-section" aria-labelledby="actions-heading">
        <h2 id="actions-heading">Actions</h2>
        <p className="help">Configure the Logic App that will be triggered.</p>
        <LogicAppField fields={fields} change={change} tried={tried} />
      </section>
    </div>
  );
}

function GeneralFields({ fields, change, isNew, tried }: AutomationFieldsProps): ReactElement {
  const subscriptions = useSubscriptions();
  const groups = useResourceGroups(fields.subscriptionId);
  usePreselected(fields, change);
  const fault = tried ? nameFault(fields.name) : undefined;
  const needs = (value: string, text: string): { validationMessage?: string } =>
    tried && value === '' ? { validationMessage: text } : {};
  return (
    <section className="form-section" aria-labelledby="general-heading">
      <h2 id="general-heading">General</h2>
      <div className="stack">
        <div className="form-two">
          <Field label="Name" required {...(fault === undefined ? {} : { validationMessage: fault })}>
            <Input value={fields.name} readOnly={!isNew} onChange={(_, { value }) => change({ name: value })} />
          </Field>
          <Field label="Description">
            <Input value={fields.description} onChange={(_, { value }) => change({ description: value })} />
          </Field>
        </div>
        <div className="form-two">
          <Field label="Subscription" required {...needs(fields.subscriptionId, 'Choose a subscription.')}>
            <ChooseOne
              label="Subscription"
              disabled={!isNew}
              choices={subscriptions.map(({ subscriptionId, displayName }) => ({
                value: subscriptionId,
                text: displayName,
              }))}
              value={fields.subscriptionId}
              onChange={(subscriptionId) => change({ subscriptionId, resourceGroup: '' })}
            />
          </Field>
          <Field label="Resource group" required {...needs(fields.resourceGroup, 'Choose a resource group.')}>
            <ChooseOne
              label="Resource group"
              disabled={!isNew}
              choices={groups.map(({ name }) => ({ value: name, text: name }))}
              value={fields.resourceGroup}
              onChange={(resourceGroup) =>
                change({ resourceGroup, location: groups.find(({ name }) => name === resourceGroup)?.location ?? '' })
              }
            />
          </Field>
        </div>
      </div>
    </section>
  );
}

/** Where there is one choice only, it is made. */
function usePreselected(fields: Fields, change: (part: Partial<Fields>) => void): void {
  const subscriptions = useSubscriptions();
  const groups = useResourceGroups(fields.subscriptionId);
  const subscription = subscriptions.length === 1 ? subscriptions[0]?.subscriptionId : undefined;
  const group = groups.length === 1 ? groups[0] : undefined;
  useEffect(() => {
    if (fields.subscriptionId === '' && subscription !== undefined) change({ subscriptionId: subscription });
    else if (fields.resourceGroup === '' && group !== undefined) {
      change({ resourceGroup: group.name, location: group.location ?? '' });
    }
  }, [fields.subscriptionId, fields.resourceGroup, subscription, group, change]);
}
