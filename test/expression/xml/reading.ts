/** Short ways from text or JSON to XML and back in tests. */
import assert from 'node:assert/strict';
import type { Json } from '#foundation';
import { isEvaluationFault } from '../../../src/expression/faults.ts';
import type { ObjectValue, Value } from '../../../src/expression/values.ts';
import { jsonOfXml, xmlOfObject, xmlOfText, xpathOf } from '../../../src/expression/xml/xml-operations.ts';
import { XmlValue } from '../../../src/expression/xml-value.ts';

export function xml(text: string): XmlValue {
  const value = xmlOfText('xml', text);
  assert.ok(value instanceof XmlValue, `${text.slice(0, 100)} is XML`);
  return value;
}

/** The XML text of an object, or the fault's message. */
export function built(value: ObjectValue): string {
  const made = xmlOfObject('xml', value);
  return made instanceof XmlValue ? made.text : made.message;
}

/** Why a text is no XML. */
export function reason(text: string): string {
  const value = xmlOfText('xml', text);
  assert.ok(isEvaluationFault(value), `${text.slice(0, 100)} is no XML`);
  return /cannot be converted to XML: '(.*)'\.$/s.exec(value.message)?.[1] ?? value.message;
}

export function json(text: string): Json {
  const value = jsonOfXml(xml(text));
  assert.ok(!isEvaluationFault(value));
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** An XPath result with XML values as their texts; the message of a fault. */
export function query(source: string | XmlValue, expression: string): unknown {
  const result = xpathOf(source instanceof XmlValue ? source : xml(source), expression);
  if (isEvaluationFault(result)) return result.message;
  const shown = (value: Value): unknown => (value instanceof XmlValue ? value.text : value);
  return Array.isArray(result) ? result.map(shown) : shown(result);
}
