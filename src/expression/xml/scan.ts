/**
 * A strict look at XML text before the parser builds a tree of it.
 *
 * Owns: what the parser lets pass and .NET refuses (a DTD, stray ampersands and control characters, `]]>` in text), size
 * and depth, dropping insignificant white space, remembering which elements were written as `<a></a>`.
 * Does not own: attributes and namespaces, which the parser checks (`parse-xml.ts`).
 *
 * Invariants
 * SC1. One pass without recursion; time in proportion to the text, at most `longestXml` characters of it.
 * SC2. No document type definition gets through, so there are no entities to expand and nothing to load.
 *
 * Source: expression reference 9.2, 9.5; XML 1.0; wording of .NET's `XmlReader`.
 */

/** Characters of one document. Parsing takes about 3 ms per 1,000 elements, and nothing else happens meanwhile. */
export const longestXml = 5_242_880;
/** Elements inside elements. */
export const deepestXml = 200;

/** Why a text is no XML; `message` ends in the position, as .NET's do. */
export class XmlFault {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** An element as the scan saw it, in document order. */
export interface ScannedElement {
  readonly selfClosed: boolean;
  readonly attributes: number;
}

export interface ScannedXml {
  /** The text without insignificant white space and byte order mark. */
  readonly text: string;
  readonly elements: readonly ScannedElement[];
}

const illegalCharacter = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const reference = /&(?:amp|lt|gt|quot|apos|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/y;
const spaceAttribute = /\sxml:space\s*=\s*["'](preserve|default)["']/;

export function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

/** Scans a whole document. */
export function scanXml(source: string): ScannedXml | XmlFault {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  if (text.length > longestXml) {
    return new XmlFault(`The XML text has '${text.length}' characters; the limit is '${longestXml}'.`);
  }
  const scan = new Scan(text);
  const illegal = illegalCharacter.exec(text);
  if (illegal !== null) {
    const code = illegal[0].charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    return scan.fault(`Hexadecimal value 0x${code} is an invalid character.`, illegal.index);
  }
  return scan.run();
}

interface OpenElement {
  readonly name: string;
  readonly at: number;
  readonly preserveSpace: boolean;
}

class Scan {
  readonly #text: string;
  readonly #open: OpenElement[] = [];
  readonly #elements: ScannedElement[] = [];
  readonly #kept: string[] = [];
  #at = 0;
  #ampersand = -1;
  #rootSeen = false;

  constructor(text: string) {
    this.#text = text;
  }

  fault(message: string, at: number): XmlFault {
    const before = this.#text.slice(0, at);
    const line = before.split('\n').length;
    return new XmlFault(`${message} Line ${line}, position ${at - before.lastIndexOf('\n')}.`);
  }

  run(): ScannedXml | XmlFault {
    while (this.#at < this.#text.length) {
      const fault = this.#takeText() ?? this.#takeMarkup();
      if (fault !== undefined) return fault;
    }
    const unclosed = this.#open.map(({ name }) => name).reverse();
    if (unclosed.length > 0) {
      const names = unclosed.join(', ').slice(0, 200);
      return this.fault(
        `Unexpected end of file has occurred. The following elements are not closed: ${names}.`,
        this.#text.length,
      );
    }
    if (!this.#rootSeen) return new XmlFault('Root element is missing.');
    return { text: this.#kept.join(''), elements: this.#elements };
  }

  /** Keeps the source up to `end` and goes on there. */
  #keep(end: number): undefined {
    this.#kept.push(this.#text.slice(this.#at, end));
    this.#at = end;
    return undefined;
  }

  /** Character data up to the next markup. */
  #takeText(): XmlFault | undefined {
    const next = this.#text.indexOf('<', this.#at);
    const end = next < 0 ? this.#text.length : next;
    if (end === this.#at) return undefined;
    const data = this.#text.slice(this.#at, end);
    if (!/[^ \t\r\n]/.test(data)) {
      if (this.#open.at(-1)?.preserveSpace === true) return this.#keep(end);
      this.#at = end;
      return undefined;
    }
    if (this.#open.length === 0) {
      return this.fault('Data at the root level is invalid.', this.#at + data.search(/[^ \t\r\n]/));
    }
    const stray = data.indexOf(']]>');
    if (stray >= 0) return this.fault("']]>' is not allowed in character data.", this.#at + stray);
    return this.#checkReferences(this.#at, end) ?? this.#keep(end);
  }

  #checkReferences(start: number, end: number): XmlFault | undefined {
    for (let at = this.#ampersandFrom(start); at < end; at = this.#ampersandFrom(at + 1)) {
      reference.lastIndex = at;
      const match = reference.exec(this.#text);
      if (match === null) return this.fault('An error occurred while parsing EntityName.', at + 1);
      if (!isXmlCharacter(codeOfReference(match))) return this.fault('Invalid character reference.', at + 1);
    }
    return undefined;
  }

  /** The next `&`, searched for once: searching the rest of the text for every element would take quadratic time. */
  #ampersandFrom(start: number): number {
    if (this.#ampersand < start) {
      const found = this.#text.indexOf('&', start);
      this.#ampersand = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#ampersand;
  }

  #takeMarkup(): XmlFault | undefined {
    const text = this.#text;
    if (this.#at >= text.length) return undefined;
    if (text.startsWith('<!--', this.#at)) return this.#takeUntil('-->', 4, 'Comment');
    if (text.startsWith('<![CDATA[', this.#at) && this.#open.length > 0) return this.#takeUntil(']]>', 9, 'CDATA');
    if (text.startsWith('<!', this.#at)) {
      return this.fault('For security reasons DTD is prohibited in this XML document.', this.#at + 1);
    }
    if (text.startsWith('<?', this.#at)) return this.#takeInstruction();
    return text.startsWith('</', this.#at) ? this.#takeEndTag() : this.#takeStartTag();
  }

  #takeInstruction(): XmlFault | undefined {
    const late = this.#at > 0 && /^xml[\s?]/i.test(this.#text.slice(this.#at + 2, this.#at + 6));
    if (!late) return this.#takeUntil('?>', 2, 'PI');
    return this.fault(
      'Unexpected XML declaration. The XML declaration must be the first node in the document, and no white space characters are allowed to appear before it.',
      this.#at + 2,
    );
  }

  #takeUntil(end: string, opening: number, what: string): XmlFault | undefined {
    const found = this.#text.indexOf(end, this.#at + opening);
    if (found >= 0) return this.#keep(found + end.length);
    return this.fault(`Unexpected end of file while parsing ${what} has occurred.`, this.#text.length);
  }

  #takeEndTag(): XmlFault | undefined {
    const end = this.#text.indexOf('>', this.#at);
    if (end < 0) return this.fault('Unexpected end of file has occurred.', this.#text.length);
    const name = this.#text.slice(this.#at + 2, end).trimEnd();
    const open = this.#open.pop();
    if (open === undefined) return this.fault('Unexpected end tag.', this.#at + 2);
    if (open.name !== name) {
      return this.fault(
        `The '${open.name}' start tag does not match the end tag of '${name.slice(0, 200)}'.`,
        this.#at + 2,
      );
    }
    return this.#keep(end + 1);
  }

  #takeStartTag(): XmlFault | undefined {
    const start = this.#at;
    if (this.#open.length === 0 && this.#rootSeen) return this.fault('There are multiple root elements.', start + 1);
    if (this.#open.length >= deepestXml) {
      return this.fault(`The XML is nested deeper than '${deepestXml}' elements.`, start + 1);
    }
    const end = this.#tagEnd();
    if (end instanceof XmlFault) return end;
    const tag = this.#text.slice(start, end.at + 1);
    const selfClosed = tag.endsWith('/>');
    this.#rootSeen = true;
    this.#elements.push({ selfClosed, attributes: end.attributes });
    if (!selfClosed) this.#open.push({ name: nameOfTag(tag), at: start, preserveSpace: this.#preservesSpace(tag) });
    return this.#checkReferences(start, end.at) ?? this.#keep(end.at + 1);
  }

  #preservesSpace(tag: string): boolean {
    const own = tag.includes('xml:space') ? spaceAttribute.exec(tag)?.[1] : undefined;
    return own === undefined ? this.#open.at(-1)?.preserveSpace === true : own === 'preserve';
  }

  /** Where the tag at hand ends, and how many quoted values it has. */
  #tagEnd(): { readonly at: number; readonly attributes: number } | XmlFault {
    let attributes = 0;
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const sign = this.#text[at];
      if (sign === '>') return { at, attributes };
      if (sign === '<') return this.fault("'<', hexadecimal value 0x3C, is an invalid attribute character.", at);
      if (sign !== '"' && sign !== "'") continue;
      const close = this.#text.indexOf(sign, at + 1);
      if (close < 0) break;
      attributes += 1;
      at = close;
    }
    return this.fault('Unexpected end of file has occurred.', this.#text.length);
  }
}

/** The character that a reference means; a blank for the five named ones, which are always fine. */
function codeOfReference(match: RegExpExecArray): number {
  if (match[1] !== undefined) return Number(match[1]);
  return match[2] === undefined ? 0x20 : Number.parseInt(match[2], 16);
}

function nameOfTag(tag: string): string {
  return tag.slice(1).split(/[\s/>]/, 1)[0] ?? '';
}
