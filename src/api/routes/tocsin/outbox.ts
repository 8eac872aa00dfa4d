/**
 * Routes of the sandbox: outbox, mocks, a connection's switch.
 *
 * Owns: the mapping. Source: own-api reference (runs, outbox, overview).
 */
import { memberOf, parseArmId, raise, type StoredDocument, textMember } from '#foundation';
import { clearOutbox, listOutbox, mockOfItem, outboxItem, readOutboxItem, setConnectionSandbox } from '#service';
import { documentPosition, positionOf } from '../../document-position.ts';
import { page } from '../../paging.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';

const read: Permission = { action: 'Microsoft.Logic/workflows/runs/read' };
const write: Permission = { action: 'Microsoft.Web/connections/write' };

/** The workflow of an item's run decides who sees the signatures of callbacks in it. */
function shown(call: RouteCall, document: StoredDocument) {
  const workflowId = textMember(document.body, 'workflowId') ?? '/';
  const action = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action';
  return outboxItem(document, call.allowed(action, workflowId));
}

function list(call: RouteCall) {
  const source = {
    read: (count: number, after: string | undefined) =>
      listOutbox(call.services, {
        top: count,
        ...(after === undefined ? {} : { after: positionOf(after) }),
      }),
    position: documentPosition,
    shape: (document: StoredDocument) => shown(call, document),
  };
  return { status: 200, body: page(call.request, source) };
}

function get(call: RouteCall) {
  const document = readOutboxItem(call.services, call.path.item ?? '');
  const item = shown(call, document);
  return { status: 200, body: { ...item, mock: mockOfItem(item) } };
}

function putMocks(call: RouteCall) {
  call.services.mocks.replace(memberOf(call.request.body, 'mocks') ?? null);
  return { status: 200, body: { mocks: call.services.mocks.list() } };
}

async function setSandbox(call: RouteCall) {
  const id = memberOf(call.request.body, 'connectionId');
  const enabled = memberOf(call.request.body, 'enabled');
  if (typeof id !== 'string' || parseArmId(id) === undefined || typeof enabled !== 'boolean') {
    return raise(
      'InvalidRequestContent',
      "The body must have 'connectionId', a resource id, and 'enabled', true or false.",
    );
  }
  if (!call.allowed('Microsoft.Web/connections/write', id)) {
    return raise(
      'AuthorizationFailed',
      `The client does not have authorization to perform action 'Microsoft.Web/connections/write' over scope '${id}'.`,
    );
  }
  await setConnectionSandbox(call.services, id, enabled);
  return { status: 200, body: { connectionId: id, enabled } };
}

export const outboxRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/outbox', permission: read, handle: list },
  { method: 'GET', pattern: '/tocsin/v1/outbox/{item}', permission: read, handle: get },
  {
    method: 'DELETE',
    pattern: '/tocsin/v1/outbox',
    permission: write,
    handle: async (call) => ({ status: 200, body: { deleted: await clearOutbox(call.services) } }),
  },
  {
    method: 'DELETE',
    pattern: '/tocsin/v1/outbox/{item}',
    permission: write,
    handle: async (call) => {
      await clearOutbox(call.services, call.path.item ?? '');
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    pattern: '/tocsin/v1/mocks',
    permission: read,
    handle: (call) => ({ status: 200, body: { mocks: call.services.mocks.list() } }),
  },
  { method: 'PUT', pattern: '/tocsin/v1/mocks', permission: write, handle: putMocks },
  { method: 'POST', pattern: '/tocsin/v1/connections/sandbox', permission: { signedIn: true }, handle: setSandbox },
];
