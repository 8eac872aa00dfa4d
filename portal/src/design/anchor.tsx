/** Links inside the portal: real addresses, so that a middle click and copying the address work. */
import { createLink, Link as RouterLink } from '@tanstack/react-router';
import { Link } from '@fluentui/react-components';
import type { ReactElement, ReactNode } from 'react';

const FluentAnchor = createLink(Link);

export interface AnchorProps {
  /** Path below `/portal`, with its query: `/automations?pane=add`. */
  readonly to: string;
  readonly children: ReactNode;
  readonly label?: string;
  readonly onClick?: () => void;
}

/** Takes a path with its query apart, as the router wants it. */
export function targetOf(to: string): { readonly to: string; readonly search: Record<string, string> } {
  const [path = '/', query = ''] = to.split('?', 2);
  return { to: path, search: Object.fromEntries(new URLSearchParams(query)) };
}

export function Anchor({ to, children, label, onClick }: AnchorProps): ReactElement {
  const target = targetOf(to);
  return (
    <FluentAnchor
      to={target.to}
      search={target.search}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(onClick === undefined ? {} : { onClick })}
    >
      {children}
    </FluentAnchor>
  );
}

/** A link to this page with one more value in its address: what opens a pane and leaves the filters. */
export function HereLink({
  name,
  value,
  children,
}: {
  readonly name: string;
  readonly value: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <FluentAnchor to="." search={(before: Record<string, string>) => ({ ...before, [name]: value })}>
      {children}
    </FluentAnchor>
  );
}

export { RouterLink };

/** The address of any resource: `/r` and its id. */
export const resourceAddress = (id: string, query = ''): string => `/r${id}${query}`;
