/**
 * A template of the gallery as a form: its parameters as typed values, what is missing, the deployment that comes of it.
 *
 * Owns: those. Does not own: the deployment itself. Source: portal reference 3.7.
 */
export interface TemplateParameter {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description?: string;
  readonly defaultValue?: unknown;
  readonly allowedValues?: readonly unknown[];
}

export interface TemplateValues {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** As typed, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type TemplateTab = 'basics' | 'connections' | 'parameters' | 'review';

export interface TemplateFault {
  readonly tab: TemplateTab;
  readonly field: string;
  readonly message: string;
}

/** What was typed as the parameter's own type: text as it is, everything else as JSON; undefined for text that is none. */
export function typedValue({ type }: TemplateParameter, text: string): unknown {
  if (/^(?:string|securestring)$/i.test(type)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Everything that keeps the form from being deployed. */
export function faultsOf(parameters: readonly TemplateParameter[], values: TemplateValues): readonly TemplateFault[] {
  const faults: TemplateFault[] = [];
  if (values.subscriptionId === '') {
    faults.push({ tab: 'basics', field: 'Subscription', message: 'Choose a subscription.' });
  }
  if (values.resourceGroup === '') {
    faults.push({ tab: 'basics', field: 'Resource group', message: 'Choose a resource group.' });
  }
  for (const parameter of parameters) {
    const message = faultOfParameter(parameter, values.parameters[parameter.name] ?? '');
    if (message !== undefined) faults.push({ tab: 'parameters', field: parameter.name, message });
  }
  return faults;
}

function faultOfParameter(parameter: TemplateParameter, text: string): string | undefined {
  const { name, type, required, allowedValues } = parameter;
  if (text === '') return required ? `'${name}' is required.` : undefined;
  const value = typedValue(parameter, text);
  if (value === undefined) return `'${name}' is no ${type}: write it as JSON.`;
  const isAllowed =
    allowedValues === undefined || allowedValues.some((each) => JSON.stringify(each) === JSON.stringify(value));
  return isAllowed ? undefined : `'${name}' is one of: ${allowedValues.map(String).join(', ')}.`;
}

/** The body of the deployment; parameters that were left alone keep the template's own values. */
export function deploymentBody(
  template: object,
  parameters: readonly TemplateParameter[],
  { parameters: typed }: TemplateValues,
): object {
  const given = parameters.filter(({ name }) => (typed[name] ?? '') !== '');
  return {
    properties: {
      mode: 'Incremental',
      template,
      parameters: Object.fromEntries(
        given.map((each) => [each.name, { value: typedValue(each, typed[each.name] ?? '') }]),
      ),
    },
  };
}

interface TemplateResource {
  readonly type?: string;
  readonly properties?: { readonly definition?: object };
}

/** The text of the first logic app's definition in a template; undefined without one. */
export function definitionIn(template: object): string | undefined {
  const { resources } = template as { readonly resources?: readonly TemplateResource[] };
  const workflow = resources?.find(({ type }) => type?.toLowerCase() === 'microsoft.logic/workflows');
  const definition = workflow?.properties?.definition;
  return definition === undefined ? undefined : JSON.stringify(definition, undefined, 2);
}
