/**
 * Remediations of all scopes in one list: the management API lists those of one scope and below.
 *
 * Owns: the mapping. Source: own API reference (automations); portal reference 3.7.
 */
import { type ArmResponse, armIdKey, isWithin } from '#foundation';
import { filterRemediations, type Remediation, remediationType } from '#service';
import { parameter } from '../../call-values.ts';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { remediationAnswer } from '../policy-insights/remediations.ts';

const readAction = `${remediationType}/read`;

/** At a chosen scope, above it or below it: whatever may act there. */
function touches(call: RouteCall, { scope }: Remediation, chosen: readonly string[]): boolean {
  const key = armIdKey(scope);
  return (
    chosen.length === 0 ||
    chosen.some((each) => isWithin(scope, each) || call.groupsAbove(each).some((group) => group === key)) ||
    chosen.some((each) => call.groupsAbove(scope).includes(armIdKey(each)))
  );
}

function list(call: RouteCall): ArmResponse {
  const chosen = (parameter(call, 'scopes') ?? '')
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
  const filter = parameter(call, 'filter') ?? parameter(call, '$filter') ?? '';
  const found = filterRemediations(call.services, '', filter).filter(
    (remediation) => touches(call, remediation, chosen) && call.allowed(readAction, remediation.scope),
  );
  const body = pageOfList(call.request, found, (remediation) => remediationAnswer(call, remediation));
  return { status: 200, body: { ...body, count: { value: found.length, exact: true } } };
}

export const ownRemediationRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/remediations', permission: { signedIn: true }, handle: list },
];
