/** How a call says who it is: the kind, and what each kind needs. Source: portal reference 5.7; engine reference 9. */
import { Button, Dropdown, Field, Option } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { toText } from '../core/field-text.ts';
import { isRecord, type JsonData, type JsonRecord } from '../core/json-value.ts';
import type { FieldEditorProps } from './field-tools.ts';
import { TokenText } from './token-text.tsx';

export interface AuthenticationFieldProps extends FieldEditorProps {
  readonly asText: ReactElement;
}

interface Part {
  readonly name: string;
  readonly label: string;
  readonly required?: boolean;
  readonly secret?: boolean;
  readonly help?: string;
}

interface Kind {
  readonly type: string;
  readonly text: string;
  readonly parts: readonly Part[];
}

const pfx: Part = { name: 'pfx', label: 'Pfx', required: true, secret: true, help: 'The certificate as base64' };
const password: Part = { name: 'password', label: 'Password', secret: true };

const kinds: readonly Kind[] = [
  {
    type: 'Basic',
    text: 'Basic',
    parts: [
      { name: 'username', label: 'User name', required: true },
      { ...password, required: true },
    ],
  },
  { type: 'ClientCertificate', text: 'Client certificate', parts: [pfx, password] },
  {
    type: 'ActiveDirectoryOAuth',
    text: 'Active Directory OAuth',
    parts: [
      { name: 'authority', label: 'Authority', help: 'https://login.microsoftonline.com unless another is given' },
      { name: 'tenant', label: 'Tenant', required: true },
      { name: 'audience', label: 'Audience', required: true },
      { name: 'clientId', label: 'Client id', required: true },
    ],
  },
  {
    type: 'Raw',
    text: 'Raw',
    parts: [{ name: 'value', label: 'Value', required: true, secret: true, help: 'The whole Authorization header' }],
  },
  {
    type: 'ManagedServiceIdentity',
    text: 'Managed identity',
    parts: [
      {
        name: 'identity',
        label: 'Managed identity',
        help: 'The id of a user-assigned identity; empty for the system-assigned one',
      },
      { name: 'audience', label: 'Audience', help: 'https://management.azure.com/ unless another is given' },
    ],
  },
];

const none = 'None';
const credentialTypes = ['Secret', 'Certificate'];

export function AuthenticationField(props: AuthenticationFieldProps): ReactElement {
  const { field, value, onChange, fault, asText } = props;
  const [raw, setRaw] = useState(false);
  const record = isRecord(value) ? value : undefined;
  const type = toText(record?.['type']);
  const kind = kinds.find((each) => each.type.toLowerCase() === type.toLowerCase());
  const canShow = value === undefined || kind !== undefined;
  if (raw || !canShow) {
    return (
      <div>
        {asText}
        {canShow ? (
          <Button size="small" appearance="transparent" onClick={() => setRaw(false)}>
            Edit as a form
          </Button>
        ) : null}
      </div>
    );
  }
  return (
    <fieldset className="field-group">
      <legend>{field.label}</legend>
      <Choice
        label={`${field.label} type`}
        choices={[[none, none], ...kinds.map(({ type: each, text }) => [each, text] as const)]}
        value={kind?.type ?? none}
        onChange={(next) => onChange(next === none ? undefined : { type: next })}
      />
      {record === undefined || kind === undefined ? null : <Parts {...props} record={record} kind={kind} />}
      {fault === undefined ? null : (
        <p className="field-fault" role="alert">
          {fault}
        </p>
      )}
      <Button size="small" appearance="transparent" onClick={() => setRaw(true)}>
        Switch to text mode
      </Button>
    </fieldset>
  );
}

interface PartsProps extends FieldEditorProps {
  readonly record: JsonRecord;
  readonly kind: Kind;
}

function Parts({ record, kind, tools, onChange }: PartsProps): ReactElement {
  const put = (name: string, next: JsonData | undefined): void => {
    const { [name]: _, ...rest } = record;
    onChange(next === undefined ? rest : { ...record, [name]: next });
  };
  const part = (each: Part): ReactElement => (
    <PartText key={each.name} part={each} record={record} tools={tools} onPut={put} />
  );
  if (kind.type !== 'ActiveDirectoryOAuth') return <>{kind.parts.map(part)}</>;
  const isCertificate =
    toText(record['credentialType']).toLowerCase() === 'certificate' ||
    (record['secret'] === undefined && record['pfx'] !== undefined);
  const change = (next: string): void => {
    const { secret: _, pfx: __, password: ___, ...rest } = record;
    onChange({ ...rest, credentialType: next });
  };
  return (
    <>
      {kind.parts.map(part)}
      <Choice
        label="Credential type"
        choices={credentialTypes.map((each) => [each, each] as const)}
        value={isCertificate ? 'Certificate' : 'Secret'}
        onChange={change}
      />
      {isCertificate
        ? [pfx, password].map(part)
        : part({ name: 'secret', label: 'Secret', required: true, secret: true })}
    </>
  );
}

interface PartTextProps {
  readonly part: Part;
  readonly record: JsonRecord;
  readonly tools: FieldEditorProps['tools'];
  readonly onPut: (name: string, value: JsonData | undefined) => void;
}

function PartText({
  part: { name, label, required = false, secret = false, help },
  record,
  tools,
  onPut,
}: PartTextProps): ReactElement {
  const text = toText(record[name]);
  const isOpen = secret && text !== '' && !text.startsWith('@');
  const advice = isOpen ? 'Whoever may read the logic app reads this. Use a parameter of the type SecureString.' : help;
  return (
    <TokenText
      label={label}
      value={text}
      tools={tools}
      required={required}
      typed
      help={advice}
      fault={required && text === '' ? `'${label}' is required.` : undefined}
      onChange={(next) => onPut(name, next === '' ? undefined : next)}
    />
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly choices: readonly (readonly [value: string, text: string])[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({ label, choices, value, onChange }: ChoiceProps): ReactElement {
  return (
    <Field label={label}>
      <Dropdown
        inlinePopup
        value={choices.find(([each]) => each === value)?.[1] ?? value}
        selectedOptions={[value]}
        onOptionSelect={(_, { optionValue }) => onChange(optionValue ?? value)}
      >
        {choices.map(([each, text]) => (
          <Option key={each} value={each}>
            {text}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
