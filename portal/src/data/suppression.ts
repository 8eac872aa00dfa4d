/** Rules that dismiss alerts as they come in. Source: management API reference 5.3. */
import type { Resource } from '../api/arm.ts';
import { call } from '../api/http.ts';
import type { Alert } from './alerts.ts';
import { idParts } from '../api/arm.ts';

export interface SuppressionRuleProperties {
  readonly alertType: string;
  readonly state: string;
  readonly reason: string;
  readonly comment?: string;
  readonly expirationDateUtc?: string;
}

export type SuppressionRule = Resource<SuppressionRuleProperties>;

const version = '2019-01-01-preview';

export const suppressionRulesPath = (subscription: string): string =>
  `${subscription}/providers/Microsoft.Security/alertsSuppressionRules?api-version=${version}`;

export async function deleteSuppressionRule(id: string): Promise<void> {
  await call('DELETE', `${id}?api-version=${version}`);
}

/** Dismisses alerts of the alert's type from now on. */
export async function suppressSimilar(
  alert: Alert,
  rule: { readonly name: string; readonly reason: string; readonly comment: string; readonly until: string },
): Promise<void> {
  const { subscriptionId = '' } = idParts(alert.id);
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Security/alertsSuppressionRules/${rule.name}?api-version=${version}`;
  const properties = {
    alertType: alert.properties.alertType,
    reason: rule.reason,
    state: 'Enabled',
    ...(rule.comment === '' ? {} : { comment: rule.comment }),
    ...(rule.until === '' ? {} : { expirationDateUtc: `${rule.until}T00:00:00Z` }),
  };
  await call('PUT', path, { body: { properties } });
}
