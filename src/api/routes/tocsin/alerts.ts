/**
 * Alerts over every subscription that the caller may read, in the shape of the management API.
 *
 * Owns: the mapping. Source: own API reference; portal reference 3.2.
 */
import { type ArmResponse, orThrow, parseArmId } from '#foundation';
import {
  alertAnswer,
  alertStates,
  listEvents,
  planAnswerFilter,
  requiredState,
  scopeTest,
  type StoredEvent,
} from '#service';
import { parameter } from '../../call-values.ts';
import { documentPosition, positionOf, resumeToken } from '../../document-position.ts';
import { pageOfScan } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

const apiVersion = '2022-01-01';
const readAction = 'Microsoft.Security/alerts/read';

function answerOf({ document, ...alert }: StoredEvent): ReturnType<typeof alertAnswer> {
  return alertAnswer({ document, ...alert }, document.parent, apiVersion);
}

/** Newest first. */
async function list(call: RouteCall): Promise<ArmResponse> {
  const filter = parameter(call, 'filter') ?? parameter(call, '$filter') ?? '';
  const passes = orThrow(planAnswerFilter(filter));
  const scopes = (parameter(call, 'scopes') ?? '').split(',').filter((scope) => scope.trim() !== '');
  const tests = scopes.map((scope) => scopeTest(call.services, scope.trim()));
  const fits = (alert: StoredEvent): boolean =>
    (tests.length === 0 || tests.some((test) => test(alert.id))) &&
    call.allowed(readAction, alert.id) &&
    (filter === '' || passes(answerOf(alert)));
  const state = requiredState(filter, 'properties/status', alertStates);
  const only = scopes.length === 1 ? parseArmId(scopes[0] ?? '')?.subscriptionId : undefined;
  const body = await pageOfScan(call.request, {
    read: async (count, after) => {
      const { events, resume } = await listEvents(call.services, {
        kind: 'Alerts',
        ...(only === undefined ? {} : { subscriptionId: only }),
        ...(state === undefined ? {} : { status: state }),
        fits,
        count,
        ...(after === undefined ? {} : { after: positionOf(after) }),
      });
      return { items: events, resume: resumeToken(resume) };
    },
    position: ({ document }) => documentPosition(document),
    shape: answerOf,
  });
  return { status: 200, body };
}

export const alertListRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/alerts', permission: { signedIn: true }, handle: list },
];
