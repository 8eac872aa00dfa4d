/**
 * Ways into log tables: the HTTP data collector API with its signature, the Logs Ingestion API with a token.
 *
 * Owns: the mapping, reading headers, the signed text. Does not own: records (`collectLogs`, `ingestLogStream` of `#service`).
 * Source: published HTTP data collector API (2016-04-01); Logs Ingestion API (2023-01-01).
 */
import type { ArmResponse, Json } from '#foundation';
import {
  collectLogs,
  collectorFault,
  type CollectorFault,
  findRule,
  ingestLogStream,
  isCollectorFault,
  isSignedByWorkspace,
  isStreamFault,
  type StreamFault,
  workspaceOfCustomer,
} from '#service';
import { queryValue } from '../../api-version.ts';
import { segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';

/** How far the date of a signed request may be from now. */
const clockMilliseconds = 15 * 60_000;

function answered({ status, error, message }: CollectorFault): ArmResponse {
  return { status, body: { Error: error, Message: message } };
}

/** The workspace whose key signed the request. */
function signedWorkspace(call: RouteCall, body: string): string | CollectorFault {
  const { services, request } = call;
  const { headers } = request;
  const denied = collectorFault(403, 'InvalidAuthorization', 'The workspace id or the signature is not right.');
  const found = /^SharedKey ([0-9a-f-]{36}):([A-Za-z0-9+/]+={0,2})$/i.exec(headers['authorization'] ?? '');
  if (found === null) return denied;
  const workspace = workspaceOfCustomer(services, found[1] ?? '');
  if (workspace === undefined) return denied;
  const date = headers['x-ms-date'] ?? '';
  if (Math.abs(Date.parse(date) - services.clock.now()) > clockMilliseconds || Number.isNaN(Date.parse(date)))
    return collectorFault(403, 'InvalidAuthorization', 'The x-ms-date header is missing or too far from now.');
  const type = headers['content-type'] ?? '';
  const length = Buffer.byteLength(body, 'utf8');
  const signed = `POST\n${length}\n${type}\nx-ms-date:${date}\n/api/logs`;
  return isSignedByWorkspace(services, workspace.id, signed, found[2] ?? '') ? workspace.id : denied;
}

async function collect(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const version = queryValue(request.query, 'api-version') ?? '';
  if (version === '') return answered(collectorFault(400, 'MissingApiVersion', 'The api-version is missing.'));
  if (version !== '2016-04-01')
    return answered(collectorFault(400, 'InvalidApiVersion', 'The api-version must be 2016-04-01.'));
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return answered(collectorFault(400, 'UnsupportedContentType', 'The content type must be application/json.'));
  const body = request.rawBody ?? '';
  const workspaceId = signedWorkspace(call, body);
  if (isCollectorFault(workspaceId)) return answered(workspaceId);
  const resourceId = request.headers['x-ms-azureresourceid'];
  const fault = await collectLogs(services, {
    workspaceId,
    logType: request.headers['log-type'] ?? '',
    body,
    timeField: request.headers['time-generated-field'] ?? '',
    ...(resourceId === undefined ? {} : { resourceId }),
  });
  return fault === undefined ? { status: 200 } : answered(fault);
}

const writeAction = 'Microsoft.Insights/dataCollectionRules/write';
const publishAction = 'Microsoft.Insights/telemetry/write';

async function stream(call: RouteCall): Promise<ArmResponse> {
  const rule = findRule(call.services, segment(call, 'rule'));
  if (isStreamFault(rule)) return refused(rule);
  if (!call.allowed(publishAction, rule.id) && !call.allowed(writeAction, rule.id)) {
    const message = `The authentication token provided does not have access to ingest data for the data collection rule with immutable Id '${segment(call, 'rule')}'.`;
    return { status: 403, body: { error: { code: 'OperationFailed', message } } };
  }
  const body: Json | undefined = call.request.body;
  const fault = await ingestLogStream(call.services, rule, segment(call, 'stream'), body);
  return fault === undefined ? { status: 204 } : refused(fault);
}

function refused({ status, code, message }: StreamFault): ArmResponse {
  return { status, body: { error: { code, message } } };
}

export const collectRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/api/logs',
    permission: { open: "signed with one of the workspace's shared keys" },
    body: 'text',
    largeBody: true,
    handle: collect,
  },
  {
    method: 'POST',
    pattern: '/dataCollectionRules/{rule}/streams/{stream}',
    permission: { signedIn: true },
    handle: stream,
  },
];
