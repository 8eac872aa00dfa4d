/**
 * What the `list…` actions of resource types answer: keys and connection strings. Texts may hold `{name}` and `{parent}` (the
 * resource's name and that of what it lies in), `{key:x}` (a key that is the same for the same resource and word) and
 * `{keyText:x}` (the same without signs that need encoding).
 * Source: answers of the types' REST APIs as published.
 */
import type { JsonObject } from '#foundation';

const pair: JsonObject = { primaryKey: '{key:primary}', secondaryKey: '{key:secondary}' };
const numbered: JsonObject = { key1: '{keyText:1}', key2: '{keyText:2}' };

function busKeys(host: string): JsonObject {
  const text = (which: string): string =>
    `Endpoint=sb://${host}.servicebus.windows.net/;SharedAccessKeyName={name};SharedAccessKey={key:${which}}`;
  return {
    ...pair,
    primaryConnectionString: text('primary'),
    secondaryConnectionString: text('secondary'),
    keyName: '{name}',
  };
}

const workspaceKeys: JsonObject = { primarySharedKey: '{key:primary}', secondarySharedKey: '{key:secondary}' };

/** By lower-case `type/action`. */
export const keyLists: Readonly<Record<string, JsonObject>> = {
  'microsoft.storage/storageaccounts/listkeys': {
    keys: [
      { keyName: 'key1', value: '{key:1}', permissions: 'FULL' },
      { keyName: 'key2', value: '{key:2}', permissions: 'FULL' },
    ],
  },
  'microsoft.storage/storageaccounts/listaccountsas': { accountSasToken: 'sv=2023-01-03&sig={keyText:sas}' },
  'microsoft.storage/storageaccounts/listservicesas': { serviceSasToken: 'sv=2023-01-03&sig={keyText:sas}' },
  'microsoft.eventhub/namespaces/authorizationrules/listkeys': busKeys('{parent}'),
  'microsoft.eventhub/namespaces/eventhubs/authorizationrules/listkeys': busKeys('{grandparent}'),
  'microsoft.servicebus/namespaces/authorizationrules/listkeys': busKeys('{parent}'),
  'microsoft.servicebus/namespaces/queues/authorizationrules/listkeys': busKeys('{grandparent}'),
  'microsoft.servicebus/namespaces/topics/authorizationrules/listkeys': busKeys('{grandparent}'),
  'microsoft.operationalinsights/workspaces/listkeys': workspaceKeys,
  'microsoft.operationalinsights/workspaces/sharedkeys': workspaceKeys,
  'microsoft.documentdb/databaseaccounts/listkeys': {
    primaryMasterKey: '{key:primary}',
    secondaryMasterKey: '{key:secondary}',
    primaryReadonlyMasterKey: '{key:primaryRead}',
    secondaryReadonlyMasterKey: '{key:secondaryRead}',
  },
  'microsoft.documentdb/databaseaccounts/listconnectionstrings': {
    connectionStrings: [
      {
        connectionString: 'AccountEndpoint=https://{name}.documents.azure.com:443/;AccountKey={key:primary};',
        description: 'Primary SQL Connection String',
      },
    ],
  },
  'microsoft.cognitiveservices/accounts/listkeys': numbered,
  'microsoft.maps/accounts/listkeys': { primaryKey: '{keyText:1}', secondaryKey: '{keyText:2}' },
  'microsoft.cache/redis/listkeys': pair,
  'microsoft.search/searchservices/listadminkeys': { primaryKey: '{keyText:1}', secondaryKey: '{keyText:2}' },
  'microsoft.signalrservice/signalr/listkeys': {
    ...pair,
    primaryConnectionString: 'Endpoint=https://{name}.service.signalr.net;AccessKey={key:primary};Version=1.0;',
  },
  'microsoft.automation/automationaccounts/listkeys': {
    keys: [
      { KeyName: 'Primary', Permissions: 'Full', Value: '{key:1}' },
      { KeyName: 'Secondary', Permissions: 'Full', Value: '{key:2}' },
    ],
  },
  'microsoft.batch/batchaccounts/listkeys': {
    accountName: '{name}',
    primary: '{key:primary}',
    secondary: '{key:secondary}',
  },
  'microsoft.containerregistry/registries/listcredentials': {
    username: '{name}',
    passwords: [
      { name: 'password', value: '{keyText:1}' },
      { name: 'password2', value: '{keyText:2}' },
    ],
  },
  'microsoft.appconfiguration/configurationstores/listkeys': {
    value: [
      {
        id: '{keyText:id}',
        name: 'Primary',
        value: '{key:primary}',
        connectionString: 'Endpoint=https://{name}.azconfig.io;Id={keyText:id};Secret={key:primary}',
        readOnly: false,
      },
    ],
  },
  'microsoft.web/sites/host/listkeys': {
    masterKey: '{keyText:master}',
    functionKeys: { default: '{keyText:default}' },
    systemKeys: {},
  },
  'microsoft.web/sites/functions/listkeys': { default: '{keyText:default}' },
  'microsoft.web/sites/functions/listsecrets': { key: '{keyText:default}', trigger_url: '' },
  'microsoft.iothub/iothubs/listkeys': { value: [{ keyName: 'iothubowner', ...pair, rights: 'RegistryWrite' }] },
};

/** How a key is named in the body of a type's `regenerate…` action, and which list is answered. */
export interface KeyRenewal {
  readonly member: string;
  /** The names it may have, in lower case, and the words of the list above. */
  readonly words: Readonly<Record<string, string>>;
  readonly list: string;
}

const busRenewal: KeyRenewal = {
  member: 'keyType',
  words: { primarykey: 'primary', secondarykey: 'secondary' },
  list: 'listKeys',
};
const pairRenewal: KeyRenewal = {
  member: 'keyType',
  words: { primary: 'primary', secondary: 'secondary' },
  list: 'listKeys',
};

/** By lower-case type. */
export const keyRenewals: Readonly<Record<string, KeyRenewal>> = {
  'microsoft.storage/storageaccounts': { member: 'keyName', words: { key1: '1', key2: '2' }, list: 'listKeys' },
  'microsoft.eventhub/namespaces/authorizationrules': busRenewal,
  'microsoft.eventhub/namespaces/eventhubs/authorizationrules': busRenewal,
  'microsoft.servicebus/namespaces/authorizationrules': busRenewal,
  'microsoft.servicebus/namespaces/queues/authorizationrules': busRenewal,
  'microsoft.servicebus/namespaces/topics/authorizationrules': busRenewal,
  'microsoft.documentdb/databaseaccounts': {
    member: 'keyKind',
    words: {
      primary: 'primary',
      secondary: 'secondary',
      primaryreadonly: 'primaryRead',
      secondaryreadonly: 'secondaryRead',
    },
    list: 'listKeys',
  },
  'microsoft.cognitiveservices/accounts': { member: 'keyName', words: { key1: '1', key2: '2' }, list: 'listKeys' },
  'microsoft.cache/redis': pairRenewal,
  'microsoft.containerregistry/registries': {
    member: 'name',
    words: { password: '1', password2: '2' },
    list: 'listCredentials',
  },
  'microsoft.batch/batchaccounts': {
    member: 'keyName',
    words: { primary: 'primary', secondary: 'secondary' },
    list: 'listKeys',
  },
  'microsoft.maps/accounts': { member: 'keyType', words: { primary: '1', secondary: '2' }, list: 'listKeys' },
};
