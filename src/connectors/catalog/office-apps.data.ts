/**
 * Connectors of Excel, Word and Shifts, by Microsoft Graph, and of Azure Data Explorer.
 * Source: connectors reference 2; Microsoft Graph v1.0; Kusto REST API, query v1.
 */
import {
  action,
  type Connector,
  entra,
  objectOf,
  type Operation,
  servicePrincipal,
  token,
  usualThrottle,
} from './connector.ts';
import { clusterOf, kustoQuery, kustoRows } from './kusto-cluster.ts';
import { fault, textMember } from '#foundation';
import { onRows, workbookOf } from './workbook-tables.ts';

const graph = 'https://graph.microsoft.com';
const onGraph = { kind: 'http', endpoint: graph, headers: { authorization: 'Bearer {token}' } } as const;

// --- Excel ------------------------------------------------------------------------------------------------------

const row = { ItemInternalId: '0', 'Ip address': '203.0.113.7', Name: 'Build server' } as const;
const table = '/drives/{drive}/files/{file}/tables/{table}/items';

const excel: Connector = {
  name: 'excelonlinebusiness',
  displayName: 'Excel Online (Business)',
  brandColor: '#107C41',
  description: 'Rows of tables in workbooks of OneDrive and SharePoint. Cells are read as text.',
  parameters: [token],
  alternatives: [servicePrincipal],
  oauth: entra(graph, [`${graph}/Files.ReadWrite.All`]),
  service: onGraph,
  throttle: { calls: 100, seconds: 60 },
  operations: [
    action(
      'GetTables',
      'GET /drives/{drive}/files/{file}/tables',
      'Get tables',
      { status: 200, body: { value: [{ id: '{00000000-0001-0000-0000-000000000000}', name: 'Table1' }] } },
      { call: { to: (input) => `GET ${workbookOf(input)}/tables`, query: () => ({}) } },
    ),
    action(
      'GetItems',
      `GET ${table}`,
      'List rows present in a table',
      { status: 200, body: { value: [row] } },
      { perform: onRows('list') },
    ),
    action('GetItem', `GET ${table}/{id}`, 'Get a row', { status: 200, body: row }, { perform: onRows('get') }),
    action(
      'PostItem',
      `POST ${table}`,
      'Add a row into a table',
      { status: 200, body: row },
      { perform: onRows('add') },
    ),
    action(
      'PatchItem',
      `PATCH ${table}/{id}`,
      'Update a row',
      { status: 200, body: row },
      { perform: onRows('update') },
    ),
    action('DeleteItem', `DELETE ${table}/{id}`, 'Delete a row', { status: 200 }, { perform: onRows('delete') }),
  ],
};

// --- Word -------------------------------------------------------------------------------------------------------

const pdf = { '$content-type': 'application/pdf', $content: 'JVBERi0xLjcK' } as const;

const word: Connector = {
  name: 'wordonlinebusiness',
  displayName: 'Word Online (Business)',
  brandColor: '#185ABD',
  description: 'Documents become PDF by Microsoft Graph, which cannot fill the fields of a template.',
  parameters: [token],
  alternatives: [servicePrincipal],
  oauth: entra(graph, [`${graph}/Files.ReadWrite.All`]),
  service: onGraph,
  throttle: usualThrottle,
  operations: [
    action(
      'CreateFileItem',
      'POST /api/templates/getFile',
      'Populate a Microsoft Word template',
      {
        status: 200,
        body: {
          '$content-type': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
          $content: 'UEsDBA==',
        },
      },
      {
        sandboxOnly:
          'The service that fills templates of Word has no published interface, and Microsoft Graph has no call for it; put the connection in the sandbox.',
      },
    ),
    action(
      'GetFilePDF',
      'GET /api/templates/convertFile',
      'Convert Word Document to PDF',
      { status: 200, body: pdf },
      {
        call: {
          to: ({ query }) => {
            const format = query['format'] ?? 'PDF';
            if (!/^pdf$/i.test(format)) {
              return fault('InvalidRequestContent', `Documents become PDF, not '${format.slice(0, 50)}'.`);
            }
            const drive = encodeURIComponent(query['drive'] ?? '');
            return `GET /v1.0/drives/${drive}/items/${encodeURIComponent(query['file'] ?? '')}/content?format=pdf`;
          },
          query: () => ({}),
          headers: () => ({ accept: 'application/pdf' }),
        },
      },
    ),
  ],
};

