/** Deploying a template: place, parameters, and a deployment that can be followed. */
import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { ArmError, asArmError } from '../../api/arm-error.ts';
import { armPath } from '../../api/arm.ts';
import { call, read } from '../../api/http.ts';
import { followOperation } from '../../data/notifications.ts';
import { refreshAll } from '../../data/query-client.ts';
import { useResourceGroups, useSubscriptions } from '../../data/scope.ts';
import { ChooseOne } from '../../design/choices.tsx';
import { JsonView } from '../../design/json-view.tsx';
import { Pane } from '../../design/pane.tsx';
import { Failure } from '../../design/states.tsx';

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description?: string;
  readonly defaultValue?: unknown;
}

export interface Template {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly category: string;
  readonly tags?: readonly string[];
  readonly connectors?: readonly { readonly name: string; readonly displayName: string }[];
  readonly parameters?: readonly Parameter[];
}

export interface TemplatePaneProps {
  readonly template: Template;
  readonly onClose: () => void;
}

/** What was typed as the parameter's own type. @throws ArmError for text that is no such value. */
function valueOf({ name, type }: Parameter, text: string): unknown {
  if (/^(?:string|securestring)$/i.test(type)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ArmError(400, {
      code: 'InvalidParameter',
      message: `'${name}' is no ${type}: write it as JSON.`,
      target: name,
    });
  }
}

export function TemplatePane({ template, onClose }: TemplatePaneProps): ReactElement {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [place, setPlace] = useState({ subscriptionId: '', resourceGroup: '' });
  const [fault, setFault] = useState<ArmError>();
  const subscriptions = useSubscriptions();
  const subscriptionId = place.subscriptionId === '' ? (subscriptions[0]?.subscriptionId ?? '') : place.subscriptionId;
  const groups = useResourceGroups(subscriptionId);
  const resourceGroup =
    place.resourceGroup === '' && groups.length === 1 ? (groups[0]?.name ?? '') : place.resourceGroup;
  const { data } = useQuery<{ readonly template?: object }>({
    queryKey: ['template', template.name],
    queryFn: ({ signal }) => read(`/tocsin/v1/templates/${encodeURIComponent(template.name)}`, signal),
  });
  const parameters = template.parameters ?? [];
  const deploy = async (): Promise<void> => {
    try {
      const lacks = parameters.find(({ name, required }) => required && (values[name] ?? '') === '');
      if (resourceGroup === '')
        throw new ArmError(400, { code: 'InvalidParameter', message: 'Choose a resource group.' });
      if (lacks !== undefined)
        throw new ArmError(400, {
          code: 'InvalidParameter',
          message: `'${lacks.name}' is required.`,
          target: lacks.name,
        });
      const given = parameters.filter(({ name }) => (values[name] ?? '') !== '');
      const body = {
        properties: {
          mode: 'Incremental',
          template: data?.template,
          parameters: Object.fromEntries(
            given.map((each) => [each.name, { value: valueOf(each, values[each.name] ?? '') }]),
          ),
        },
      };
      const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Resources/deployments/${template.name}-${Date.now()}`;
      const answer = await call('PUT', armPath(id, 'microsoft.resources'), { body });
      onClose();
      await followOperation(
        answer,
        `Deploying '${template.title}'`,
        `'${template.title}' was deployed to ${resourceGroup}`,
      ).catch(() => undefined);
      await refreshAll();
    } catch (error) {
      setFault(asArmError(error));
    }
  };
  return (
    <Pane
      title={template.title}
      large
      changed={Object.keys(values).length > 0}
      onClose={onClose}
      footer={
        <>
          <Button appearance="primary" disabledFocusable={data?.template === undefined} onClick={() => void deploy()}>
            Create
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <p>{template.summary}</p>
      {fault === undefined ? null : <Failure error={fault} what="The template was not deployed" />}
      <div className="form stack">
        <Field label="Subscription" required>
          <ChooseOne
            label="Subscription"
            choices={subscriptions.map((each) => ({ value: each.subscriptionId, text: each.displayName }))}
            value={subscriptionId}
            onChange={(value) => setPlace({ subscriptionId: value, resourceGroup: '' })}
          />
        </Field>
        <Field label="Resource group" required>
          <ChooseOne
            label="Resource group"
            choices={groups.map(({ name }) => ({ value: name, text: name }))}
            value={resourceGroup}
            onChange={(value) => setPlace({ subscriptionId, resourceGroup: value })}
          />
        </Field>
        <ParameterFields parameters={parameters} values={values} onChange={setValues} />
      </div>
      <h2>Template</h2>
      {data?.template === undefined ? null : <JsonView value={data.template} label="The template as JSON" />}
    </Pane>
  );
}

interface ParameterFieldsProps {
  readonly parameters: readonly Parameter[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}

function ParameterFields({ parameters, values, onChange }: ParameterFieldsProps): ReactElement {
  return (
    <>
      {parameters.map(({ name, required, description = '', defaultValue, type }) => (
        <Field key={name} label={name} required={required} hint={description}>
          <Input
            type={/^secure/i.test(type) ? 'password' : 'text'}
            placeholder={
              defaultValue === undefined
                ? ''
                : typeof defaultValue === 'string'
                  ? defaultValue
                  : JSON.stringify(defaultValue)
            }
            value={values[name] ?? ''}
            onChange={(_, { value }) => onChange({ ...values, [name]: value })}
          />
        </Field>
      ))}
    </>
  );
}
