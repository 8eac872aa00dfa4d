/**
 * JSON as XML by the mapping of Newtonsoft's converter.
 *
 * Owns: `xml(object)`. Does not own: the way back (`to-json.ts`).
 *
 * Invariants
 * FJ1. Numbers and Booleans have JSON's spelling; null and an empty object are empty elements.
 * FJ2. A name that XML cannot have is escaped, never refused and never written as it is.
 *
 * Source: expression reference 9.1; Newtonsoft.Json `XmlNodeConverter`.
 */
import { JsonNumber } from '#foundation';
import { type Document, DOMImplementation, type Element } from '@xmldom/xmldom';
import { textOf } from '../text.ts';
import { isArray, isObject, type ObjectValue, type Value } from '../values.ts';
import { deepestXml, isXmlCharacter, XmlFault } from './scan.ts';
import { markEmptyPair, markTree } from './tree.ts';
import { encodeXmlName } from './xml-names.ts';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** Namespaces by prefix around an element. */
type Scope = ReadonlyMap<string, string>;

/** The document of an object with exactly one root property, marked; the declaration `?xml` may stand beside it. */
export function documentOfJson(value: ObjectValue): Document | XmlFault {
  const document = new DOMImplementation().createDocument(null, '', null);
  const fault = build(document, value);
  if (fault !== undefined) return fault;
  markTree(document, () => {});
  return document;
}

function build(document: Document, value: ObjectValue): XmlFault | undefined {
  try {
    return new Builder(document).build(value);
  } catch (error) {
    // The library throws on names with a meaning of their own, such as an element called `xmlns`.
    return new XmlFault(error instanceof Error ? error.message : String(error));
  }
}

