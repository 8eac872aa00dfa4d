/**
 * Parameters of an assignment as fields of a form.
 *
 * Owns: which control each has, what was typed as a value, what is wrong with it. Does not own: lists of choices that
 * the server knows.
 *
 * Invariants
 * PP1. A field's state is a text: of a String or DateTime the value itself, of everything else its JSON. A field that was
 *      not touched has none, and the definition's default counts.
 * PP2. What is written is exactly what was chosen; defaults are not written.
 * Source: policy reference 2; portal reference 4.3.
 */
import type { Declarations, ParameterDeclaration } from './policy-definition.ts';

export type FieldKind =
  | 'text'
  | 'number'
  | 'boolean'
  | 'time'
  | 'choice'
  | 'choices'
  | 'location'
  | 'locations'
  | 'resourceTypes'
  | 'resourceGroup'
  | 'resource'
  | 'resources'
  | 'json';

export interface ParameterField {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly kind: FieldKind;
  readonly declaration: ParameterDeclaration;
  /** Without a default. */
  readonly required: boolean;
  /** Of resources: their type. */
  readonly resourceType?: string;
}

/** What was typed, by names of parameters. */
export type Texts = Readonly<Record<string, string>>;

const resourceTypes: Readonly<Record<string, string>> = { omsWorkspace: 'Microsoft.OperationalInsights/workspaces' };

function typeNamed(strongType: string | undefined): string | undefined {
  if (strongType === undefined) return undefined;
  return resourceTypes[strongType] ?? (/^[\w.]+\.[\w.]+\/[\w/]+$/.test(strongType) ? strongType : undefined);
}

function kindOf({ type, allowedValues, metadata }: ParameterDeclaration): FieldKind {
  const strong = metadata?.strongType?.toLowerCase();
  const isType = typeNamed(metadata?.strongType) !== undefined;
  switch (type.toLowerCase()) {
    case 'boolean':
      return 'boolean';
    case 'integer':
    case 'float':
      return allowedValues === undefined ? 'number' : 'choice';
    case 'array':
      if (allowedValues !== undefined) return 'choices';
      if (strong === 'location') return 'locations';
      if (strong === 'resourcetypes') return 'resourceTypes';
      return isType ? 'resources' : 'json';
    case 'object':
      return 'json';
    default:
      if (allowedValues !== undefined) return 'choice';
      if (strong === 'location') return 'location';
      if (strong === 'existingresourcegroups') return 'resourceGroup';
      if (isType) return 'resource';
      return type.toLowerCase() === 'datetime' ? 'time' : 'text';
  }
}

export function parameterFields(declarations: Declarations | undefined): readonly ParameterField[] {
  return Object.entries(declarations ?? {}).map(([name, declaration]) => {
    const resourceType = typeNamed(declaration.metadata?.strongType);
    return {
      name,
      label: declaration.metadata?.displayName ?? name,
      description: declaration.metadata?.description ?? '',
      kind: kindOf(declaration),
      declaration,
      required: declaration.defaultValue === undefined,
      ...(resourceType === undefined ? {} : { resourceType }),
    };
  });
}

const isPlain = ({ declaration: { type } }: ParameterField): boolean => /^(?:string|datetime)$/i.test(type);

/** A value as the text of its field (PP1). */
export function textOfValue(field: ParameterField, value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string' && isPlain(field)) return value;
  return JSON.stringify(value, undefined, field.kind === 'json' ? 2 : undefined);
}

/** What the field shows: what was typed, else the default. */
export function shownText(field: ParameterField, texts: Texts): string {
  return texts[field.name] ?? textOfValue(field, field.declaration.defaultValue);
}

export type Reading = { readonly value: unknown } | { readonly fault: string } | { readonly absent: true };

/** The value of a field, that it has none of its own, or what is wrong with it. */
export function readField(field: ParameterField, texts: Texts): Reading {
  const text = texts[field.name];
  if (text === undefined || (text.trim() === '' && (field.required || !isPlain(field)))) {
    return field.required ? { fault: `'${field.label}' is required.` } : { absent: true };
  }
  const read = isPlain(field) ? { value: text } : readJson(field, text);
  if ('fault' in read) return read;
  const fault = typeFault(field, read.value) ?? allowedFault(field, read.value);
  return fault === undefined ? read : { fault };
}

function readJson(
  { label, declaration: { type } }: ParameterField,
  text: string,
): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const reason = error instanceof SyntaxError ? ` ${error.message}.` : '';
    return { fault: `'${label}' is not ${article(type)} in JSON.${reason}` };
  }
}

const article = (type: string): string => `${/^[aeio]/i.test(type) ? 'an' : 'a'} ${type.toLowerCase()}`;

const isType: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  datetime: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)),
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isSafeInteger(value),
  float: (value) => typeof value === 'number',
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

function typeFault({ label, declaration: { type } }: ParameterField, value: unknown): string | undefined {
  const kind = type.toLowerCase();
  if (isType[kind]?.(value) !== false) return undefined;
  return kind === 'datetime'
    ? `'${label}' is not a time such as 2030-01-01T00:00:00Z.`
    : `'${label}' is not ${article(type)}.`;
}

function allowedFault({ label, declaration: { allowedValues } }: ParameterField, value: unknown): string | undefined {
  if (allowedValues === undefined) return undefined;
  const allowed = new Set(allowedValues.map(keyOf));
  const given: readonly unknown[] = Array.isArray(value) && !allowed.has(keyOf(value)) ? value : [value];
  const wrong = given.find((each) => !allowed.has(keyOf(each)));
  return wrong === undefined ? undefined : `'${label}' cannot be ${JSON.stringify(wrong)}.`;
}

/** Texts are compared without case. */
const keyOf = (value: unknown): string =>
  typeof value === 'string' ? value.toLowerCase() : (JSON.stringify(value) ?? '');

/** Needs input (no default) or review (what stands there is wrong). */
export function needsInput(field: ParameterField, texts: Texts): boolean {
  return field.required || 'fault' in readField(field, texts);
}

/** The values for the assignment's body (PP2). Fields with faults are left out: the form is not sent with them. */
export function parameterValues(
  fields: readonly ParameterField[],
  texts: Texts,
): Readonly<Record<string, { readonly value: unknown }>> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const read = readField(field, texts);
      return 'value' in read ? [[field.name, { value: read.value }]] : [];
    }),
  );
}

/** The texts of fields that show the values of an assignment. */
export function textsOf(
  fields: readonly ParameterField[],
  values: Readonly<Record<string, { readonly value?: unknown }>> | undefined,
): Texts {
  const given = new Map(Object.entries(values ?? {}).map(([name, held]) => [name.toLowerCase(), held.value]));
  return Object.fromEntries(
    fields
      .filter(({ name }) => given.has(name.toLowerCase()))
      .map((field) => [field.name, textOfValue(field, given.get(field.name.toLowerCase()))]),
  );
}

/** A list in a text, empty where it is none. */
export function listOfText(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
