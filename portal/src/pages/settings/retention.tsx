/** Retention: how long runs and the activity log are kept, and how large the store may grow. */
import { Button, Field, Input } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { type ArmError, asArmError } from '../../api/arm-error.ts';
import { notify } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { changeSettings } from '../../data/settings.ts';
import { Failure } from '../../design/states.tsx';
import { bytesOf, type Setting, sizeText, wholeNumber } from '../../model/settings.ts';
import { WithSettings } from './with-settings.tsx';

export function RetentionSection(): ReactElement {
  return (
    <section className="card" aria-label="Retention of the server">
      <WithSettings>
        {({ settings }) => {
          const named = (name: string) => settings.find((each) => each.name === name);
          const [days, bytes, activity] = ['retentionDays', 'retentionBytes', 'activityDays'].map(named);
          return days === undefined || bytes === undefined || activity === undefined ? (
            <p>This server does not tell its retention.</p>
          ) : (
            <RetentionForm
              key={`${String(days.value)} ${String(bytes.value)} ${String(activity.value)}`}
              days={days}
              bytes={bytes}
              activity={activity}
            />
          );
        }}
      </WithSettings>
      <p className="help">
        Alerts and delivery records are kept 90 days, snapshots 14. A logic app may set shorter or longer times for its
        own runs. A run that has not ended is never forgotten.
      </p>
    </section>
  );
}

interface RetentionFormProps {
  readonly days: Setting;
  readonly bytes: Setting;
  readonly activity: Setting;
}

const textOf = ({ value }: Setting): string => (value === null ? '' : String(value));

function RetentionForm({ days, bytes, activity }: RetentionFormProps): ReactElement {
  const first = {
    days: textOf(days),
    bytes: typeof bytes.value === 'number' ? sizeText(bytes.value) : '',
    activity: textOf(activity),
  };
  const [values, setValues] = useState(first);
  const [fault, setFault] = useState<ArmError>();
  const wanted = {
    retentionDays: wholeNumber(values.days, days.minimum, days.maximum),
    activityDays: wholeNumber(values.activity, activity.minimum, activity.maximum),
  };
  const size = values.bytes.trim() === '' ? null : bytesOf(values.bytes);
  const sizeFault = size === undefined || (size !== null && size < (bytes.minimum ?? 1));
  const isValid = wanted.retentionDays !== undefined && wanted.activityDays !== undefined && !sizeFault;
  const isChanged = JSON.stringify(values) !== JSON.stringify(first);
  const save = async (): Promise<void> => {
    if (!isValid || !isChanged) return;
    const changes: Record<string, number | null> = {};
    if (values.days !== first.days) changes['retentionDays'] = wanted.retentionDays ?? null;
    if (values.activity !== first.activity) changes['activityDays'] = wanted.activityDays ?? null;
    if (values.bytes !== first.bytes) changes['retentionBytes'] = size ?? null;
    try {
      await changeSettings({ settings: changes });
      setFault(undefined);
      notify({ kind: 'success', title: 'The retention was changed' });
      await refreshAll();
    } catch (error) {
      setFault(asArmError(error));
    }
  };
  const number = (setting: Setting) =>
    `A whole number from ${setting.minimum ?? 1} to ${(setting.maximum ?? 0).toLocaleString('en')}.`;
  return (
    <div className="settings-form">
      {fault === undefined ? null : <Failure error={fault} what="The retention was not changed" />}
      <Field
        label="Days that ended runs are kept"
        hint={hintOf(days, 'From the start of the run.')}
        {...(wanted.retentionDays === undefined ? { validationMessage: number(days) } : {})}
      >
        <Input
          inputMode="numeric"
          readOnly={days.change === 'restart'}
          value={values.days}
          onChange={(_, { value }) => setValues({ ...values, days: value })}
        />
      </Field>
      <Field
        label="Largest size of the store"
        hint={hintOf(bytes, 'Such as 500 MB or 20 GB; empty for no limit. Beyond it the oldest ended runs go.')}
        {...(sizeFault ? { validationMessage: `A size from ${sizeText(bytes.minimum ?? 1)}, or nothing.` } : {})}
      >
        <Input
          readOnly={bytes.change === 'restart'}
          placeholder="No limit"
          value={values.bytes}
          onChange={(_, { value }) => setValues({ ...values, bytes: value })}
        />
      </Field>
      <Field
        label="Days that the activity log is kept"
        hint={hintOf(activity, '')}
        {...(wanted.activityDays === undefined ? { validationMessage: number(activity) } : {})}
      >
        <Input
          inputMode="numeric"
          readOnly={activity.change === 'restart'}
          value={values.activity}
          onChange={(_, { value }) => setValues({ ...values, activity: value })}
        />
      </Field>
      <div className="row">
        <Button appearance="primary" disabledFocusable={!isValid || !isChanged} onClick={() => void save()}>
          Save
        </Button>
        <Button disabledFocusable={!isChanged} onClick={() => setValues(first)}>
          Discard
        </Button>
      </div>
    </div>
  );
}

const hintOf = ({ change, option }: Setting, text: string): string =>
  change === 'restart' ? `Fixed by ${option}: start without it to change this here.` : text;
