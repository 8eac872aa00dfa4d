/** The clipboard of the designer: that of the system, and one of this tab where the browser does not give it. */
import type { Doc } from '../core/document.ts';
import { readClipboard } from '../core/operations/clipboard.ts';

let own = '';

export async function putClipboard(text: string): Promise<void> {
  own = text;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without the permission the tab's own clipboard serves.
  }
}

/** What can be pasted: the system's clipboard where it holds steps, else what was copied here. */
export async function takeClipboard(): Promise<Doc | undefined> {
  let text = '';
  try {
    text = await navigator.clipboard.readText();
  } catch {
    text = own;
  }
  return readClipboard(text) ?? readClipboard(own);
}
