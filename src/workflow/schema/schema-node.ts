/**
 * A JSON schema, planned: what the validator walks.
 *
 * Owns: the node's shape and the error's shape. Does not own: reading schemas (`plan-schema.ts`), validating
 * (`validate.ts`).
 *
 * Invariants
 * SN1. Nodes may refer to one another in circles (`$ref`); nothing may walk them without a value in hand.
 */
import type { Json } from '#foundation';
import type { Pattern } from './pattern.ts';

/** In the order messages list several types. */
export const schemaTypes = ['String', 'Number', 'Integer', 'Boolean', 'Object', 'Array', 'Null'] as const;
export type SchemaType = (typeof schemaTypes)[number];

export interface Bound {
  readonly value: Json;
  readonly exclusive: boolean;
}

export interface SchemaNode {
  /** `#/properties/name`; of the target where the schema is reached by `$ref`. */
  readonly id: string;
  /** The schema `true` or `false`. */
  always?: boolean;
  types?: ReadonlySet<SchemaType>;
  enumeration?: readonly Json[];
  constant?: { readonly value: Json };
  // Strings
  minLength?: number;
  maxLength?: number;
  pattern?: Pattern;
  format?: string;
  // Numbers
  minimum?: readonly Bound[];
  maximum?: readonly Bound[];
  multipleOf?: Json;
  // Arrays
  items?: SchemaNode;
  tuple?: readonly SchemaNode[];
  additionalItems?: SchemaNode;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  contains?: SchemaNode;
  // Objects
  properties?: ReadonlyMap<string, SchemaNode>;
  patternProperties?: readonly { readonly pattern: Pattern; readonly node: SchemaNode }[];
  additionalProperties?: SchemaNode;
  propertyNames?: SchemaNode;
  required?: readonly string[];
  minProperties?: number;
  maxProperties?: number;
  requiredWith?: ReadonlyMap<string, readonly string[]>;
  schemaWith?: ReadonlyMap<string, SchemaNode>;
  // Combinators
  allOf?: readonly SchemaNode[];
  anyOf?: readonly SchemaNode[];
  oneOf?: readonly SchemaNode[];
  not?: SchemaNode;
  /** `if` with its branches. */
  condition?: { readonly test: SchemaNode; readonly whenTrue?: SchemaNode; readonly whenFalse?: SchemaNode };
  /** Any of the combinators or `schemaWith` is there. */
  combines?: boolean;
}

/** One way in which a value does not fit. Source: engine reference 4.5. */
export interface SchemaError {
  readonly message: string;
  readonly lineNumber: 0;
  readonly linePosition: 0;
  /** `rows[1].name`. */
  readonly path: string;
  readonly value?: Json;
  readonly schemaId: string;
  /** The keyword: `type`, `required`, `anyOf`. */
  readonly errorType: string;
  readonly childErrors: readonly SchemaError[];
}
