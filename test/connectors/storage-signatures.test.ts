/** Signatures of storage services against published examples and what Azure's own clients made of the same input. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awsHeaders, awsSignedUrl } from '../../src/connectors/storage/aws-signature.ts';
import { blobSignature, sharedKey, tableSharedKey } from '../../src/connectors/storage/azure-signature.ts';

const account = { account: 'acct', key: Buffer.from('0123456789abcdef0123456789abcdef').toString('base64') };

test('a request to blobs is signed as Azure’s client for JavaScript signs it', () => {
  const headers = {
    'content-type': 'application/octet-stream',
    'x-ms-version': '2026-10-06',
    'x-ms-blob-content-type': 'text/csv',
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-client-request-id': '3a381cdc-7e18-4648-98eb-34fff7c14038',
    'x-ms-date': 'Thu, 26 Nov 2026 08:05:26 GMT',
  };
  const put = sharedKey(account, {
    method: 'PUT',
    url: new URL('https://acct.blob.core.windows.net/files/a%20b/r.csv'),
    headers,
    length: 3,
  });
  assert.equal(put, 'SharedKey acct:M9KpxRIVRtDa0eYJVGKF1jW5JVIo2IYrZNW29Vwm9ss=');
  const list = sharedKey(account, {
    method: 'GET',
    url: new URL('https://acct.blob.core.windows.net/files?comp=list&prefix=a%20b%2F&restype=container&delimiter=%2F'),
    headers: {
      'x-ms-version': '2026-10-06',
      'x-ms-client-request-id': 'a2361522-9064-412e-8d98-410c666472a3',
      'x-ms-date': 'Thu, 26 Nov 2026 08:05:27 GMT',
    },
    length: 0,
  });
  assert.equal(list, 'SharedKey acct:pNmZeu5/dav3+c57JY4yisLjzrHVjzDVS7GIAk06Ub4=');
});

test('a request to tables is signed as Azure’s client for JavaScript signs it', () => {
  const url = new URL("https://acct.table.core.windows.net/paths(PartitionKey='p',RowKey='r%201')");
  assert.equal(
    tableSharedKey(account, url, 'Thu, 26 Nov 2026 08:05:17 GMT'),
    'SharedKeyLite acct:q2R4fiIWBxPaXLTb3NFR23UL/+OJhO8QE70zjB82gzQ=',
  );
});

test('an address of a blob is signed as Azure’s client for JavaScript signs it', () => {
  const queries = blobSignature(account, {
    container: 'files',
    name: 'a b/r.csv',
    permissions: 'r',
    start: '2026-11-26T00:00:00Z',
    expiry: '2026-11-27T00:00:00Z',
    httpsOnly: true,
  });
  assert.equal(queries.get('sig'), '5fd6wxBW4EDNbMChg7zALi5QPV5KE0RjpfDTTsUdf9E=');
});

test('requests and addresses of S3 are signed as in the examples of its reference', () => {
  const key = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', region: 'us-east-1' };
  const url = new URL('https://examplebucket.s3.amazonaws.com/test.txt');
  const now = Date.parse('2013-05-24T00:00:00Z');
  const { authorization } = awsHeaders(key, {
    method: 'GET',
    url,
    headers: { range: 'bytes=0-9' },
    body: new Uint8Array(),
    now,
  });
  assert.match(authorization ?? '', /Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41$/);
  const signed = awsSignedUrl(key, url, 86_400, now);
  assert.equal(
    signed.searchParams.get('X-Amz-Signature'),
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});
