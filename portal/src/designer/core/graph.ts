/**
 * A definition as the graph that is drawn.
 *
 * Owns: nodes, bodies, who runs after whom, faults of the structure. Does not own: places (`layout.ts`), expressions.
 *
 * Invariants
 * I5. Total: any JSON gives a graph, faults are problems; every action has exactly one node (portal reference 6.3).
 * G1. The order in a body is that of running; the order in the text decides between equals (5.2).
 * G2. Names are found ignoring case, in their own body.
 */
import { childPath, type Doc, type Path } from './document.ts';
import { type Json, looseMemberOf, textOf } from './json-tree.ts';
import { type Problem, problem } from './problem.ts';

export interface After {
  readonly name: string;
  /** Absent when there is no such action in the body. */
  readonly target?: Path;
  /** As written; empty means `Succeeded`. */
  readonly statuses: readonly string[];
}

export type BodyRole = 'actions' | 'true' | 'false' | 'case' | 'default';

export interface Body {
  /** The object of actions, which may not be there yet. */
  readonly path: Path;
  readonly role: BodyRole;
  readonly label: string;
  /** In order of running. */
  readonly nodes: readonly Path[];
}

export interface NodeInfo {
  readonly path: Path;
  readonly name: string;
  readonly kind: 'trigger' | 'leaf' | 'container';
  readonly type: string;
  readonly operationKind?: string;
  /** The object of actions or triggers it stands in. */
  readonly body: Path;
  /** The container it stands in. */
  readonly parent?: Path;
  /** Containers around it. */
  readonly depth: number;
  /** In drawing order; empty but for containers. */
  readonly bodies: readonly Body[];
  readonly after: readonly After[];
  /** A shape that is not understood: drawn as a leaf, kept as it is. */
  readonly asCode: boolean;
  readonly json: Json;
}

export interface Graph {
  /** Parents before children, in order of running. */
  readonly nodes: ReadonlyMap<Path, NodeInfo>;
  readonly triggers: readonly Path[];
  readonly root: Body;
  /** By name in lower case, actions only. */
  readonly byName: ReadonlyMap<string, readonly Path[]>;
  readonly problems: readonly Problem[];
}

const singleBody: ReadonlySet<string> = new Set(['scope', 'foreach', 'until']);

export function graph(doc: Doc): Graph {
  const builder = new Builder();
  const triggers = builder.triggers(looseMemberOf(doc.definition, 'triggers')?.value);
  const root = builder.body('', 'actions', '', looseMemberOf(doc.definition, 'actions'), { depth: 0 });
  return { nodes: builder.nodes, triggers, root, byName: builder.names(), problems: builder.problems };
}

/** Every action in a body, and in the containers in it. */
export function inside(graphOf: Graph, body: Body): readonly NodeInfo[] {
  return body.nodes.flatMap((path) => {
    const node = graphOf.nodes.get(path);
    return node === undefined ? [] : [node, ...node.bodies.flatMap((each) => inside(graphOf, each))];
  });
}

interface Around {
  readonly depth: number;
  readonly parent?: Path;
}

class Builder {
  readonly nodes = new Map<Path, NodeInfo>();
  readonly problems: Problem[] = [];

  triggers(json: Json | undefined): readonly Path[] {
    if (json?.kind !== 'object') return [];
    return entriesOf('/triggers', json).map(({ key, path, value }) => {
      this.nodes.set(path, { ...leaf(key, path, value), kind: 'trigger', body: '/triggers', depth: 0 });
      this.#typeProblem(key, path, value);
      return path;
    });
  }

  body(
    owner: Path,
    role: BodyRole,
    label: string,
    member: { readonly key: string; readonly value: Json } | undefined,
    around: Around,
  ): Body {
    const path = childPath(owner, member?.key ?? 'actions');
    const json = member?.value;
    if (json === undefined || (json.kind === 'literal' && json.raw === 'null')) return { path, role, label, nodes: [] };
    if (json.kind !== 'object') {
      this.problems.push(problem('BodyNotAnObject', { name: label }, around.parent));
      return { path, role, label, nodes: [] };
    }
    const entries = entriesOf(path, json);
    const byName = new Map(entries.toReversed().map((entry) => [entry.key.toLowerCase(), entry.path]));
    const after = new Map(entries.map((entry) => [entry.path, this.#after(entry, byName)]));
    const order = this.#inOrder(entries, after);
    for (const entry of order) this.#action(entry, path, after.get(entry.path) ?? [], around);
    return { path, role, label, nodes: order.map((entry) => entry.path) };
  }

  names(): ReadonlyMap<string, readonly Path[]> {
    const names = new Map<string, Path[]>();
    for (const { kind, name, path } of this.nodes.values()) {
      if (kind === 'trigger') continue;
      const same = names.get(name.toLowerCase());
      if (same === undefined) names.set(name.toLowerCase(), [path]);
      else same.push(path);
    }
    for (const same of names.values()) {
      if (same.length < 2) continue;
      for (const path of same) {
        this.problems.push(problem('DuplicateName', { name: this.nodes.get(path)?.name ?? '' }, path));
      }
    }
    return names;
  }

  #action({ key, path, value }: Entry, body: Path, after: readonly After[], { depth, parent }: Around): void {
    this.#typeProblem(key, path, value);
    const plain = { ...leaf(key, path, value), body, after, depth, ...(parent === undefined ? {} : { parent }) };
    // Its place in the map is before its children; its bodies are known behind them.
    this.nodes.set(path, plain);
    const bodies = this.#bodies(path, key, plain.type.toLowerCase(), value, { depth: depth + 1, parent: path });
    if (bodies.length > 0) this.nodes.set(path, { ...plain, kind: 'container', bodies });
    else if (looseMemberOf(value, 'actions') !== undefined) this.nodes.set(path, { ...plain, asCode: true });
    if (depth + 1 === 9 && bodies.length > 0) this.problems.push(problem('DepthExceeded', { depth: '9' }, path));
  }

  #bodies(path: Path, name: string, type: string, json: Json, around: Around): readonly Body[] {
    if (json.kind !== 'object') return [];
    const own = looseMemberOf(json, 'actions');
    if (singleBody.has(type)) return [this.body(path, 'actions', name, own, around)];
    if (type === 'if') {
      const other = looseMemberOf(json, 'else');
      const otherPath = childPath(path, other?.key ?? 'else');
      return [
        this.body(path, 'true', 'True', own, around),
        this.body(otherPath, 'false', 'False', looseMemberOf(other?.value, 'actions'), around),
      ];
    }
    return type === 'switch' ? this.#cases(path, json, around) : [];
  }

  #cases(path: Path, json: Json, around: Around): readonly Body[] {
    const cases = looseMemberOf(json, 'cases');
    const casesPath = childPath(path, cases?.key ?? 'cases');
    const found =
      cases?.value.kind !== 'object'
        ? []
        : entriesOf(casesPath, cases.value).map(({ key, path: casePath, value }) => {
            const label = `Case: ${caseValue(value) ?? key}`;
            return this.body(casePath, 'case', label, looseMemberOf(value, 'actions'), around);
          });
    const fallback = looseMemberOf(json, 'default');
    const fallbackPath = childPath(path, fallback?.key ?? 'default');
    return [...found, this.body(fallbackPath, 'default', 'Default', looseMemberOf(fallback?.value, 'actions'), around)];
  }

