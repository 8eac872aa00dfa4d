/**
 * What a step may read of those before it.
 *
 * Owns: who is readable, and the expression that reads a value. Does not own: what an operation answers (`catalogue`).
 *
 * Invariants
 * I9. Offered are only steps that have surely ended when the step starts, or are around it (portal reference 6.3).
 * K1. Of two tokens with one expression only the first is offered.
 *
 * Source: portal reference 5.8.
 */
import type { Path } from './document.ts';
import type { Graph, NodeInfo } from './graph.ts';
import { looseMemberOf, textOf } from './json-tree.ts';
import { quoteText } from './language.ts';

export interface TokenShape {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly properties?: Readonly<Record<string, TokenShape>>;
  readonly items?: TokenShape;
}

export interface Token {
  readonly title: string;
  /** Without the sign before it. */
  readonly expression: string;
  /** The step it comes from; absent for variables, parameters and the workflow itself. */
  readonly owner?: Path;
  readonly group: string;
  readonly type: string;
  /** It is a member of a list's items: the list's expression, and the way from an item to it. */
  readonly list?: { readonly over: string; readonly member: string };
  readonly origin: 'schema' | 'run' | 'static';
}

export interface TokenSource {
  /** The shape of a step's body, or of its outputs where `bare`. */
  readonly answerOf: (node: NodeInfo) => {
    readonly shape: TokenShape | undefined;
    readonly bare: boolean;
    readonly origin?: Token['origin'];
  };
  readonly parameters: readonly string[];
  readonly titleOf: (node: NodeInfo) => string;
}

const deepest = 6;

/** Tokens for a step, nearest predecessor first. */
export function tokensFor(graph: Graph, path: Path, source: TokenSource): readonly Token[] {
  const node = graph.nodes.get(path);
  if (node === undefined) return [];
  const tokens: Token[] = [];
  const around = containersOf(graph, node);
  for (const loop of around) tokens.push(...loopTokens(graph, loop, source));
  if (/^(?:select|query|table)$/i.test(node.type)) {
    tokens.push({
      title: 'Item',
      expression: 'item()',
      group: 'Current row',
      type: 'any',
      origin: 'static',
    });
  }
  const readable = readableSteps(graph, node);
  for (const each of readable) tokens.push(...stepTokens(each, source));
  if (node.kind !== 'trigger') {
    for (const trigger of graph.triggers) {
      const each = graph.nodes.get(trigger);
      if (each !== undefined) tokens.push(...triggerTokens(each, source));
    }
  }
  tokens.push(...variableTokens(readable), ...source.parameters.map(parameterToken), ...workflowTokens);
  const seen = new Set<string>();
  return tokens.filter(({ expression }) => !seen.has(expression) && seen.add(expression).size > 0);
}

/** Steps that have ended when a step starts, nearest first; those in loops that are not around it are left out. */
export function readableSteps(graph: Graph, node: NodeInfo): readonly NodeInfo[] {
  const found: NodeInfo[] = [];
  const seen = new Set<Path>();
  const loops = new Set([node, ...containersOf(graph, node)].map(({ path }) => path));
  const take = (path: Path): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const each = graph.nodes.get(path);
    if (each === undefined) return;
    found.push(each);
    if (!isForeach(each) || loops.has(path))
      for (const body of each.bodies) for (const inner of body.nodes) take(inner);
  };
  for (const start of [node, ...containersOf(graph, node)]) {
    const pending = start.after.flatMap(({ target }) => target ?? []);
    const visited = new Set<Path>();
    for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
      if (visited.has(at)) continue;
      visited.add(at);
      take(at);
      pending.push(...(graph.nodes.get(at)?.after.flatMap(({ target }) => target ?? []) ?? []));
    }
  }
  return found;
}

/** Containers around a step, innermost first. */
export function containersOf(graph: Graph, node: NodeInfo): readonly NodeInfo[] {
  const found: NodeInfo[] = [];
  for (let at = node.parent; at !== undefined; at = graph.nodes.get(at)?.parent) {
    const each = graph.nodes.get(at);
    if (each !== undefined) found.push(each);
  }
  return found;
}

