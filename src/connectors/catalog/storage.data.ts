/** Connectors of stores: blobs and tables. Source: connectors reference 3.1, 3.6. */
import {
  action,
  entra,
  servicePrincipal,
  type Connector,
  type Operation,
  type OperationParameter,
  secret,
  text,
} from './connector.ts';

const double = (name: string): OperationParameter => ({
  name,
  in: 'path',
  type: 'string',
  required: true,
  encoding: 'double',
});

const file = {
  Id: 'JTJmZmlsZXMlMmZyZXBvcnQuY3N2',
  Name: 'report.csv',
  DisplayName: 'report.csv',
  Path: '/files/report.csv',
  LastModified: '2026-11-20T09:14:00Z',
  Size: 1204,
  MediaType: 'text/csv',
  IsFolder: false,
  ETag: '"0x8DB"',
  FileLocator: 'JTJmZmlsZXMlMmZyZXBvcnQuY3N2',
} as const;

/** Both generations of a path: with the storage account, and `default` for the connection's own. */
function blobOperation(
  id: string,
  method: string,
  tail: string,
  summary: string,
  answer: Operation['answer'],
): readonly Operation[] {
  return [
    action(`${id}_V2`, `${method} /v2/datasets/{storageAccount}${tail}`, `${summary} (V2)`, answer, {
      parameters: [double('storageAccount'), double('id')],
    }),
    action(id, `${method} /datasets/default${tail}`, summary, answer, { parameters: [double('id')] }),
  ];
}

const entity = {
  'odata.metadata': 'https://acct.table.core.windows.net/$metadata#attackPaths/@Element',
  PartitionKey: 'AttackPath',
  RowKey: 'k1',
  Value: 'x',
  Timestamp: '2026-11-20T09:00:00Z',
} as const;

const oneEntity = "entities(PartitionKey='{partitionKey}',RowKey='{rowKey}')";
const tableOperations: readonly Operation[] = [
  '/Tables/{table}',
  '/v2/storageAccounts/{storageAccount}/tables/{table}',
].flatMap((base, index) => {
  const suffix = index === 0 ? '' : '_V2';
  const parameters = ['storageAccount', 'table', 'partitionKey', 'rowKey'].map(double);
  return [
    action(
      `GetEntity${suffix}`,
      `GET ${base}/${oneEntity}`,
      'Get entity',
      { status: 200, body: entity },
      { parameters },
    ),
    action(
      `GetEntities${suffix}`,
      `GET ${base}/entities`,
      'Get entities',
      { status: 200, body: { value: [entity] } },
      { parameters },
    ),
    action(
      `CreateEntity${suffix}`,
      `POST ${base}/entities`,
      'Insert Entity',
      { status: 201, body: entity },
      { parameters },
    ),
    action(
      `InsertMergeEntity${suffix}`,
      `PATCH ${base}/${oneEntity}`,
      'Insert or Merge Entity',
      { status: 204 },
      { parameters },
    ),
    action(
      `MergeEntity${suffix}`,
      `PATCH ${base}/${oneEntity.replace('entities', 'entities/etag')}`,
      'Merge Entity',
      { status: 204 },
      { parameters },
    ),
    action(
      `InsertReplaceEntity${suffix}`,
      `PUT ${base}/${oneEntity}`,
      'Insert or Replace Entity',
      { status: 204 },
      { parameters },
    ),
    action(
      `DeleteEntity${suffix}`,
      `DELETE ${base}/${oneEntity.replace('entities', 'entities/etag')}`,
      'Delete Entity',
      { status: 204 },
      { parameters },
    ),
  ];
});

const storageOAuth = entra('https://storage.azure.com', ['https://storage.azure.com/user_impersonation']);

export const storageConnectors: readonly Connector[] = [
  {
    name: 'azureblob',
    displayName: 'Azure Blob Storage',
    brandColor: '#804998',
    description:
      'Accounts of the inventory are kept here; others are those of Azure, or an S3-compatible store, whose buckets are the containers.',
    parameters: [text('accountName', 'Storage account name'), secret('accessKey', 'Storage account key')],
    alternatives: [
      {
        name: 's3',
        displayName: 'S3-compatible store',
        parameters: [
          text('s3Endpoint', 'Address'),
          text('s3AccessKeyId', 'Access key id'),
          secret('s3SecretAccessKey', 'Secret access key'),
          text('s3Region', 'Region', { optional: true }),
        ],
      },
      {
        ...servicePrincipal,
        parameters: [text('accountName', 'Storage account name'), ...servicePrincipal.parameters],
      },
    ],
    oauth: storageOAuth,
    service: { kind: 'local' },
    throttle: { calls: 1500, seconds: 60 },
    operations: [
      ...blobOperation('CreateFile', 'POST', '/files', 'Create blob', { status: 200, body: file }),
      ...blobOperation('UpdateFile', 'PUT', '/files/{id}', 'Update blob', { status: 200, body: file }),
      ...blobOperation('DeleteFile', 'DELETE', '/files/{id}', 'Delete blob', { status: 200 }),
      ...blobOperation('GetFileMetadata', 'GET', '/files/{id}', 'Get blob metadata', { status: 200, body: file }),
      ...blobOperation('GetFileMetadataByPath', 'GET', '/GetFileByPath', 'Get blob metadata using path', {
        status: 200,
        body: file,
      }),
      ...blobOperation('GetFileContent', 'GET', '/files/{id}/content', 'Get blob content', {
        status: 200,
        body: 'file content',
      }),
      ...blobOperation('GetFileContentByPath', 'GET', '/GetFileContentByPath', 'Get blob content using path', {
        status: 200,
        body: 'file content',
      }),
      ...blobOperation('ListFolder', 'GET', '/foldersV2/{id}', 'List blobs', {
        status: 200,
        body: { value: [file], nextLink: null },
      }),
      ...blobOperation('CreateShareLinkByPath', 'POST', '/CreateSharedLinkByPath', 'Create SAS URI by path', {
        status: 200,
        body: { WebUrl: 'https://acct.blob.core.windows.net/files/report.csv?sig=x' },
      }),
    ],
  },
  {
    name: 'azuretables',
    displayName: 'Azure Table Storage',
    brandColor: '#804998',
    description: 'Accounts of the inventory are kept here; others are those of Azure.',
    parameters: [text('storageaccount', 'Storage account name'), secret('sharedkey', 'Storage account key')],
    alternatives: [
      {
        ...servicePrincipal,
        parameters: [text('storageaccount', 'Storage account name'), ...servicePrincipal.parameters],
      },
    ],
    oauth: storageOAuth,
    service: { kind: 'local' },
    throttle: { calls: 1500, seconds: 60 },
    operations: tableOperations,
  },
];
