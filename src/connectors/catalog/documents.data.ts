/** Connectors of files: OneDrive for Business and SharePoint, by Microsoft Graph. Source: connectors reference 2, 3.1. */
import {
  action,
  type Connector,
  entra,
  type Operation,
  type OperationParameter,
  servicePrincipal,
  token,
} from './connector.ts';
import { listTriggers } from './graph-triggers.ts';
import { type DriveOperation, onDrive, shareItem } from './drive-files.ts';
import { changeItem, createItem, deleteItem, listItems, listLists, readItem } from './site-lists.ts';

const graph = 'https://graph.microsoft.com';
const service = { kind: 'http', endpoint: graph, headers: { authorization: 'Bearer {token}' } } as const;

const file = {
  ItemId: 7,
  Id: '%252FShared%2520Documents%252Freport.csv',
  Name: 'report.csv',
  DisplayName: 'report.csv',
  Path: '/Shared Documents/report.csv',
  LastModified: '2026-11-20T09:14:00Z',
  Size: 1204,
  MediaType: 'text/csv',
  IsFolder: false,
  ETag: '"{1},1"',
  FileLocator: '%252FShared%2520Documents%252Freport.csv',
} as const;

const parameters: readonly OperationParameter[] = ['siteUrl', 'table', 'id'].map((name) => ({
  name,
  in: 'path',
  type: 'string',
  required: true,
  encoding: 'double',
}));

interface Row {
  readonly id: string;
  readonly route: string;
  readonly summary: string;
  readonly operation: DriveOperation;
  readonly answer?: Operation['answer'];
}

const rows: readonly Row[] = [
  { id: 'CreateFile', route: 'POST {}/files', summary: 'Create file', operation: 'create' },
  { id: 'UpdateFile', route: 'PUT {}/files/{id}', summary: 'Update file', operation: 'update' },
  {
    id: 'DeleteFile',
    route: 'DELETE {}/files/{id}',
    summary: 'Delete file',
    operation: 'delete',
    answer: { status: 200 },
  },
  { id: 'GetFileMetadata', route: 'GET {}/files/{id}', summary: 'Get file metadata', operation: 'get' },
  {
    id: 'GetFileMetadataByPath',
    route: 'GET {}/GetFileByPath',
    summary: 'Get file metadata using path',
    operation: 'get',
  },
  {
    id: 'GetFileContent',
    route: 'GET {}/files/{id}/content',
    summary: 'Get file content',
    operation: 'content',
    answer: { status: 200, body: 'file content' },
  },
  {
    id: 'GetFileContentByPath',
    route: 'GET {}/GetFileContentByPath',
    summary: 'Get file content using path',
    operation: 'content',
    answer: { status: 200, body: 'file content' },
  },
  {
    id: 'ListFolder',
    route: 'GET {}/folders/{id}',
    summary: 'List folder',
    operation: 'list',
    answer: { status: 200, body: [file] },
  },
];

function operationsOf(whose: 'own' | 'site', base: string): readonly Operation[] {
  return rows.map(({ id, route, summary, operation, answer }) =>
    action(id, route.replace('{}', base), summary, answer ?? { status: 200, body: file }, {
      parameters,
      perform: onDrive(whose, operation),
    }),
  );
}

const site = '/datasets/{siteUrl}';

const listTable = `${site}/tables/{table}`;
const item = {
  ID: 1,
  Title: 'Incident 7',
  Status: 'Open',
  Created: '2026-11-20T09:15:00Z',
  Modified: '2026-11-20T09:15:00Z',
  Author: { DisplayName: 'Ana Ferreira', Email: 'ana.ferreira@example.com' },
  Editor: { DisplayName: 'Ana Ferreira', Email: 'ana.ferreira@example.com' },
  '{Identifier}': '1',
  '{IsFolder}': false,
  '{Link}': 'https://contoso.sharepoint.com/sites/soc/Lists/x/1_.000',
  '{Name}': 'Incident 7',
} as const;
const oneItem = { status: 200, body: item } as const;

const listOperations: readonly Operation[] = [
  action(
    'GetTables',
    `GET ${site}/tables`,
    'Get all lists and libraries',
    { status: 200, body: { value: [{ Name: 'b2f6c1c0', DisplayName: 'Incidents' }] } },
    { parameters, perform: listLists },
  ),
  action(
    'GetItems',
    `GET ${listTable}/items`,
    'Get items',
    { status: 200, body: { value: [item] } },
    { parameters, perform: listItems },
  ),
  action('GetItem', `GET ${listTable}/items/{id}`, 'Get item', oneItem, { parameters, perform: readItem }),
  action('PostItem', `POST ${listTable}/items`, 'Create item', oneItem, { parameters, perform: createItem }),
  action('PatchItem', `PATCH ${listTable}/items/{id}`, 'Update item', oneItem, { parameters, perform: changeItem }),
  action(
    'DeleteItem',
    `DELETE ${listTable}/items/{id}`,
    'Delete item',
    { status: 200 },
    {
      parameters,
      perform: deleteItem,
    },
  ),
];

export const documentConnectors: readonly Connector[] = [
  {
    name: 'sharepointonline',
    displayName: 'SharePoint',
    brandColor: '#036C70',
    description:
      'Files of libraries and items of lists, by Microsoft Graph. The first folder of a path is the library.',
    parameters: [token],
    alternatives: [servicePrincipal],
    oauth: entra(graph, [`${graph}/Sites.ReadWrite.All`]),
    service,
    throttle: { calls: 600, seconds: 60 },
    operations: [
      ...listTriggers,
      ...operationsOf('site', site),
      action(
        'CreateNewFolder',
        `POST ${site}/tables/{table}/createnewfolder`,
        'Create new folder',
        { status: 200, body: { ...file, IsFolder: true } },
        { parameters, perform: onDrive('site', 'folder') },
      ),
      ...listOperations,
      action(
        'CreateSharingLink',
        `POST ${site}/codeless/_api/v2.0/sites/root/lists/{table}/items/{id}/driveItem/createLink`,
        'Create sharing link for a file or folder',
        {
          status: 200,
          body: {
            id: 'l1',
            roles: ['read'],
            link: { type: 'view', scope: 'organization', webUrl: 'https://contoso.sharepoint.com/:x:/s/x' },
          },
        },
        { parameters, perform: shareItem },
      ),
    ],
  },
  {
    name: 'onedriveforbusiness',
    displayName: 'OneDrive for Business',
    brandColor: '#0364B8',
    parameters: [token],
    oauth: entra(graph, [`${graph}/Files.ReadWrite`]),
    service,
    throttle: { calls: 100, seconds: 60 },
    test: 'GET /v1.0/me/drive',
    operations: operationsOf('own', '/datasets/default'),
  },
];
