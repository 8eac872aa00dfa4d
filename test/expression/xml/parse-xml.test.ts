import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { deepestXml, longestXml } from '../../../src/expression/xml/scan.ts';
import { xmlOfText } from '../../../src/expression/xml/xml-operations.ts';
import { reason, xml } from './reading.ts';

describe('reading XML', () => {
  it('writes it again as .NET does', () => {
    const cases: Readonly<Record<string, string>> = {
      '<a/>': '<a />',
      '<a></a>': '<a></a>',
      '<a  b = "1"  c=\'2\' />': '<a b="1" c="2" />',
      ' <a/>\n': '<a />',
      '\ufeff<a/>': '<a />',
      '<?xml version="1.0" encoding="utf-8"?>\n<a/>': '<?xml version="1.0" encoding="utf-8"?><a />',
      '<a>\n  <b>1</b>\n</a>': '<a><b>1</b></a>',
      '<a> x </a>': '<a> x </a>',
      '<a> </a>': '<a></a>',
      '<a xml:space="preserve"> <b/> </a>': '<a xml:space="preserve"> <b /> </a>',
      '<a xml:space="preserve"><b xml:space="default"> </b></a>':
        '<a xml:space="preserve"><b xml:space="default"></b></a>',
      '<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x1F600;</a>': '<a>&amp;&lt;&gt;"\'A😀</a>',
      '<a b="&quot;&lt;&gt;&amp;&#10;\'"/>': '<a b="&quot;&lt;&gt;&amp;&#xA;\'" />',
      '<a b=">"/>': '<a b="&gt;" />',
      '<a b="1\n2"/>': '<a b="1 2" />',
      '<a>x\r\ny\rz</a>': '<a>x\ny\nz</a>',
      '<a>\u0085\u2028</a>': '<a>\u0085\u2028</a>',
      '<a><![CDATA[x<y]]></a>': '<a><![CDATA[x<y]]></a>',
      '<a><!-- c --><?pi d?><?e?></a>': '<a><!-- c --><?pi d?><?e?></a>',
      '<p:a xmlns:p="u" xmlns="v"><p:b p:c="1"/><d/></p:a>': '<p:a xmlns:p="u" xmlns="v"><p:b p:c="1" /><d /></p:a>',
      '<__proto__ constructor="1"/>': '<__proto__ constructor="1" />',
    };
    for (const [text, expected] of Object.entries(cases)) assert.equal(xml(text).text, expected, text);
  });

  it('refuses what is not well-formed, saying why and where', () => {
    const cases: Readonly<Record<string, string>> = {
      '': 'Root element is missing.',
      ' ': 'Root element is missing.',
      '<!-- c -->': 'Root element is missing.',
      x: 'Data at the root level is invalid. Line 1, position 1.',
      '\n  x': 'Data at the root level is invalid. Line 2, position 3.',
      '{"a":1}': 'Data at the root level is invalid. Line 1, position 1.',
      '<a/>x': 'Data at the root level is invalid. Line 1, position 5.',
      '<a/><b/>': 'There are multiple root elements. Line 1, position 6.',
      '<a>': 'Unexpected end of file has occurred. The following elements are not closed: a. Line 1, position 4.',
      '<a><b></b>':
        'Unexpected end of file has occurred. The following elements are not closed: a. Line 1, position 11.',
      '<a>\n</b>': "The 'a' start tag does not match the end tag of 'b'. Line 2, position 3.",
      '</a>': 'Unexpected end tag. Line 1, position 3.',
      '<a': 'Unexpected end of file has occurred. Line 1, position 3.',
      '<a b="1': 'Unexpected end of file has occurred. Line 1, position 8.',
      '<a>& b</a>': 'An error occurred while parsing EntityName. Line 1, position 5.',
      '<a>&nbsp;</a>': 'An error occurred while parsing EntityName. Line 1, position 5.',
      '<a b="&x"/>': 'An error occurred while parsing EntityName. Line 1, position 8.',
      '<a>&#0;</a>': 'Invalid character reference. Line 1, position 5.',
      '<a>&#xD800;</a>': 'Invalid character reference. Line 1, position 5.',
      '<a>\u0001</a>': 'Hexadecimal value 0x01 is an invalid character. Line 1, position 4.',
      '<a>\ud800</a>': 'Hexadecimal value 0xD800 is an invalid character. Line 1, position 4.',
      '<a>]]></a>': "']]>' is not allowed in character data. Line 1, position 4.",
      '<a><!-- x</a>': 'Unexpected end of file while parsing Comment has occurred. Line 1, position 14.',
      '<a><![CDATA[x</a>': 'Unexpected end of file while parsing CDATA has occurred. Line 1, position 18.',
    };
    for (const [text, expected] of Object.entries(cases)) assert.equal(reason(text), expected, text);
  });

  it('refuses, too, what the parser would let pass with a warning or none', () => {
    const wrong = [
      '<a x=1/>',
      '<a x/>',
      '<a x="1" x="2"/>',
      '<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>',
      '<a b="1"c="2"/>',
      '<a b="<"/>',
      '<1a/>',
      '< a/>',
      '<>',
      '<a:b:c xmlns:a="u"/>',
      '<p:a/>',
      '<a p:b="1"/>',
      '<a><!-- x -- y --></a>',
      ' <?xml version="1.0"?><a/>',
      '<![CDATA[x]]>',
      '<a/ >',
    ];
    for (const text of wrong) reason(text);
  });

  it('has no document types, hence no entities of its own and none from elsewhere (SC2)', () => {
    const wrong = [
      '<!DOCTYPE a><a/>',
      '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
      '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
      '<a><!DOCTYPE b></a>',
      '<!doctype html><html/>',
    ];
    for (const text of wrong)
      assert.match(reason(text), /^For security reasons DTD is prohibited in this XML document\. /);
  });

  it('has bounds on depth and size (SC1)', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    xml(nested(deepestXml));
    assert.match(reason(nested(deepestXml + 1)), /nested deeper than '200' elements/);
    assert.match(reason('<a>'.repeat(1_000_000)), /nested deeper than '200' elements/);
    assert.match(reason(`<a>${'x'.repeat(longestXml)}</a>`), /characters; the limit is/);
  });

  it('takes time in proportion to the text (SC1)', () => {
    // Each was quadratic in a simpler scan; at this size that would take minutes.
    for (const text of [
      `<r>${'<i/>'.repeat(20_000)}</r>`,
      `<r>${'&amp;'.repeat(100_000)}</r>`,
      `<r>${'<i a="1" b="2">x</i>'.repeat(10_000)}</r>`,
    ]) {
      xml(text);
    }
    for (const text of [
      '<'.repeat(500_000),
      '<a b="'.repeat(100_000),
      '<!--'.repeat(500_000),
      '&'.repeat(500_000),
      `<a ${'b '.repeat(500_000)}`,
    ]) {
      reason(text);
    }
  });

  it('never throws, and reads again what it wrote', () => {
    const pieces = fc.constantFrom(
      '<a>',
      '</a>',
      '<b x="1">',
      '</b>',
      '<c/>',
      'text',
      ' ',
      '&amp;',
      '&',
      '<![CDATA[d]]>',
      '<!--e-->',
      '<?f?>',
      '"',
      '>',
      '<',
      'é',
      ' xmlns:p="u"',
      '<p:q/>',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 10 }), (list) => {
        for (const text of [list.join(''), `<r>${list.join('')}</r>`]) {
          const value = xmlOfText('xml', text);
          if (!('node' in value)) continue;
          const again = xmlOfText('xml', value.text);
          assert.ok('node' in again && again.text === value.text, text);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
