/**
 * XPath 1.0 over trees.
 *
 * Owns: evaluating an expression and turning its result into a value. Does not own: trees (`parse-xml.ts`), what an
 * evaluation may cost (`xpath-budget.ts`), the XPath language (the `xpath` package).
 *
 * Invariants
 * XP1. A node-set is an array in document order, also for one node or none.
 * XP2. Unprefixed names match no namespace, names are compared exactly (the package's own entry takes our trees for
 *      HTML and would ignore case), and no prefix, variable or extension function is known.
 *
 * Source: expression reference 9.3, 9.4.
 */
import type { Node } from '@xmldom/xmldom';
import xpath from 'xpath';
import { BoundedCache } from '../numbers/bounded-cache.ts';
import { floatValue, type Value } from '../values.ts';
import { XmlValue } from '../xml-value.ts';
import { printXml } from './print-xml.ts';
import { XmlFault } from './scan.ts';
import { isElement, nodeType } from './tree.ts';
import { withXPathBudget } from './xpath-budget.ts';

/** What the package offers and its type declarations leave out. */
interface XPathLibrary {
  parse(expression: string): {
    evaluate(options: {
      readonly node: Node;
      readonly namespaces: (prefix: string) => string | undefined;
    }): XPathResult;
  };
  readonly XNodeSet: abstract new () => { toArray(): readonly XPathNode[] };
  readonly XNumber: abstract new () => { numberValue(): number };
  readonly XBoolean: abstract new () => { booleanValue(): boolean };
}

type XPathResult = { stringValue(): string };
/** A DOM node, or a namespace node, which the package makes up. */
type XPathNode = Node & { readonly isNamespaceNode?: boolean; readonly namespace?: string };
type ParsedXPath = ReturnType<XPathLibrary['parse']>;

const library = xpath as unknown as XPathLibrary;

/** Longer expressions cannot be written in a definition. */
const longestExpression = 8192;
/** Characters of XML one result may hold: nested elements repeat their content. */
const largestResult = 20_971_520;

/**
 * Only `xml` is bound. Throwing is the one way to tell the package so: for anything less it asks the document.
 */
function namespaces(prefix: string): string {
  if (prefix === 'xml') return 'http://www.w3.org/XML/1998/namespace';
  throw new Error(`the prefix '${prefix}' cannot be bound to a namespace; use local-name() and namespace-uri()`);
}

const parsed = new BoundedCache<ParsedXPath | XmlFault>(200);

function parse(expression: string): ParsedXPath | XmlFault {
  try {
    return library.parse(expression);
  } catch (error) {
    return faultOf(expression, error);
  }
}

function faultOf(expression: string, error: unknown): XmlFault {
  const reason = error instanceof Error ? error.message : String(error);
  return new XmlFault(`The XPath expression '${expression.slice(0, 200)}' is not valid: '${reason}'.`);
}

/** The value of an expression with `node` as context. */
export function evaluateXPath(expression: string, node: Node): Value | XmlFault {
  if (expression.length > longestExpression)
    return faultOf(expression, `it is longer than ${longestExpression} characters`);
  const plan = parsed.get(expression, parse);
  if (plan instanceof XmlFault) return plan;
  try {
    return withXPathBudget(() => valueOfResult(expression, plan.evaluate({ node, namespaces })));
  } catch (error) {
    // Unknown prefixes, variables and functions come to light here.
    return faultOf(expression, error);
  }
}

function valueOfResult(expression: string, result: XPathResult): Value | XmlFault {
  if (result instanceof library.XNodeSet) return valuesOfNodes(result.toArray());
  if (result instanceof library.XBoolean) return result.booleanValue();
  if (result instanceof library.XNumber) {
    const number = result.numberValue();
    return Number.isFinite(number) ? floatValue(number) : faultOf(expression, `its result is ${number}`);
  }
  return result.stringValue();
}

function valuesOfNodes(nodes: readonly XPathNode[]): readonly Value[] | XmlFault {
  const values: Value[] = [];
  let size = 0;
  for (const node of nodes) {
    const value = valueOfNode(node);
    size += typeof value === 'string' ? value.length : value.text.length;
    if (size > largestResult) return new XmlFault(`The XPath result has more than '${largestResult}' characters.`);
    values.push(value);
  }
  return values;
}

/** Elements and documents are XML; of every other node the text. */
function valueOfNode(node: XPathNode): string | XmlValue {
  if (node.isNamespaceNode === true) return node.namespace ?? '';
  if (isElement(node) || node.nodeType === nodeType.document) return new XmlValue(printXml(node), node);
  return node.nodeValue ?? '';
}
