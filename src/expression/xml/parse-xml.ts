/**
 * XML text to tree.
 *
 * Owns: driving the parser strictly: whatever it reports, if only as a warning, is a fault.
 * Does not own: what is checked before (`scan.ts`).
 *
 * Source: expression reference 9, 10.
 */
import { type Document, DOMParser } from '@xmldom/xmldom';
import { type ScannedXml, scanXml, XmlFault } from './scan.ts';
import { markEmptyPair, markTree } from './tree.ts';

/** XML 1.0's line ends; the parser's own rule is XML 1.1's, which takes more signs for line ends. */
function normaliseLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** The document of a text, marked; a fault when the text is not well-formed or over a limit. */
export function parseXml(source: string): Document | XmlFault {
  const scanned = scanXml(source);
  if (scanned instanceof XmlFault) return scanned;
  const document = build(scanned.text);
  if (!(document instanceof XmlFault)) return mark(document, scanned);
  // White space was dropped from what was parsed: ask again with the text as written, for the true position.
  const again = build(source);
  return again instanceof XmlFault ? again : document;
}

function build(text: string): Document | XmlFault {
  let reported: string | undefined;
  const parser = new DOMParser({
    normalizeLineEndings: normaliseLineEnds,
    onError: (_level, message, context) => {
      reported ??= `${withoutInnerNames(message)}${positionOf(context)}`;
      throw new Error(message);
    },
  });
  try {
    return parser.parseFromString(text, 'text/xml');
  } catch (error) {
    return new XmlFault(reported ?? (error instanceof Error ? error.message : String(error)));
  }
}

/** The parser wraps what it meets in the names of its own steps. */
function withoutInnerNames(message: string): string {
  return message
    .replace(/^(?:element parse error: Error: |Error constructing the DOM: \w+: )/, '')
    .replace(/\.?$/, '.');
}

function positionOf(context: unknown): string {
  const locator = (context as { locator?: { lineNumber?: number; columnNumber?: number } } | undefined)?.locator;
  if (!locator?.lineNumber) return '';
  return ` Line ${locator.lineNumber}, position ${locator.columnNumber ?? 1}.`;
}

function mark(document: Document, { elements }: ScannedXml): Document | XmlFault {
  let index = 0;
  let twice: string | undefined;
  markTree(document, (element) => {
    const scanned = elements[index++];
    if (element.firstChild === null && scanned?.selfClosed === false) markEmptyPair(element);
    // Two prefixes of one namespace can name one attribute; the parser keeps the last and says nothing.
    if (element.attributes.length !== scanned?.attributes) twice ??= element.tagName;
  });
  return twice === undefined ? document : new XmlFault(`The element '${twice}' has the same attribute twice.`);
}