  #after({ key, path, value }: Entry, byName: ReadonlyMap<string, Path>): readonly After[] {
    const runAfter = looseMemberOf(value, 'runAfter')?.value;
    if (runAfter === undefined || (runAfter.kind === 'literal' && runAfter.raw === 'null')) return [];
    if (runAfter.kind !== 'object') {
      this.problems.push(problem('RunAfterInvalid', { name: key }, path));
      return [];
    }
    return runAfter.members.map(({ key: name, value: list }) => {
      const target = byName.get(name.toLowerCase());
      if (target === undefined) this.problems.push(problem('RunAfterMissing', { name: key, after: name }, path));
      const statuses = list.kind === 'array' ? list.items.flatMap((item) => textOf(item) ?? []) : [];
      return target === undefined ? { name, statuses } : { name, target, statuses };
    });
  }

  /** Kahn's order; ties by the text. What is left in a cycle follows in the order of the text. */
  #inOrder(entries: readonly Entry[], after: ReadonlyMap<Path, readonly After[]>): readonly Entry[] {
    const waits = new Map<Path, Set<Path>>();
    const followers = new Map<Path, Entry[]>();
    for (const entry of entries) {
      const targets = new Set(after.get(entry.path)?.flatMap(({ target }) => target ?? []));
      waits.set(entry.path, targets);
      for (const target of targets) followers.set(target, [...(followers.get(target) ?? []), entry]);
    }
    const order: Entry[] = [];
    let ready = entries.filter(({ path }) => waits.get(path)?.size === 0);
    while (ready.length > 0) {
      order.push(...ready);
      const next = new Set<Entry>();
      for (const { path } of ready) {
        for (const follower of followers.get(path) ?? []) {
          waits.get(follower.path)?.delete(path);
          if (waits.get(follower.path)?.size === 0) next.add(follower);
        }
      }
      ready = entries.filter((entry) => next.has(entry));
    }
    const done = new Set(order);
    const left = entries.filter((entry) => !done.has(entry));
    for (const { key, path } of left) {
      const over = [...(waits.get(path) ?? [])].map((each) => entries.find((entry) => entry.path === each)?.key ?? '');
      this.problems.push(problem('RunAfterCycle', { name: key, over: over.join(', ') }, path));
    }
    return [...order, ...left];
  }

  #typeProblem(name: string, path: Path, value: Json): void {
    if (value.kind !== 'object') this.problems.push(problem('NotAnObject', { name }, path));
    else if (textOf(looseMemberOf(value, 'type')?.value) === undefined) {
      this.problems.push(problem('TypeMissing', { name }, path));
    }
  }
}

interface Entry {
  readonly key: string;
  readonly path: Path;
  readonly value: Json;
}

function entriesOf(parent: Path, json: Json & { readonly kind: 'object' }): readonly Entry[] {
  const seen = new Map<string, number>();
  return json.members.map(({ key, value }) => {
    const appearance = (seen.get(key) ?? 0) + 1;
    seen.set(key, appearance);
    return { key, path: `${childPath(parent, key)}${appearance === 1 ? '' : `~d${appearance}`}`, value };
  });
}

function leaf(name: string, path: Path, json: Json): Omit<NodeInfo, 'body' | 'depth'> {
  const kind = textOf(looseMemberOf(json, 'kind')?.value);
  return {
    path,
    name,
    kind: 'leaf',
    type: textOf(looseMemberOf(json, 'type')?.value) ?? '',
    ...(kind === undefined ? {} : { operationKind: kind }),
    bodies: [],
    after: [],
    asCode: json.kind !== 'object',
    json,
  };
}

function caseValue(json: Json): string | undefined {
  const value = looseMemberOf(json, 'case')?.value;
  return value?.kind === 'string' ? value.value : value?.kind === 'literal' ? value.raw : undefined;
}
