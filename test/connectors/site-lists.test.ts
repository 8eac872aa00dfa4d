/** Items of SharePoint lists as Microsoft Graph is asked for them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AddressGuard,
  callOperation,
  connectionValues,
  findOperation,
  OutboundClient,
  Proxies,
  serviceSender,
  shippedConnector,
} from '#connectors';
import { isFault, type JsonObject } from '#foundation';
import { FakeService, headerOnly } from '../fakes/service.ts';

const items = new Map<string, JsonObject>();
const shown = (id: string): JsonObject => ({
  id,
  webUrl: `https://contoso.test/Lists/x/${id}_.000`,
  createdBy: { user: { displayName: 'Ana', email: 'ana@example.com' } },
  fields: items.get(id) ?? {},
});
const missing = { status: 404, body: { error: { code: 'itemNotFound', message: 'Item not found' } } };
const only = (route: Parameters<typeof headerOnly>[2]) => headerOnly('authorization', 'Bearer t', route);
const list = '/v1.0/sites/s-1/lists/Incidents';
const service: FakeService = new FakeService({
  'GET /v1.0/sites/contoso.test:/sites/soc': only(() => ({ body: { id: 's-1' } })),
  [`GET ${list}/items`]: only(({ query }) => {
    if (query.get('$expand') !== 'fields') return { status: 400, body: { error: { message: 'no fields' } } };
    const skip = Number(query.get('$skip') ?? 0);
    const ids = [...items.keys()].slice(skip, skip + 2);
    const next = `${service.url}${list}/items?$expand=fields&$skip=${skip + 2}`;
    return { body: { value: ids.map(shown), ...(items.size > skip + 2 ? { '@odata.nextLink': next } : {}) } };
  }),
  [`POST ${list}/items`]: only(({ body }) => {
    const id = String(items.size + 1);
    items.set(id, (body as JsonObject)['fields'] as JsonObject);
    return { status: 201, body: { id } };
  }),
  [`GET ${list}/items/{}`]: only((_, [id = '']) => (items.has(id) ? { body: shown(id) } : missing)),
  [`PATCH ${list}/items/{}/fields`]: only(({ body }, [id = '']) => {
    if (!items.has(id)) return missing;
    items.set(id, { ...items.get(id), ...(body as JsonObject) });
    return { body: items.get(id) ?? null };
  }),
  [`DELETE ${list}/items/{}`]: only((_, [id = '']) => (items.delete(id) ? { status: 204 } : missing)),
});
const outbound = new OutboundClient({ guard: new AddressGuard([], true), proxies: new Proxies({}) });

before(() => service.start());
after(() => service.stop());

async function call(
  method: string,
  below: string,
  more: { readonly query?: Record<string, string>; readonly body?: JsonObject } = {},
) {
  const connector = shippedConnector('sharepointonline');
  assert.ok(connector?.service.kind === 'http');
  const site = encodeURIComponent(encodeURIComponent('https://contoso.test/sites/soc'));
  const found = findOperation(connector, method, `/datasets/${site}/tables/Incidents/items${below}`);
  assert.ok(found !== undefined);
  const values = connectionValues({ token: 't', endpoint: service.url });
  const send = serviceSender(connector.service, values, { outbound, headers: {} });
  assert.ok(!isFault(send));
  const { query = {}, body } = more;
  const input = { key: 'k', path: found.path, query, headers: {}, body, connection: {} };
  const outcome = await callOperation(send, found.operation, input);
  return outcome as { readonly status: number; readonly body?: JsonObject; readonly code?: string };
}

test('are made, read, changed and deleted, choices and look-ups in the form of each side', async () => {
  const made = await call('POST', '', {
    body: {
      Title: 'One',
      Status: { Value: 'Open' },
      Kinds: [{ Value: 'a' }, { Value: 'b' }],
      Case: { Id: 4 },
      '{Link}': 'x',
    },
  });
  assert.deepEqual([made.status, made.body?.['ID'], made.body?.['Title']], [200, 1, 'One']);
  assert.deepEqual(items.get('1'), {
    Title: 'One',
    Status: 'Open',
    'Kinds@odata.type': 'Collection(Edm.String)',
    Kinds: ['a', 'b'],
    CaseLookupId: '4',
  });
  const changed = await call('PATCH', '/1', { body: { Status: { Value: 'Closed' } } });
  assert.deepEqual([changed.body?.['Status'], changed.body?.['Title']], ['Closed', 'One']);
  assert.equal((await call('GET', '/9')).status, 404);
  const person = await call('POST', '', { body: { Owner: { Claims: 'i:0#.f|membership|a@example.com' } } });
  assert.equal(person.code, 'InvalidRequestContent');
  assert.equal(items.size, 1);
  assert.equal((await call('DELETE', '/1')).status, 200);
  assert.equal(items.size, 0);
});

test('are listed over pages, filtered and ordered by columns, up to as many as are asked for', async () => {
  for (let at = 1; at <= 5; at += 1) items.set(String(at), { Title: `t${at}` });
  const all = await call('GET', '', {
    query: {
      $filter: "Title eq 'ID or Title' and substringof('x', Body) and ID gt 3",
      $orderby: 'Created desc, ID',
      $top: '3',
    },
  });
  const { value } = (all.body ?? {}) as { readonly value: readonly JsonObject[] };
  assert.deepEqual(
    value.map((one) => one['Title']),
    ['t1', 't2', 't3'],
  );
  const [asked] = service.on(`GET ${list}/items`).filter(({ query }) => query.has('$filter'));
  assert.equal(asked?.query.get('$filter'), "fields/Title eq 'ID or Title' and contains(fields/Body,'x') and id gt 3");
  assert.equal(asked?.query.get('$orderby'), 'fields/Created desc,id');
  const limited = await call('GET', '', { query: { folderPath: '/Lists/Incidents/old' } });
  assert.equal(limited.code, 'InvalidRequestContent', 'what cannot be followed is refused, not left out');
});