const isForeach = ({ type }: NodeInfo): boolean => type.toLowerCase() === 'foreach';

function loopTokens(graph: Graph, loop: NodeInfo, source: TokenSource): readonly Token[] {
  const name = quoteText(loop.name);
  const group = source.titleOf(loop);
  if (loop.type.toLowerCase() === 'until') {
    return [
      {
        title: 'Iteration index',
        expression: `iterationIndexes(${name})`,
        owner: loop.path,
        group,
        type: 'integer',
        origin: 'static',
      },
    ];
  }
  if (!isForeach(loop)) return [];
  const shape = itemShape(graph, loop, source);
  const root = { title: 'Current item', expression: `items(${name})`, group, owner: loop.path };
  return walk(shape ?? {}, root, { depth: 0, origin: 'schema' });
}

/** The items of the list that a loop goes over, where it reads it from a step that says what it answers. */
function itemShape(graph: Graph, loop: NodeInfo, source: TokenSource): TokenShape | undefined {
  const over = textOf(looseMemberOf(loop.json, 'foreach')?.value);
  if (over === undefined) return undefined;
  const steps = [...containersOf(graph, loop), ...readableSteps(graph, loop)];
  const triggers = graph.triggers.flatMap((path) => graph.nodes.get(path) ?? []);
  for (const { expression, shape } of [
    ...steps.flatMap((each) => listsOf(each, source)),
    ...triggers.flatMap((each) => listsOf(each, source)),
  ]) {
    if (sameExpression(over, expression)) return shape;
  }
  return undefined;
}

function listsOf(
  node: NodeInfo,
  source: TokenSource,
): readonly { readonly expression: string; readonly shape: TokenShape | undefined }[] {
  const { shape, bare } = source.answerOf(node);
  const found: { expression: string; shape: TokenShape | undefined }[] = [];
  const visit = (at: TokenShape, expression: string, depth: number): void => {
    if (at.items !== undefined) found.push({ expression, shape: at.items });
    if (depth > deepest) return;
    for (const [name, each] of Object.entries(at.properties ?? {}))
      visit(each, `${expression}?[${quoteText(name)}]`, depth + 1);
  };
  if (shape !== undefined) visit(shape, bodyExpression(node, bare), 0);
  return found;
}

const bodyExpression = (node: NodeInfo, bare: boolean): string =>
  node.kind === 'trigger' ? 'triggerBody()' : `${bare ? 'outputs' : 'body'}(${quoteText(node.name)})`;

function stepTokens(node: NodeInfo, source: TokenSource): readonly Token[] {
  const { shape, bare, origin = 'schema' } = source.answerOf(node);
  const group = source.titleOf(node);
  if (node.bodies.length > 0) {
    const expression = isForeach(node) ? `outputs(${quoteText(node.name)})` : `result(${quoteText(node.name)})`;
    const title = isForeach(node) ? `All results of ${group}` : `Results of ${group}`;
    return [{ title, expression, owner: node.path, group, type: 'array', origin: 'static' }];
  }
  if (/variable$/i.test(node.type) || /^(?:terminate|wait|response)$/i.test(node.type)) return [];
  const root = { title: bare ? 'Outputs' : 'Body', expression: bodyExpression(node, bare), group, owner: node.path };
  const found = walk(shape ?? {}, root, { depth: 0, origin });
  if (!/^(?:http|apiconnection|function|workflow|apimanagement)$/i.test(node.type)) return found;
  const more = { owner: node.path, group, origin: 'static' } as const;
  const outputs = `outputs(${quoteText(node.name)})`;
  return [
    ...found,
    { ...more, title: 'Status code', expression: `${outputs}?['statusCode']`, type: 'integer' },
    { ...more, title: 'Headers', expression: `${outputs}?['headers']`, type: 'object' },
  ];
}

function triggerTokens(node: NodeInfo, source: TokenSource): readonly Token[] {
  const { shape, origin = 'schema' } = source.answerOf(node);
  const root = { title: 'Body', expression: 'triggerBody()', group: source.titleOf(node), owner: node.path };
  return walk(shape ?? {}, root, { depth: 0, origin });
}

