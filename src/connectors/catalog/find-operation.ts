/**
 * Which operation a call means: method and path against the table.
 *
 * Owns: matching and decoding of paths. Does not own: the tables. Source: connectors reference 1.1, 1.2.
 *
 * Invariants
 * P1. A path is split at `/` before anything is decoded, so an encoded slash stays inside its segment.
 * P2. Literal segments go before placeholders; an empty segment fits nothing.
 */
import type { Connector, Operation } from './connector.ts';

export interface FoundOperation {
  readonly operation: Operation;
  /** Decoded values of the placeholders. */
  readonly path: Readonly<Record<string, string>>;
}

interface Pattern {
  readonly operation: Operation;
  readonly segments: readonly Segment[];
  readonly placeholders: number;
}

interface Segment {
  readonly expression: RegExp;
  readonly names: readonly string[];
  readonly literal: boolean;
}

const compiled = new WeakMap<Connector, readonly Pattern[]>();

/** The published operation a call means; undefined when it is not in the table. */
export function findOperation(connector: Connector, method: string, path: string): FoundOperation | undefined {
  const segments = path.replace(/^\//, '').split('/');
  const verb = method.toUpperCase();
  let best: { readonly pattern: Pattern; readonly path: Readonly<Record<string, string>> } | undefined;
  for (const pattern of patternsOf(connector)) {
    if (pattern.operation.method !== verb || pattern.segments.length !== segments.length) continue;
    if (best !== undefined && best.pattern.placeholders <= pattern.placeholders) continue;
    const values = valuesOf(pattern, segments);
    if (values !== undefined) best = { pattern, path: values };
  }
  return best === undefined ? undefined : { operation: best.pattern.operation, path: best.path };
}

function patternsOf(connector: Connector): readonly Pattern[] {
  let patterns = compiled.get(connector);
  if (patterns === undefined) compiled.set(connector, (patterns = connector.operations.map(patternOf)));
  return patterns;
}

function patternOf(operation: Operation): Pattern {
  const segments = operation.path.replace(/^\//, '').split('/').map(segmentOf);
  return { operation, segments, placeholders: segments.filter(({ literal }) => !literal).length };
}

function segmentOf(segment: string): Segment {
  const names: string[] = [];
  const source = segment
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const name = /^\{([^}]+)\}$/.exec(part)?.[1];
      if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(name);
      return '(.+?)';
    })
    .join('');
  return { expression: new RegExp(`^${source}$`, 'i'), names, literal: names.length === 0 };
}

function valuesOf({ segments, operation }: Pattern, given: readonly string[]): Record<string, string> | undefined {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [index, { expression, names, literal }] of segments.entries()) {
    const raw = given[index] ?? '';
    const match = expression.exec(literal ? decoded(raw) : raw) ?? (literal ? null : expression.exec(decoded(raw)));
    if (match === null) return undefined;
    for (const [at, name] of names.entries()) {
      const double = operation.parameters?.some((one) => one.name === name && one.encoding === 'double') === true;
      const value = decoded(match[at + 1] ?? '');
      values[name] = double ? decoded(value) : value;
    }
  }
  return values;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
