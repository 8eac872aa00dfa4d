/**
 * Faults in the shape of Microsoft Graph, for everything below `/graph`.
 *
 * Owns: the envelope, and what faults of the router are called there. Does not own: the directory's own faults (they have
 * Microsoft Graph's codes already).
 * Source: the published error responses of Microsoft Graph.
 */
import { type ArmResponse, type Fault, formatTime } from '#foundation';

export function isGraphPath(path: string): boolean {
  return /^\/+graph\/+/i.test(path);
}

/** Codes and texts that Microsoft Graph has for what the router refuses. */
const translations: Readonly<
  Record<string, { readonly code: string; readonly message?: string; readonly status?: number }>
> = {
  AuthenticationFailed: { code: 'InvalidAuthenticationToken', message: 'Access token is empty.' },
  ExpiredAuthenticationToken: { code: 'InvalidAuthenticationToken' },
  InvalidAuthenticationTokenTenant: { code: 'InvalidAuthenticationToken' },
  InvalidAuthenticationTokenAudience: {
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. Invalid audience.',
  },
  AuthorizationFailed: {
    code: 'Authorization_RequestDenied',
    message: 'Insufficient privileges to complete the operation.',
  },
  NotFound: { code: 'BadRequest', message: 'Resource not found for the segment.', status: 400 },
  NotSupported: { code: 'Request_BadRequest', message: 'Specified HTTP method is not allowed for the request target.' },
  InvalidRequestContent: { code: 'BadRequest', message: 'Unable to read JSON request payload.' },
  InvalidParameter: { code: 'Request_BadRequest' },
  TooManyRequests: { code: 'TooManyRequests' },
  InternalServerError: { code: 'InternalServerError' },
};

export function graphError(
  reason: Fault,
  request: { readonly requestId: string; readonly clientRequestId: string | undefined; readonly time: number },
): ArmResponse {
  const known = translations[reason.code];
  const { details, retryAfterSeconds, target } = reason.options;
  return {
    status: known?.status ?? reason.status,
    headers: {
      'request-id': request.requestId,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
    },
    body: {
      error: {
        code: known?.code ?? reason.code,
        message: known?.message ?? reason.message,
        ...(target === undefined ? {} : { target }),
        ...(details === undefined
          ? {}
          : { details: details.map(({ code, message, target: at }) => ({ code, message, target: at ?? '' })) }),
        innerError: {
          date: formatTime(request.time).slice(0, 19),
          'request-id': request.requestId,
          'client-request-id': request.clientRequestId ?? request.requestId,
        },
      },
    },
  };
}
