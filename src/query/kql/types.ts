/** The scalar types of the query language and their names. */

export type KqlType =
  | 'bool'
  | 'int'
  | 'long'
  | 'real'
  | 'decimal'
  | 'string'
  | 'datetime'
  | 'timespan'
  | 'guid'
  | 'dynamic';

const names: Readonly<Record<string, KqlType>> = {
  bool: 'bool',
  boolean: 'bool',
  int: 'int',
  long: 'long',
  real: 'real',
  double: 'real',
  decimal: 'decimal',
  string: 'string',
  datetime: 'datetime',
  date: 'datetime',
  timespan: 'timespan',
  time: 'timespan',
  guid: 'guid',
  uniqueid: 'guid',
  dynamic: 'dynamic',
};

/** The type a name stands for, other spellings included (`double`, `boolean`, `date`). */
export function typeNamed(name: string): KqlType | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

export function isNumeric(type: KqlType): boolean {
  return type === 'int' || type === 'long' || type === 'real' || type === 'decimal';
}

/** A column of a table or of a result. */
export interface KqlColumn {
  readonly name: string;
  readonly type: KqlType;
}
