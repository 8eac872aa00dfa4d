import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeSecrets } from '#service';

test('a key never begins like an option of a command', () => {
  const keys = Array.from({ length: 2_000 }, () => nodeSecrets.randomKey(32));
  assert.ok(keys.every((key) => /^[\w][\w-]{42}$/.test(key)));
});
