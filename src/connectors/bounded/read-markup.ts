/**
 * The text of an HTML page, in lines as a reader sees them.
 *
 * Owns: which elements begin lines, which show no text. Does not own: the tokenizer (htmlparser2).
 */
import { Parser } from 'htmlparser2';
import type { DocumentText } from './document-text.ts';

const unseen = new Set(['head', 'script', 'style', 'template', 'noscript', 'svg', 'math', 'iframe', 'object']);
const blocks = new Set(
  'address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);

export function readHtml(markup: string, into: DocumentText): void {
  /** How many elements without text, and how many `pre`, are open: hostile nesting is counted, not kept. */
  let hidden = 0;
  let verbatim = 0;
  const parser = new Parser(
    {
      onopentagname(name) {
        into.nest(1);
        if (unseen.has(name)) hidden += 1;
        if (name === 'pre') verbatim += 1;
        if (name === 'br') into.write('\n');
        else if (blocks.has(name)) into.line();
        else if ((name === 'td' || name === 'th') && !into.endsWith('\n')) into.separate('\t');
      },
      onclosetag(name) {
        into.nest(-1);
        if (unseen.has(name)) hidden -= 1;
        if (name === 'pre') verbatim -= 1;
        if (blocks.has(name)) into.line();
      },
      ontext(text) {
        if (hidden > 0) return;
        if (verbatim > 0) {
          into.write(text);
          return;
        }
        const flat = text.replace(/[\t\n\f\r ]+/g, ' ');
        const atStart = into.endsWith(' ') || into.endsWith('\n') || into.endsWith('\t');
        into.write(flat.startsWith(' ') && atStart ? flat.slice(1) : flat);
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.write(markup);
  parser.end();
  into.page();
}
