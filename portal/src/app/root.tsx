/** Theme, session and shell around the pages. */
import { FluentProvider, teamsHighContrastTheme, webDarkTheme, webLightTheme } from '@fluentui/react-components';
import { Outlet } from '@tanstack/react-router';
import { Component, type ReactElement, type ReactNode, useEffect, useSyncExternalStore } from 'react';
import { onSessionEnd } from '../api/http.ts';
import { resumeOperations } from '../data/notifications.ts';
import { sessionEnded, useSession } from '../data/session.ts';
import { useCell } from '../data/store.ts';
import { preferences } from '../design/preferences.ts';
import { Failure } from '../design/states.tsx';
import { Shell } from '../shell/shell.tsx';
import { SignIn } from '../shell/sign-in.tsx';

const darkWish = matchMedia('(prefers-color-scheme: dark)');
const forcedColours = matchMedia('(forced-colors: active)');

function useMatches(query: MediaQueryList): boolean {
  return useSyncExternalStore(
    (listener) => {
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => query.matches,
  );
}

function useIsDark(): boolean {
  const { theme } = useCell(preferences);
  const system = useMatches(darkWish);
  return theme === 'system' ? system : theme === 'dark';
}

export function Root(): ReactElement {
  const isDark = useIsDark();
  const isForced = useMatches(forcedColours);
  useEffect(() => {
    document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  }, [isDark]);
  return (
    <FluentProvider
      theme={isForced ? teamsHighContrastTheme : isDark ? webDarkTheme : webLightTheme}
      className={isDark ? 'fluent-root dark' : 'fluent-root'}
    >
      <SignedIn />
    </FluentProvider>
  );
}

function SignedIn(): ReactElement {
  const { data: session, error, refetch } = useSession();
  const isIn = session !== undefined && session !== null;
  useEffect(() => {
    if (!isIn) return undefined;
    resumeOperations();
    return onSessionEnd(() => sessionEnded.set(true));
  }, [isIn]);
  if (error !== null && session === undefined) {
    return <Failure error={error} what="The server cannot be asked who is signed in" retry={() => void refetch()} />;
  }
  if (session === undefined) return <Boot />;
  if (session === null) return <SignIn />;
  return (
    <Shell session={session}>
      <Guard>
        <Outlet />
      </Guard>
    </Shell>
  );
}

/** What the page's own markup shows, for the moment until it is known who is there. */
function Boot(): ReactElement {
  return (
    <>
      <div className="boot-bar">Tocsin</div>
      <div className="boot-text">Loading…</div>
    </>
  );
}

/** A page that breaks leaves the shell standing. */
class Guard extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="page">
        <h1>This page failed</h1>
        <Failure
          error={this.state.error}
          what="The page could not be shown"
          retry={() => this.setState({ error: undefined })}
        />
      </div>
    );
  }
}
