/**
 * The form that makes or changes a definition or an initiative, and its body.
 *
 * Owns: what is typed, what of it is JSON, what is wrong. Does not own: whether the rule is valid (the server says).
 * Source: policy reference 2, 13.
 */
import { type Declarations, type Definition, isInitiative, type ParameterDeclaration } from './policy-definition.ts';

export interface DefinitionForm {
  readonly kind: 'policy' | 'initiative';
  /** Full id of the management group or subscription it stands at. */
  readonly scope: string;
  /** The last segment of its id. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly category: string;
  readonly version: string;
  /** Mode, parameters and rule; of an initiative parameters, policies and groups. */
  readonly text: string;
}

const samples: Readonly<Record<DefinitionForm['kind'], object>> = {
  policy: {
    mode: 'Indexed',
    parameters: {
      effect: {
        type: 'String',
        metadata: { displayName: 'Effect', description: 'What happens to resources that break the rule.' },
        allowedValues: ['Audit', 'Deny', 'Disabled'],
        defaultValue: 'Audit',
      },
    },
    policyRule: {
      if: {
        allOf: [
          { field: 'type', equals: 'Microsoft.Storage/storageAccounts' },
          { field: 'Microsoft.Storage/storageAccounts/supportsHttpsTrafficOnly', notEquals: true },
        ],
      },
      // oxlint-disable-next-line unicorn/no-thenable -- a policy rule has a member of this name
      then: { effect: "[parameters('effect')]" },
    },
  },
  initiative: {
    parameters: {},
    policyDefinitions: [
      {
        policyDefinitionId: '/providers/Microsoft.Authorization/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c',
        policyDefinitionReferenceId: 'allowed-locations',
        parameters: { listOfAllowedLocations: { value: ['westeurope', 'northeurope'] } },
      },
    ],
  },
};

const members = ['mode', 'parameters', 'policyRule', 'policyDefinitions', 'policyDefinitionGroups'] as const;

export const jsonText = (value: unknown): string => JSON.stringify(value, undefined, 2);

export function newDefinition(kind: DefinitionForm['kind'], name: string): DefinitionForm {
  return {
    kind,
    scope: '',
    name,
    displayName: '',
    description: '',
    category: '',
    version: '1.0.0',
    text: jsonText(samples[kind]),
  };
}

