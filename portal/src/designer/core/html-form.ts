/**
 * HTML of mails as a small tree that a visual editor can show, and back.
 *
 * Owns: reading and writing that subset. Does not own: editing it (`panel/html-field.tsx`).
 *
 * Invariant
 * HF1. What is read and written again is the same text, byte for byte; HTML that would not be is not read at all, and is edited as
 *      code (portal reference 5.7).
 */

export type HtmlNode =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'element';
      readonly name: string;
      readonly href?: string;
      readonly children: readonly HtmlNode[];
    };

const known = new Set(['p', 'br', 'b', 'strong', 'i', 'em', 'u', 'ul', 'ol', 'li', 'a', 'h1', 'h2', 'h3']);
const token = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"<>]*")*)\s*>|([^<]+)/gy;
const href = /^ href="([^"<>]*)"$/;
const deepest = 30;

/** The tree of an HTML text; undefined where it holds anything that the editor would change. */
export function readHtml(text: string): readonly HtmlNode[] | undefined {
  const root: Open = { name: '', children: [] };
  const open: Open[] = [root];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return undefined;
    const [, closes, name = '', attributes = '', plain] = match;
    const here = open.at(-1) ?? root;
    if (plain !== undefined) here.children.push({ kind: 'text', text: decoded(plain) });
    else if (!known.has(name) || open.length > deepest) return undefined;
    else if (closes === '/') {
      const done = open.pop();
      if (done === undefined || done.name !== name || open.length === 0) return undefined;
      open.at(-1)?.children.push(elementOf(done));
    } else if (name === 'br') here.children.push({ kind: 'element', name, children: [] });
    else {
      const target = href.exec(attributes)?.[1];
      if (attributes !== '' && (name !== 'a' || target === undefined)) return undefined;
      open.push({ name, children: [], ...(target === undefined ? {} : { href: decoded(target) }) });
    }
  }
  if (open.length !== 1) return undefined;
  return writeHtml(root.children) === text ? root.children : undefined;
}

interface Open {
  readonly name: string;
  readonly href?: string;
  readonly children: HtmlNode[];
}

const elementOf = ({ name, href: target, children }: Open): HtmlNode => ({
  kind: 'element',
  name,
  children,
  ...(target === undefined ? {} : { href: target }),
});

export function writeHtml(nodes: readonly HtmlNode[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return encoded(node.text);
      if (node.name === 'br') return '<br>';
      const target = node.href === undefined ? '' : ` href="${encoded(node.href).replaceAll('"', '&quot;')}"`;
      return `<${node.name}${target}>${writeHtml(node.children)}</${node.name}>`;
    })
    .join('');
}

/** Expressions stand in the text as they are: what is in their braces is no HTML. */
const expression = /@\{(?:'(?:[^']|'')*'|[^'}])*\}/g;

function encoded(text: string): string {
  let at = 0;
  const parts: string[] = [];
  for (const match of text.matchAll(expression)) {
    parts.push(escaped(text.slice(at, match.index)), match[0]);
    at = match.index + match[0].length;
  }
  return parts.join('') + escaped(text.slice(at));
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\u00A0', '&nbsp;');

const decoded = (text: string): string =>
  text
    .replaceAll('&nbsp;', '\u00A0')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
