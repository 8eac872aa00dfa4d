/**
 * Answers of the sign-in endpoints: OAuth's own forms, with Azure's error numbers and words.
 *
 * Owns: their shape. Does not own: the texts (`oauth-errors.data.ts`). Source: ARM reference 2.1; RFC 6749.
 */
import type { JsonObject } from '#foundation';
import type { Services } from '../services.ts';
import { type OAuthErrorName, oauthErrors } from './oauth-errors.data.ts';

export interface OAuthAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

export interface OAuthRefusal extends OAuthAnswer {
  readonly refused: OAuthErrorName;
}

/** An OAuth error as Azure words it; `detail` is cut to a readable length. */
export function oauthError(
  services: Pick<Services, 'clock' | 'random'>,
  name: OAuthErrorName,
  detail = '',
): OAuthRefusal {
  const { status, error, number, text } = oauthErrors[name];
  const description = text.replace('{detail}', () => detail.slice(0, 200));
  const timestamp = `${new Date(services.clock.now()).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const [trace, correlation] = [services.random.uuid(), services.random.uuid()];
  return {
    refused: name,
    status,
    body: {
      error,
      error_description:
        `AADSTS${number}: ${description} Trace ID: ${trace} Correlation ID: ${correlation} ` +
        `Timestamp: ${timestamp}`,
      error_codes: [number],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
    },
  };
}

/** Why a tenant segment is refused, undefined for ours. */
export function checkTenant(services: Services, tenant: string): OAuthRefusal | undefined {
  const ours = [services.settings.tenantId, 'adfs', 'common', 'organizations'];
  return ours.includes(tenant.toLowerCase()) ? undefined : oauthError(services, 'tenantUnknown', tenant);
}