class Builder {
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
  }

  build(value: ObjectValue): XmlFault | undefined {
    const names = Object.keys(value);
    const [root, second] = names.filter((name) => !name.startsWith('?'));
    if (root === undefined || second !== undefined) {
      return new XmlFault(
        'JSON root object has multiple properties or none. The root object must have a single property in order to create a valid XML document.',
      );
    }
    if (/^[@#!]/.test(root)) {
      return new XmlFault(`JSON root object has property '${shown(root)}' that cannot be the root element.`);
    }
    const content = value[root] ?? null;
    if (isArray(content))
      return new XmlFault('The root property is an array. An XML document has a single root element.');
    for (const name of names) {
      const fault =
        name === root
          ? this.#element(this.#document, root, content, rootScope, 1)
          : this.#instruction(name.slice(1), value[name] ?? null);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** `?xml` with its attributes, or another processing instruction with its text. */
  #instruction(target: string, value: Value): XmlFault | undefined {
    if (target === '' || encodeXmlName(target) !== target) {
      return new XmlFault(`'?${shown(target)}' is not a processing instruction.`);
    }
    if (target === 'xml' && this.#document.firstChild !== null) {
      return new XmlFault("The XML declaration '?xml' must be the first property.");
    }
    const data = isObject(value) ? declarationText(value) : scalarText(value);
    if (data === undefined || data.includes('?>'))
      return new XmlFault(`The value of '?${shown(target)}' is not valid.`);
    this.#document.appendChild(this.#document.createProcessingInstruction(target, data));
    return undefined;
  }

  #element(parent: Document | Element, name: string, value: Value, outer: Scope, depth: number): XmlFault | undefined {
    if (depth > deepestXml) return new XmlFault(`The object is nested deeper than '${deepestXml}' levels.`);
    if (name === '') return new XmlFault('The empty text cannot be the name of an element.');
    const scope = isObject(value) ? scopeWithin(value, outer) : outer;
    const encoded = qualifiedName(name);
    const namespace = namespaceOf(encoded, scope);
    if (namespace instanceof XmlFault) return namespace;
    const element = this.#document.createElementNS(namespace ?? (scope.get('') || null), encoded);
    parent.appendChild(element);
    if (isArray(value)) return this.#repeated(element, name, value, scope, depth);
    if (isObject(value)) return this.#members(element, value, scope, depth);
    return value === null ? undefined : this.#text(element, '#text', value);
  }

  #members(element: Element, value: ObjectValue, scope: Scope, depth: number): XmlFault | undefined {
    for (const name of Object.keys(value)) {
      const fault = this.#member(element, name, value[name] ?? null, scope, depth);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #member(element: Element, name: string, value: Value, scope: Scope, depth: number): XmlFault | undefined {
    if (name.startsWith('@')) return setAttribute(element, name.slice(1), value, scope);
    if (name.startsWith('#')) return this.#texts(element, name, value);
    if (/^[?!]/.test(name)) return new XmlFault(`'${shown(name)}' cannot stand inside an element.`);
    return isArray(value)
      ? this.#repeated(element, name, value, scope, depth)
      : this.#element(element, name, value, scope, depth + 1);
  }

  /** One element of that name for each item. */
  #repeated(parent: Element, name: string, items: readonly Value[], scope: Scope, depth: number): XmlFault | undefined {
    for (const item of items) {
      const fault = this.#element(parent, name, item, scope, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** Mixed content has its pieces of text in an array. */
  #texts(element: Element, name: string, value: Value): XmlFault | undefined {
    for (const item of isArray(value) ? value : [value]) {
      const fault = this.#text(element, name, item);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #text(element: Element, name: string, value: Value): XmlFault | undefined {
    const text = scalarText(value);
    if (text === undefined) return new XmlFault(`The value of '${shown(name)}' must be text, a number or a Boolean.`);
    const fault = illegalText(text);
    if (fault !== undefined) return fault;
    switch (name) {
      case '#text':
      case '#whitespace':
      case '#significant-whitespace':
        if (text === '') markEmptyPair(element);
        else element.appendChild(this.#document.createTextNode(text));
        return undefined;
      case '#cdata-section':
        if (text.includes(']]>')) return new XmlFault("']]>' is not allowed in a CDATA section.");
        element.appendChild(this.#document.createCDATASection(text));
        return undefined;
      case '#comment':
        if (/--|-$/.test(text)) return new XmlFault("'--' is not allowed in a comment.");
        element.appendChild(this.#document.createComment(text));
        return undefined;
      default:
        return new XmlFault(`'${shown(name)}' is not a kind of content.`);
    }
  }
}

const rootScope: Scope = new Map([['xml', xmlNamespace]]);

function shown(name: string): string {
  return name.slice(0, 200);
}

/** The namespaces in force inside an element: its own `@xmlns` members over those around it. */
function scopeWithin(value: ObjectValue, outer: Scope): Scope {
  const own = Object.keys(value).filter((name) => name === '@xmlns' || name.startsWith('@xmlns:'));
  if (own.length === 0) return outer;
  return new Map([...outer, ...own.map((name) => [name.slice(7), scalarText(value[name] ?? null) ?? ''] as const)]);
}

/** An XML name of one prefix at most; colons that make no prefix are escaped like any other sign. */
function qualifiedName(name: string): string {
  const encoded = encodeXmlName(name);
  const parts = encoded.split(':');
  const [prefix = '', local = ''] = parts;
  const qualifies = parts.length === 2 && prefix !== '' && local !== '' && encodeXmlName(local) === local;
  return qualifies ? encoded : encoded.replaceAll(':', '_x003A_');
}

/** The namespace of a prefixed name, undefined without prefix, a fault for a prefix nobody declared. */
function namespaceOf(name: string, scope: Scope): string | undefined | XmlFault {
  const colon = name.indexOf(':');
  if (colon < 0) return undefined;
  const prefix = name.slice(0, colon);
  return scope.get(prefix) || new XmlFault(`'${shown(prefix)}' is an undeclared prefix.`);
}

function setAttribute(element: Element, name: string, value: Value, scope: Scope): XmlFault | undefined {
  const text = scalarText(value);
  if (text === undefined || name === '') return new XmlFault(`The value of attribute '@${shown(name)}' is not valid.`);
  const illegal = illegalText(text);
  if (illegal !== undefined) return illegal;
  const qualified = qualifiedName(name);
  const declares = qualified === 'xmlns' || qualified.startsWith('xmlns:');
  const namespace = declares ? xmlnsNamespace : namespaceOf(qualified, scope);
  if (namespace instanceof XmlFault) return namespace;
  element.setAttributeNS(namespace ?? null, qualified, text);
  return undefined;
}

function illegalText(text: string): XmlFault | undefined {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (!isXmlCharacter(code)) {
      return new XmlFault(
        `Hexadecimal value 0x${code.toString(16).toUpperCase().padStart(2, '0')} is an invalid character.`,
      );
    }
  }
  return undefined;
}

/** JSON's spelling of what is neither array nor object. */
function scalarText(value: Value): string | undefined {
  if (isArray(value) || isObject(value)) return undefined;
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return value instanceof JsonNumber ? value.text : textOf(value);
}

/** `{"@version": "1.0", "@encoding": "utf-8"}` as the declaration's text. */
function declarationText(value: ObjectValue): string | undefined {
  const parts = ['version', 'encoding', 'standalone'].flatMap((name) => {
    const text = Object.hasOwn(value, `@${name}`) ? scalarText(value[`@${name}`] ?? null) : undefined;
    return text === undefined ? [] : [`${name}="${text}"`];
  });
  return parts.some((part) => !/^\w+="[\w.-]*"$/.test(part)) ? undefined : parts.join(' ');
}