const scopeOf = (id: string): string => id.split(/\/providers\/Microsoft\.Authorization\//i)[0] ?? '';

/** The form of a definition; of a copy with `name` as its own name, at no scope yet when it is built in. */
export function formOfDefinition({ id, name, properties }: Definition, copyName?: string): DefinitionForm {
  const known = members.flatMap((member) => {
    const value = (properties as Readonly<Record<string, unknown>>)[member];
    return value === undefined ? [] : [[member, value] as const];
  });
  return {
    kind: isInitiative(id) ? 'initiative' : 'policy',
    scope: scopeOf(id),
    name: copyName ?? name,
    displayName: copyName === undefined ? (properties.displayName ?? '') : `Copy of ${properties.displayName || name}`,
    description: properties.description ?? '',
    category: properties.metadata?.category ?? '',
    version: copyName === undefined ? (properties.version ?? '1.0.0') : '1.0.0',
    text: jsonText(Object.fromEntries(known)),
  };
}

export interface DefinitionFault {
  readonly field: string;
  readonly text: string;
}

type Content = Readonly<Record<string, unknown>>;

function contentOf({ text }: Pick<DefinitionForm, 'text'>): Content | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Content;
    return 'The definition is a JSON object.';
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export function definitionFaults(form: DefinitionForm): readonly DefinitionFault[] {
  const faults: DefinitionFault[] = [];
  if (form.scope === '') faults.push({ field: 'Definition location', text: 'Choose where it stands.' });
  if (form.displayName.trim() === '') faults.push({ field: 'Name', text: 'A definition needs a name.' });
  if (!/^\d+\.\d+\.\d+(?:-preview|-deprecated)?$/i.test(form.version)) {
    faults.push({ field: 'Version', text: 'A version is of the form 1.0.0.' });
  }
  const content = contentOf(form);
  if (typeof content === 'string') faults.push({ field: 'Definition', text: content });
  else {
    const member = form.kind === 'policy' ? 'policyRule' : 'policyDefinitions';
    if (content[member] === undefined) faults.push({ field: 'Definition', text: `'${member}' is missing.` });
  }
  return faults;
}

export function definitionIdOf({ scope, kind, name }: Pick<DefinitionForm, 'scope' | 'kind' | 'name'>): string {
  const type = kind === 'initiative' ? 'policySetDefinitions' : 'policyDefinitions';
  return `${scope}/providers/Microsoft.Authorization/${type}/${name}`;
}

/** The body of a form without faults. Members of an existing one that the form does not show stay as they were. */
export function definitionBody(form: DefinitionForm, existing?: Definition): object {
  const content = contentOf(form);
  const { displayName, description, category, version } = form;
  const before = Object.fromEntries(
    Object.entries(existing?.properties ?? {}).filter(([name]) => !(members as readonly string[]).includes(name)),
  );
  const { category: _category, ...metadata } = existing?.properties.metadata ?? {};
  return {
    properties: {
      ...before,
      ...(typeof content === 'string' ? {} : content),
      policyType: 'Custom',
      displayName: displayName.trim(),
      description,
      metadata: category === '' ? metadata : { ...metadata, category },
      version,
    },
  };
}

// --- Policies of an initiative -----------------------------------------------------------------------------------

/** A definition that is taken into an initiative. */
export interface Taken {
  readonly id: string;
  readonly displayName: string;
  readonly parameters: Declarations | null;
}

interface InitiativeContent {
  readonly parameters?: Declarations;
  readonly policyDefinitions?: readonly { readonly policyDefinitionReferenceId?: string }[];
}

/**
 * The text of an initiative with further policies. What a policy asks for without a default becomes a parameter of the
 * initiative that is handed on; one that is there with the same name and type is shared. Undefined where the text is no JSON.
 */
export function withPolicies(text: string, taken: readonly Taken[]): string | undefined {
  const content = contentOf({ text });
  if (typeof content === 'string') return undefined;
  const { parameters = {}, policyDefinitions = [] } = content as InitiativeContent;
  const declared = new Map(Object.entries(parameters));
  const references = new Set(policyDefinitions.map((each) => each.policyDefinitionReferenceId?.toLowerCase() ?? ''));
  const added = taken.map(({ id, displayName, parameters: asked }) => ({
    policyDefinitionId: id,
    policyDefinitionReferenceId: freshReference(displayName, references),
    parameters: handedOn(asked ?? {}, declared),
  }));
  return jsonText({
    ...content,
    parameters: Object.fromEntries(declared),
    policyDefinitions: [...policyDefinitions, ...added],
  });
}

/** `require-a-tag-on-resources`, numbered when it is taken. */
function freshReference(displayName: string, references: Set<string>): string {
  const base =
    displayName
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 60) || 'policy';
  let reference = base;
  for (let number = 2; references.has(reference); number += 1) reference = `${base}-${number}`;
  references.add(reference);
  return reference;
}

function handedOn(asked: Declarations, declared: Map<string, ParameterDeclaration>): Content {
  const required = Object.entries(asked).filter(([, { defaultValue }]) => defaultValue === undefined);
  return Object.fromEntries(
    required.map(([name, declaration]) => {
      let outer = name;
      for (let number = 2; !isShareable(declared.get(outer), declaration); number += 1) outer = `${name}${number}`;
      declared.set(outer, declared.get(outer) ?? declaration);
      return [name, { value: `[parameters('${outer}')]` }];
    }),
  );
}

const isShareable = (there: ParameterDeclaration | undefined, wanted: ParameterDeclaration): boolean =>
  there === undefined ||
  (there.type.toLowerCase() === wanted.type.toLowerCase() &&
    jsonText(there.allowedValues) === jsonText(wanted.allowedValues));
