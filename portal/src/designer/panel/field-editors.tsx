/** One editor for each kind of field. Every value that a form cannot show is edited as JSON. Source: portal reference 5.7. */
import { Button, Checkbox, Switch } from '@fluentui/react-components';
import { type ReactElement, useState } from 'react';
import { fromText, numberFromText, templateFault, toText } from '../core/field-text.ts';
import { readHtml } from '../core/html-form.ts';
import { isRecord, type JsonData } from '../core/json-value.ts';
import { readSeverities, severities, writeSeverities } from '../core/severity-choice.ts';
import { AuthenticationField } from './authentication-field.tsx';
import { CasesField } from './cases-field.tsx';
import { ConditionField } from './condition-field.tsx';
import type { FieldEditorProps } from './field-tools.ts';
import { FileField } from './file-field.tsx';
import { FreeChoice } from './free-choice.tsx';
import { HtmlField } from './html-field.tsx';
import { ListField } from './list-field.tsx';
import { ListedField } from './listed-field.tsx';
import { RecurrenceField } from './recurrence-field.tsx';
import { SchemaField } from './schema-field.tsx';
import { TokenText } from './token-text.tsx';

export function FieldEditor(props: FieldEditorProps): ReactElement {
  const { field, value } = props;
  const { list } = field;
  if (list !== undefined && (value === undefined || typeof value === 'string')) {
    return <ListedField {...props} fault={faultOf(props)} list={list} asText={<TextField {...props} />} />;
  }
  switch (field.kind) {
    case 'choice':
      return <ChoiceField {...props} />;
    case 'boolean':
      return typeof value === 'string' ? <JsonField {...props} /> : <BooleanField {...props} />;
    case 'map':
      return <MapField {...props} />;
    case 'condition':
    case 'test':
      return <ConditionField {...props} fault={faultOf(props)} asText={<JsonField {...props} />} />;
    case 'list':
      return <ListField {...props} editor={FieldEditor} fault={faultOf(props)} asText={<JsonField {...props} />} />;
    case 'recurrence':
      return <RecurrenceField {...props} asText={<JsonField {...props} />} />;
    case 'authentication':
      return <AuthenticationField {...props} fault={faultOf(props)} asText={<JsonField {...props} />} />;
    case 'schema':
      return <SchemaField {...props} asText={<JsonField {...props} />} />;
    case 'cases':
      return <CasesField {...props} />;
    case 'file':
      return <FileField {...props} fault={faultOf(props)} asText={<JsonField {...props} />} />;
    case 'variable': {
      const names = props.tools.tokens().flatMap(({ group, title }) => (group === 'Variables' ? [title] : []));
      return <ChoiceField {...props} field={{ ...field, choices: names }} />;
    }
    case 'severity':
      return <SeverityField {...props} />;
    case 'json':
    case 'number':
      return <JsonField {...props} />;
    case 'html':
      return <MailField {...props} />;
    case 'text':
    case 'lines':
    case 'code':
    case 'secret':
      return <TextField {...props} />;
  }
}

const faultOf = ({ field, value, fault }: FieldEditorProps): string | undefined => {
  const own = templateFault(value);
  if (own !== undefined) return own;
  return field.required === true && (value === undefined || value === '') ? `'${field.label}' is required.` : fault;
};

function TextField(props: FieldEditorProps): ReactElement {
  const { field, value, onChange, tools, onLoop } = props;
  const isText = value === undefined || typeof value === 'string';
  const rows = field.kind === 'text' ? 1 : field.kind === 'code' ? 8 : 4;
  return (
    <TokenText
      label={field.label}
      value={toText(value)}
      tools={tools}
      required={field.required === true}
      help={field.help ?? (field.kind === 'html' ? 'HTML' : undefined)}
      fault={faultOf(props)}
      rows={rows}
      mono={field.kind === 'code' || !isText}
      onChange={(text) =>
        onChange(text === '' && field.required !== true ? undefined : isText ? text : fromText(text, value))
      }
      {...(onLoop === undefined ? {} : { onLoop })}
    />
  );
}

/** HTML as it looks, where it can be shown so; else, and when asked for, as code. */
function MailField(props: FieldEditorProps): ReactElement {
  const { field, value, onChange, tools } = props;
  const [asCode, setAsCode] = useState(false);
  const text = toText(value);
  const canShow = (value === undefined || typeof value === 'string') && readHtml(text) !== undefined;
  if (!canShow || asCode) {
    return (
      <div>
        <TextField {...props} />
        {canShow ? (
          <Button size="small" appearance="transparent" onClick={() => setAsCode(false)}>
            Switch to visual mode
          </Button>
        ) : (
          <p className="help">This HTML holds more than the visual editor keeps. It is edited as code.</p>
        )}
      </div>
    );
  }
  return (
    <HtmlField
      label={field.label}
      value={text}
      required={field.required === true}
      fault={faultOf(props)}
      tools={tools}
      onChange={(html) => onChange(html === '' && field.required !== true ? undefined : html)}
      onCode={() => setAsCode(true)}
    />
  );
}

