/**
 * The content of the scope picker: management groups and subscriptions as a tree, and resource groups.
 *
 * Owns: what is ticked while it is open. An empty choice is shown but not kept: the pages always have a scope.
 * Source: portal reference 1.3.
 */
import { Field, Input, Link, Tree, TreeItem, TreeItemLayout } from '@fluentui/react-components';
import { Building16Regular, Key16Regular } from '@fluentui/react-icons';
import { type ReactElement, useState } from 'react';
import { chooseScope, chosenScope, useResourceGroups, useSubscriptions } from '../data/scope.ts';
import { useScopeEntities } from '../data/scopes.ts';
import { useCell } from '../data/store.ts';
import { ChooseMany } from '../design/choices.tsx';
import { branchesOf, type ScopeNode, scopeTree, tickOf, toggled } from '../model/scope-tree.ts';

/** Of more below one group the others are found by their text. */
const mostShown = 200;

export function ScopeChoice(): ReactElement {
  const [text, setText] = useState('');
  const { ticked, tick } = useTicked();
  const entities = useScopeEntities();
  const nodes = scopeTree(entities, text);
  return (
    <div className="stack scope-choice">
      <Field label="Filter scopes">
        <Input value={text} onChange={(_, { value }) => setText(value)} />
      </Field>
      <div className="row">
        <Link
          as="button"
          onClick={() => tick(new Set(scopeTree(entities).flatMap(({ subscriptions }) => subscriptions)))}
        >
          Select all
        </Link>
        <Link as="button" onClick={() => tick(new Set())}>
          Clear
        </Link>
      </div>
      <ScopeTree key={entities.length} nodes={nodes} filtered={text.trim() !== ''} ticked={ticked} onTick={tick} />
      {hasLong(nodes) ? <p className="help">Not all scopes are shown: filter by name to find the others.</p> : null}
      {ticked.size === 0 ? <p className="help">Tick at least one subscription.</p> : <ResourceGroupChoice />}
    </div>
  );
}

const hasLong = (nodes: readonly ScopeNode[]): boolean =>
  nodes.length > mostShown || nodes.some(({ children }) => hasLong(children));

type Ticked = ReadonlySet<string>;

function useTicked(): { readonly ticked: Ticked; readonly tick: (next: Ticked) => void } {
  const all = useSubscriptions();
  const { subscriptions } = useCell(chosenScope);
  const [isCleared, setCleared] = useState(false);
  const chosen = subscriptions.length === 0 ? all.map(({ id }) => id) : subscriptions;
  const tick = (next: Ticked): void => {
    setCleared(next.size === 0);
    if (next.size === 0) return;
    const kept = all.filter(({ id }) => next.has(id.toLowerCase())).map(({ id }) => id);
    chooseScope({ subscriptions: kept.length === all.length ? [] : kept, resourceGroups: [] });
  };
  return { ticked: new Set(isCleared ? [] : chosen.map((id) => id.toLowerCase())), tick };
}

interface ScopeTreeProps {
  readonly nodes: readonly ScopeNode[];
  readonly filtered: boolean;
  readonly ticked: Ticked;
  readonly onTick: (next: Ticked) => void;
}

function ScopeTree({ nodes, filtered, ticked, onTick }: ScopeTreeProps): ReactElement {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const branches = branchesOf(nodes);
  const flat = (list: readonly ScopeNode[]): ScopeNode[] => list.flatMap((node) => [node, ...flat(node.children)]);
  const all = flat(nodes);
  if (all.length === 0) return <p className="help">No scope has this text.</p>;
  return (
    <Tree
      aria-label="Scopes"
      size="small"
      className="scope-tree"
      selectionMode="multiselect"
      checkedItems={all.map((node) => [node.id, tickOf(node, ticked)] as const)}
      onCheckedChange={(_, { value }) => {
        const node = all.find(({ id }) => id === value);
        if (node !== undefined) onTick(toggled(node, ticked));
      }}
      openItems={branches.filter((id) => filtered || !closed.has(id))}
      onOpenChange={(_, { openItems }) => setClosed(new Set(branches.filter((id) => !openItems.has(id))))}
    >
      {nodes.slice(0, mostShown).map((node) => (
        <ScopeItem key={node.id} node={node} />
      ))}
    </Tree>
  );
}

function ScopeItem({ node }: { readonly node: ScopeNode }): ReactElement {
  const { id, text, isGroup, children } = node;
  const icon = isGroup ? <Building16Regular /> : <Key16Regular />;
  const label = (
    <span className="tree-text" title={text}>
      {text}
    </span>
  );
  if (children.length === 0) {
    return (
      <TreeItem itemType="leaf" value={id}>
        <TreeItemLayout iconBefore={icon}>{label}</TreeItemLayout>
      </TreeItem>
    );
  }
  return (
    <TreeItem itemType="branch" value={id}>
      <TreeItemLayout iconBefore={icon}>{label}</TreeItemLayout>
      <Tree>
        {children.slice(0, mostShown).map((child) => (
          <ScopeItem key={child.id} node={child} />
        ))}
      </Tree>
    </TreeItem>
  );
}

/** Groups of a single subscription: names in several need not mean the same. */
function ResourceGroupChoice(): ReactElement | null {
  const all = useSubscriptions();
  const { subscriptions, resourceGroups } = useCell(chosenScope);
  const [first] = subscriptions.length === 0 ? all : all.filter(({ id }) => id === subscriptions[0]);
  const isOne = subscriptions.length === 1 || all.length === 1;
  const groups = useResourceGroups(isOne ? first?.subscriptionId : undefined);
  if (groups.length === 0) return null;
  return (
    <Field label="Resource group">
      <ChooseMany
        label="Resource group"
        allText="All resource groups"
        choices={groups.map(({ name }) => ({ value: name, text: name }))}
        values={resourceGroups.length === 0 ? groups.map(({ name }) => name) : resourceGroups}
        onChange={(names) =>
          chooseScope({ subscriptions, resourceGroups: names.length === groups.length ? [] : names })
        }
      />
    </Field>
  );
}
