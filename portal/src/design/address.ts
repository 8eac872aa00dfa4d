/**
 * The query string as a page's state: filters, tabs, open panes. Values are texts; a page gives each name its default, and
 * what has the default's value is left out of the address.
 */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Address = Readonly<Record<string, string | undefined>>;

export function useAddress<D extends Readonly<Record<string, string>>>(
  defaults: D,
): readonly [D, (change: Partial<Record<keyof D | string, string | undefined>>, replace?: boolean) => void] {
  const search: Address = useSearch({ strict: false });
  const navigate = useNavigate();
  const current = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, search[name] ?? value]),
  ) as unknown as D;
  const change = useCallback(
    (wanted: Partial<Record<keyof D | string, string | undefined>>, replace = true): void => {
      const next = (before: Address): Address => {
        const all: Record<string, string | undefined> = { ...before, ...(wanted as Address) };
        return Object.fromEntries(
          Object.entries(all).filter(([name, value]) => value !== undefined && value !== (defaults[name] ?? '')),
        );
      };
      void navigate({ to: '.', search: next, replace });
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the defaults are constants of their page
    [navigate],
  );
  return [current, change];
}

/** A list in one value of the address: `High,Medium`. */
export const listOf = (text: string): readonly string[] => (text === '' ? [] : text.split(','));
