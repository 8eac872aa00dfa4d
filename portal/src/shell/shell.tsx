/** The frame around every page: header, sidebar, main, notices. Source: portal reference 1.1. */
import {
  Button,
  Menu,
  MenuItem,
  MenuItemLink,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  MessageBar,
  MessageBarBody,
  OverlayDrawer,
} from '@fluentui/react-components';
import { NavigationRegular, PersonRegular, QuestionCircleRegular, SettingsRegular } from '@fluentui/react-icons';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, type ReactNode, useState } from 'react';
import type { Session } from '../api/session.ts';
import { signOut } from '../api/session.ts';
import { liveState, useLiveUpdates } from '../data/live.ts';
import { notifyFailure } from '../data/notifications.ts';
import { sessionEnded } from '../data/session.ts';
import { useCell } from '../data/store.ts';
import { RouterLink } from '../design/anchor.tsx';
import { preferences } from '../design/preferences.ts';
import { Bell, Toasts } from './bell.tsx';
import { Navigation } from './navigation.tsx';
import { useScopeInAddress } from './scope-address.ts';
import { ScopePicker } from './scope-picker.tsx';
import { Search } from './search.tsx';
import { SignInForm } from './sign-in.tsx';

export function Shell({
  session,
  children,
}: {
  readonly session: Session;
  readonly children: ReactNode;
}): ReactElement {
  const [drawer, setDrawer] = useState(false);
  useLiveUpdates();
  useScopeInAddress();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to main content
      </a>
      <header className="shell-header">
        <Button
          className="menu-button"
          appearance="transparent"
          aria-label="Open menu"
          icon={<NavigationRegular />}
          onClick={() => setDrawer(true)}
        />
        <RouterLink to="/" className="brand" aria-label="Tocsin">
          <img src="/portal/icon.svg" alt="" />
          Tocsin
        </RouterLink>
        <div className="shell-search">
          <Search />
        </div>
        <span className="header-space" />
        <PausedMark />
        <ScopePicker />
        <Bell />
        <HelpButton />
        <SettingsButton />
        <UserMenu session={session} />
      </header>
      <div className="shell-bar">
        <EndedBar />
      </div>
      <Navigation />
      <main id="main" className="shell-main" tabIndex={-1}>
        {children}
      </main>
      <OverlayDrawer
        open={drawer}
        position="start"
        className="nav-drawer"
        aria-label="Menu"
        onOpenChange={(_, { open }) => setDrawer(open)}
      >
        <Navigation drawer onChosen={() => setDrawer(false)} />
      </OverlayDrawer>
      <Toasts />
    </div>
  );
}

/** Said only when it is not as it should be. */
function PausedMark(): ReactElement | null {
  const state = useCell(liveState);
  if (state !== 'paused') return null;
  return (
    <span
      role="status"
      className="paused"
      title="The server tells nothing at the moment; lists are asked for every 15 seconds."
    >
      Live updates paused
    </span>
  );
}

function HelpButton(): ReactElement {
  const navigate = useNavigate();
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="transparent" aria-label="Help" icon={<QuestionCircleRegular />} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => void navigate({ to: '/docs/$', params: { _splat: '' } })}>Documentation</MenuItem>
          <MenuItemLink href="/tocsin/v1/openapi.json" target="_blank">
            Description of the API
          </MenuItemLink>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function SettingsButton(): ReactElement {
  const navigate = useNavigate();
  return (
    <Button
      appearance="transparent"
      aria-label="Open settings"
      icon={<SettingsRegular />}
      onClick={() => void navigate({ to: '/settings' })}
    />
  );
}

function UserMenu({ session }: { readonly session: Session }): ReactElement {
  const client = useQueryClient();
  const current = useCell(preferences);
  const leave = async (): Promise<void> => {
    try {
      await signOut();
      client.clear();
      client.setQueryData(['session'], null);
    } catch (error) {
      notifyFailure('You could not be signed out', error);
    }
  };
  return (
    <Menu
      checkedValues={{ theme: [current.theme], times: [current.times] }}
      onCheckedValueChange={(_, { name, checkedItems }) => preferences.set({ ...current, [name]: checkedItems[0] })}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="transparent"
          icon={<PersonRegular />}
          aria-label={`Account: ${session.identity.displayName}`}
        >
          <span className="user-name">{session.identity.displayName}</span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItemRadio name="theme" value="system">
            Theme of the system
          </MenuItemRadio>
          <MenuItemRadio name="theme" value="light">
            Light theme
          </MenuItemRadio>
          <MenuItemRadio name="theme" value="dark">
            Dark theme
          </MenuItemRadio>
          <MenuItemRadio name="times" value="local">
            Local time
          </MenuItemRadio>
          <MenuItemRadio name="times" value="utc">
            UTC
          </MenuItemRadio>
          <MenuItem onClick={() => void leave()}>Sign out</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** The page and its drafts stay: signing in again happens in place. */
function EndedBar(): ReactElement | null {
  const ended = useCell(sessionEnded);
  if (!ended) return null;
  return (
    <MessageBar intent="warning" layout="multiline" role="alert">
      <MessageBarBody>
        Your session has expired. Sign in again to keep your changes.
        <SignInForm />
      </MessageBarBody>
    </MessageBar>
  );
}