// --- Shifts -----------------------------------------------------------------------------------------------------

const shift = {
  id: 'SHFT_577b75d2-a927-48c0-a5d1-dc984894e7b8',
  userId: 'c5d0c76b-80c4-481c-be50-923cd8d680a1',
  schedulingGroupId: 'TAG_228940ed-ff84-4e25-b129-1b395cf78be0',
  sharedShift: {
    displayName: 'SOC on call',
    startDateTime: '2026-11-20T08:00:00Z',
    endDateTime: '2026-11-20T16:00:00Z',
    theme: 'blue',
  },
} as const;
const schedule = '/v1.0/teams/{teamId}/schedule';

/** Times of the operation are a filter at Microsoft Graph. */
function shiftFilter(query: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { startTime = '', endTime = '', ...others } = query;
  const parts = [
    ...(startTime === '' ? [] : [`sharedShift/startDateTime ge ${startTime}`]),
    ...(endTime === '' ? [] : [`sharedShift/endDateTime le ${endTime}`]),
  ];
  return parts.length === 0 ? others : { ...others, $filter: parts.join(' and ') };
}

const shifts: Connector = {
  name: 'shifts',
  displayName: 'Shifts for Microsoft Teams',
  brandColor: '#004E8C',
  parameters: [token],
  alternatives: [servicePrincipal],
  oauth: entra(graph, [`${graph}/Schedule.ReadWrite.All`]),
  service: onGraph,
  throttle: usualThrottle,
  operations: [
    action(
      'ListShifts',
      `GET ${schedule}/shifts`,
      'List all shifts',
      { status: 200, body: { value: [shift] } },
      { call: { query: ({ query }) => shiftFilter(query) } },
    ),
    action('GetShift', `GET ${schedule}/shifts/{shiftId}`, 'Get a shift', { status: 200, body: shift }),
    action('CreateShift', `POST ${schedule}/shifts`, 'Create a shift', { status: 201, body: shift }),
    action('DeleteShift', `DELETE ${schedule}/shifts/{shiftId}`, 'Delete a shift', { status: 204 }),
    action('ListSchedulingGroups', `GET ${schedule}/schedulingGroups`, 'List all scheduling groups', {
      status: 200,
      body: { value: [{ id: shift.schedulingGroupId, displayName: 'SOC', isActive: true, userIds: [shift.userId] }] },
    }),
    action('GetSchedule', `GET ${schedule}`, "Get details of a team's schedule", {
      status: 200,
      body: { id: 't-1', enabled: true, timeZone: 'Europe/Lisbon', provisionStatus: 'Completed' },
    }),
  ],
};

// --- Azure Data Explorer ------------------------------------------------------------------------------------------

const kustoOperation = (id: string, path: string, summary: string): Operation =>
  action(
    id,
    `POST ${path}`,
    summary,
    { status: 200, body: { value: [{ TableName: 'SecurityEvents' }] } },
    { shapeless: true, call: { to: kustoQuery, query: () => ({}), body: queryBody, answer: kustoRows } },
  );

function queryBody({ body }: Parameters<typeof kustoQuery>[0]) {
  const query = objectOf(body);
  return { db: textMember(query, 'db') ?? '', csl: textMember(query, 'csl') ?? '' };
}

const kusto: Connector = {
  name: 'kusto',
  displayName: 'Azure Data Explorer',
  brandColor: '#0078D4',
  description:
    'Asks the cluster that each call names, when it is one of Azure Data Explorer; a profile may name another as `endpoint`.',
  parameters: [token],
  alternatives: [servicePrincipal],
  oauth: entra('https://kusto.kusto.windows.net', ['https://kusto.kusto.windows.net/user_impersonation']),
  service: {
    kind: 'http',
    endpoint: 'https://{cluster}',
    headers: { authorization: 'Bearer {token}' },
    named: clusterOf,
  },
  throttle: usualThrottle,
  operations: [kustoOperation('ListKustoResultsPost', '/ListKustoResults/false', 'Run KQL query')],
};

export const officeAppConnectors: readonly Connector[] = [excel, word, shifts, kusto];
