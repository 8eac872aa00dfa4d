/**
 * Management groups and subscriptions as a tree with check boxes of three states.
 *
 * Owns: the tree, what a tick means, filtering by text. Does not own: reading the entities, the choice that is kept.
 * Source: portal reference 1.3.
 */
export interface TreeEntity {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly isGroup: boolean;
  /** Names of the groups above in lower case, the tenant's root first. */
  readonly above: readonly string[];
}

export interface ScopeNode {
  readonly id: string;
  readonly text: string;
  readonly isGroup: boolean;
  readonly children: readonly ScopeNode[];
  /** Ids of the subscriptions at or below it, shown or not, in lower case. */
  readonly subscriptions: readonly string[];
}

export type Tick = boolean | 'mixed';

/** Groups in front of subscriptions, each by name; with a text only what has it, with all that stands above. */
export function scopeTree(entities: readonly TreeEntity[], text = ''): readonly ScopeNode[] {
  const groups = new Set(entities.filter(({ isGroup }) => isGroup).map(({ name }) => name.toLowerCase()));
  const below = Map.groupBy(entities, ({ above }) => above.findLast((name) => groups.has(name)) ?? '');
  const wanted = text.trim().toLowerCase();
  const nodesIn = (parent: string, isFound: boolean): ScopeNode[] =>
    (below.get(parent) ?? [])
      .toSorted((left, right) => order(left).localeCompare(order(right)))
      .flatMap((entity) => {
        const { id, name, displayName, isGroup } = entity;
        const found = isFound || `${displayName} ${name}`.toLowerCase().includes(wanted);
        const children = isGroup ? nodesIn(name.toLowerCase(), found) : [];
        if (!found && children.length === 0) return [];
        return [{ id, text: displayName, isGroup, children, subscriptions: within(entity, entities) }];
      });
  return nodesIn('', wanted === '');
}

const order = ({ isGroup, displayName, name }: TreeEntity): string => `${isGroup ? 0 : 1} ${displayName} ${name}`;

function within({ id, name, isGroup }: TreeEntity, entities: readonly TreeEntity[]): string[] {
  if (!isGroup) return [id.toLowerCase()];
  const key = name.toLowerCase();
  return entities.filter((each) => !each.isGroup && each.above.includes(key)).map((each) => each.id.toLowerCase());
}

/** Whether all, some or none of the subscriptions at or below a node are ticked. */
export function tickOf({ subscriptions }: ScopeNode, ticked: ReadonlySet<string>): Tick {
  const count = subscriptions.filter((id) => ticked.has(id)).length;
  if (count === 0) return false;
  return count === subscriptions.length ? true : 'mixed';
}

/** What is ticked after a click: a node that is ticked as a whole loses its subscriptions, every other gets all of them. */
export function toggled(node: ScopeNode, ticked: ReadonlySet<string>): ReadonlySet<string> {
  const next = new Set(ticked);
  const isWhole = tickOf(node, ticked) === true;
  for (const id of node.subscriptions) {
    if (isWhole) next.delete(id);
    else next.add(id);
  }
  return next;
}

/** Ids of all nodes that have something below them. */
export function branchesOf(nodes: readonly ScopeNode[]): string[] {
  return nodes.flatMap(({ id, children }) => (children.length === 0 ? [] : [id, ...branchesOf(children)]));
}
