/**
 * Alerts at Microsoft Graph: our own, listed, read, and their status changed.
 *
 * Owns: the mapping. Does not own: shapes (`graph-alerts.ts` of `#service`). Source: Microsoft Graph's published calls.
 *
 * Invariants
 * SA1. A change of anything but the status is refused: assignments, comments and feedback of alerts are not kept.
 */
import { type ArmResponse, isJsonObject, type JsonObject, memberOf, raise } from '#foundation';
import {
  alertActionOf,
  changeAlertState,
  type DirectoryQuery,
  findGraphAlert,
  graphAlert,
  type GraphAlertForm,
  graphAlertSets,
  listEvents,
  type StoredEvent,
} from '#service';
import { callerOf, segment } from '../../call-values.ts';
import { documentPosition, positionOf, resumeToken } from '../../document-position.ts';
import { skipPosition } from '../../paging.ts';
import type { Permission, Route, RouteCall } from '../../route.ts';
import { contextOf, entityResponse, listResponse, queryOf, selectedFragment, versionOf } from './graph-answers.ts';

const usualPage = 100;

function permission(form: GraphAlertForm, verb: string): Permission {
  return { action: `Microsoft.Authorization/directory/security/${form}/${verb}` };
}

function shown(call: RouteCall, form: GraphAlertForm, event: StoredEvent, query?: DirectoryQuery): JsonObject {
  const body = graphAlert(form, event, call.services.settings.tenantId);
  const whole = { id: event.name, ...body };
  const { select } = query ?? {};
  if (select === undefined) return whole;
  return Object.fromEntries(select.map((name) => [name, memberOf(whole, name) ?? null]));
}

/** Newest first, which is the only order: a list of all alerts is never held. */
async function list(call: RouteCall, form: GraphAlertForm): Promise<ArmResponse> {
  const order = (call.request.query['$orderby'] ?? '').trim();
  if (order !== '' && !/^createdDateTime\s+desc$/i.test(order))
    raise('Request_UnsupportedQuery', "Alerts are listed by 'createdDateTime desc' only.");
  const query = queryOf(call, graphAlertSets[form]);
  const { tenantId } = call.services.settings;
  const count = Math.min(query.top ?? usualPage, 999);
  const position = skipPosition(call.request);
  const { events, resume } = await listEvents(call.services, {
    kind: 'Alerts',
    fits: (event) => query.test({ id: event.name, body: graphAlert(form, event, tenantId) }),
    count: count + 1,
    ...(position === undefined ? {} : { after: positionOf(position) }),
  });
  const page = events.slice(0, count);
  const last = page.at(-1);
  const next = events.length > count && last !== undefined ? documentPosition(last.document) : resumeToken(resume);
  return listResponse(call, selectedFragment(graphAlertSets[form].path, query.select), {
    value: page.map((event) => shown(call, form, event, query)),
    next,
  });
}

function required(call: RouteCall) {
  const id = segment(call, 'id');
  return findGraphAlert(call.services, id) ?? raise('Request_ResourceNotFound', `The alert '${id}' was not found.`);
}

function get(call: RouteCall, form: GraphAlertForm): ArmResponse {
  const query = queryOf(call, graphAlertSets[form]);
  const path = selectedFragment(graphAlertSets[form].path, query.select);
  return entityResponse(call, path, shown(call, form, required(call).alert, query));
}

async function change(call: RouteCall, form: GraphAlertForm): Promise<ArmResponse> {
  versionOf(call);
  const { body } = call.request;
  const given = isJsonObject(body) ? body : {};
  const other = Object.keys(given).find((name) => name !== 'status' && name !== 'vendorInformation');
  // SA1.
  if (other !== undefined) raise('Request_BadRequest', `'${other}' of an alert is not kept here; only its status is.`);
  const status = memberOf(given, 'status');
  const action = typeof status === 'string' ? alertActionOf(status) : undefined;
  if (action === undefined)
    return raise(
      'Request_BadRequest',
      `'${typeof status === 'string' ? status.slice(0, 40) : ''}' is no status of an alert.`,
      { target: 'status' },
    );
  const { alert, subscriptionId } = required(call);
  await changeAlertState(call.services, { subscriptionId, name: alert.name, caller: callerOf(call), action });
  if (!/return=representation/i.test(call.request.headers['prefer'] ?? '') && form === 'alerts') return { status: 204 };
  const changed = shown(call, form, required(call).alert);
  return {
    status: 200,
    body: { '@odata.context': contextOf(call, `${graphAlertSets[form].path}/$entity`), ...changed },
  };
}

export const securityAlertRoutes: readonly Route[] = (['alerts', 'alerts_v2'] as const).flatMap(
  (form): readonly Route[] => {
    const all = `/graph/{version}/security/${form}`;
    return [
      { method: 'GET', pattern: all, permission: permission(form, 'read'), handle: (call) => list(call, form) },
      {
        method: 'GET',
        pattern: `${all}/{id}`,
        permission: permission(form, 'read'),
        handle: (call) => get(call, form),
      },
      {
        method: 'PATCH',
        pattern: `${all}/{id}`,
        permission: permission(form, 'write'),
        handle: (call) => change(call, form),
      },
    ];
  },
);
