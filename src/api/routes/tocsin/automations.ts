/**
 * What Azure's contracts do not give on automations: state, deliveries, manual runs, explanation, back-test.
 *
 * Owns: the mapping. Source: own API reference, automations.
 */
import {
  type ArmResponse,
  isJsonArray,
  isJsonObject,
  isWithin,
  type Json,
  type JsonObject,
  memberOf,
  orThrow,
  raise,
  textMember,
  TocsinError,
} from '#foundation';
import {
  automationIndexOf,
  automationOf,
  automationRow,
  automationSummary,
  AutomationStatus,
  automationType,
  backtestAutomation,
  backupIdOf,
  failOver,
  putBackup,
  refreshCallbacks,
  deliveryRows,
  eventSourceOf,
  explainEvent,
  listDeliveries,
  listEligibleLogicApps,
  planAnswerFilter,
  requireAutomation,
  type StoredAutomation,
  triggerManually,
} from '#service';
import { authorizationFailed } from '#access';
import { callerOf, parameter } from '../../call-values.ts';
import { documentPosition, positionOf } from '../../document-position.ts';
import { page, pageOfList } from '../../paging.ts';
import { eventReadAction } from '../../event-rights.ts';
import type { Route, RouteCall } from '../../route.ts';

const readAction = `${automationType}/read`;

/** @throws TocsinError `AuthorizationFailed` unless the caller may do `action` at `scope`. */
function requireAllowed(call: RouteCall, action: string, scope: string): void {
  if (!call.allowed(action, scope)) throw new TocsinError(authorizationFailed(call.request.identity, action, scope));
}

function scopesOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
}

function isWithinAny(id: string, scopes: readonly string[]): boolean {
  return scopes.length === 0 || scopes.some((scope) => isWithin(id, scope));
}

function visibleAutomations(call: RouteCall): readonly StoredAutomation[] {
  const scopes = scopesOf(parameter(call, 'scopes'));
  return automationIndexOf(call.services)
    .all()
    .filter(({ id }) => isWithinAny(id, scopes) && call.allowed(readAction, id));
}

/** Rows cost a look at deliveries and targets each: only those shown are made. */
function list(call: RouteCall): ArmResponse {
  const { services } = call;
  const text = parameter(call, 'filter') ?? parameter(call, '$filter') ?? '';
  const fits = orThrow(planAnswerFilter(text));
  const status = new AutomationStatus(services);
  const rowOf = (automation: StoredAutomation): JsonObject => automationRow(status, automation);
  const visible = visibleAutomations(call);
  const found = text === '' ? visible : visible.filter((automation) => fits(automationSummary(automation)));
  const ordered = inOrder(found, parameter(call, 'orderby') ?? parameter(call, '$orderby'));
  const body = pageOfList(call.request, ordered, rowOf);
  return { status: 200, body: { ...body, count: { value: found.length, exact: true } } };
}

type OrderMember = 'name' | 'status' | 'location' | 'id';

function orderText({ document, enabled }: StoredAutomation, member: OrderMember): string {
  if (member === 'status') return enabled ? 'Enabled' : 'Disabled';
  return (document[member] ?? '').toLowerCase();
}

/** `name`, `status desc`: one member, by text. */
function inOrder(found: readonly StoredAutomation[], orderby: string | undefined): readonly StoredAutomation[] {
  if (orderby === undefined) return found;
  const asked = /^\s*(name|status|location|id)(?:\s+(asc|desc))?\s*$/i.exec(orderby);
  if (asked === null)
    return raise('InvalidParameter', `The order '${orderby.slice(0, 60)}' is not supported.`, { target: 'orderby' });
  const member = (asked[1] as string).toLowerCase() as OrderMember;
  const sign = asked[2]?.toLowerCase() === 'desc' ? -1 : 1;
  const keyed = found.map((automation) => ({ automation, key: orderText(automation, member) }));
  return keyed
    .toSorted((left, right) => (left.key < right.key ? -sign : left.key > right.key ? sign : 0))
    .map(({ automation }) => automation);
}

