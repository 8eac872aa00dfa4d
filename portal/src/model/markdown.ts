/**
 * The product's own documents as blocks: as much of Markdown as they use.
 *
 * Owns: reading the text. Does not own: how blocks look (`pages/docs`). HTML in a document is text.
 */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong' | 'emphasis'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly to: string };

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly content: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

const fence = /^\s*```/;
const heading = /^(#{1,6})\s+(.*)$/;
const item = /^(\s*)(?:[-*]|\d+\.)\s+(.*)$/;
const ordered = /^\s*\d+\./;
const rule = /^\|?[\s:|-]+\|[\s:|-]*$/;

export function blocksOf(text: string): readonly Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; ) at = readBlock(lines, at, blocks);
  return blocks;
}

/** Reads the block that begins at a line; answers the line behind it. */
function readBlock(lines: readonly string[], at: number, blocks: Block[]): number {
  const line = lines[at] ?? '';
  if (line.trim() === '') return at + 1;
  const head = heading.exec(line);
  if (head !== null) {
    blocks.push({ kind: 'heading', level: (head[1] ?? '').length, content: inlineOf(head[2] ?? '') });
    return at + 1;
  }
  if (fence.test(line)) return readCode(lines, at + 1, blocks);
  if (line.startsWith('|') && rule.test(lines[at + 1] ?? '')) return readTable(lines, at, blocks);
  if (item.test(line)) return readList(lines, at, blocks);
  return readParagraph(lines, at, blocks);
}

function readCode(lines: readonly string[], from: number, blocks: Block[]): number {
  const end = lines.findIndex((line, index) => index >= from && fence.test(line));
  const last = end < 0 ? lines.length : end;
  blocks.push({ kind: 'code', text: lines.slice(from, last).join('\n') });
  return last + 1;
}

function readTable(lines: readonly string[], from: number, blocks: Block[]): number {
  const found = lines.slice(from);
  const count = found.findIndex((line) => !line.startsWith('|'));
  const [head = '', , ...rows] = count < 0 ? found : found.slice(0, count);
  blocks.push({ kind: 'table', head: cellsOf(head), rows: rows.map(cellsOf) });
  return from + rows.length + 2;
}

/** Cells are parted by bars that no backslash stands before. */
function cellsOf(line: string): readonly (readonly Inline[])[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => inlineOf(cell.trim().replaceAll('\\|', '|')));
}

function readList(lines: readonly string[], from: number, blocks: Block[]): number {
  const items: string[] = [];
  let at = from;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const found = item.exec(line);
    if (found !== null) items.push(found[2] ?? '');
    else if (/^\s+\S/.test(line) && items.length > 0) items[items.length - 1] += ` ${line.trim()}`;
    else break;
  }
  blocks.push({ kind: 'list', ordered: ordered.test(lines[from] ?? ''), items: items.map(inlineOf) });
  return at;
}

function readParagraph(lines: readonly string[], from: number, blocks: Block[]): number {
  let at = from + 1;
  const goesOn = (line: string): boolean =>
    line.trim() !== '' && !heading.test(line) && !fence.test(line) && !line.startsWith('|') && !item.test(line);
  while (at < lines.length && goesOn(lines[at] ?? '')) at += 1;
  blocks.push({ kind: 'paragraph', content: inlineOf(lines.slice(from, at).join(' ')) });
  return at;
}

const inline = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|!?\[([^\]]*)\]\(([^)\s]+)\)/g;

export function inlineOf(text: string): readonly Inline[] {
  const found: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(inline)) {
    if (match.index > at) found.push({ kind: 'text', text: text.slice(at, match.index) });
    found.push(inlineMatch(match));
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ kind: 'text', text: text.slice(at) });
  return found;
}

function inlineMatch([, code, strong, emphasis, text = '', to = '']: RegExpExecArray): Inline {
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', text: strong };
  return emphasis === undefined ? { kind: 'link', text, to } : { kind: 'emphasis', text: emphasis };
}

/** Where a link of a document leads: another document, a place of the web, or nothing that is here. */
export function linkOf(
  from: string,
  to: string,
): { readonly document: string } | { readonly address: string } | undefined {
  if (/^https?:\/\//i.test(to)) return { address: to };
  const [path = ''] = to.split('#');
  if (!path.endsWith('.md')) return undefined;
  const place = from.split('/').slice(0, -1);
  for (const part of path.slice(0, -3).split('/')) {
    if (part === '..') place.pop();
    else if (part !== '.') place.push(part);
  }
  return { document: place.join('/') };
}
