/**
 * XML text of tree nodes, as .NET's `OuterXml` writes it.
 *
 * Owns: escaping, the two forms of empty elements, declaring the prefixes that a cut-out element needs.
 *
 * Invariants
 * PX1. Parsing the text of an element gives an equal tree: names, namespaces, attributes, text.
 *
 * Source: expression reference 2.8, 9.3; .NET `XmlNode.OuterXml`.
 */
import type { Attr, Element, Node } from '@xmldom/xmldom';
import { childrenOf, isElement, isEmptyPair, nodeType } from './tree.ts';

/** Namespaces by prefix, as declared by the elements printed around; the empty prefix is the default namespace. */
type Scope = ReadonlyMap<string, string>;

const xmlScope: Scope = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
]);

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
};

/** Element text with `&`, `<` and `>` escaped. */
function escapeXmlText(text: string): string {
  return text.replace(/[&<>]/g, (sign) => signs[sign] ?? sign);
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\r\n]/g, (sign) => signs[sign] ?? sign);
}

/** The text of a document, element or other node; of an attribute its value. */
export function printXml(node: Node): string {
  return print(node, xmlScope);
}

function print(node: Node, scope: Scope): string {
  if (isElement(node)) return printElement(node, scope);
  const data = node.nodeValue ?? '';
  switch (node.nodeType) {
    case nodeType.document:
      return printAll(childrenOf(node), scope);
    case nodeType.text:
      return escapeXmlText(data);
    case nodeType.cdata:
      return `<![CDATA[${data}]]>`;
    case nodeType.comment:
      return `<!--${data}-->`;
    case nodeType.instruction:
      return data === '' ? `<?${node.nodeName}?>` : `<?${node.nodeName} ${data}?>`;
    default:
      return data;
  }
}

function printAll(nodes: readonly Node[], scope: Scope): string {
  let text = '';
  for (const node of nodes) text += print(node, scope);
  return text;
}

function printElement(element: Element, outer: Scope): string {
  const attributes = Array.from(element.attributes);
  const written = attributes.map((attribute) => ` ${attribute.name}="${escapeAttribute(attribute.value)}"`).join('');
  const own = ownDeclarations(attributes);
  const missing = missingDeclarations(element, attributes, own.length === 0 ? outer : new Map([...outer, ...own]));
  // Most elements declare nothing: copying the scope for each of them took most of the time.
  const added = [...own, ...missing];
  const scope = added.length === 0 ? outer : new Map([...outer, ...added]);
  const start = `<${element.tagName}${written}${missing.map(declaration).join('')}`;
  const children = childrenOf(element);
  if (children.length === 0 && !isEmptyPair(element)) return `${start} />`;
  return `${start}>${printAll(children, scope)}</${element.tagName}>`;
}

type Declaration = readonly [prefix: string, namespace: string];

function declaration([prefix, namespace]: Declaration): string {
  return ` xmlns${prefix === '' ? '' : ':'}${prefix}="${escapeAttribute(namespace)}"`;
}

function ownDeclarations(attributes: readonly Attr[]): readonly Declaration[] {
  return attributes.flatMap((attribute) => {
    const prefix = declaredPrefix(attribute);
    return prefix === undefined ? [] : [[prefix, attribute.value] as const];
  });
}

/** The prefix that an attribute declares; undefined when it is an ordinary one. */
function declaredPrefix(attribute: Attr): string | undefined {
  if (attribute.name === 'xmlns') return '';
  return attribute.prefix === 'xmlns' ? (attribute.localName ?? '') : undefined;
}

/** What the element and its attributes use and nobody around has declared. */
function missingDeclarations(element: Element, attributes: readonly Attr[], scope: Scope): readonly Declaration[] {
  const missing = new Map<string, string>();
  const need = (prefix: string, namespace: string) => {
    if (scope.get(prefix) !== namespace) missing.set(prefix, namespace);
  };
  need(element.prefix ?? '', element.namespaceURI ?? '');
  for (const attribute of attributes) {
    if (attribute.prefix && declaredPrefix(attribute) === undefined)
      need(attribute.prefix, attribute.namespaceURI ?? '');
  }
  return [...missing];
}
