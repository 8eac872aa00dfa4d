/** Whether what a request of Microsoft.PolicyInsights is about exists. */
import { parseArmId, raise, TocsinError } from '#foundation';
import { requireManagementGroup } from '../management-groups.ts';
import { resourceNotFound } from '../resource-write.ts';
import type { Services } from '../services.ts';
import { managementGroupOf } from './scope-subscriptions.ts';
import { findSubject } from './subject.ts';

/** @throws TocsinError `NotFound`, `ResourceNotFound`, and `InvalidParameter` for what is none of the scopes. */
export function requireInsightsScope(services: Services, scope: string): void {
  const group = managementGroupOf(scope);
  if (group !== undefined) {
    requireManagementGroup(services, group);
    return;
  }
  if (parseArmId(scope)?.subscriptionId === undefined) {
    raise('InvalidParameter', `'${scope}' is no management group, subscription, resource group or resource.`, {
      target: 'scope',
    });
  }
  if (findSubject(services, scope) === undefined) throw new TocsinError(resourceNotFound(scope));
}
