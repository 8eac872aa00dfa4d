import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyListOf } from '#inventory';

const keyOf = (word: string): string => `${word}+/=`;

test('the keys of a storage account are listed with their names, whatever the case of type and action', () => {
  const list = keyListOf('microsoft.storage/StorageAccounts', 'listkeys', '/s/x/storageAccounts/a', keyOf);
  assert.deepEqual(list, {
    keys: [
      { keyName: 'key1', value: '1+/=', permissions: 'FULL' },
      { keyName: 'key2', value: '2+/=', permissions: 'FULL' },
    ],
  });
});

test('connection strings name the namespace that the rule belongs to', () => {
  const id = '/s/providers/Microsoft.EventHub/namespaces/ns/authorizationRules/root';
  const list = keyListOf('Microsoft.EventHub/namespaces/authorizationRules', 'listKeys', id, keyOf);
  assert.equal(
    list?.['primaryConnectionString'],
    'Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=primary+/=',
  );
});

test('types without lists of keys answer none', () => {
  assert.equal(keyListOf('Microsoft.Compute/virtualMachines', 'listKeys', '/x', keyOf), undefined);
});
