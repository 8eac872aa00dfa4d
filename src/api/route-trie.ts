/**
 * Finds the route of a path: tries over lower-case segments, no regular expression per route.
 *
 * Owns: the pattern grammar (`route.ts` T2), order of preference, captured values.
 * Does not own: decoding (`path.ts`), what happens with the route (`router.ts`).
 *
 * Invariants
 * Q1. A literal segment wins over `{name}`, `{name}` over `{rest*}`; patterns from the start win over `{scope*}` ones, and
 *     of those the one with the longest scope wins. The order of the table does not matter.
 * Q2. Two routes with the same method and the same pattern but for names are an error at start.
 * Q3. Look-up time depends on the path's length, not on the number of routes; backtracking only between a literal and a
 *     name at the same place.
 */
import { type Fault, fault } from '#foundation';
import type { CleanPath } from './path.ts';
import type { PathValues, Route } from './route.ts';

interface Entry {
  readonly route: Route;
  /** Names of the captured segments in order, the tail's last; the scope's apart. */
  readonly names: readonly string[];
}

interface TrieNode {
  readonly literals: Map<string, TrieNode>;
  parameter: TrieNode | undefined;
  readonly here: Map<string, Entry>;
  readonly tail: Map<string, Entry>;
}

export interface RouteMatch {
  readonly route: Route;
  readonly values: PathValues;
}

export type FoundRoute =
  | { readonly kind: 'found'; readonly match: RouteMatch }
  /** The path exists, with other methods. */
  | { readonly kind: 'otherMethods'; readonly methods: readonly string[] }
  | { readonly kind: 'nothing' };

export interface RouteTrie {
  find(method: string, path: CleanPath): FoundRoute | Fault;
}

export function buildRouteTrie(routes: readonly Route[]): RouteTrie {
  const anchored = newNode();
  const scoped = newNode();
  const scopeStarts = new Set<string>();
  for (const route of routes) {
    const parts = route.pattern.split('/').filter(Boolean);
    if (parts[0] === '{scope*}') {
      scopeStarts.add((parts[1] ?? '').toLowerCase());
      insert(scoped, parts.slice(1), route);
    } else insert(anchored, parts, route);
  }
  return { find: (method, path) => find({ anchored, scoped, scopeStarts }, method, path) };
}

function newNode(): TrieNode {
  return { literals: new Map(), parameter: undefined, here: new Map(), tail: new Map() };
}

function insert(root: TrieNode, parts: readonly string[], route: Route): void {
  const names: string[] = [];
  let node = root;
  for (const [index, part] of parts.entries()) {
    const name = /^\{(\w+)(\*?)\}$/.exec(part);
    if (name === null) {
      const key = part.toLowerCase();
      const next = node.literals.get(key) ?? newNode();
      node.literals.set(key, next);
      node = next;
      continue;
    }
    names.push(name[1] as string);
    if (name[2] === '*') {
      if (index !== parts.length - 1) throw new Error(`'${part}' must stand at the end of '${route.pattern}'.`);
      add(node.tail, route, names);
      return;
    }
    node.parameter ??= newNode();
    node = node.parameter;
  }
  add(node.here, route, names);
}

function add(entries: Map<string, Entry>, route: Route, names: readonly string[]): void {
  const other = entries.get(route.method);
  if (other !== undefined) {
    throw new Error(`Two routes for ${route.method} '${route.pattern}' ('${other.route.pattern}').`);
  }
  entries.set(route.method, { route, names });
}

interface Tries {
  readonly anchored: TrieNode;
  readonly scoped: TrieNode;
  readonly scopeStarts: ReadonlySet<string>;
}

interface Search {
  readonly method: string;
  readonly path: CleanPath;
  readonly others: Set<string>;
}

interface Hit {
  readonly entry: Entry;
  readonly values: readonly string[];
  /** Where the tail begins; the path's length without one. */
  readonly tailAt: number;
}

function find(tries: Tries, method: string, path: CleanPath): FoundRoute | Fault {
  const search: Search = { method, path, others: new Set() };
  const hit = descend(tries.anchored, 0, [], search);
  if (hit !== undefined) return matchOf(hit, path, undefined);
  // Scopes are pairs of segments, so a scope ends at an even place: a group named `providers` is no boundary.
  for (let at = (path.keys.length - 1) & ~1; at >= 0; at -= 2) {
    if (!tries.scopeStarts.has(path.keys[at] ?? '')) continue;
    const scopedHit = descend(tries.scoped, at, [], search);
    if (scopedHit !== undefined) return matchOf(scopedHit, path, at);
  }
  return search.others.size > 0 ? { kind: 'otherMethods', methods: [...search.others].sort() } : { kind: 'nothing' };
}

function descend(node: TrieNode, at: number, values: readonly string[], search: Search): Hit | undefined {
  const { keys, segments } = search.path;
  if (at === keys.length) {
    const entry = pick(node.here, search);
    return entry === undefined ? undefined : { entry, values, tailAt: at };
  }
  const literal = node.literals.get(keys[at] as string);
  if (literal !== undefined) {
    const hit = descend(literal, at + 1, values, search);
    if (hit !== undefined) return hit;
  }
  if (node.parameter !== undefined) {
    const hit = descend(node.parameter, at + 1, [...values, segments[at] as string], search);
    if (hit !== undefined) return hit;
  }
  if (node.tail.size === 0) return undefined;
  const entry = pick(node.tail, search);
  return entry === undefined ? undefined : { entry, values: [...values, segments.slice(at).join('/')], tailAt: at };
}

/** The entry of the method; HEAD is answered by GET where there is no HEAD of its own. */
function pick(entries: ReadonlyMap<string, Entry>, search: Search): Entry | undefined {
  const entry = entries.get(search.method) ?? (search.method === 'HEAD' ? entries.get('GET') : undefined);
  if (entry === undefined) for (const method of entries.keys()) search.others.add(method);
  return entry;
}

function matchOf(hit: Hit, path: CleanPath, scopeEnd: number | undefined): FoundRoute | Fault {
  const { route, names } = hit.entry;
  if (path.innerSlash) {
    const guarded = route.fallback === true ? path.segments : path.segments.slice(0, hit.tailAt);
    if (guarded.some((segment) => segment.includes('/'))) {
      return fault('InvalidRequestFormat', 'A segment of the request path contains an encoded slash.');
    }
  }
  const values = Object.create(null) as Record<string, string>;
  for (const [index, name] of names.entries()) values[name] = hit.values[index] as string;
  if (scopeEnd !== undefined) {
    values['scope'] = scopeEnd === 0 ? '' : `/${path.segments.slice(0, scopeEnd).join('/')}`;
  }
  return { kind: 'found', match: { route, values } };
}