function status(call: RouteCall): ArmResponse {
  const id = requiredParameter(call, 'id');
  requireAllowed(call, readAction, id);
  const automation = automationOf(requireAutomation(call.services, id));
  if (automation === undefined) return raise('ResourceNotFound', `The automation '${id}' was not found.`);
  return { status: 200, body: new AutomationStatus(call.services).of(automation) };
}

function requiredParameter(call: RouteCall, name: string): string {
  return (
    parameter(call, name) ?? raise('InvalidParameter', `The query parameter '${name}' is required.`, { target: name })
  );
}

function deliveries(call: RouteCall): ArmResponse {
  const automationId = parameter(call, 'automationId');
  if (automationId !== undefined) requireAllowed(call, readAction, automationId);
  const source = {
    read: (count: number, after: string | undefined) =>
      listDeliveries(call.services, {
        ...(automationId === undefined ? {} : { automationId }),
        top: count,
        ...(after === undefined ? {} : { after: positionOf(after) }),
      }),
    position: documentPosition,
    shape: (document: Parameters<typeof deliveryRows>[0]): Json => deliveryRows(document),
  };
  const { value, ...rest } = page(call.request, source);
  const rows = (value as readonly (readonly JsonObject[])[]).flat();
  const shown =
    automationId === undefined
      ? rows.filter((row) => call.allowed(readAction, textMember(row, 'automationId') ?? '/'))
      : rows;
  return { status: 200, body: { value: shown, ...rest } };
}

function eligibleLogicApps(call: RouteCall): ArmResponse {
  const given = parameter(call, 'eventSource');
  const source = given === undefined ? undefined : eventSourceOf(given);
  if (given !== undefined && source === undefined) {
    return raise('InvalidParameter', `'${given.slice(0, 60)}' is no event source.`, { target: 'eventSource' });
  }
  const apps = listEligibleLogicApps(call.services, {
    ...(source === undefined ? {} : { source }),
    visible: (id) => call.allowed('Microsoft.Logic/workflows/read', id),
  });
  return { status: 200, body: pageOfList(call.request, apps, (app) => ({ ...app })) };
}

function bodyOf(call: RouteCall): JsonObject {
  const { body } = call.request;
  return isJsonObject(body) ? body : raise('InvalidRequestContent', 'The request content is not a JSON object.');
}

function requiredText(body: JsonObject, name: string): string {
  return (
    textMember(body, name) ?? raise('InvalidRequestContent', `The member '${name}' is required.`, { target: name })
  );
}

async function manual(call: RouteCall): Promise<ArmResponse> {
  const body = bodyOf(call);
  const resourceId = requiredText(body, 'resourceId');
  const logicAppResourceId = requiredText(body, 'logicAppResourceId');
  requireAllowed(call, eventReadAction(resourceId), resourceId);
  requireAllowed(call, 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action', logicAppResourceId);
  const run = await triggerManually(call.services, { caller: callerOf(call), resourceId, logicAppResourceId });
  return { status: 202, body: { ...run } };
}

function explain(call: RouteCall): ArmResponse {
  const body = bodyOf(call);
  const eventId = textMember(body, 'eventId');
  const event = memberOf(body, 'event');
  if ((eventId === undefined) === (event === undefined)) {
    return raise('InvalidRequestContent', "Give either 'eventId' or 'event'.");
  }
  if (eventId !== undefined) requireAllowed(call, eventReadAction(eventId), eventId);
  const eventSource = textMember(body, 'eventSource');
  const ids = memberOf(body, 'automationIds');
  const explained = explainEvent(call.services, {
    ...(eventId === undefined ? {} : { eventId }),
    ...(event === undefined ? {} : { event }),
    ...(eventSource === undefined ? {} : { eventSource }),
    ...(isJsonArray(ids) ? { automationIds: ids.filter((id) => typeof id === 'string') } : {}),
    visible: (id) => call.allowed(readAction, id),
  });
  return { status: 200, body: { value: explained.map((each) => ({ ...each }) as unknown as JsonObject) } };
}

const mostDays = 90;

async function backtest(call: RouteCall): Promise<ArmResponse> {
  const body = bodyOf(call);
  const days = memberOf(body, 'days') ?? 30;
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > mostDays) {
    return raise('InvalidParameter', `days must be a whole number from 1 to ${mostDays}.`, { target: 'days' });
  }
  let gone = false;
  call.request.whenCallerGone?.(() => {
    gone = true;
  });
  const answer = await backtestAutomation(call.services, {
    properties: testedProperties(call, body),
    days,
    visible: (id) => call.allowed(eventReadAction(id), id),
    abandoned: () => gone,
  });
  return { status: 200, body: answer };
}

