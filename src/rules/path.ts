/**
 * Property paths of rules: `properties.status.code`, `$.Entities[*].Address`, `ExtendedProperties['Client IP address']`.
 *
 * Owns: parsing a path, and reading the values it leads to.
 * Does not own: what a rule makes of the values (`token.ts`), the indexed walk over many paths (`path-walk.ts`).
 *
 * Invariants
 * P1. A name resolves exactly first, then ignoring case (published rules say `id` where events say `Id`).
 * P2. A path never throws on any event; what it does not find is no value.
 * Source: domain reference 6.
 */
import { type Json, isJsonArray, isJsonObject } from '#foundation';
import { foldCase } from './case-fold.ts';
import { pathLimits } from './contract.data.ts';

export type PathSegment =
  | { readonly kind: 'name'; readonly name: string; readonly folded: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'wildcard' };

export interface PropertyPath {
  /** As written in the rule. */
  readonly text: string;
  readonly segments: readonly PathSegment[];
}

/** Why a path text is not a path; `offset` counts characters from 0. */
export interface PathFault {
  readonly fault: string;
  readonly offset: number;
}

const wildcard: PathSegment = { kind: 'wildcard' };

function nameSegment(name: string): PathSegment {
  return { kind: 'name', name, folded: foldCase(name) };
}

/** Parses a path, with or without the leading `$`. */
export function parsePath(text: string): PropertyPath | PathFault {
  if (text.length > pathLimits.characters)
    return { fault: `is longer than ${pathLimits.characters} characters`, offset: 0 };
  const segments: PathSegment[] = [];
  const rooted = text === '$' || text.startsWith('$.') || text.startsWith('$[');
  let at = rooted ? 1 : 0;
  if (text.trim() === '') return { fault: 'is empty', offset: 0 };
  while (at < text.length) {
    const step = text[at] === '[' ? readBracket(text, at) : readDotted(text, at, segments.length === 0 && !rooted);
    if ('fault' in step) return step;
    segments.push(step.segment);
    if (segments.length > pathLimits.segments) return { fault: `has over ${pathLimits.segments} segments`, offset: at };
    at = step.next;
  }
  return { text, segments };
}

type Step = { readonly segment: PathSegment; readonly next: number } | PathFault;

function readDotted(text: string, from: number, first: boolean): Step {
  let start = from;
  if (!first) {
    if (text[from] !== '.') return { fault: "has a character where '.' or '[' must stand", offset: from };
    start = from + 1;
  }
  let end = start;
  while (end < text.length && text[end] !== '.' && text[end] !== '[') end += 1;
  const name = text.slice(start, end).trim();
  if (name === '') return { fault: "has an empty segment ('..' is not supported)", offset: start };
  return { segment: name === '*' ? wildcard : nameSegment(name), next: end };
}

function readBracket(text: string, from: number): Step {
  const quote = text[from + 1];
  if (quote === "'" || quote === '"') return readQuoted(text, from, quote);
  const end = text.indexOf(']', from);
  if (end < 0) return { fault: "has a '[' that is never closed", offset: from };
  const inside = text.slice(from + 1, end).trim();
  if (inside === '*') return { segment: wildcard, next: end + 1 };
  if (!/^\d{1,9}$/.test(inside)) {
    return { fault: "has a bracket that holds neither an index, a quoted name nor '*'", offset: from };
  }
  return { segment: { kind: 'index', index: Number(inside) }, next: end + 1 };
}

function readQuoted(text: string, from: number, quote: string): Step {
  let name = '';
  let at = from + 2;
  while (at < text.length && text[at] !== quote) {
    if (text[at] === '\\' && at + 1 < text.length) at += 1;
    name += text[at];
    at += 1;
  }
  if (at >= text.length) return { fault: 'has a quoted name that is never closed', offset: from };
  if (text[at + 1] !== ']') return { fault: "lacks ']' behind a quoted name", offset: at + 1 };
  return { segment: nameSegment(name), next: at + 2 };
}

/** The member a name segment leads to (P1), or undefined. */
export function memberAt(target: { readonly [name: string]: Json }, name: string, folded: string): Json | undefined {
  if (Object.hasOwn(target, name)) return target[name];
  for (const key in target) {
    if (key.length === folded.length && foldCase(key) === folded && Object.hasOwn(target, key)) return target[key];
  }
  return undefined;
}

/** Every value the path leads to in `event`, in document order; objects, arrays and nulls included. */
export function readPath(event: Json, path: PropertyPath): readonly Json[] {
  let found: readonly Json[] = [event];
  for (const segment of path.segments) {
    if (found.length === 0) return found;
    found = found.flatMap((value) => readSegment(value, segment));
  }
  return found;
}

function readSegment(value: Json, segment: PathSegment): readonly Json[] {
  switch (segment.kind) {
    case 'name': {
      const member = isJsonObject(value) ? memberAt(value, segment.name, segment.folded) : undefined;
      return member === undefined ? [] : [member];
    }
    case 'index': {
      const item = isJsonArray(value) ? value[segment.index] : undefined;
      return item === undefined ? [] : [item];
    }
    case 'wildcard':
      if (isJsonArray(value)) return value;
      return isJsonObject(value) ? Object.values(value) : [];
  }
}
