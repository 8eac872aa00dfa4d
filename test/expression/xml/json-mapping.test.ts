import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isJsonObject, JsonNumber } from '#foundation';
import { Decimal } from '../../../src/expression/decimal.ts';
import { isEvaluationFault } from '../../../src/expression/faults.ts';
import type { ObjectValue } from '../../../src/expression/values.ts';
import { jsonOfXml, xmlOfObject, xmlOfText } from '../../../src/expression/xml/xml-operations.ts';
import { decodeXmlName, encodeXmlName } from '../../../src/expression/xml/xml-names.ts';
import { XmlValue } from '../../../src/expression/xml-value.ts';
import { built, json, xml } from './reading.ts';

describe('JSON of XML', () => {
  it('tells nothing from empty text, and makes text of elements that have only text (TJ1)', () => {
    assert.deepEqual(json('<a/>'), { a: null });
    assert.deepEqual(json('<a></a>'), { a: '' });
    assert.deepEqual(json('<a> </a>'), { a: '' });
    assert.deepEqual(json('<a>1</a>'), { a: '1' });
    assert.deepEqual(json('<a>true</a>'), { a: 'true' });
  });

  it('marks attributes, text beside them, CDATA, declaration and instructions', () => {
    assert.deepEqual(json('<a b="1"/>'), { a: { '@b': '1' } });
    assert.deepEqual(json('<a b="1">t</a>'), { a: { '@b': '1', '#text': 't' } });
    assert.deepEqual(json('<a><![CDATA[x]]></a>'), { a: { '#cdata-section': 'x' } });
    assert.deepEqual(json('<a>x<b/>y</a>'), { a: { '#text': ['x', 'y'], b: null } });
    assert.deepEqual(json('<?xml version="1.0" encoding="utf-8" standalone=\'yes\'?><a/>'), {
      '?xml': { '@version': '1.0', '@encoding': 'utf-8', '@standalone': 'yes' },
      a: null,
    });
    assert.deepEqual(json('<a><!-- c --><?pi d?><b/></a>'), { a: { '?pi': 'd', b: null } });
  });

  it('makes arrays of siblings of one name, and of a single one only when asked (TJ2)', () => {
    assert.deepEqual(json('<a><b>1</b><b>2</b></a>'), { a: { b: ['1', '2'] } });
    assert.deepEqual(json('<a><b>1</b></a>'), { a: { b: '1' } });
    const mixed = json('<a><b/><c/><b/></a>');
    assert.equal(JSON.stringify(mixed), '{"a":{"b":[null,null],"c":null}}');
    const asked = '<a xmlns:json="http://james.newtonking.com/projects/json"><b json:Array="true">1</b></a>';
    assert.deepEqual(json(asked), { a: { b: ['1'] } });
  });

  it('keeps prefixes and shows namespaces as attributes', () => {
    assert.deepEqual(json('<p:a xmlns:p="u" xmlns="v"><p:b/></p:a>'), {
      'p:a': { '@xmlns:p': 'u', '@xmlns': 'v', 'p:b': null },
    });
  });

  it('takes names for data', () => {
    const value = json('<__proto__ constructor="1"><toString/></__proto__>');
    assert.deepEqual(Object.keys(value ?? {}), ['__proto__']);
    assert.deepEqual(json('<a_x0020_b/>'), { 'a b': null });
  });
});

