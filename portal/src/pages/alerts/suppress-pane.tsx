/** A rule that dismisses alerts of one type, out of an alert of that type. */
import { Button, Field, Input, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import type { Alert } from '../../data/alerts.ts';
import { notify, notifyFailure } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { suppressSimilar } from '../../data/suppression.ts';
import { Pane } from '../../design/pane.tsx';

const reasons = ['FalsePositive', 'Noise', 'Other'] as const;
const reasonTexts = { FalsePositive: 'It is a false positive', Noise: 'It is noise', Other: 'Another reason' } as const;
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{1,49}$/;

export interface SuppressPaneProps {
  readonly alert: Alert;
  readonly onClose: () => void;
}

export function SuppressPane({ alert, onClose }: SuppressPaneProps): ReactElement {
  const [name, setName] = useState('');
  const [reason, setReason] = useState<string>('Noise');
  const [comment, setComment] = useState('');
  const [until, setUntil] = useState('');
  const isNamed = namePattern.test(name);
  const create = async (): Promise<void> => {
    try {
      await suppressSimilar(alert, { name, reason, comment, until });
      notify({ kind: 'success', title: `Suppression rule '${name}' was created` });
      onClose();
      await refreshAll();
    } catch (error) {
      notifyFailure('The suppression rule was not created', error);
    }
  };
  return (
    <Pane
      title="Suppress similar alerts"
      changed={name !== '' || comment !== ''}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={!isNamed} onClick={() => void create()}>
            Create
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="stack form">
        <p>
          Alerts of the type <b>{alert.properties.alertType}</b> will come in as dismissed and start no automation.
        </p>
        <Field
          label="Rule name"
          required
          {...(name === '' || isNamed
            ? {}
            : { validationMessage: 'Two to fifty letters, digits, hyphens or underscores, a letter or digit first.' })}
        >
          <Input value={name} onChange={(_, { value }) => setName(value)} />
        </Field>
        <Field label="Reason">
          <RadioGroup aria-label="Reason" value={reason} onChange={(_, { value }) => setReason(value)}>
            {reasons.map((each) => (
              <Radio key={each} value={each} label={reasonTexts[each]} />
            ))}
          </RadioGroup>
        </Field>
        <Field label="Ends on">
          <Input type="date" value={until} onChange={(_, { value }) => setUntil(value)} />
        </Field>
        <Field label="Comment">
          <Textarea value={comment} maxLength={300} onChange={(_, { value }) => setComment(value)} />
        </Field>
      </div>
    </Pane>
  );
}