interface Root {
  readonly title: string;
  readonly expression: string;
  readonly group: string;
  readonly owner: Path;
}

interface Inside {
  readonly list?: Token['list'];
  readonly depth: number;
  readonly origin: Token['origin'];
}

function walk(shape: TokenShape, root: Root, inside: Inside): readonly Token[] {
  const { list, depth, origin } = inside;
  const type = typeof shape.type === 'string' ? shape.type : (shape.type?.find((each) => each !== 'null') ?? 'any');
  const own: Token = {
    ...root,
    title: shape.title ?? root.title,
    type,
    origin,
    ...(list === undefined ? {} : { list }),
  };
  if (depth >= deepest) return [own];
  const members = Object.entries(shape.properties ?? {}).flatMap(([name, each]) => {
    const step = `?[${quoteText(name)}]`;
    const there = list === undefined ? {} : { list: { over: list.over, member: list.member + step } };
    return walk(
      each,
      { ...root, title: titleFrom(name), expression: root.expression + step },
      { depth: depth + 1, origin, ...there },
    );
  });
  const items = Object.entries(shape.items?.properties ?? {}).flatMap(([name, each]) => {
    const member = `?[${quoteText(name)}]`;
    return walk(
      each,
      { ...root, title: `${own.title}: ${titleFrom(name)}`, expression: `first(${root.expression})${member}` },
      { depth: depth + 2, origin, list: { over: root.expression, member } },
    );
  });
  return [own, ...members, ...items];
}

/** `AlertDisplayName` as words. */
export const titleFrom = (name: string): string => {
  const words = name
    .replaceAll(/[_.-]+/g, ' ')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function variableTokens(readable: readonly NodeInfo[]): readonly Token[] {
  return readable.flatMap((node) => {
    if (node.type.toLowerCase() !== 'initializevariable') return [];
    const list = looseMemberOf(looseMemberOf(node.json, 'inputs')?.value, 'variables')?.value;
    return (list?.kind === 'array' ? list.items : []).flatMap((item): readonly Token[] => {
      const name = textOf(looseMemberOf(item, 'name')?.value);
      const type = textOf(looseMemberOf(item, 'type')?.value)?.toLowerCase() ?? 'any';
      if (name === undefined) return [];
      return [
        {
          title: name,
          expression: `variables(${quoteText(name)})`,
          owner: node.path,
          group: 'Variables',
          type,
          origin: 'static',
        },
      ];
    });
  });
}

const parameterToken = (name: string): Token => ({
  title: name,
  expression: `parameters(${quoteText(name)})`,
  group: 'Parameters',
  type: 'any',
  origin: 'static',
});

const workflowTokens: readonly Token[] = (
  [
    ['Run id', "workflow()?['run']?['name']"],
    ['Workflow name', "workflow()?['name']"],
    ['Workflow id', "workflow()?['id']"],
    ['Location', "workflow()?['location']"],
    ['Current time', 'utcNow()'],
  ] as const
).map(([title, expression]) => ({
  title,
  expression,
  group: 'Workflow',
  type: 'string',
  origin: 'static',
}));

/**
 * A token of a list as it is read at a step: the item of the loop around the step that goes over the list; where there is none,
 * the first item, and the list that a loop would have to go over.
 */
export function readHere(
  graph: Graph,
  path: Path,
  { expression, list }: Token,
): { readonly expression: string; readonly needsLoop: string | undefined } {
  if (list === undefined) return { expression, needsLoop: undefined };
  const node = graph.nodes.get(path);
  const loop = (node === undefined ? [] : containersOf(graph, node)).find(
    (each) => isForeach(each) && sameExpression(textOf(looseMemberOf(each.json, 'foreach')?.value) ?? '', list.over),
  );
  if (loop !== undefined) return { expression: `items(${quoteText(loop.name)})${list.member}`, needsLoop: undefined };
  return { expression, needsLoop: list.over };
}

/** Whether a template is that expression, marks of optional members aside. */
function sameExpression(template: string, expression: string): boolean {
  const plain = template.replace(/^@\{?/, '').replace(/\}$/, '');
  return plain.replaceAll('?', '') === expression.replaceAll('?', '');
}
