/**
 * `Microsoft.Security/alerts` and `…/locations/{location}/alerts`: lists, single alerts, states, samples.
 *
 * Owns: the mapping. Any location is taken: published playbooks hard-code one.
 * Source: management API reference 4 and 5.2.
 */
import { type ArmResponse, type JsonObject, orThrow } from '#foundation';
import {
  type AlertActionName,
  alertActions,
  alertAnswer,
  alertStates,
  changeAlertState,
  listEvents,
  planAnswerFilter,
  requireAlert,
  requiredStates,
  simulateAlerts,
  simulateAlertsAsOperation,
  type StoredEvent,
} from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { documentPosition, positionOf, resumeToken } from '../../document-position.ts';
import { acceptedAtLocation } from '../../long-running.ts';
import { pageOfScan } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { alertVersions } from './versions.data.ts';

const provider = '/providers/Microsoft.Security';
const subscription = '/subscriptions/{subscription}';
const group = `${subscription}/resourceGroups/{group}`;

function place(call: RouteCall) {
  const resourceGroup = call.path['group'];
  return {
    subscriptionId: segment(call, 'subscription'),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
  };
}

function answerOf(call: RouteCall, alert: StoredEvent): JsonObject {
  return alertAnswer(alert, segment(call, 'subscription'), call.apiVersion);
}

/** The states that the filter asks for, where the version shows states as they are kept. */
function statesOf(filter: string, apiVersion: string): readonly string[] | undefined {
  const date = apiVersion.slice(0, 10);
  const path = date < '2019-01-01' ? 'properties/state' : 'properties/status';
  const states = requiredStates(filter, path, alertStates);
  return date < '2022-01-01' && states?.includes('Active') === true ? undefined : states;
}

async function list(call: RouteCall): Promise<ArmResponse> {
  const filter = parameter(call, '$filter') ?? '';
  const passes = orThrow(planAnswerFilter(filter));
  const rule = parameter(call, 'autoDismissRuleName')?.toLowerCase();
  const states = statesOf(filter, call.apiVersion);
  const fits = (alert: StoredEvent): boolean =>
    (rule === undefined || alert.suppressedBy?.toLowerCase().endsWith(`/${rule}`) === true) &&
    (filter === '' || passes(answerOf(call, alert)));
  const body = await pageOfScan(call.request, {
    read: async (count, after) => {
      const { events, resume } = await listEvents(call.services, {
        kind: 'Alerts',
        ...place(call),
        ...(states === undefined ? {} : { statuses: states }),
        fits,
        count,
        ...(after === undefined ? {} : { after: positionOf(after) }),
      });
      return { items: events, resume: resumeToken(resume) };
    },
    position: ({ document }) => documentPosition(document),
    shape: (alert) => answerOf(call, alert),
  });
  return { status: 200, body };
}

function get(call: RouteCall): ArmResponse {
  const alert = requireAlert(call.services, { ...place(call), name: segment(call, 'name') });
  return { status: 200, body: answerOf(call, alert) };
}

function change(action: AlertActionName): (call: RouteCall) => Promise<ArmResponse> {
  return async (call) => {
    const request = { ...place(call), name: segment(call, 'name'), caller: callerOf(call), action };
    await changeAlertState(call.services, request);
    return { status: 204 };
  };
}

/** Older clients take an answer at once only, newer ones poll. */
async function simulate(call: RouteCall): Promise<ArmResponse> {
  const request = { caller: callerOf(call), subscriptionId: segment(call, 'subscription'), body: call.request.body };
  if (call.apiVersion.slice(0, 10) < '2022-01-01') {
    await simulateAlerts(call.services, request);
    return { status: 204 };
  }
  return acceptedAtLocation(call, await simulateAlertsAsOperation(call.services, request));
}

const apiVersions = alertVersions;
const inProgressVersions = ['2022-01-01'];
const read = { action: 'Microsoft.Security/alerts/read' };
const readHere = { action: 'Microsoft.Security/locations/alerts/read' };

/** Groups of alerts need not be in the inventory: a detector may name any. */
const anyGroup = true as const;

const byScope = [subscription, group].flatMap((scope): readonly Route[] => {
  const located = `${scope}${provider}/locations/{location}/alerts`;
  return [
    { method: 'GET', pattern: `${scope}${provider}/alerts`, permission: read, apiVersions, anyGroup, handle: list },
    { method: 'GET', pattern: located, permission: readHere, apiVersions, anyGroup, handle: list },
    { method: 'GET', pattern: `${located}/{name}`, permission: readHere, apiVersions, anyGroup, handle: get },
    ...(Object.keys(alertActions) as AlertActionName[]).map(
      (action): Route => ({
        method: 'POST',
        pattern: `${located}/{name}/${action}`,
        permission: { action: `Microsoft.Security/locations/alerts/${action}/action` },
        // Versions before the newest have no such state.
        apiVersions: action === 'inProgress' ? inProgressVersions : apiVersions,
        anyGroup,
        handle: change(action),
      }),
    ),
  ];
});

export const alertRoutes: readonly Route[] = [
  ...byScope,
  {
    method: 'POST',
    pattern: `${subscription}${provider}/locations/{location}/alerts/default/simulate`,
    permission: {
      action: 'Microsoft.Security/locations/simulateAlerts/action',
      scope: (path) => `/subscriptions/${path['subscription'] ?? ''}`,
    },
    apiVersions,
    handle: simulate,
  },
];
