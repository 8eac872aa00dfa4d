/**
 * Faults as answers: the error envelope of ARM and the headers that go with it.
 *
 * Owns: the mapping fault → status, headers, body. Source: ARM reference 1.2 and 1.3.
 *
 * Invariants
 * E1. Every failed answer is this envelope, as JSON; only `code` and `message` are always there.
 * E2. What was thrown without being a fault shows as `InternalServerError` without its text.
 */
import { type ArmResponse, type Fault, type FaultCode, type FaultDetail, type JsonObject } from '#foundation';

/** What a 401 names as the place to get a token. */
export interface Authority {
  readonly baseUrl: string;
  readonly tenantId: string;
}

const tokenFaults: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'AuthenticationFailed',
  'InvalidAuthenticationToken',
  'ExpiredAuthenticationToken',
  'InvalidAuthenticationTokenTenant',
  'InvalidAuthenticationTokenAudience',
]);

export function errorResponse(reason: Fault, authority: Authority): ArmResponse {
  const headers: Record<string, string> = {};
  if (tokenFaults.has(reason.code)) headers['www-authenticate'] = challenge(reason, authority);
  const { retryAfterSeconds } = reason.options;
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.max(0, Math.ceil(retryAfterSeconds)));
  return { status: reason.status, headers, body: { error: errorBody(reason) } };
}

/** The `error` member: also what failed operations and deployments carry. */
export function errorBody(reason: Fault): JsonObject {
  const { target, details, additionalInfo } = reason.options;
  return {
    code: reason.code,
    message: reason.message,
    ...(target === undefined ? {} : { target }),
    ...(details === undefined ? {} : { details: details.map(detailBody) }),
    ...infoBody(additionalInfo),
  };
}

function infoBody(infos: FaultDetail['additionalInfo']): JsonObject {
  return infos === undefined ? {} : { additionalInfo: infos.map(({ type, info }) => ({ type, info })) };
}

function detailBody(detail: FaultDetail): JsonObject {
  const { code, message, target, additionalInfo } = detail;
  return { code, message, ...(target === undefined ? {} : { target }), ...infoBody(additionalInfo) };
}

function challenge(reason: Fault, { baseUrl, tenantId }: Authority): string {
  const description = reason.message.replaceAll(/["\r\n]/g, ' ');
  return `Bearer authorization_uri="${baseUrl}/${tenantId}", error="invalid_token", error_description="${description}"`;
}
