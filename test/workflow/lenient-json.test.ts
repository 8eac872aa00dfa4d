import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Json, JsonNumber, parseJson, stringifyJson } from '#foundation';
import { lenientJson } from '#workflow';

function valueOf(text: string): Json {
  const read = lenientJson(text);
  assert.ok(read.kind === 'parsed', read.kind === 'invalid' ? read.message : '');
  return read.value;
}

function messageOf(text: string): string {
  const read = lenientJson(text);
  assert.ok(read.kind === 'invalid', text);
  assert.equal(read.code, 'InvalidJSON');
  return read.message;
}

describe('the lenient reader takes', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['single quotes', "{'alert':'High'}", '{"alert":"High"}'],
    ['names without quotes', '{severity: 1, $x_2: 2}', '{"severity":1,"$x_2":2}'],
    ['comments', '/* a */ {"a": 1 // b\n, "b": /* c */ 2}', '{"a":1,"b":2}'],
    ['trailing commas', '{"a":[1,2,],}', '{"a":[1,2]}'],
    ['empty places in arrays as null', '[,1,,2]', '[null,1,null,2]'],
    ['what follows the first value', '{"a":1} and more }', '{"a":1}'],
    ['arrays that are not closed', '[[1, 2', '[[1,2]]'],
    ['objects that are not closed behind a value', '{"a":{"b":1 ', '{"a":{"b":1}}'],
    ['words for what no number is', '[NaN, -Infinity, undefined]', '["NaN","-Infinity",null]'],
    ['numbers to the base of sixteen and eight', '[0x1F, 017]', '[31,15]'],
    ['numbers that begin or end with a point', '[.5, -1.,]', '[0.5,-1.0]'],
    ['a number too large for a double as text', '[2e999,]', '["Infinity"]'],
    ['escapes of single quotes', String.raw`['it\'s']`, `["it's"]`],
    ['line breaks and tabs inside strings', '["a\tb\nc",]', String.raw`["a\tb\nc"]`],
    ['the last of two members of one name', "{a:1,'a':2}", '{"a":2}'],
    ['white space alone as null', ' \r\n', 'null'],
  ];
  for (const [name, text, expected] of cases) {
    test(name, () => assert.equal(stringifyJson(valueOf(text)), expected));
  }

  test('numbers with all their digits', () => {
    const value = valueOf("['12345678901234567890', 12345678901234567890, 5.0, 1e3]") as readonly Json[];
    assert.equal(stringifyJson(value), '["12345678901234567890",12345678901234567890,5.0,1e3]');
    assert.ok(value[1] instanceof JsonNumber);
  });
});

describe('the lenient reader refuses, with place and position,', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['words', 'alert', "Unexpected character encountered while parsing value: a. Path '', line 0, position 0."],
    [
      'words on a later line',
      '{"a":\n  b}',
      "Unexpected character encountered while parsing value: b. Path 'a', line 2, position 2.",
    ],
    [
      'a missing comma',
      '[1 2]',
      "After parsing a value an unexpected character was encountered: 2. Path '[0]', line 1, position 3.",
    ],
    [
      'a missing colon',
      '{"a" 1}',
      "Invalid character after parsing property name. Expected ':' but got: 1. Path '', line 1, position 5.",
    ],
    ['a name that is none', '{"a":1,,}', "Invalid property identifier character: ,. Path 'a', line 1, position 7."],
    ['an end inside a member', '{"a":[{"b":', "Unexpected end when reading token. Path 'a[0]'."],
    ['an end behind a comma', '[1,', "Unexpected end when reading token. Path ''."],
    ['an end inside a word', '[tru', "Unexpected end when reading JSON. Path '', line 1, position 4."],
    ['a broken word', '[1,nul]', "Error parsing null value. Path '[0]', line 1, position 6."],
    ['a string without end', '{"a":"b', `Unterminated string. Expected delimiter: ". Path 'a', line 1, position 7.`],
    [
      'an escape that does not exist',
      String.raw`"\q"`,
      String.raw`Bad JSON escape sequence: \q. Path '', line 1, position 3.`,
    ],
    ['a broken number', '[1.2.3]', "Input string '1.2.3' is not a valid number. Path '[0]', line 1, position 6."],
    [
      'a bracket of the other kind',
      '[1}',
      "JsonToken EndObject is not valid for closing JsonType Array. Path '[0]', line 1, position 3.",
    ],
    ['a comment without end', '[1 /* 2', "Unexpected end while parsing comment. Path '[0]', line 1, position 7."],
  ];
  for (const [name, text, message] of cases) test(name, () => assert.equal(messageOf(text), message));

  test('nesting beyond a thousand levels, strict JSON included', () => {
    assert.match(
      messageOf(`${'['.repeat(5000)}1${']'.repeat(5000)}`),
      /^The reader's MaxDepth of 1000 has been exceeded/,
    );
    assert.match(messageOf("{'a':".repeat(5000)), /^The reader's MaxDepth/);
    assert.equal((valueOf(`["${'['.repeat(5000)}"]`) as readonly string[])[0]?.length, 5000);
  });
});

test('strict JSON reads as the strict parser reads it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(valueOf(text), parseJson(text));
    }),
  );
});

test('any text gives a value or a message', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      "'",
      'a',
      '1',
      '.',
      '-',
      '0x',
      '\\',
      '\\u00',
      '/*',
      '*/',
      '//',
      '\n',
      ' ',
      'null',
      'Na',
      '__proto__',
    ),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const read = lenientJson(parts.join(''));
      if (read.kind === 'parsed') stringifyJson(read.value);
      else assert.ok(read.message.length > 0);
    }),
    { numRuns: 2_000 },
  );
});
