/**
 * What the XML functions do, from value to value.
 *
 * Owns: `xml()`, `xpath()`, the XML half of `json()`, and their messages. Does not own: each step (the other files here).
 *
 * Source: expression reference 6.4, 6.9, 9; wording from the service's published error messages.
 */
import type { Node } from '@xmldom/xmldom';
import { type Envelope, envelopeAsText, mediaType } from '../content-envelope.ts';
import { type EvaluationFault, evaluationFault } from '../faults.ts';
import type { ObjectValue, Value } from '../values.ts';
import { XmlValue } from '../xml-value.ts';
import { documentOfJson } from './from-json.ts';
import { parseXml } from './parse-xml.ts';
import { printXml } from './print-xml.ts';
import { XmlFault } from './scan.ts';
import { jsonOfNode } from './to-json.ts';
import { evaluateXPath } from './xpath.ts';

function invalid(name: string, fault: XmlFault): EvaluationFault {
  return evaluationFault(
    `The template language function '${name}' parameter is not valid. The provided value cannot be converted to XML: '${fault.message}'.`,
  );
}

/** XML of a text. `name` is the function that asked, for the message. */
export function xmlOfText(name: string, text: string): XmlValue | EvaluationFault {
  const document = parseXml(text);
  return document instanceof XmlFault ? invalid(name, document) : new XmlValue(printXml(document), document);
}

/** XML of an object by Newtonsoft's mapping. */
export function xmlOfObject(name: string, value: ObjectValue): XmlValue | EvaluationFault {
  const document = documentOfJson(value);
  return document instanceof XmlFault ? invalid(name, document) : new XmlValue(printXml(document), document);
}

/** XML of a content envelope's bytes. */
export function xmlOfEnvelope(name: string, value: Envelope): XmlValue | EvaluationFault {
  const text = envelopeAsText(value);
  return text === undefined ? invalid(name, new XmlFault('The content is not base64.')) : xmlOfText(name, text);
}

/** Whether an envelope says that it holds XML: `application/xml`, `text/xml`, `…+xml`. */
export function holdsXml(value: Envelope): boolean {
  return /^(?:application|text)\/xml$|\+xml$/.test(mediaType(value['$content-type']));
}

/** JSON of XML by Newtonsoft's mapping: `json(xml)`. */
export function jsonOfXml(value: XmlValue): ObjectValue | EvaluationFault {
  const node = nodeOf(value);
  return node instanceof XmlFault ? invalid('json', node) : jsonOfNode(node);
}

/** The value of an XPath expression over XML: `xpath()`. */
export function xpathOf(value: XmlValue, expression: string): Value | EvaluationFault {
  const node = nodeOf(value);
  if (node instanceof XmlFault) return invalid('xpath', node);
  const result = evaluateXPath(expression, node);
  return result instanceof XmlFault
    ? evaluationFault(`The template language function 'xpath' parameters are not valid. ${result.message}`)
    : result;
}

/** The tree behind a value; one that has only its text is parsed. */
function nodeOf(value: XmlValue): Node | XmlFault {
  return value.node === undefined ? parseXml(value.text) : (value.node as Node);
}
