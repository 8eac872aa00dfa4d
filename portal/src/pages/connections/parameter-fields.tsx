/** The fields of a connection's parameters. */
import { Field, Input, Switch } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import type { ConnectionForm } from '../../model/connection-form.ts';

export interface ParameterFieldsProps {
  readonly form: ConnectionForm;
  readonly texts: Readonly<Record<string, string>>;
  readonly onChange: (texts: Readonly<Record<string, string>>) => void;
}

export function ParameterFields({ form, texts, onChange }: ParameterFieldsProps): ReactElement {
  return (
    <>
      {form.fields.map(({ name, label, hint, isSecret, isRequired, kind }) =>
        kind === 'flag' ? (
          <Switch
            key={name}
            label={label}
            checked={texts[name] === 'true'}
            onChange={(_, { checked }) => onChange({ ...texts, [name]: String(checked) })}
          />
        ) : (
          <Field key={name} label={label} required={isRequired} hint={hint}>
            <Input
              type={isSecret ? 'password' : kind === 'number' ? 'number' : 'text'}
              autoComplete={isSecret ? 'new-password' : 'off'}
              value={texts[name] ?? ''}
              onChange={(_, { value }) => onChange({ ...texts, [name]: value })}
            />
          </Field>
        ),
      )}
      {form.needsConsent ? (
        <p className="help">Somebody signs in at the service afterwards: open the connection and choose Authorize.</p>
      ) : null}
    </>
  );
}