describe('XML of JSON', () => {
  it('writes one root property', () => {
    assert.equal(built({ a: 1 }), '<a>1</a>');
    assert.equal(built({ a: null }), '<a />');
    assert.equal(built({ a: {} }), '<a />');
    assert.equal(built({ a: '' }), '<a></a>');
    assert.equal(
      built({ person: { name: 'Sophia Owen', city: 'Seattle' } }),
      '<person><name>Sophia Owen</name><city>Seattle</city></person>',
    );
  });

  it('spells numbers and Booleans as JSON does (FJ1)', () => {
    assert.equal(
      built({
        a: {
          b: true,
          c: 1.5,
          d: new JsonNumber('5.0'),
          e: new Decimal(150n, 2),
          f: new JsonNumber('9223372036854775807'),
        },
      }),
      '<a><b>true</b><c>1.5</c><d>5.0</d><e>1.50</e><f>9223372036854775807</f></a>',
    );
  });

  it('repeats elements for arrays, and makes attributes, text, CDATA and the declaration', () => {
    assert.equal(built({ a: { b: [1, null, { c: 2 }] } }), '<a><b>1</b><b /><b><c>2</c></b></a>');
    assert.equal(built({ a: { b: [] } }), '<a />');
    assert.equal(built({ a: { b: [[1, 2], [3]] } }), '<a><b><b>1</b><b>2</b></b><b><b>3</b></b></a>');
    assert.equal(built({ a: { '#text': 't', '@x': 1, '@y': null } }), '<a x="1" y="">t</a>');
    assert.equal(built({ a: { '#text': ['x', 'y'] } }), '<a>xy</a>');
    assert.equal(built({ a: { '#cdata-section': 'x<y', '#comment': ' c ' } }), '<a><![CDATA[x<y]]><!-- c --></a>');
    assert.equal(
      built({ '?xml': { '@version': '1.0', '@encoding': 'utf-8' }, a: 1 }),
      '<?xml version="1.0" encoding="utf-8"?><a>1</a>',
    );
    assert.equal(built({ a: '<&>"' }), '<a>&lt;&amp;&gt;"</a>');
  });

  it('puts elements and attributes into the namespaces that are declared around them', () => {
    const value = { a: { '@xmlns': 'u', '@xmlns:p': 'v', 'p:b': { '@p:c': 1 }, d: null } };
    assert.equal(built(value), '<a xmlns="u" xmlns:p="v"><p:b p:c="1" /><d /></a>');
    assert.match(built({ 'p:a': 1 }), /'p' is an undeclared prefix/);
    assert.equal(built({ a: { '@xml:lang': 'en' } }), '<a xml:lang="en" />');
  });

  it('escapes names that XML cannot have (FJ2)', () => {
    assert.equal(
      built({ 'a b': { '1x': 1, $type: 2, ':c': 3, 'd:': 4 } }),
      '<a_x0020_b><_x0031_x>1</_x0031_x><_x0024_type>2</_x0024_type><_x003A_c>3</_x003A_c><d_x003A_>4</d_x003A_></a_x0020_b>',
    );
    assert.equal(
      built(JSON.parse('{"__proto__":{"constructor":1}}') as { a: number }),
      '<__proto__><constructor>1</constructor></__proto__>',
    );
  });

  it('refuses what has no single root, and what no XML can hold', () => {
    assert.match(built({}), /must have a single property/);
    assert.match(built({ a: 1, b: 2 }), /must have a single property/);
    assert.match(built({ a: [1, 2] }), /The root property is an array/);
    assert.match(built({ '@a': 1 }), /cannot be the root element/);
    assert.match(built({ '#text': 1 }), /cannot be the root element/);
    assert.match(built({ '!DOCTYPE': 1 }), /cannot be the root element/);
    assert.match(built({ a: { '': 1 } }), /empty text/);
    assert.match(built({ a: '\u0001' }), /0x01 is an invalid character/);
    assert.match(built({ a: { '@b': [1] } }), /The value of attribute '@b' is not valid/);
    assert.match(built({ a: { '#unknown': 1 } }), /not a kind of content/);
    assert.match(built({ a: { '?pi': 'x' } }), /cannot stand inside an element/);
    assert.match(built({ a: { '#comment': 'x--y' } }), /not allowed in a comment/);
    assert.match(built({ a: { '#cdata-section': ']]>' } }), /not allowed in a CDATA section/);
    assert.match(built({ a: 1, '?xml': { '@version': '1.0' } }), /must be the first property/);
    assert.match(built({ '?xml': { '@version': '"?>' }, a: 1 }), /not valid/);
    assert.match(built({ xmlns: 1 }), /cannot be converted to XML/);
    assert.match(built({ a: { '@xmlns:xml': 'u', 'xml:b': 1 } }), /cannot be converted to XML/);
  });

  it('has a bound on depth', () => {
    const nested = (depth: number): ObjectValue => ({
      a: Array.from({ length: depth }).reduce<ObjectValue>((inner) => ({ a: inner }), {}),
    });
    assert.match(built(nested(198)), /^<a>/);
    assert.match(built(nested(200)), /nested deeper than '200' levels/);
  });
});

describe('the two mappings together', () => {
  it('give back an object of text, without arrays of one', () => {
    const value = {
      root: { '@id': '1', name: 'x', tag: ['a', 'b'], none: null, empty: '', inner: { '@a': '1', '#text': 't' } },
    };
    assert.deepEqual(json(built(value)), value);
  });

  it('never throw on JSON, and make XML that reads again', () => {
    const key = fc.oneof(
      fc.constantFrom('a', '@b', '#text', 'p:c', '@xmlns:p', '__proto__', '?xml', 'x y', 'xmlns', '@xmlns'),
      fc.string(),
    );
    const { value: tree } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie('object'),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
      object: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const made = xmlOfObject('xml', { root: (value ?? null) as string });
        if (isEvaluationFault(made)) return;
        const again = xmlOfText('xml', made.text);
        assert.ok(again instanceof XmlValue, made.text);
        const back = jsonOfXml(made);
        assert.ok(!isEvaluationFault(back) && isJsonObject(back));
      }),
      { numRuns: 500 },
    );
  });
});

describe('XML names', () => {
  it('escape what may not stand at its place, and what looks like an escape', () => {
    assert.equal(encodeXmlName('a b'), 'a_x0020_b');
    assert.equal(encodeXmlName('1a'), '_x0031_a');
    assert.equal(encodeXmlName('a1-.'), 'a1-.');
    assert.equal(encodeXmlName('_x0020_'), '_x005F_x0020_');
    assert.equal(encodeXmlName('😀'), '_x0001F600_');
    assert.equal(decodeXmlName('_x0001F600__x0020_x'), '😀 x');
    assert.equal(decodeXmlName('_xZZZZ_'), '_xZZZZ_');
  });

  it('stand for the text they were made from (XN1)', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('_x', '_x0020', '_X0020_', 'x_x0041_')),
        (text) => {
          assert.equal(decodeXmlName(encodeXmlName(text)), text);
        },
      ),
    );
  });

  it('are names to the parser', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const name = encodeXmlName(text).replaceAll(':', '_');
        xml(`<${name}/>`);
      }),
    );
  });
});
