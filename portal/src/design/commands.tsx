/** A page's commands. One that cannot run can be reached and says why. */
import { Button, Toolbar, ToolbarDivider, Tooltip } from '@fluentui/react-components';
import type { ReactElement, ReactNode } from 'react';

export interface CommandProps {
  readonly text: string;
  readonly icon?: ReactElement;
  readonly onClick?: () => void;
  /** Why it cannot run now; absent when it can. */
  readonly blocked?: string | undefined;
  readonly primary?: boolean;
  /** Accessible name when it differs from the text. */
  readonly label?: string;
  /** Its icon alone is seen; the text is its name. */
  readonly iconOnly?: boolean;
}

export function Command({
  text,
  icon,
  onClick,
  blocked,
  primary = false,
  label,
  iconOnly = false,
}: CommandProps): ReactElement {
  const button = (
    <Button
      appearance={primary ? 'primary' : 'subtle'}
      {...(icon === undefined ? {} : { icon })}
      disabledFocusable={blocked !== undefined}
      {...(label === undefined && !iconOnly ? {} : { 'aria-label': label ?? text, title: label ?? text })}
      {...(onClick === undefined ? {} : { onClick })}
    >
      {iconOnly ? null : text}
    </Button>
  );
  return blocked === undefined ? (
    button
  ) : (
    <Tooltip content={blocked} relationship="description">
      {button}
    </Tooltip>
  );
}

export function Commands({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <Toolbar aria-label="Commands" className="commands">
      {children}
    </Toolbar>
  );
}

export const CommandDivider = ToolbarDivider;