/** The properties of a stored automation named by id, of one given whole, or those in the body itself. */
function testedProperties(call: RouteCall, body: JsonObject): JsonObject {
  const given = memberOf(body, 'automation');
  if (typeof given === 'string') {
    requireAllowed(call, readAction, given);
    const stored =
      automationIndexOf(call.services).find(given) ??
      raise('ResourceNotFound', `The automation '${given}' was not found.`);
    return memberOf(stored.document.body, 'properties') as JsonObject;
  }
  const whole = isJsonObject(given) ? given : body;
  const properties = memberOf(whole, 'properties');
  return isJsonObject(properties) ? properties : whole;
}

const writeAction = `${automationType}/write`;

async function refresh(call: RouteCall): Promise<ArmResponse> {
  const id = requiredText(bodyOf(call), 'automationId');
  requireAllowed(call, writeAction, id);
  await refreshCallbacks(call.services, {
    id,
    caller: callerOf(call),
    allowed: (action, scope) => call.allowed(action, scope),
  });
  const automation = automationOf(requireAutomation(call.services, id));
  return { status: 200, body: automation === undefined ? { id } : new AutomationStatus(call.services).of(automation) };
}

async function backup(call: RouteCall): Promise<ArmResponse> {
  const body = bodyOf(call);
  const name = textMember(body, 'name');
  const asked = {
    automationId: requiredText(body, 'automationId'),
    location: requiredText(body, 'location'),
    ...(name === undefined ? {} : { name }),
  };
  requireAllowed(call, readAction, asked.automationId);
  requireAllowed(call, writeAction, backupIdOf(call.services, asked));
  const { created, answer } = await putBackup(call.services, { ...asked, caller: callerOf(call) });
  return { status: created ? 201 : 200, body: answer };
}

async function failover(call: RouteCall): Promise<ArmResponse> {
  const body = bodyOf(call);
  const scopes = scopesOf(textMember(body, 'scopes'));
  const answer = await failOver(call.services, {
    caller: callerOf(call),
    location: requiredText(body, 'location'),
    within: (id) => call.allowed(readAction, id) && isWithinAny(id, scopes),
    requireWrite: (id) => requireAllowed(call, writeAction, id),
  });
  return { status: 200, body: { ...answer } };
}

const signedIn = { signedIn: true } as const;

export const ownAutomationRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/automations', permission: signedIn, handle: list },
  { method: 'GET', pattern: '/tocsin/v1/automationStatus', permission: signedIn, handle: status },
  { method: 'GET', pattern: '/tocsin/v1/deliveries', permission: signedIn, handle: deliveries },
  { method: 'GET', pattern: '/tocsin/v1/eligibleLogicApps', permission: signedIn, handle: eligibleLogicApps },
  { method: 'POST', pattern: '/tocsin/v1/manualTriggers', permission: signedIn, handle: manual },
  { method: 'POST', pattern: '/tocsin/v1/refreshCallback', permission: signedIn, handle: refresh },
  { method: 'POST', pattern: '/tocsin/v1/automationBackups', permission: signedIn, handle: backup },
  { method: 'POST', pattern: '/tocsin/v1/failover', permission: signedIn, handle: failover },
  { method: 'POST', pattern: '/tocsin/v1/explain', permission: signedIn, handle: explain },
  { method: 'POST', pattern: '/tocsin/v1/backtest', permission: signedIn, handle: backtest },
];
