/** Where a dialog begins: at its search box rather than at its first button. */
import { useEffect } from 'react';

/** @param selector of what is focused once the dialog has put the focus where it does by itself. */
export function useBeginAt(selector: string): void {
  useEffect(() => {
    const frame = requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
    return () => cancelAnimationFrame(frame);
  }, [selector]);
}
