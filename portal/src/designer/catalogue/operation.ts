/** What an operation is to the designer: how it is found, asked for, written and read. Source: portal reference 5.6 to 5.8. */
import type { JsonRecord } from '../core/json-value.ts';
import { shapeOfPaths } from '../core/language.ts';
import type { DynamicList } from './dynamic-list.ts';

export type FieldKind =
  | 'text'
  | 'lines'
  | 'html'
  | 'code'
  | 'number'
  | 'boolean'
  | 'choice'
  /** Any JSON or an expression. */
  | 'json'
  /** Names and values. */
  | 'map'
  /** Rows and groups, spelled as an object of tests. */
  | 'condition'
  /** The same, spelled as one expression. */
  | 'test'
  | 'severity'
  | 'secret'
  /** Items with fields of their own. */
  | 'list'
  /** When a trigger fires. */
  | 'recurrence'
  /** How a call says who it is. */
  | 'authentication'
  /** A JSON schema, made from a sample when asked. */
  | 'schema'
  /** The name of a variable that the workflow declares. */
  | 'variable'
  /** The cases of a switch: the value of each. */
  | 'cases'
  /** The content of a file, as base64. */
  | 'file';

export interface Field {
  readonly label: string;
  /** Member names within the step. */
  readonly at: readonly string[];
  readonly kind: FieldKind;
  readonly required?: boolean;
  readonly choices?: readonly string[];
  readonly help?: string;
  /** Shown when asked for, or when it has a value. */
  readonly advanced?: boolean;
  /** It is the parameter of that name in a path of the operation's form. */
  readonly parameter?: string;
  /** What the connected service answers is chosen from. */
  readonly list?: DynamicList;
  /** Of a list: what each item is asked for; one field at no names where items are plain values. */
  readonly items?: readonly Field[];
}

/** The part of JSON schema that tokens are made of. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly required?: readonly string[];
}

export interface Operation {
  readonly id: string;
  readonly role: 'trigger' | 'action';
  readonly title: string;
  /** Second line: the other name of the product. */
  readonly also?: string;
  readonly group: string;
  readonly description: string;
  readonly builtIn: boolean;
  readonly colour: string;
  /** Further words by which it is found. */
  readonly words?: string;
  /** Of connectors, in lower case. */
  readonly api?: string;
  /** Why it is answered by the sandbox alone. */
  readonly sandboxOnly?: string;
  /** What is put into the definition; connectors' host is put in when the connection is known. */
  readonly value: JsonRecord;
  readonly fields: readonly Field[];
  /** Of the outputs' body, or of the outputs where there is no body. */
  readonly answer?: Shape;
  /** Outputs are the value itself and have no body. */
  readonly bare?: boolean;
}

/** The shape of an answer by the paths within it; undefined for none. */
export const shapeOf = (text: string): Shape | undefined => (text === '' ? undefined : shapeOfPaths(text));

/** Whether a reference of a connector's document means this field: `groupId`, `recipient.groupId`, `body/recipient/groupId`. */
export function isReferredTo({ at, parameter }: Field, reference: string): boolean {
  if (parameter !== undefined) return parameter === reference;
  const [, place, ...names] = at;
  if (place === 'queries' || place === 'headers') return names.join('/') === reference;
  const plain = reference.replace(/^body\//, '').replaceAll('.', '/');
  return place === 'body' && names.join('/') === plain;
}
