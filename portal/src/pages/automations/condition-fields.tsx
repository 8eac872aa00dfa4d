/** The trigger conditions of each data type. */
import { Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { armPath, type Resource } from '../../api/arm.ts';
import { readAll } from '../../data/scope.ts';
import { ChooseMany } from '../../design/choices.tsx';
import {
  alertSeverities,
  type Conditions,
  controlStates,
  recommendationSeverities,
  recommendationStates,
} from '../../model/automation-form.ts';

export interface ConditionFieldsProps {
  readonly conditions: Conditions;
  readonly change: (part: Partial<Conditions>) => void;
  readonly subscriptionId: string;
}

const choicesOf = (values: readonly string[]): { readonly value: string; readonly text: string }[] =>
  values.map((value) => ({ value, text: value }));

export function ConditionFields(props: ConditionFieldsProps): ReactElement {
  if (props.conditions.dataType === 'Alerts') return <AlertFields {...props} />;
  if (props.conditions.dataType === 'Assessments') return <RecommendationFields {...props} />;
  return <ComplianceFields {...props} />;
}

function AlertFields({ conditions, change }: ConditionFieldsProps): ReactElement {
  const none = conditions.alertSeverities.length === 0;
  return (
    <div className="form-two">
      <Field label="Alert name contains" hint="Empty means every alert.">
        <Input value={conditions.alertName} onChange={(_, { value }) => change({ alertName: value })} />
      </Field>
      <Field label="Alert severity" required {...(none ? { validationMessage: 'Select at least one severity.' } : {})}>
        <ChooseMany
          label="Alert severity"
          choices={choicesOf(alertSeverities)}
          values={conditions.alertSeverities}
          allText="All severities selected"
          onChange={(values) => change({ alertSeverities: alertSeverities.filter((each) => values.includes(each)) })}
        />
      </Field>
    </div>
  );
}

interface Metadata {
  readonly displayName: string;
}

function RecommendationFields({ conditions, change }: ConditionFieldsProps): ReactElement {
  const { data = [] } = useQuery({
    queryKey: ['assessmentMetadata'],
    queryFn: ({ signal }) =>
      readAll<Resource<Metadata>>(
        armPath('/providers/Microsoft.Security/assessmentMetadata', 'microsoft.security/assessmentmetadata'),
        signal,
      ),
    staleTime: 300_000,
  });
  const known = data.map(({ name, properties }) => ({ value: name, text: properties.displayName }));
  const unknown = conditions.recommendationNames.filter((name) => !known.some(({ value }) => value === name));
  const choices = [...known, ...unknown.map((value) => ({ value, text: `${value} (unknown recommendation)` }))];
  const all = choices.map(({ value }) => value);
  return (
    <>
      <Field
        label="Recommendation name"
        hint="Fires when the recommendation itself changes, not for each finding below it."
      >
        <ChooseMany
          label="Recommendation name"
          choices={choices}
          values={conditions.recommendationNames.length === 0 ? all : conditions.recommendationNames}
          allText="All recommendations selected"
          onChange={(values) => change({ recommendationNames: values.length === all.length ? [] : values })}
        />
      </Field>
      <div className="form-two">
        <Field label="Recommendation severity" required>
          <ChooseMany
            label="Recommendation severity"
            choices={choicesOf(recommendationSeverities)}
            values={conditions.recommendationSeverities}
            allText="All severities selected"
            onChange={(values) =>
              change({ recommendationSeverities: recommendationSeverities.filter((each) => values.includes(each)) })
            }
          />
        </Field>
        <Field label="Recommendation state" required>
          <ChooseMany
            label="Recommendation state"
            choices={choicesOf(recommendationStates)}
            values={conditions.recommendationStates}
            allText="All states selected"
            onChange={(values) =>
              change({ recommendationStates: recommendationStates.filter((each) => values.includes(each)) })
            }
          />
        </Field>
      </div>
    </>
  );
}

function ComplianceFields({ conditions, change, subscriptionId }: ConditionFieldsProps): ReactElement {
  const { data = [] } = useQuery({
    queryKey: ['standards', subscriptionId],
    queryFn: ({ signal }) =>
      readAll<Resource>(
        armPath(
          `/subscriptions/${subscriptionId}/providers/Microsoft.Security/regulatoryComplianceStandards`,
          'microsoft.security/regulatorycompliancestandards',
        ),
        signal,
      ),
    enabled: subscriptionId !== '',
  });
  const all = [...new Set([...data.map(({ name }) => name), ...conditions.standards])];
  return (
    <div className="form-two">
      <Field label="Compliance standard">
        <ChooseMany
          label="Compliance standard"
          choices={choicesOf(all)}
          values={conditions.standards.length === 0 ? all : conditions.standards}
          // One chosen by name is no choice of all, even where there is no other yet.
          allText={conditions.standards.length === 0 ? 'All standards selected' : conditions.standards.join(', ')}
          onChange={(values) => change({ standards: values.length === all.length ? [] : values })}
        />
      </Field>
      <Field label="Compliance control state" required>
        <ChooseMany
          label="Compliance control state"
          choices={choicesOf(controlStates)}
          values={conditions.controlStates}
          allText="All states selected"
          onChange={(values) => change({ controlStates: controlStates.filter((each) => values.includes(each)) })}
        />
      </Field>
    </div>
  );
}
