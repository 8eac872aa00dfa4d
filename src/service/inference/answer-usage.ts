/**
 * What a place in a definition, or an argument of a function, takes a value for.
 *
 * Owns: the uses there are, that judgement. Does not own: whose value it is (`plan-reader.ts`), what a sample of it looks like (`answer-shape.ts`).
 */
import { type Call, findFunction } from '#expression';
import type { VariableType } from '#workflow';

/** What the place that reads a value takes it for; `sized` is text or a list, whose length matters. */
export type Usage =
  | 'sized'
  | 'list'
  | 'object'
  | 'number'
  | 'boolean'
  | 'text'
  | 'time'
  | 'base64'
  | 'json'
  | 'xml'
  | 'url'
  | 'dataUri'
  | 'path';

export function usageOfPlace(path: readonly string[]): Usage | undefined {
  const place = path.join('.').toLowerCase();
  if (place === 'foreach' || place === 'inputs.from') return 'list';
  if (place === 'inputs.until.timestamp') return 'time';
  if (place === 'inputs.interval.count') return 'number';
  return place === 'inputs.uri' ? 'url' : undefined;
}

/** A part of an address: all of it, or the path right behind a host. */
export function usageInAddress(before: string): Usage | undefined {
  if (before === '') return 'url';
  return /^https?:\/\/[^/]+$/i.test(before) ? 'path' : undefined;
}

export function usageOfType(type: VariableType | undefined): Usage | undefined {
  switch (type) {
    case 'Array':
      return 'list';
    case 'Integer':
    case 'Float':
      return 'number';
    case 'Boolean':
      return 'boolean';
    case 'Object':
      return 'object';
    case 'String':
      return 'text';
    case undefined:
      return undefined;
  }
}

/** Functions that take an address apart. */
const urlParts: ReadonlySet<string> = new Set([
  'urihost',
  'uripath',
  'uripathandquery',
  'uriport',
  'uriquery',
  'urischeme',
]);
const numeric: ReadonlySet<string> = new Set(['int', 'float', 'decimal', 'mul', 'add', 'sub', 'div', 'mod']);

export function usageOfArgument(call: Call, index: number): Usage | undefined {
  const name = call.name.toLowerCase();
  if (name === 'base64tobinary' || name === 'decodebase64') return 'base64';
  if (numeric.has(name)) return 'number';
  if (name === 'bool') return 'boolean';
  if (name.startsWith('datauri')) return 'dataUri';
  if (urlParts.has(name)) return 'url';
  const definition = findFunction(call.name);
  const parameter = definition?.parameters[Math.min(index, definition.parameters.length - 1)];
  const isMoment = index === 0 || (index === 1 && name === 'datedifference');
  if (definition?.group === 'Date and time' && isMoment) return 'time';
  const compared = name === 'greater' || name === 'greaterorequals' || name === 'less' || name === 'lessorequals';
  if (compared) return call.args.some((one) => one.kind === 'literal' && isNumeric(one.value)) ? 'number' : undefined;
  const types = (parameter?.types ?? []).filter((type) => type !== 'Null');
  if (types.length === 0) return undefined;
  if (types.every((type) => type === 'Array')) return 'list';
  if (types.includes('Array') && types.every((type) => type !== 'Any')) return 'sized';
  if (types.every((type) => type === 'Number' || type === 'Integer')) return 'number';
  if (types.every((type) => type === 'Boolean')) return 'boolean';
  if (types.every((type) => type === 'Object')) return 'object';
  return types.every((type) => type === 'String' || type === 'Binary' || type === 'Xml') ? 'text' : undefined;
}

const isNumeric = (value: unknown): boolean =>
  typeof value !== 'string' && typeof value !== 'boolean' && value !== null;
