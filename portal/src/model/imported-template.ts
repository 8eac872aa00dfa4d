/**
 * An ARM template that somebody brings, as the gallery shows its own: title, parameters, connectors.
 *
 * Owns: reading the text, parameter files. Does not own: the form (`template-form.ts`), what a template means (the server's deployments).
 *
 * Invariants
 * IT1. Total: any text gives a template or one sentence that says why not.
 * IT2. The template is deployed as it was brought, byte for byte: numbers keep their spelling.
 *
 * Source: portal reference 3.6; management API 8.3.
 */
import { type TemplateParameter, typedValue } from './template-form.ts';

export interface ImportedTemplate {
  readonly title: string;
  readonly summary: string;
  readonly parameters: readonly TemplateParameter[];
  /** Managed APIs that its connections are made of. */
  readonly connectors: readonly { readonly name: string; readonly displayName: string }[];
  readonly template: object;
  /** As it was brought. */
  readonly text: string;
}

export type Imported =
  | { readonly ok: true; readonly value: ImportedTemplate }
  | { readonly ok: false; readonly message: string };

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const refused = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });

/** @param name of the file it came from; empty for text that was pasted. */
export function readTemplate(text: string, name: string): Imported {
  const read = parsed(text);
  if (!read.ok) return read;
  const { value } = read;
  if (!isMembers(value)) return refused('A template is an object.');
  const { resources, parameters, metadata } = value;
  if (!Array.isArray(resources) && !isMembers(resources)) {
    const isDefinition = isMembers(value['definition']) || isMembers(value['triggers']);
    return refused(
      isDefinition
        ? 'This is the definition of a logic app, not a template: create a logic app, and paste it into its code view.'
        : "A template has a list 'resources'.",
    );
  }
  const all = (Array.isArray(resources) ? resources : Object.values(resources)).filter(isMembers);
  const says = isMembers(metadata) ? metadata : {};
  return {
    ok: true,
    value: {
      title: textOf(says['title']) ?? (name === '' ? 'Imported template' : name.replace(/\.json$/i, '')),
      summary:
        textOf(says['description']) ??
        textOf(says['summary']) ??
        `${all.length} ${all.length === 1 ? 'resource' : 'resources'}`,
      parameters: isMembers(parameters) ? Object.entries(parameters).map(parameterOf) : [],
      connectors: connectorsIn(all),
      template: value,
      text,
    },
  };
}

function parsed(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  if (text.trim() === '') return refused('Choose a file, or paste a template.');
  try {
    return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown };
  } catch (error) {
    return refused(`This is no JSON: ${error instanceof Error ? error.message : 'it cannot be read'}.`);
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function parameterOf([name, given]: readonly [string, unknown]): TemplateParameter {
  const { type, defaultValue, allowedValues, metadata } = isMembers(given) ? given : ({} as Members);
  const description = isMembers(metadata) ? textOf(metadata['description']) : undefined;
  return {
    name,
    type: textOf(type) ?? 'string',
    required: defaultValue === undefined,
    ...(description === undefined ? {} : { description }),
    ...(defaultValue === undefined ? {} : { defaultValue }),
    ...(Array.isArray(allowedValues) ? { allowedValues: allowedValues as readonly unknown[] } : {}),
  };
}

const apiName = /managedApis(?:\/|',\s*'|'\),\s*'\/?)([\w-]+)/i;

function connectorsIn(resources: readonly Members[]): ImportedTemplate['connectors'] {
  const names = resources.flatMap((resource) => {
    if (textOf(resource['type'])?.toLowerCase() !== 'microsoft.web/connections') return [];
    const { properties } = resource;
    const api = isMembers(properties) ? properties['api'] : undefined;
    const id = isMembers(api) ? textOf(api['id']) : undefined;
    return [apiName.exec(id ?? '')?.[1] ?? textOf(resource['name']) ?? 'connection'];
  });
  return [...new Set(names)].map((name) => ({ name, displayName: name }));
}

/** The values of a parameter file as the form types them; a sentence for a file that is none. */
export function readParameterFile(
  text: string,
  parameters: readonly TemplateParameter[],
):
  | { readonly ok: true; readonly value: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly message: string } {
  const read = parsed(text);
  if (!read.ok) return read;
  const given = isMembers(read.value) ? read.value['parameters'] : undefined;
  if (!isMembers(given)) return refused("A parameter file has an object 'parameters'.");
  const known = new Map(parameters.map((parameter) => [parameter.name.toLowerCase(), parameter]));
  const values: Record<string, string> = {};
  for (const [name, entry] of Object.entries(given)) {
    const parameter = known.get(name.toLowerCase());
    if (parameter === undefined) return refused(`The template has no parameter '${name}'.`);
    if (!isMembers(entry) || entry['value'] === undefined) {
      return refused(`'${name}' has no value in the file: references to vaults are typed here instead.`);
    }
    const { value } = entry;
    values[parameter.name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return { ok: true, value: values };
}

/** The text of the deployment's body (IT2); parameters that were left alone keep the template's own values. */
export function deploymentText(
  { text, parameters }: ImportedTemplate,
  typed: Readonly<Record<string, string>>,
): string {
  const given = parameters.filter(({ name }) => (typed[name] ?? '') !== '');
  const values = Object.fromEntries(
    given.map((each) => [each.name, { value: typedValue(each, typed[each.name] ?? '') }]),
  );
  return `{"properties":{"mode":"Incremental","template":${text.replace(/^\uFEFF/, '')},"parameters":${JSON.stringify(values)}}}`;
}
