/**
 * The documents that come with the product, as the portal's search finds and shows them.
 *
 * Owns: reading them, their titles, what a search finds. Does not own: the documents (`docs/`), how they are shown.
 *
 * Invariants
 * DO1. Names come from the folder listing alone: a name asked for is looked up, never made a path.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { raise } from '#foundation';

const folder = join(import.meta.dirname, '../../docs');
const parts = ['concepts', 'operations', 'reference'];
const single = ['gallery', 'compatibility'];

export interface DocumentEntry {
  /** `concepts/brakes`. */
  readonly name: string;
  readonly title: string;
  /** Its first paragraph, or the heading that a search found. */
  readonly summary: string;
}

export interface DocumentPage {
  readonly name: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

interface Kept extends DocumentPage {
  readonly summary: string;
  readonly headings: readonly string[];
}

let kept: ReadonlyMap<string, Kept> | undefined;

/** Read once, when somebody asks. */
function documents(): ReadonlyMap<string, Kept> {
  kept ??= new Map(names().map((name) => [name, documentOf(name)]));
  return kept;
}

function names(): readonly string[] {
  const inParts = parts.flatMap((part) =>
    readdirSync(join(folder, part))
      .filter((file) => file.endsWith('.md'))
      .toSorted()
      .map((file) => `${part}/${file.slice(0, -3)}`),
  );
  return [...inParts, ...single];
}

function documentOf(name: string): Kept {
  const text = readFileSync(join(folder, `${name}.md`), 'utf8');
  const headings = [...text.matchAll(/^#{1,4} (.+)$/gm)].map(([, heading = '']) => heading);
  const [title = name, ...others] = headings;
  const summary = text.split(/\n{2,}/).find((part) => !/^[#|`<!-]/.test(part.trimStart())) ?? '';
  return { name, title, text, headings: others, summary: summary.replaceAll(/\s+/g, ' ').slice(0, 200) };
}

/** Documents whose title or headings have the text, those with it in the title first; all of them for an empty text. */
export function searchDocumentation(text: string, count: number): readonly DocumentEntry[] {
  const wanted = text.trim().toLowerCase();
  const has = (other: string): boolean => other.toLowerCase().includes(wanted);
  const found = [...documents().values()].flatMap(({ name, title, summary, headings }) => {
    if (has(title)) return [{ rank: 0, name, title, summary }];
    const heading = headings.find(has);
    return heading === undefined ? [] : [{ rank: 1, name, title, summary: heading }];
  });
  return found
    .toSorted((left, right) => left.rank - right.rank)
    .slice(0, count)
    .map(({ name, title, summary }) => ({ name, title, summary }));
}

/** @throws TocsinError `NotFound`. */
export function readDocumentation(name: string): DocumentPage {
  const found = documents().get(name);
  if (found === undefined) return raise('NotFound', `There is no document '${name.slice(0, 100)}'.`);
  return { name: found.name, title: found.title, text: found.text };
}
