/** The words on a card, and those that a screen reader says. Source: portal reference 5.2, 5.4, 7.1. */
import type { Body, Graph, NodeInfo } from '../core/graph.ts';
import { looseMemberOf, textOf, type Json } from '../core/json-tree.ts';
import { connectorNames, type OperationName, operationNames } from './operation-names.data.ts';

/** A step of a run, as a card shows it. */
export interface StepRun {
  /** The word of its status; `Loading` while it is asked for. */
  readonly status: string;
  /** `1.2 s`; empty when it did not run. */
  readonly duration: string;
  readonly attempts: number;
  readonly sandbox: boolean;
  /** The worst status inside a container; absent or empty for none. */
  readonly worst?: string;
  /** When it began and how long it took, in percent of the run; absent where it did not run. */
  readonly span?: { readonly left: number; readonly width: number };
}

export const titleOf = (name: string): string => name.replaceAll('_', ' ');

const connection = /\$connections'?\)?\s*\[\s*'([^']+)'\s*\]/;

/** The connector or the kind of operation, and its colour. */
export function operationOf({ type, json }: NodeInfo): OperationName {
  const known = operationNames[type.toLowerCase()] ?? { name: type === '' ? 'Code' : type, colour: '#69797e' };
  if (!/^apiconnection/i.test(type)) return known;
  const host = looseMemberOf(looseMemberOf(json, 'inputs')?.value, 'host')?.value;
  const text = textOf(looseMemberOf(looseMemberOf(host, 'connection')?.value, 'name')?.value) ?? '';
  const key = connection.exec(text)?.[1];
  if (key === undefined) return known;
  const name = connectorNames[key.toLowerCase().replace(/[-_]\d+$/, '')];
  return { ...known, name: name ?? titleOf(key) };
}

export const descriptionOf = (json: Json): string | undefined => textOf(looseMemberOf(json, 'description')?.value);

/** *step 3 of 7 in Condition, True*. */
export function positionOf(graph: Graph, node: NodeInfo): string {
  if (node.kind === 'trigger') return 'trigger';
  const parent = node.parent === undefined ? undefined : graph.nodes.get(node.parent);
  const bodies: readonly Body[] = parent?.bodies ?? [graph.root];
  const body = bodies.find(({ nodes }) => nodes.includes(node.path));
  const place = `step ${(body?.nodes.indexOf(node.path) ?? 0) + 1} of ${body?.nodes.length ?? 1}`;
  if (parent === undefined || body === undefined) return place;
  return body.role === 'actions'
    ? `${place} in ${titleOf(parent.name)}`
    : `${place} in ${titleOf(parent.name)}, ${body.label}`;
}

/** *Runs if Failed, TimedOut*; nothing where it is the ordinary *Succeeded*. */
export function runsIf(statuses: readonly string[]): string | undefined {
  const isPlain = statuses.length === 0 || (statuses.length === 1 && statuses[0]?.toLowerCase() === 'succeeded');
  return isPlain ? undefined : `Runs if ${statuses.join(', ')}`;
}

/** What a screen reader says: the words that are seen, in their order, and then what the place in the picture says. */
export function spokenName(graph: Graph, node: NodeInfo, seen: readonly string[], isFrame: boolean): string {
  const conditions = node.after.flatMap(({ name, statuses }) => {
    const words = runsIf(statuses);
    return words === undefined ? [] : [`${words.toLowerCase()} of ${titleOf(name)}`];
  });
  const operation = isFrame ? [operationOf(node).name] : [];
  const words = [titleOf(node.name), ...seen, ...operation, positionOf(graph, node), ...conditions];
  return words.filter((word) => word !== '').join(', ');
}

/** What a loop goes over or waits for, and what a condition asks, as far as it fits into a header. */
export function whatOf({ type, json }: NodeInfo): string {
  const text = (name: string): string => {
    const value = looseMemberOf(json, name)?.value;
    return value?.kind === 'string' ? value.value.replace(/^@/, '') : '';
  };
  switch (type.toLowerCase()) {
    case 'foreach':
      return text('foreach') === '' ? '' : `over ${text('foreach')}`;
    case 'until':
      return text('expression') === '' ? '' : `until ${text('expression')}`;
    case 'switch':
      return text('expression') === '' ? '' : `on ${text('expression')}`;
    default:
      return '';
  }
}

/** What is set on a step beside its parameters, in words. */
export function marksOf({ json, after }: NodeInfo): readonly string[] {
  const runtime = looseMemberOf(json, 'runtimeConfiguration')?.value;
  const fixed = looseMemberOf(runtime, 'staticResult')?.value;
  const isFixed = textOf(looseMemberOf(fixed, 'staticResultOptions')?.value)?.toLowerCase() === 'enabled';
  const secure = looseMemberOf(looseMemberOf(runtime, 'secureData')?.value, 'properties')?.value;
  const retry = looseMemberOf(looseMemberOf(json, 'inputs')?.value, 'retryPolicy')?.value;
  return [
    ...(isFixed ? ['Static result'] : []),
    ...(secure?.kind === 'array' && secure.items.length > 0 ? ['Secure data'] : []),
    ...(after.length > 1 || after.some(({ statuses }) => runsIf(statuses) !== undefined) ? ['Run after'] : []),
    ...(retry === undefined ? [] : ['Retry policy']),
    ...(descriptionOf(json) === undefined ? [] : ['Description']),
  ];
}
