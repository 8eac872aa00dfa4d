/** The menus of a place between steps and of a step. One of each, put beside what was clicked. Source: portal reference 5.4. */
import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuList,
  MenuPopover,
  type PositioningShorthand,
} from '@fluentui/react-components';
import type { ReactElement } from 'react';
import type { NodeInfo } from '../core/graph.ts';
import type { Place } from '../core/operations/place.ts';

export interface InsertMenuProps {
  readonly place: Place;
  readonly target: HTMLElement;
  readonly onAdd: (place: Place) => void;
  readonly onPaste: (place: Place) => void;
  readonly onClose: () => void;
}

/** Beside what was clicked, and no higher than the window. */
const beside = (target: HTMLElement): PositioningShorthand => ({
  target,
  position: 'after',
  align: 'top',
  autoSize: true,
});

/** The same place as a branch beside what follows. */
const parallel = (place: Place): Place => {
  switch (place.kind) {
    case 'after':
    case 'start':
      return { ...place, parallel: true };
    case 'between':
      return { kind: 'after', path: place.path, parallel: true };
    case 'before':
      return place;
  }
};

export function InsertMenu({ place, target, onAdd, onPaste, onClose }: InsertMenuProps): ReactElement {
  return (
    <Menu open onOpenChange={(_, { open }) => (open ? undefined : onClose())} positioning={beside(target)}>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => onAdd(place)}>Add an action</MenuItem>
          <MenuItem onClick={() => onAdd(parallel(place))}>Add a parallel branch</MenuItem>
          <MenuDivider />
          <MenuItem onClick={() => onPaste(place)}>Paste an action</MenuItem>
          <MenuItem onClick={() => onPaste(parallel(place))}>Paste a parallel action</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

export interface StepMenuProps {
  readonly node: NodeInfo;
  /** Steps that are marked with it, itself included. */
  readonly count: number;
  readonly target: HTMLElement;
  readonly collapsed: boolean;
  readonly pinned: boolean;
  readonly onCommand: (command: StepCommand) => void;
  readonly onClose: () => void;
}

export type StepCommand =
  | 'add'
  | 'parallel'
  | 'copy'
  | 'cut'
  | 'paste'
  | 'duplicate'
  | 'delete'
  | 'rename'
  | 'runAfter'
  | 'up'
  | 'down'
  | 'scope'
  | 'group'
  | 'fold'
  | 'pin'
  | 'loop'
  | 'ungroup'
  | 'case'
  | 'type'
  | 'code'
  | 'path';

type Entry = readonly [command: StepCommand, text: string, keys?: string] | 'divider';

export function StepMenu({ node, count, target, collapsed, pinned, onCommand, onClose }: StepMenuProps): ReactElement {
  const isAction = node.kind !== 'trigger';
  const several = count > 1 ? ` ${count} actions` : '';
  const type = node.type.toLowerCase();
  const group: Entry = count > 1 ? ['group', `Group${several} into scope`] : ['scope', 'Group into scope'];
  const entries: readonly Entry[] = [
    ['add', 'Add an action', '+'],
    ['parallel', 'Add a parallel branch'],
    ...(type === 'switch' ? [['case', 'Add case'] as const] : []),
    'divider',
    ...(isAction
      ? ([
          ['copy', several === '' ? 'Copy action' : `Copy${several}`, 'Ctrl+C'],
          ['cut', `Cut${several}`, 'Ctrl+X'],
          ['duplicate', 'Duplicate', 'Ctrl+D'],
        ] as const)
      : []),
    ['paste', 'Paste', 'Ctrl+V'],
    ['delete', `Delete${several}`, 'Del'],
    'divider',
    ['rename', 'Rename', 'F2'],
    ['type', 'Change type'],
    ...(isAction
      ? ([
          ['runAfter', 'Run after'],
          ['up', 'Move up', 'Alt+Up'],
          ['down', 'Move down', 'Alt+Down'],
          group,
          ['loop', 'Put into a For each'],
        ] as readonly Entry[])
      : []),
    ...(node.bodies.length === 1 ? [['ungroup', 'Ungroup'] as const] : []),
    'divider',
    ...(node.bodies.length > 0 ? [['fold', collapsed ? 'Expand' : 'Collapse', collapsed ? ']' : '['] as const] : []),
    ['pin', pinned ? 'Unpin action' : 'Pin action'],
    ['code', 'Show in code view'],
    ['path', 'Copy path'],
  ];
  return (
    <Menu open onOpenChange={(_, { open }) => (open ? undefined : onClose())} positioning={beside(target)}>
      <MenuPopover>
        <MenuList aria-label={`Actions for ${node.name}`}>
          {entries.map((entry, index) =>
            entry === 'divider' ? (
              <MenuDivider key={index} />
            ) : (
              <MenuItem
                key={entry[0]}
                {...(entry[2] === undefined ? {} : { secondaryContent: entry[2] })}
                onClick={() => onCommand(entry[0])}
              >
                {entry[1]}
              </MenuItem>
            ),
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
