/**
 * Azure Resource Manager as the service behind a connector: our own, in process, as the connection's identity.
 *
 * Owns: whose identity a connection has towards resources kept here. Does not own: ARM itself (`call-arm.ts`).
 * Source: design section 5; connectors reference 3.1, 3.6, 4.6.
 *
 * Invariants
 * AS1. A connection acts as the workflow's managed identity, as the application whose secret it holds, or as the person
 *      who consented; roles decide, with Azure's error texts.
 */
import { actionRequest, type SendToService, type ServiceAnswer } from '#connectors';
import {
  type Identity,
  isFault,
  isJsonObject,
  type Json,
  memberIgnoringCase,
  memberOf,
  type OutboundFailure,
  parseJson,
  textMember,
} from '#foundation';
import { armIdentityOf, callArm } from '../call-arm.ts';
import { findApplication } from '../principals.ts';
import type { Services } from '../services.ts';
import { findWorkflow } from '../workflow-resource.ts';
import type { OperationCall } from './operation-call.ts';

const management = 'https://management.azure.com';

/**
 * The way into our own surface. @param prefix what stands before a service's own paths: empty for ARM, `/graph` for the
 * directory, `/keyvault/{vault}` for a vault.
 */
export function armSender(operationCall: OperationCall, prefix = ''): SendToService {
  return armSenderAs(operationCall.services, () => identityOf(operationCall), prefix);
}

type Found = Identity | { readonly code: string; readonly message: string };

/** The same as whoever `identify` finds. */
export function armSenderAs(services: Services, identify: () => Promise<Found>, prefix = ''): SendToService {
  return async (request) => {
    const identity = await identify();
    if ('code' in identity) return { kind: 'failure', ...identity, retryable: false };
    const inputs: Json = {
      method: request.method,
      uri: `${management}${/^https?:\/\//i.test(request.path) ? '' : prefix}${pathOf(request.path)}`,
      headers: { ...request.headers },
      ...(request.body === undefined || request.body instanceof Uint8Array ? {} : { body: request.body }),
    };
    const prepared = actionRequest(inputs);
    if (isFault(prepared)) return { kind: 'failure', code: 'BadRequest', message: prepared.message, retryable: false };
    return answerOf(await callArm(services, prepared, identity));
  };
}

/** An address that an answer gave has its prefix already. */
function pathOf(path: string): string {
  const url = /^https?:\/\//i.test(path) ? URL.parse(path) : null;
  return url === null ? path : `${url.pathname}${url.search}`;
}

/** Whether a connection acts as somebody of this server: a person, an application of ours, a managed identity. */
export function actsHere({ services, credentials, connection, connector, values, call }: OperationCall): boolean {
  const { proof, lent } = credentials;
  // Where the operator's profile signs in for the devices of a tenant, these are meant.
  if (lent === true && connector.service.kind === 'http' && connector.service.here === 'devices') return false;
  const person = memberOf(connection.document.secrets, 'person') !== undefined;
  const ours =
    proof.kind === 'application' && findApplication(services, values.get('token:clientid') ?? '') !== undefined;
  const managed =
    proof.kind === 'managedIdentity' || usesManagedIdentityIn(services, call.run.workflowId, connection.document.id);
  return person || ours || managed;
}

/** The prefix of what is kept here for a connection that acts as somebody of this server; undefined for one that does not. */
export function herePrefix(operationCall: OperationCall): string | undefined {
  const {
    connector: { service },
    values,
  } = operationCall;
  if (service.kind !== 'http' || service.here === undefined || service.here === 'devices') return undefined;
  if (!actsHere(operationCall)) return undefined;
  if (service.here === 'directory') return '/graph';
  // A vault is named, or its whole address is given.
  const [, vault = ''] = /^(?:https:\/\/)?([^./]*)/i.exec(values.get('vaultname')?.trim() ?? '') ?? [];
  return `/keyvault/${encodeURIComponent(vault)}`;
}

function answerOf(outcome: Awaited<ReturnType<typeof callArm>>): ServiceAnswer | OutboundFailure {
  if (outcome.kind === 'failure') return { ...outcome };
  const given = outcome.body !== undefined && 'value' in outcome.body ? outcome.body.value : undefined;
  const type = Object.entries(outcome.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const body = typeof given === 'string' && type.includes('json') ? parseJson(given) : given;
  return { status: outcome.statusCode, headers: outcome.headers, ...(body === undefined ? {} : { body }) };
}

/** Who a connection is on this server (AS1). */
export async function identityOf({ services, call, connection, credentials, values }: OperationCall): Promise<Found> {
  const { workflowId } = call.run;
  if (
    credentials.proof.kind === 'managedIdentity' ||
    usesManagedIdentityIn(services, workflowId, connection.document.id)
  ) {
    const identity = identityName(services, workflowId, connection.document.id);
    return armIdentityOf(services, workflowId, {
      type: 'ManagedServiceIdentity',
      ...(identity === undefined ? {} : { identity }),
    });
  }
  if (credentials.proof.kind === 'application') {
    return armIdentityOf(services, workflowId, {
      type: 'ActiveDirectoryOAuth',
      tenant: values.get('token:tenantid') ?? services.settings.tenantId,
      clientId: values.get('token:clientid') ?? '',
      secret: values.get('token:clientsecret') ?? '',
      audience: `${management}/`,
    });
  }
  const person = memberOf(connection.document.secrets, 'person');
  if (isJsonObject(person)) return person as unknown as Identity;
  return {
    code: 'Unauthorized',
    message: `The connection '${connection.document.name}' has no identity on this server.`,
  };
}

/** The entry of `$connections` for a connection in the workflow's parameters. */
function connectionEntry(services: Services, workflowId: string, connectionId: string): Json | undefined {
  const parameters = memberOf(findWorkflow(services, workflowId)?.document.body, 'parameters');
  const value = memberOf(memberOf(parameters, '$connections'), 'value');
  return Object.values(isJsonObject(value) ? value : {}).find(
    (entry) => textMember(entry, 'connectionId')?.toLowerCase() === connectionId.toLowerCase(),
  );
}

function authenticationIn(services: Services, workflowId: string, connectionId: string): Json | undefined {
  const entry = connectionEntry(services, workflowId, connectionId);
  return memberIgnoringCase(memberIgnoringCase(entry, 'connectionProperties'), 'authentication');
}

function usesManagedIdentityIn(services: Services, workflowId: string, connectionId: string): boolean {
  const type = memberIgnoringCase(authenticationIn(services, workflowId, connectionId), 'type');
  return typeof type === 'string' && type.toLowerCase() === 'managedserviceidentity';
}

function identityName(services: Services, workflowId: string, connectionId: string): string | undefined {
  const identity = memberIgnoringCase(authenticationIn(services, workflowId, connectionId), 'identity');
  return typeof identity === 'string' && identity !== '' ? identity : undefined;
}
