import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { textOf, type Value } from '#expression';
import { isEvaluationFault } from '../../../src/expression/faults.ts';
import { xpathOf } from '../../../src/expression/xml/xml-operations.ts';
import { XmlValue } from '../../../src/expression/xml-value.ts';
import { query, xml } from './reading.ts';

const produce = `<?xml version="1.0"?>
<produce>
  <item x="1"><name>Gala</name><type>apple</type><count>20</count></item>
  <item x="2"><name>Honeycrisp</name><type>apple</type><count>10</count></item>
</produce>`;

describe('querying XML', () => {
  it('answers a node-set with an array, also for one node or none (XP1)', () => {
    assert.deepEqual(query(produce, '/produce/item/name'), ['<name>Gala</name>', '<name>Honeycrisp</name>']);
    assert.deepEqual(query(produce, '//item[name="Gala"]/count'), ['<count>20</count>']);
    assert.deepEqual(query(produce, '//nothing'), []);
    assert.deepEqual(query(produce, '//name/text()'), ['Gala', 'Honeycrisp']);
    assert.deepEqual(query(produce, '//@x'), ['1', '2']);
    assert.deepEqual(query('<a/>', '/'), ['<a />']);
    assert.deepEqual(query('<a><!--c--><?p d?></a>', '//comment() | //processing-instruction()'), ['c', 'd']);
  });

  it('answers a number with a float, text with text, a Boolean with a Boolean', () => {
    assert.equal(JSON.stringify(query(produce, 'sum(//count)')), '30.0');
    assert.equal(query(produce, 'sum(//count) div 4'), 7.5);
    assert.equal(query(produce, 'string(//name)'), 'Gala');
    assert.equal(query(produce, 'string(//nothing)'), '');
    assert.equal(query(produce, 'count(//item) = 2'), true);
  });

  it('counts positions per parent, and over all with parentheses', () => {
    const source = '<a><b><c>1</c><c>2</c></b><b><c>3</c></b></a>';
    assert.deepEqual(query(source, '//c[1]'), ['<c>1</c>', '<c>3</c>']);
    assert.deepEqual(query(source, '(//c)[1]'), ['<c>1</c>']);
    assert.deepEqual(query(source, '//c[last()]/text()'), ['2', '3']);
    assert.deepEqual(query(source, '//b[2]/preceding-sibling::b/c[2]/text()'), ['2']);
  });

  it('keeps document order, whichever way the nodes were found (XP1, TR2)', () => {
    const source = '<r><a i="1"/><b i="2"/><a i="3"><c i="4"/></a></r>';
    assert.deepEqual(query(source, '//b/@i | //c/@i | //a/@i'), ['1', '2', '3', '4']);
    assert.deepEqual(query(source, '//c/ancestor::*/@i | //b/preceding::*/@i'), ['1', '3']);
  });

  it('matches unprefixed names in no namespace, exactly, and knows no prefix (XP2)', () => {
    const source = '<r xmlns="u" xmlns:p="v"><p:b/><B/></r>';
    assert.deepEqual(query(source, '/r'), []);
    assert.deepEqual(query(source, '//*[local-name()="b"]'), ['<p:b xmlns:p="v" />']);
    assert.deepEqual(query(source, '//*[namespace-uri()="u" and local-name()="B"]'), ['<B xmlns="u" />']);
    assert.deepEqual(query('<r><A/><a/></r>', '//a'), ['<a />']);
    assert.match(String(query(source, '//p:b')), /the prefix 'p' cannot be bound/);
    assert.deepEqual(query('<a xml:lang="en"/>', '//@xml:lang'), ['en']);
  });

  it('goes on from a node that another query found', () => {
    const [item] = xpathOf(xml(produce), '//item[2]') as readonly XmlValue[];
    assert.ok(item instanceof XmlValue);
    assert.deepEqual(query(item, 'name/text()'), ['Honeycrisp']);
    assert.deepEqual(query(item, '//name[1]/text()'), ['Gala', 'Honeycrisp']);
    assert.deepEqual(query(new XmlValue(item.text), '/item/name/text()'), ['Honeycrisp']);
  });

  it('prints a cut-out element with the namespaces it needs (PX1)', () => {
    const source = '<r xmlns="u" xmlns:p="v" xmlns:q="w"><a p:x="1"><p:b/><c xmlns=""/></a></r>';
    const [element] = query(source, '/*/*') as readonly string[];
    assert.equal(element, '<a p:x="1" xmlns="u" xmlns:p="v"><p:b /><c xmlns="" /></a>');
    assert.equal(xml(element ?? '').text, element);
  });

  it('refuses expressions that are none, and results that are no values', () => {
    for (const expression of ['', '//', 'foo()', '$v', '"a', '1 +', '//a[', 'a'.repeat(10_000)]) {
      assert.match(
        String(query('<a/>', expression)),
        /^The template language function 'xpath' parameters are not valid\. /,
        expression,
      );
    }
    assert.match(String(query('<a/>', 'number("x")')), /its result is NaN/);
    assert.match(String(query('<a/>', '1 div 0')), /its result is Infinity/);
  });

  it('has a bound on what a result may hold', () => {
    const deep = `${'<a>'.repeat(199)}${'x'.repeat(200_000)}${'</a>'.repeat(199)}`;
    assert.match(String(query(deep, '//*')), /XPath result has more than '20971520' characters/);
  });

  it('sorts ten thousand nodes without walking their siblings (TR2)', () => {
    const many = xml(`<r>${'<i><n>x</n></i>'.repeat(10_000)}</r>`);
    assert.equal((query(many, '//n') as unknown[]).length, 10_000);
    assert.equal(query(many, 'string((//i)[9999]/n)'), 'x');
  });

  it('never throws, whatever the expression', () => {
    const pieces = fc.constantFrom(
      '/',
      '//',
      '*',
      'item',
      '@x',
      '[',
      ']',
      '(',
      ')',
      '1',
      '=',
      '"a"',
      'text()',
      'count',
      '..',
      '.',
      '|',
      '::',
      'ancestor',
      ' and ',
      'p:',
      '$',
      '-',
      'id("a")',
    );
    const source = xml(produce);
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (list) => {
        const result = xpathOf(source, list.join(''));
        assert.ok(isEvaluationFault(result) || result !== undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('ends an evaluation whose steps and comparisons multiply, and does the next one in full (XB1)', () => {
    const many = xml(`<r>${'<a b="1">t</a>'.repeat(3000)}</r>`);
    const hostile = [
      '//a[@b = //a/@b]',
      '//a = //a/@b',
      'count(//a[following-sibling::a[following-sibling::a]])',
      'count(//a[contains(string(/), "x")])',
      'count(//a[sum(//a) > 1])',
    ];
    for (const expression of hostile) {
      const result = xpathOf(many, expression);
      assert.ok(isEvaluationFault(result), expression);
      assert.match(result.message, /visits more than 4000000 nodes/);
    }
    assert.equal(textOf(xpathOf(many, 'count(//a)') as Value), '3000');
  });

  it('collects each node once, in document order, however many there are (XB2)', () => {
    const many = xml(`<r>${'<a/><b/>'.repeat(2000)}</r>`);
    assert.equal((xpathOf(many, '//a | //b | //a') as readonly Value[]).length, 4000);
    assert.deepEqual(query('<r><a>1</a><b>2</b><a>3</a></r>', '(//b | //a)/text()'), ['1', '2', '3']);
  });
});
