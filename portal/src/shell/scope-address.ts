/**
 * The scope in the address, so that a link shows whoever follows it the same rows. Source: portal reference 1.3.
 *
 * Invariants
 * SA1. The address says the scope unless it is everything; what a link says holds in this tab and is not kept as one's own.
 * SA2. What the address says anew (a link, Back) wins over the choice; a new choice wins over what the address said before.
 */
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { chosenScope, showScope } from '../data/scope.ts';
import { useCell } from '../data/store.ts';
import type { Address } from '../design/address.ts';
import { scopeOf, scopeText } from '../model/scope-text.ts';

/** Pages whose addresses name a scope of their own. */
const ownScope = /^\/(?:access|policy\/definitions)(?:\/|$)/;

export function useScopeInAddress(): void {
  const wanted = scopeText(useCell(chosenScope));
  const pathname = useLocation({ select: (location) => location.pathname });
  const said: Address = useSearch({ strict: false });
  const navigate = useNavigate();
  const written = ownScope.test(pathname) ? undefined : (said['scope'] ?? '');
  const last = useRef(written ?? '');
  useEffect(() => {
    if (written === undefined || written === wanted) return;
    const fresh = written === last.current ? undefined : scopeOf(written);
    last.current = fresh === undefined ? wanted : written;
    if (fresh !== undefined) showScope(fresh);
    else void navigate({ to: '.', search: (before: object) => withScope(before, wanted), replace: true });
  }, [written, wanted, navigate]);
}

function withScope(before: object, scope: string): Record<string, string> {
  const { scope: _, ...rest } = before as Record<string, string>;
  return scope === '' ? rest : { ...rest, scope };
}
