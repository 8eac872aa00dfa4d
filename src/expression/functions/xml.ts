/**
 * The functions of group "JSON and XML" that take or make XML.
 *
 * Owns: `xml`, `xpath`. Does not own: `json` (`conversion.ts`), XML itself (`../xml/`).
 *
 * Source: expression reference 6.4, 6.9, 9.
 */
import { isEnvelope } from '../content-envelope.ts';
import { isEvaluationFault } from '../faults.ts';
import { isObject } from '../values.ts';
import { xmlOfEnvelope, xmlOfObject, xmlOfText, xpathOf } from '../xml/xml-operations.ts';
import { XmlValue } from '../xml-value.ts';
import { type FunctionDefinition, parameter } from './function.ts';
import { pure } from './pure.ts';

const toXml: FunctionDefinition = pure({
  name: 'xml',
  group: 'Conversion',
  parameters: [
    parameter('value', 'the string or object with a single root property to convert to XML', 'String', 'Object', 'Xml'),
  ],
  returns: 'Xml',
  help: 'The XML of a text, or of an object with a single root property.',
  apply: ([value = null]) => {
    if (value instanceof XmlValue) return value;
    if (isEnvelope(value)) return xmlOfEnvelope('xml', value);
    return isObject(value) ? xmlOfObject('xml', value) : xmlOfText('xml', typeof value === 'string' ? value : '');
  },
});

const query: FunctionDefinition = pure({
  name: 'xpath',
  group: 'JSON and XML',
  parameters: [
    parameter('xml', 'the XML to search', 'Xml', 'Binary'),
    parameter('xpath', 'the XPath expression to evaluate'),
  ],
  returns: 'Any',
  help: 'The nodes or the value that an XPath expression finds in XML.',
  apply: ([source = null, expression = '']) => {
    const xml = isEnvelope(source) ? xmlOfEnvelope('xpath', source) : source;
    if (isEvaluationFault(xml) || !(xml instanceof XmlValue)) return xml;
    return xpathOf(xml, typeof expression === 'string' ? expression : '');
  },
});

export const xmlFunctions: readonly FunctionDefinition[] = [toXml, query];
