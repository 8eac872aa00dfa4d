/** Settings as the portal shows and reads them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bytesOf,
  type Limit,
  limitsFor,
  limitTitle,
  sizeText,
  valueText,
  wholeNumber,
} from '../../portal/src/model/settings.ts';

describe('a size', () => {
  it('is read with its unit, whatever its case', () => {
    assert.equal(bytesOf('500 MB'), 500 * 1024 ** 2);
    assert.equal(bytesOf('1.5g'), 1.5 * 1024 ** 3);
    assert.equal(bytesOf('4096'), 4096);
    assert.equal(bytesOf('20 GiB'), 20 * 1024 ** 3);
    for (const text of ['', 'much', '-1', '1 XB', '1e9', '99999999999 TB'])
      assert.equal(bytesOf(text), undefined, text);
  });

  it('is written so that it is read as the same', () => {
    for (const bytes of [1, 1024, 16 * 1024 ** 2, 1.5 * 1024 ** 3, 20 * 1024 ** 4]) {
      assert.equal(bytesOf(sizeText(bytes)), bytes);
    }
  });
});

describe('a setting', () => {
  it('is shown in words', () => {
    assert.equal(valueText({ value: null }), 'Not set');
    assert.equal(valueText({ value: [] }), 'Not set');
    assert.equal(valueText({ value: ['10.0.0.0/8', 'host'] }), '10.0.0.0/8, host');
    assert.equal(valueText({ value: true }), 'On');
    assert.equal(valueText({ value: 0 }), '0');
  });

  it('takes whole numbers within its bounds', () => {
    assert.equal(wholeNumber(' 30 ', 1, 90), 30);
    for (const text of ['0', '91', '1.5', '', 'x', '-3']) assert.equal(wholeNumber(text, 1, 90), undefined, text);
  });
});

describe('limits', () => {
  const limit = (name: string, source: Limit['source'] = 'default'): Limit => ({
    name,
    value: 1,
    default: 1,
    source,
    change: 'now',
  });

  it('that were changed stand first', () => {
    const names = limitsFor([limit('b'), limit('c', 'saved'), limit('a')], '').map(({ name }) => name);
    assert.deepEqual(names, ['c', 'a', 'b']);
  });

  it('have titles to read', () => {
    assert.equal(limitTitle('retryInterval.minimum'), 'Retry interval, minimum');
    assert.equal(limitTitle('actions'), 'Actions');
  });
});
