/**
 * A connector call before any run: its connection, whether it is authorised, whether the operation exists, whose rights it has.
 *
 * Owns: the judgement on ApiConnection actions and triggers. Does not own: the call (`call-connection.ts`).
 * Source: connectors reference 1, 3.1; own-api reference (a key missing from `$connections`).
 */
import { type Connector, findOperation } from '#connectors';
import { isJsonObject, type Json, memberIgnoringCase, parseArmId, textMember } from '#foundation';
import { managedIdentityOf } from '../call-arm.ts';
import { type Connection, findConnection } from '../connections.ts';
import { usesManagedIdentity } from '../connectors/connection-values.ts';
import type { StoredWorkflow } from '../workflow-resource.ts';
import { type HttpCheck, permissionRemarks } from './check-http.ts';
import { type Remark, remark } from './finding.ts';
import { isKnown } from './known-inputs.ts';

/** `inputs` are those of the action; a webhook has its path in them or in `subscribe`. */
export function checkConnectionCall(check: HttpCheck, workflow: StoredWorkflow, inputs: Json): readonly Remark[] {
  const named = memberIgnoringCase(memberIgnoringCase(inputs, 'host'), 'connection');
  const reference = textMember(named, 'name') ?? textMember(named, 'referenceName') ?? '';
  const key = /parameters\('\$connections'\)\s*\??\[\s*'((?:[^']|'')+)'\s*\]/i.exec(reference)?.[1];
  const id = check.known.text(reference) ?? '';
  if (!isKnown(id)) return key === undefined ? [] : missingKey(key);
  const connection = findConnection(check.services, id);
  if (connection === undefined) {
    const name = parseArmId(id)?.name ?? id;
    const fix = 'Create the connection, or name another in the parameter $connections.';
    return [remark('Error', 'ApiConnectionNotFound', `The API connection '${name}' could not be found.`, fix)];
  }
  return [...connectionRemarks(connection), ...operationRemarks(check, workflow, connection, inputs)];
}

function missingKey(key: string): readonly Remark[] {
  const message = `The connection '${key}' is not in the value of the parameter '$connections'.`;
  return [remark('Error', 'ConnectionKeyMissing', message, `Add '${key}' to the value of $connections.`)];
}

function connectionRemarks({ document, connector, sandbox, state }: Connection): readonly Remark[] {
  const about = `The API connection '${document.name}' of '${connector.displayName}'`;
  if (sandbox)
    return [remark('Information', 'ConnectionInSandbox', `${about} is in the sandbox: its calls are captured.`)];
  if (connector.service.kind === 'refused') {
    return [remark('Error', 'ConnectorNotSupported', connector.service.reason, 'Put the connection in the sandbox.')];
  }
  if (state.status === 'Connected') return [];
  const fix = 'Authorise the connection, or give its API a credential profile.';
  return [remark('Error', 'ConnectionNotAuthorized', `${about} is not authorised: ${state.error.message}`, fix)];
}

function operationRemarks(
  check: HttpCheck,
  workflow: StoredWorkflow,
  connection: Connection,
  inputs: Json,
): readonly Remark[] {
  const { connector, sandbox } = connection;
  const part = memberIgnoringCase(inputs, 'subscribe') ?? inputs;
  const named = check.known.member(part, 'method');
  const path = check.known.member(part, 'path');
  // Subscriptions are written without a method.
  const method = named ?? (path !== undefined && findOperation(connector, 'POST', path) !== undefined ? 'POST' : 'GET');
  if (path === undefined || !isKnown(method) || !isTabled(connector)) return [];
  const found = findOperation(connector, method, path);
  if (found === undefined) {
    const message = `'${connector.displayName}' has no operation '${method.toUpperCase()} ${shown(path)}' that is known here.`;
    return [remark(sandbox ? 'Information' : 'Warning', 'OperationUnknown', message)];
  }
  const { operation } = found;
  if (operation.sandboxOnly !== undefined && !sandbox) {
    return [remark('Error', 'OperationNotSupported', operation.sandboxOnly, 'Put the connection in the sandbox.')];
  }
  if (connector.service.kind !== 'arm' || sandbox || !usesManagedIdentity(connection.document)) return [];
  const identity = managedIdentityOf(check.services, workflow.id, {});
  if (typeof identity === 'string') {
    return [remark('Error', 'IdentityMissing', identity, 'Enable the managed identity of the logic app.')];
  }
  return permissionRemarks(check, identity, { method, path });
}

/** Connectors whose operations are all known: what passes unknown paths on, or is fired by this server, is not judged. */
function isTabled(connector: Connector): boolean {
  if (connector.service.kind === 'none') return false;
  const open = connector.service.kind === 'http' && connector.service.open === true;
  return connector.operations.length > 0 && !open;
}

function shown(path: string): string {
  return path.replaceAll('\u{FFFC}', '…');
}

/** Whether the inputs are those of a connector call. */
export function isConnectionCall(inputs: Json): boolean {
  return isJsonObject(memberIgnoringCase(memberIgnoringCase(inputs, 'host'), 'connection'));
}