function JsonField(props: FieldEditorProps): ReactElement {
  const { field, value, onChange, tools, onLoop } = props;
  const [typed, setTyped] = useState<{ readonly text: string; readonly value: JsonData | undefined }>();
  // What is typed stays as it is typed, as long as the value is the one it stands for.
  const text = typed !== undefined && Object.is(typed.value, value) ? typed.text : toText(value);
  const take = (next: string): void => {
    const made =
      next === '' && field.required !== true
        ? undefined
        : field.kind === 'number'
          ? numberFromText(next)
          : fromText(next, value);
    setTyped({ text: next, value: made });
    onChange(made);
  };
  return (
    <TokenText
      label={field.label}
      value={text}
      tools={tools}
      required={field.required === true}
      help={field.help}
      fault={faultOf(props)}
      rows={field.kind === 'number' ? 1 : 2}
      mono={field.kind !== 'number' && typeof value === 'object'}
      typed
      onChange={take}
      {...(onLoop === undefined
        ? {}
        : { onLoop: (over, member, write) => onLoop(over, member, (expression) => write(expression)) })}
    />
  );
}

function ChoiceField(props: FieldEditorProps): ReactElement {
  const { field, value, onChange } = props;
  return (
    <FreeChoice
      label={field.label}
      required={field.required === true}
      choices={field.choices ?? []}
      value={toText(value)}
      fault={faultOf(props)}
      onChange={onChange}
    />
  );
}

function BooleanField({ field, value, onChange }: FieldEditorProps): ReactElement {
  return <Switch label={field.label} checked={value === true} onChange={(_, { checked }) => onChange(checked)} />;
}

/** Names and values; a last empty row takes new ones. An expression in place of the map is a text. */
function MapField(props: FieldEditorProps): ReactElement {
  const { field, value, onChange, tools } = props;
  const [raw, setRaw] = useState(false);
  const isMap = value === undefined || isRecord(value);
  if (raw || !isMap) return <RawField {...props} back={isMap ? () => setRaw(false) : undefined} />;
  const entries: readonly (readonly [string, JsonData])[] = [...Object.entries(isRecord(value) ? value : {}), ['', '']];
  const put = (index: number, name: string, next: JsonData): void => {
    const all = entries.with(index, [name, next]).filter(([key, each]) => key !== '' || (each !== '' && each !== null));
    onChange(all.length === 0 && field.required !== true ? undefined : Object.fromEntries(all));
  };
  return (
    <fieldset className="field-group">
      <legend>{field.label}</legend>
      {entries.map(([name, each], index) => (
        <div key={index} className="map-row">
          <TokenText
            compact
            label={`${field.label} key ${index + 1}`}
            value={name}
            tools={tools}
            placeholder="Enter key"
            onChange={(text) => put(index, text, each)}
          />
          <TokenText
            compact
            typed
            label={`${field.label} value ${index + 1}`}
            value={toText(each)}
            tools={tools}
            placeholder="Enter value"
            onChange={(text) => put(index, name, typeof each === 'string' ? text : fromText(text, each))}
          />
        </div>
      ))}
      <Button size="small" appearance="transparent" onClick={() => setRaw(true)}>
        Switch to text mode
      </Button>
    </fieldset>
  );
}

function RawField({ back, ...props }: FieldEditorProps & { readonly back: (() => void) | undefined }): ReactElement {
  return (
    <div>
      <JsonField {...props} />
      {back === undefined ? null : (
        <Button size="small" appearance="transparent" onClick={back}>
          Switch to key value mode
        </Button>
      )}
    </div>
  );
}

function SeverityField({ field, value, onChange }: FieldEditorProps): ReactElement {
  const chosen = readSeverities(value);
  if (chosen === undefined)
    return <p className="help">The trigger has a condition of its own, shown under Settings.</p>;
  const toggle = (severity: string, checked: boolean): void =>
    onChange(writeSeverities(checked ? [...chosen, severity] : chosen.filter((each) => each !== severity)));
  return (
    <fieldset className="field-group">
      <legend>{field.label}</legend>
      <p className="help">Alerts of other severities start no run.</p>
      {severities.map((severity) => (
        <Checkbox
          key={severity}
          label={severity}
          checked={chosen.includes(severity)}
          disabled={chosen.length === 1 && chosen.includes(severity)}
          onChange={(_, { checked }) => toggle(severity, checked === true)}
        />
      ))}
    </fieldset>
  );
}
