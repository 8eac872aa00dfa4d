/** Published templates parse, and their resources evaluate; skipped where the corpus is not at hand. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  setMember,
  textMember,
} from '#foundation';
import {
  decodeTemplateBytes,
  expandTemplate,
  isStop,
  outlineTemplate,
  parseLenientJson,
  type RuntimeQuestion,
} from '#templates';
import { groupPlace, subscriptionPlace } from './places.ts';

const folder = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url));
const indexFile = join(folder, 'index.json');
const absent = existsSync(indexFile) ? false : 'the corpus is not beside the repository';

interface Entry {
  readonly file: string;
  readonly parameters: JsonObject;
}

/** Index entries that are templates: those with a list of resource types. */
function entries(): readonly Entry[] {
  const list = parseLenientJson(readFileSync(indexFile, 'utf8')).value;
  assert.ok(isJsonArray(list));
  return list
    .filter((one) => isJsonArray(memberOf(one, 'resourceTypes')))
    .map((one) => ({
      file: textMember(one, 'file') ?? '',
      parameters: (memberOf(one, 'parameters') ?? {}) as JsonObject,
    }));
}

/** What a running deployment would learn: enough of every shape that templates reach into. */
function answer(question: RuntimeQuestion): Json {
  if (question.kind === 'list') {
    const keys = [{ keyName: 'key1', value: 'AAAA', permissions: 'Full' }];
    return {
      keys,
      value: 'https://localhost/callback',
      basePath: '/',
      primaryKey: 'k',
      primarySharedKey: 'k',
      primaryConnectionString: 'c',
      default: 'd',
      key: 'k',
      secrets: [],
    };
  }
  if (/\/providers\/[^/]+$/i.test(question.id)) {
    return { resourceTypes: [{ resourceType: 'storageAccounts', apiVersions: ['2023-05-01'], locations: [] }] };
  }
  const properties = {
    principalId: '00000000-0000-4000-8000-00000000000a',
    accessEndpoint: 'https://localhost/workflows/w',
    customerId: '00000000-0000-4000-8000-00000000000b',
    outputs: new Proxy(
      {},
      {
        get: () => ({ value: 'v' }),
        has: () => true,
        getOwnPropertyDescriptor: () => ({ value: { value: 'v' }, configurable: true, enumerable: true }),
      },
    ),
    primaryEndpoints: { blob: 'https://a.blob.core.windows.net/' },
    vaultUri: 'https://a.vault.azure.net/',
  };
  return question.full
    ? {
        id: question.id,
        location: 'westeurope',
        identity: { principalId: properties.principalId, tenantId: properties.principalId },
        properties,
      }
    : properties;
}

/** Values for parameters that the index leaves open: the first allowed one, else one of the type. */
function givenParameters(template: Json, given: JsonObject): JsonObject {
  const values: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(given)) setMember(values, name, { value });
  for (const [name, source] of Object.entries((memberOf(template, 'parameters') ?? {}) as JsonObject)) {
    if (Object.hasOwn(values, name) || memberOf(source, 'defaultValue') !== undefined) continue;
    const type = (textMember(source, 'type') ?? '').toLowerCase();
    const allowed = memberOf(source, 'allowedValues');
    const plain = { int: 1, bool: true, object: {}, secureobject: {}, array: [] }[type] ?? 'value';
    setMember(values, name, { value: isJsonArray(allowed) ? (allowed[0] ?? null) : plain });
  }
  return values;
}

function judge({ file, parameters }: Entry): string | undefined {
  const template = parseLenientJson(decodeTemplateBytes(readFileSync(join(folder, file)))).value;
  const schema = textMember(template, '$schema') ?? '';
  const place = /subscriptionDeploymentTemplate/i.test(schema) ? subscriptionPlace : groupPlace;
  const outline = outlineTemplate(template);
  if (isFault(outline)) return outline.message;
  const expanded = expandTemplate(outline, place, givenParameters(template, parameters));
  if (isFault(expanded)) return expanded.message;
  for (const resource of expanded.resources) {
    const body = resource.body(answer);
    if (isStop(body)) return `${resource.id}: ${body.message}`;
    if (!isJsonObject(body)) return `${resource.id}: not an object`;
  }
  const outputs = expanded.outputs(answer);
  return isStop(outputs) ? `outputs: ${outputs.message}` : undefined;
}

/** Templates that Azure refuses too, with a part of the reason. */
const broken: Readonly<Record<string, string>> = {
  'defender-for-cloud/remediate-enable-auditing-for-the-sql-server.json': 'Unable to parse language expression',
  'azure-sentinel/fortinet-response-on-url-2.json': 'Unable to parse language expression',
  'azure-sentinel/palo-alto-pan-os-block-ip-2.json': 'Unable to parse language expression',
  'azure-sentinel/block-ip-address.json': 'is not defined in the template',
  'azure-sentinel/block-on-prem-aduser.json': "breaks the limit 'minLength'",
};

test('every published template parses and its resources evaluate', { skip: absent }, () => {
  const list = entries();
  assert.ok(list.length > 100, `${list.length} templates`);
  const failed = list.flatMap((entry) => {
    const why = judge(entry);
    const known = broken[entry.file];
    if (known !== undefined && why?.includes(known) === true) return [];
    return why === undefined && known === undefined ? [] : [`${entry.file}: ${(why ?? 'passes now').slice(0, 300)}`];
  });
  assert.deepEqual(failed, []);
});
