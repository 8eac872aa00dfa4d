/** The tabs of a template's pane. Source: portal reference 3.7. */
import { Field, Input, Switch } from '@fluentui/react-components';
import { lazy, type ReactElement, Suspense } from 'react';
import { useResourceGroups, useSubscriptions } from '../../data/scope.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { Facts, JsonView } from '../../design/json-view.tsx';
import { Loading } from '../../design/states.tsx';
import {
  definitionIn,
  type TemplateFault,
  type TemplateParameter,
  type TemplateValues,
} from '../../model/template-form.ts';
import { PlaceFields } from '../../parts/place-fields.tsx';
import type { Template } from './template.ts';

const DefinitionDrawing = lazy(async () => ({
  default: (await import('../../designer/canvas/definition-drawing.tsx')).DefinitionDrawing,
}));

export interface TabProps {
  readonly template: Template;
  /** The whole template, when it is read. */
  readonly source: object | undefined;
  readonly values: TemplateValues;
  readonly sandbox: boolean;
  /** Shown after the first try. */
  readonly faults: readonly TemplateFault[];
  readonly onValues: (values: TemplateValues) => void;
  readonly onSandbox: (on: boolean) => void;
}

const messageFor = (faults: readonly TemplateFault[], field: string): { readonly validationMessage?: string } => {
  const message = faults.find((each) => each.field === field)?.message;
  return message === undefined ? {} : { validationMessage: message };
};

export function Basics(props: TabProps): ReactElement {
  const { template, source } = props;
  const definition = source === undefined ? undefined : definitionIn(source);
  return (
    <>
      <p>{template.summary}</p>
      <Place {...props} />
      <h2>What it does</h2>
      {source === undefined ? <Loading /> : null}
      {definition === undefined ? null : (
        <Suspense fallback={<Loading />}>
          <DefinitionDrawing
            text={definition}
            label={`Workflow of ${template.title}`}
            help="Choose a step to read its text."
          />
        </Suspense>
      )}
      <h2>What it needs</h2>
      <Needs template={template} />
    </>
  );
}

function Place({ values, faults, onValues }: TabProps): ReactElement {
  const subscriptions = useSubscriptions();
  const groups = useResourceGroups(values.subscriptionId);
  return (
    <div className="form-two">
      <PlaceFields
        {...values}
        subscriptions={subscriptions}
        groups={groups}
        faults={{
          subscription: messageFor(faults, 'Subscription').validationMessage,
          group: messageFor(faults, 'Resource group').validationMessage,
        }}
        onChange={(place) => onValues({ ...values, ...place })}
      />
    </div>
  );
}

function Needs({ template: { trigger, connectors = [], roles = [] } }: { readonly template: Template }): ReactElement {
  return (
    <>
      <Facts
        facts={[
          ['Started by', trigger === undefined ? undefined : trigger.kind],
          ['Connectors', connectors.map(({ displayName }) => displayName).join(', ')],
        ]}
      />
      {roles.length === 0 ? (
        <p className="help">Its identity needs no roles.</p>
      ) : (
        <>
          <h3>Roles of its identity</h3>
          <ul>
            {roles.map(({ role, scope, why }) => (
              <li key={`${role} ${scope}`}>
                <strong>{role}</strong> at {scope}: {why}
              </li>
            ))}
          </ul>
          <p className="help">They are not given by the deployment: assign them under Access control afterwards.</p>
        </>
      )}
    </>
  );
}

export function ConnectionsTab({ template: { connectors = [] }, sandbox, onSandbox }: TabProps): ReactElement {
  if (connectors.length === 0) return <p>This template uses no connections.</p>;
  return (
    <div className="form stack">
      <p>The template makes a connection for each of these:</p>
      <ul>
        {connectors.map(({ name, displayName }) => (
          <li key={name}>{displayName}</li>
        ))}
      </ul>
      <Switch
        label="Sandbox"
        checked={sandbox}
        aria-describedby="template-sandbox"
        onChange={(_, { checked }) => onSandbox(checked)}
      />
      <p id="template-sandbox" className="help">
        {sandbox
          ? 'Nobody is called: what the connections would send is kept in the outbox, until you switch the sandbox off under Connections.'
          : 'Each connection is in error until you authorize it under Connections.'}
      </p>
    </div>
  );
}

export function ParametersTab({ template: { parameters = [] }, values, faults, onValues }: TabProps): ReactElement {
  if (parameters.length === 0) return <p>This template has no parameters.</p>;
  const change = (name: string, value: string): void =>
    onValues({ ...values, parameters: { ...values.parameters, [name]: value } });
  return (
    <div className="form stack">
      {parameters.map((parameter) => (
        <Field
          key={parameter.name}
          label={parameter.name}
          required={parameter.required}
          hint={parameter.description ?? ''}
          {...messageFor(faults, parameter.name)}
        >
          <ParameterInput
            parameter={parameter}
            value={values.parameters[parameter.name] ?? ''}
            onChange={(value) => change(parameter.name, value)}
          />
        </Field>
      ))}
    </div>
  );
}

interface ParameterInputProps {
  readonly parameter: TemplateParameter;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function ParameterInput({ parameter, value, onChange, ...field }: ParameterInputProps): ReactElement {
  const { name, type, defaultValue, allowedValues } = parameter;
  const ownText = defaultValue === undefined ? '' : textOf(defaultValue);
  if (allowedValues !== undefined) {
    const choices = allowedValues.map((each) => ({ value: textOf(each), text: textOf(each) }));
    return <ChooseOne label={name} choices={choices} value={value === '' ? ownText : value} onChange={onChange} />;
  }
  return (
    <Input
      {...field}
      type={/^secure/i.test(type) ? 'password' : 'text'}
      placeholder={ownText}
      value={value}
      onChange={(_, data) => onChange(data.value)}
    />
  );
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export function ReviewTab({ template, source, values, sandbox, faults }: TabProps): ReactElement {
  const subscriptions = useSubscriptions();
  const subscription = subscriptions.find((each) => each.subscriptionId === values.subscriptionId)?.displayName;
  const shown = (parameter: TemplateParameter): string | undefined => {
    const typed = values.parameters[parameter.name] ?? '';
    if (typed !== '') return /^secure/i.test(parameter.type) ? '••••••' : typed;
    return parameter.defaultValue === undefined ? undefined : textOf(parameter.defaultValue);
  };
  return (
    <>
      {faults.length === 0 ? null : (
        <div role="alert" className="card">
          <strong>Something is missing</strong>
          <ul className="faults" aria-label="What is missing">
            {faults.map(({ field, message }) => (
              <li key={field}>{message}</li>
            ))}
          </ul>
        </div>
      )}
      <Facts
        facts={[
          ['Subscription', subscription],
          ['Resource group', values.resourceGroup],
          [
            'Connections',
            (template.connectors ?? []).length === 0 ? 'none' : sandbox ? 'in the sandbox' : 'to be authorized',
          ],
          ...(template.parameters ?? []).map((each) => [each.name, shown(each)] as const),
        ]}
      />
      <h2>Template</h2>
      {source === undefined ? <Loading /> : <JsonView value={source} label="The template as JSON" />}
    </>
  );
}
