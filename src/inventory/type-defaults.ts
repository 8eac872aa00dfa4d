/**
 * A type's defaults made concrete for one resource.
 *
 * Owns: looking types up, filling in the placeholders. Does not own: the table (`type-defaults.data.ts`).
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, setMember } from '#foundation';
import { typeDefaults } from './type-defaults.data.ts';

/** The resource that placeholders speak of. */
export interface DefaultsContext {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly subscriptionId: string;
  /** Id of the resource group, empty without one. */
  readonly groupId: string;
  readonly tenantId: string;
  /** A UUID that is the same for the same id and salt. */
  readonly stableUuid: (salt: string) => string;
}

/** What every resource of the type has, nothing for types without defaults. */
export function defaultsOf(type: string, context: DefaultsContext): JsonObject {
  return fillIn(typeDefaults[type.toLowerCase()]?.always ?? {}, context) as JsonObject;
}

/** What a resource has that a detector named and nobody described, beside `defaultsOf`. */
export function stubDefaultsOf(type: string, context: DefaultsContext): JsonObject {
  return fillIn(typeDefaults[type.toLowerCase()]?.stub ?? {}, context) as JsonObject;
}

/** The document of a singleton child nobody has put yet; undefined where the child simply does not exist. */
export function initialChild(type: string, name: string): JsonObject | undefined {
  return typeDefaults[`${type}/${name}`.toLowerCase()]?.initial;
}

function fillIn(value: Json, context: DefaultsContext): Json {
  if (typeof value === 'string') return value.includes('{') ? fillInText(value, context) : value;
  if (isJsonArray(value)) return value.map((item) => fillIn(item, context));
  if (!isJsonObject(value)) return value;
  const result: { [name: string]: Json } = {};
  for (const [name, content] of Object.entries(value)) setMember(result, name, fillIn(content, context));
  return result;
}

function fillInText(text: string, context: DefaultsContext): string {
  return text.replaceAll(/\{(\w+)(?::(\w+))?\}/g, (whole, word: string, salt: string | undefined) => {
    switch (word) {
      case 'name':
        return context.name;
      case 'location':
        return context.location;
      case 'id':
        return context.id;
      case 'subscription':
        return context.subscriptionId;
      case 'group':
        return context.groupId;
      case 'tenant':
        return context.tenantId;
      case 'uuid':
        return context.stableUuid(salt ?? '');
      case 'hex':
        return context.stableUuid(salt ?? '').replaceAll('-', '');
      default:
        return whole;
    }
  });
}

/** Lower-case `type/name` of every child that exists before anybody puts it, for the reference page. */
export function singletonTypes(): readonly string[] {
  return Object.keys(typeDefaults).filter((name) => typeDefaults[name]?.initial !== undefined);
}
