/** Assign policy › Non-compliance messages: what people read who are refused, and in the list of compliance. */
import { Field, Input, Textarea } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { titleOf } from '../../model/policy-definition.ts';
import type { Assign } from './assign-context.ts';

export function Messages({ assign: { form, change, context } }: { readonly assign: Assign }): ReactElement {
  const members = context.rules.filter(({ referenceId }) => referenceId !== '');
  return (
    <div className="stack form">
      <Field
        label="Non-compliance message"
        hint="Shown to those whose request is refused, and with each resource that is not compliant."
      >
        <Textarea
          resize="vertical"
          value={form.message}
          placeholder="Every subscription starts our playbook on alerts: ask secops@contoso.com before you change it."
          onChange={(_, { value }) => change({ message: value })}
        />
      </Field>
      {members.length === 0 ? null : <h2>Messages for single policies</h2>}
      {members.map(({ referenceId, definition }) => (
        <Field key={referenceId} label={titleOf(definition)} hint={referenceId}>
          <Input
            value={form.messages[referenceId] ?? ''}
            placeholder="As above"
            onChange={(_, { value }) => change({ messages: { ...form.messages, [referenceId]: value } })}
          />
        </Field>
      ))}
    </div>
  );
}
