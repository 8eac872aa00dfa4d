/** The states an alert can be given. */
import { Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, ToolbarButton } from '@fluentui/react-components';
import { ChevronDownRegular } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import { alertStatuses, type AlertStatus } from '../../data/alerts.ts';
import { wordOf } from '../../model/status.ts';

export interface StatusMenuProps {
  readonly blocked: boolean;
  readonly onChoose: (status: AlertStatus) => void;
}

export function StatusMenu({ blocked, onChoose }: StatusMenuProps): ReactElement {
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <ToolbarButton icon={<ChevronDownRegular />} disabledFocusable={blocked}>
          Change status
        </ToolbarButton>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {alertStatuses.map((status) => (
            <MenuItem key={status} onClick={() => onChoose(status)}>
              {wordOf(status)}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
