/**
 * XML as JSON by the mapping of Newtonsoft's converter.
 *
 * Owns: `json(xml)`. Does not own: the way back (`from-json.ts`).
 *
 * Invariants
 * TJ1. Every leaf is text or null: `<a/>` is null, `<a></a>` is empty text.
 * TJ2. Siblings of one name become one array where the first of them stands; a single one no array, unless it carries
 *      the converter's own attribute `Array`.
 *
 * Source: expression reference 9.2; Newtonsoft.Json `XmlNodeConverter`.
 */
import type { Attr, Element, Node } from '@xmldom/xmldom';
import type { ObjectValue, Value } from '../values.ts';
import { childrenOf, isElement, isEmptyPair, nodeType } from './tree.ts';
import { decodeXmlName } from './xml-names.ts';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
/** Attributes of this namespace speak to the converter. */
const converterNamespace = 'http://james.newtonking.com/projects/json';

/** A document, or an element as if it were the root of one. */
export function jsonOfNode(node: Node): ObjectValue {
  return objectOf([], node.nodeType === nodeType.document ? childrenOf(node) : [node]);
}

/** Gathers members by name in the order of their first appearance. */
function objectOf(attributes: readonly Attr[], children: readonly Node[]): ObjectValue {
  const members = new Map<string, Value[]>();
  const arrays = new Set<string>();
  const add = (name: string, value: Value) => {
    const known = members.get(name);
    if (known === undefined) members.set(name, [value]);
    else known.push(value);
  };
  for (const attribute of attributes) add(`@${decodedName(attribute.name)}`, attribute.value);
  for (const child of children) {
    const name = memberName(child);
    if (name === undefined) continue;
    add(name, valueOf(child));
    if (isElement(child) && wantsArray(child)) arrays.add(name);
  }
  // `fromEntries` defines members, whatever they are called.
  return Object.fromEntries(
    Array.from(members, ([name, values]) => [
      name,
      values.length === 1 && !arrays.has(name) ? (values[0] ?? null) : values,
    ]),
  );
}

/** Prefixes stay; only the local part can hold escapes. */
function decodedName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? decodeXmlName(name) : name.slice(0, colon + 1) + decodeXmlName(name.slice(colon + 1));
}

/** Undefined for what has no place in JSON: comments. */
function memberName(node: Node): string | undefined {
  switch (node.nodeType) {
    case nodeType.element:
      return decodedName(node.nodeName);
    case nodeType.text:
      return '#text';
    case nodeType.cdata:
      return '#cdata-section';
    case nodeType.instruction:
      return `?${node.nodeName}`;
    default:
      return undefined;
  }
}

function valueOf(node: Node): Value {
  if (isElement(node)) return valueOfElement(node);
  const data = node.nodeValue ?? '';
  return node.nodeType === nodeType.instruction && node.nodeName === 'xml' ? declarationOf(data) : data;
}

function valueOfElement(element: Element): Value {
  const attributes = Array.from(element.attributes).filter((attribute) => !speaksToConverter(attribute));
  const children = childrenOf(element);
  const [first] = children;
  if (attributes.length === 0) {
    if (first === undefined) return isEmptyPair(element) ? '' : null;
    if (children.length === 1 && first.nodeType === nodeType.text) return first.nodeValue ?? '';
  }
  return objectOf(attributes, children);
}

function speaksToConverter(attribute: Attr): boolean {
  return (
    attribute.namespaceURI === converterNamespace ||
    (attribute.namespaceURI === xmlnsNamespace && attribute.value === converterNamespace)
  );
}

function wantsArray(element: Element): boolean {
  return element.getAttributeNS(converterNamespace, 'Array')?.toLowerCase() === 'true';
}

/** `version="1.0" encoding="utf-8"` as members. */
function declarationOf(data: string): ObjectValue {
  const parts = data.matchAll(/(version|encoding|standalone)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries(Array.from(parts, (part) => [`@${part[1] ?? ''}`, part[2] ?? part[3] ?? '']));
}
