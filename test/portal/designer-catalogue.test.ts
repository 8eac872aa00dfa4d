/** The designer's operations out of what the server lists and describes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectors } from '#connectors';
import { catalogueOf } from '../../portal/src/designer/catalogue/catalogue.ts';
import { formIn } from '../../portal/src/designer/catalogue/connector-forms.ts';
import { choicesIn, dynamicListOf, requestOf } from '../../portal/src/designer/catalogue/dynamic-list.ts';
import { formFindings } from '../../portal/src/designer/catalogue/form-findings.ts';
import { parametersOf } from '../../portal/src/designer/catalogue/operation-path.ts';
import { searchOperations } from '../../portal/src/designer/catalogue/search-operations.ts';
import { parse } from '../../portal/src/designer/core/document.ts';
import { graph } from '../../portal/src/designer/core/graph.ts';
import { validate } from '../../portal/src/designer/core/validate.ts';
import { entriesOf } from '../../portal/src/designer/editor/error-groups.ts';
import { serverApis, serverDocuments, serverOperations } from './server-catalogue.ts';

const all = catalogueOf(serverApis, serverOperations, serverDocuments);
const find = (id: string) => all.find((operation) => operation.id === id);

describe('the catalogue from the server', () => {
  it('offers every operation of every connector, each with a field for each parameter of its path', () => {
    const count = connectors
      .filter(({ name }) => !name.startsWith('asc'))
      .reduce((sum, { operations }) => sum + operations.filter(({ forLists }) => forLists !== true).length, 0);
    const offered = all.filter(
      ({ builtIn, api, id }) => !builtIn && api?.startsWith('asc') !== true && !id.endsWith(' any'),
    );
    assert.equal(offered.length, count);
    for (const { id, fields } of offered) {
      const named = fields.flatMap(({ parameter }) => parameter ?? []);
      assert.deepEqual(named, parametersOf(id.split(' ').slice(2).join(' ')), id);
      assert.ok(!fields.some(({ label }) => label === ''), id);
    }
  });

  it('asks for what an operation needs, in the words and kinds of its document', () => {
    assert.deepEqual(
      find('office365 POST /v2/Mail')?.fields.map(({ label, kind, required }) => [label, kind, required === true]),
      [
        ['To', 'text', true],
        ['Subject', 'text', true],
        ['Body', 'html', true],
        ['From', 'text', false],
        ['Cc', 'text', false],
        ['Bcc', 'text', false],
        ['Importance', 'choice', false],
        ['Reply To', 'text', false],
        ['Attachments', 'json', false],
      ],
    );
    assert.ok(find('office365 POST /v2/Mail')?.fields.find(({ label }) => label === 'Cc')?.advanced);
  });

  it('puts the callback where an operation that waits reads it, and knows what it is called back with', () => {
    const approval = find('office365 POST /approvalmail/$subscriptions');
    assert.equal(approval?.value['type'], 'ApiConnectionWebhook');
    assert.deepEqual(approval?.value['inputs'], {
      body: { NotificationUrl: '@{listCallbackUrl()}' },
      path: '/approvalmail/$subscriptions',
    });
    assert.ok(!approval?.fields.some(({ label }) => /notification/i.test(label)));
    assert.ok(approval?.answer?.properties?.['SelectedOption'] !== undefined);
    const incident = find('azuresentinel POST /incident-creation');
    assert.equal(incident?.role, 'trigger');
    assert.deepEqual(incident?.value['inputs'], {
      body: { callback_url: '@{listCallbackUrl()}' },
      path: '/incident-creation',
    });
    assert.ok(incident?.answer?.properties?.['object']?.properties?.['properties'] !== undefined);
  });

  it('shows lists that are polled as triggers that recur', () => {
    const mail = find('office365 GET /Mail/OnNewEmail');
    assert.deepEqual(mail?.value['recurrence'], { interval: 3, frequency: 'Minute' });
    assert.equal(mail?.value['type'], 'ApiConnection');
  });

  it('reads documents of version 3, follows references within them, and no others', () => {
    const document = {
      openapi: '3.0.1',
      paths: {
        '/pets/{petId}': {
          parameters: [{ name: 'petId', in: 'path', required: true, schema: { type: 'string' } }],
          put: {
            parameters: [{ name: 'dryRun', in: 'query', schema: { type: 'boolean' }, description: 'Changes nothing' }],
            requestBody: {
              required: true,
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
            },
            responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } } },
          },
        },
      },
      components: {
        schemas: {
          Pet: {
            allOf: [
              {
                type: 'object',
                required: ['name'],
                properties: { name: { type: 'string', title: 'Name of the pet' } },
              },
              {
                properties: {
                  owner: { type: 'object', properties: { mail: { type: 'string' } } },
                  far: { $ref: 'http://elsewhere' },
                },
              },
            ],
          },
        },
      },
    };
    const form = formIn(document, 'PUT', '/pets/{petId}');
    assert.deepEqual(
      form.fields.map(({ label, at, kind, required }) => [label, at.join('/'), kind, required === true]),
      [
        ['Pet Id', 'inputs/path', 'text', true],
        ['Dry Run', 'inputs/queries/dryRun', 'boolean', false],
        ['Name of the pet', 'inputs/body/name', 'text', true],
        ['Mail', 'inputs/body/owner/mail', 'text', false],
        ['Far', 'inputs/body/far', 'json', false],
      ],
    );
    assert.equal(form.answer?.properties?.['name']?.title, 'Name of the pet');
    assert.deepEqual(
      formIn({}, 'POST', '/x/{y}').fields.map(({ label }) => label),
      ['Y'],
    );
  });

  it('does not hang on a document that refers to itself', () => {
    const document = {
      swagger: '2.0',
      paths: { '/a': { post: { parameters: [{ in: 'body', name: 'body', schema: { $ref: '#/definitions/A' } }] } } },
      definitions: { A: { type: 'object', properties: { a: { $ref: '#/definitions/A' }, own: { type: 'string' } } } },
    };
    const labels = formIn(document, 'POST', '/a').fields.map(({ label }) => label);
    assert.ok(labels.length > 1 && labels.length < 10);
  });

  it('finds any of 5,000 operations by words', () => {
    const many = catalogueOf(
      [],
      Array.from({ length: 5000 }, (_, index) => ({
        properties: {
          summary: `Do thing ${index}`,
          api: { name: `api${index % 50}`, displayName: `Connector ${index % 50}` },
          method: 'POST',
          path: `/thing/${index}`,
        },
      })),
    );
    assert.equal(searchOperations(many, 'action', 'thing 4711')[0]?.title, 'Do thing 4711');
  });
});

describe('lists of values', () => {
  const listOf = (id: string, label: string) => {
    const field = find(id)?.fields.find((each) => each.label === label);
    assert.ok(field?.list !== undefined, `${id} ${label}: ${JSON.stringify(field)}`);
    return field.list;
  };

  it('of a connector are asked with what was chosen before, encoded, and not before that', () => {
    const channels = listOf('teams POST /v3/beta/teams/{groupId}/channels/{channelId}/messages', 'Channel');
    assert.deepEqual(
      requestOf(channels, () => undefined),
      { kind: 'missing', reference: 'groupId' },
    );
    assert.deepEqual(
      requestOf(channels, () => "@{variables('t')}"),
      { kind: 'missing', reference: 'groupId' },
    );
    assert.deepEqual(
      requestOf(channels, (reference) => (reference === 'groupId' ? 'a/b' : '')),
      {
        kind: 'request',
        request: { method: 'GET', path: '/beta/groups/a%2Fb/channels', queries: {} },
      },
    );
    const inBody = listOf('teams POST /beta/teams/conversation/message/poster/{poster}/location/{location}', 'Channel');
    assert.deepEqual(
      requestOf(inBody, () => ''),
      { kind: 'missing', reference: 'body/recipient/groupId' },
    );
  });

  it('take constants into the path and the queries', () => {
    const tables = listOf('service-now POST /api/now/v2/table/{tableType}', 'Record Type');
    assert.deepEqual(
      requestOf(tables, () => undefined),
      {
        kind: 'request',
        request: {
          method: 'GET',
          path: '/api/now/v2/table/sys_db_object',
          queries: { sysparm_fields: 'name,label', sysparm_limit: '1000' },
        },
      },
    );
  });

  it('show titles, each value once, and nothing of answers of another form', () => {
    const projects = listOf('jira POST /issue', 'Project');
    const answer = [
      { key: 'SOC', name: 'Security' },
      { key: 'SOC', name: 'Again' },
      { key: 'OPS' },
      { name: 'none' },
      5,
    ];
    assert.deepEqual(choicesIn(projects, answer), [
      { value: 'SOC', title: 'Security' },
      { value: 'OPS', title: 'OPS' },
    ]);
    for (const other of [undefined, null, 'text', {}, { value: [] }]) assert.deepEqual(choicesIn(projects, other), []);
  });

  it('are read out of documents that users bring, in the older words and the newer', () => {
    const document = { paths: { '/lists/{kind}': { get: { operationId: 'List' } } } };
    const older = { 'x-ms-dynamic-values': { operationId: 'List', 'value-path': 'id', parameters: { kind: 'k' } } };
    const newer = {
      'x-ms-dynamic-list': { operationId: 'List', itemValuePath: 'id', parameters: { kind: { value: 'k' } } },
    };
    for (const schema of [older, newer]) {
      const list = dynamicListOf(document, schema);
      assert.ok(list !== undefined);
      assert.deepEqual(
        requestOf(list, () => undefined),
        {
          kind: 'request',
          request: { method: 'GET', path: '/lists/k', queries: {} },
        },
      );
      assert.deepEqual(choicesIn(list, [{ id: 1 }]), [{ value: '1', title: '1' }]);
    }
    assert.equal(dynamicListOf(document, { 'x-ms-dynamic-values': { operationId: 'Gone' } }), undefined);
  });
});

describe('what is wrong', () => {
  const findingsOf = (definition: object, connections: object = {}) => {
    const read = parse(
      JSON.stringify({ definition, parameters: { $connections: { value: connections } } }, undefined, 2),
    );
    assert.ok(read.ok);
    const drawn = graph(read.value);
    const findings = [...validate(read.value, drawn), ...formFindings(all, read.value, drawn)];
    return entriesOf({ findings, graph: drawn }).map(({ group, text, tab, path }) => [group, text, tab, path]);
  };
  const host = { connection: { name: "@parameters('$connections')['office365']['connectionId']" } };
  const mail = {
    type: 'ApiConnection',
    inputs: { host, method: 'post', path: '/v2/Mail', body: { To: 'a@b.c', Subject: '' } },
  };

  it('names fields that are not filled in and connections that are missing, beside what a save would refuse', () => {
    const definition = {
      parameters: { $connections: { type: 'Object', defaultValue: {} } },
      triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
      actions: { Mail: mail },
    };
    assert.deepEqual(findingsOf(definition), [
      [
        'Connection errors',
        "The connection 'office365' that action 'Mail' uses is not in the value of the parameter '$connections'.",
        'parameters',
        '/actions/Mail',
      ],
      ['Parameter errors', "'Subject' is required.", 'parameters', '/actions/Mail'],
      ['Parameter errors', "'Body' is required.", 'parameters', '/actions/Mail'],
    ]);
    const id = '/subscriptions/s/providers/Microsoft.Web/locations/l/managedApis/office365';
    const connected = findingsOf(definition, { office365: { connectionId: 'c', connectionName: 'c', id } });
    assert.ok(!connected.some(([group]) => group === 'Connection errors'));
  });

  it('stands in the group and the tab that have its field', () => {
    const groups = (action: object) =>
      findingsOf({
        parameters: { $connections: { type: 'Object', defaultValue: {} } },
        triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
        actions: { First: { type: 'Compose', inputs: 1 }, Call: action },
      }).map(([group, , tab]) => `${String(group)}, ${String(tab)}`);
    const http = { type: 'Http', inputs: { method: 'GET', uri: 'https://example.com' } };
    assert.deepEqual(groups({ ...http, inputs: { ...http.inputs, retryPolicy: { type: 'fixed', count: 500 } } }), [
      'Setting errors, settings',
    ]);
    assert.deepEqual(groups({ ...http, runAfter: { Nothing: ['Succeeded'] } }), ['Flow structure errors, runAfter']);
    assert.deepEqual(groups({ ...http, inputs: { method: 'GET', uri: "@body('Nothing')" } }), [
      'Parameter errors, parameters',
    ]);
  });
});
