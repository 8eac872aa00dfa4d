/**
 * The frame of a shipped policy definition: what all of them have alike.
 *
 * Owns: mode, metadata, version and the declarations of parameters as Azure answers them. Does not own: any rule
 * (`*.data.ts`), serving them (`service/policies`).
 *
 * Source: policy reference 2.
 */
import type { Json, JsonObject } from '#foundation';

/** A definition that is there from the start, at the tenant: its name is the published id. */
export interface BuiltInDefinition {
  readonly name: string;
  readonly properties: JsonObject;
}

/** What a definition says beyond the frame. */
export interface DefinitionContent {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly category: string;
  readonly version: string;
  readonly mode: 'All' | 'Indexed';
  readonly parameters?: JsonObject;
  readonly if: JsonObject;
  readonly effect: string;
  readonly details?: Json;
}

/** Role definitions that the identity of an assignment needs. */
export const contributor = '/providers/microsoft.authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c';
export const tagContributor = '/providers/microsoft.authorization/roleDefinitions/4a9ae827-6dc8-4573-8ac7-8239d42aa03f';

export function builtIn(content: DefinitionContent): BuiltInDefinition {
  const { name, displayName, description, category, version, mode, parameters = {}, effect, details } = content;
  const preview = version.toLowerCase().endsWith('-preview') ? { preview: true } : {};
  return {
    name,
    properties: {
      displayName,
      policyType: 'BuiltIn',
      mode,
      description,
      metadata: { version, category, ...preview },
      version,
      parameters,
      policyRule: {
        if: content.if,
        // oxlint-disable-next-line unicorn/no-thenable -- the name is Azure's
        then: { effect, ...(details === undefined ? {} : { details }) },
      },
      versions: [version],
    },
  };
}

/** A parameter's declaration; `metadata` beyond the two texts (`strongType`, `assignPermissions`), and values. */
export function declared(
  type: 'String' | 'Array' | 'Boolean',
  [displayName, description]: readonly [string, string],
  { metadata = {}, ...values }: { readonly metadata?: JsonObject } & JsonObject = {},
): JsonObject {
  return { type, metadata: { displayName, description, ...metadata }, ...values };
}

/** The usual switch of an effect: the first one is the default. */
export function effectParameter(...effects: readonly string[]): JsonObject {
  return declared('String', ['Effect', 'What the policy does about resources that break it, or `Disabled`.'], {
    allowedValues: effects,
    defaultValue: effects[0] ?? null,
  });
}

/** The value of a parameter, as expression. */
export const parameter = (name: string): string => `[parameters('${name}')]`;
