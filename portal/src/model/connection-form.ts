/**
 * What a connection of an API is asked for.
 *
 * Owns: which parameters are fields, whether they are complete, the values to send. Does not own: sending them.
 * Source: management API reference 7; connectors reference 3.1.
 */

export interface ConnectionParameter {
  readonly type?: string;
  readonly uiDefinition?: {
    readonly displayName?: string;
    readonly description?: string;
    readonly constraints?: { readonly required?: string | boolean; readonly hidden?: string | boolean };
  };
}

export interface ParameterField {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly isSecret: boolean;
  readonly isRequired: boolean;
  readonly kind: 'text' | 'number' | 'flag';
}

export interface ConnectionForm {
  readonly fields: readonly ParameterField[];
  /** Somebody has to sign in at the service and consent. */
  readonly needsConsent: boolean;
}

const isSet = (value: string | boolean | undefined): boolean => String(value).toLowerCase() === 'true';
const kinds: Readonly<Record<string, ParameterField['kind']>> = {
  int: 'number',
  integer: 'number',
  bool: 'flag',
  boolean: 'flag',
};

export function connectionForm(parameters: Readonly<Record<string, ConnectionParameter>>): ConnectionForm {
  const entries = Object.entries(parameters);
  const isConsent = ([, { type = '' }]: (typeof entries)[number]): boolean => type.toLowerCase() === 'oauthsetting';
  return {
    needsConsent: entries.some(isConsent),
    fields: entries
      .filter((entry) => !isConsent(entry) && !isSet(entry[1].uiDefinition?.constraints?.hidden))
      .map(([name, { type = 'string', uiDefinition = {} }]) => {
        const label = uiDefinition.displayName ?? name;
        const hint = uiDefinition.description ?? '';
        return {
          name,
          label,
          hint: hint === label ? '' : hint,
          isSecret: /^secure/i.test(type),
          isRequired: isSet(uiDefinition.constraints?.required),
          kind: kinds[type.toLowerCase()] ?? 'text',
        };
      }),
  };
}

type Texts = Readonly<Record<string, string>>;

/** Labels of required fields that are empty. */
export function missingFields({ fields }: ConnectionForm, texts: Texts): readonly string[] {
  return fields.filter(({ name, isRequired }) => isRequired && (texts[name] ?? '') === '').map(({ label }) => label);
}

/** Values as their types; fields that are empty are left out. */
export function parameterValues({ fields }: ConnectionForm, texts: Texts): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    fields.flatMap(({ name, kind }): [string, unknown][] => {
      const text = texts[name] ?? '';
      if (text === '') return [];
      return [[name, kind === 'number' ? Number(text) : kind === 'flag' ? text === 'true' : text]];
    }),
  );
}

/** Ids of the connections that logic apps use, each with the apps; ids in lower case. */
export function usersOf(
  apps: readonly { readonly id: string; readonly connections: unknown }[],
): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const { id, connections } of apps) {
    const entries = typeof connections === 'object' && connections !== null ? Object.values(connections) : [];
    const ids = entries.flatMap((entry: unknown) => {
      const used = (entry as { readonly connectionId?: unknown } | null)?.connectionId;
      return typeof used === 'string' ? [used.toLowerCase()] : [];
    });
    for (const used of new Set(ids)) users.set(used, [...(users.get(used) ?? []), id]);
  }
  return users;
}
