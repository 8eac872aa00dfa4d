/**
 * Alerts and recommendations over every subscription that the caller may read, in the shape of the management API.
 *
 * Owns: the mapping. Source: own API reference; portal reference 3.2, 3.3.
 */
import { type ArmResponse, type JsonObject, orThrow, raise } from '#foundation';
import {
  alertAnswer,
  alertGroupings,
  alertMembers,
  alertStates,
  assessmentAnswer,
  countDocuments,
  type EventOrder,
  type EventOutcome,
  groupAlerts,
  isOnlyAbout,
  listEvents,
  namedGroup,
  outcomeOfEvent,
  placeIn,
  planAnswerFilter,
  requiredStates,
  type StoredEvent,
} from '#service';
import { parameter } from '../../call-values.ts';
import { placeText, positionOf, resumeToken } from '../../document-position.ts';
import { pageOfList, pageOfScan, skipPosition } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { viewerOf } from '../../scopes.ts';

const apiVersion = '2022-01-01';
const assessmentVersion = '2020-01-01';

interface EventList {
  readonly kind: 'Alerts' | 'Assessments';
  readonly action: string;
  readonly shape: (event: StoredEvent) => JsonObject;
  /** Where answers show the state, in lower case. */
  readonly statePath: string;
  readonly states: readonly string[];
  readonly tallies: readonly string[] | undefined;
  /** Where answers show what they are counted by; absent where filters cannot name it. */
  readonly tallyPath?: string;
  /** Newest first unless given. */
  readonly order?: EventOrder | undefined;
}

/** The first page tells how many there are where the filter says no more than what is counted. */
async function listOf(call: RouteCall, list: EventList): Promise<ArmResponse> {
  const filter = filterOf(call);
  const passes = orThrow(planAnswerFilter(filter));
  const viewer = viewerOf(call);
  const statuses = requiredStates(filter, list.statePath, list.states);
  const { tallies } = list;
  const body = await pageOfScan(call.request, {
    read: async (count, after) => {
      const { events, resume } = await listEvents(call.services, {
        kind: list.kind,
        ...(statuses === undefined ? {} : { statuses }),
        ...(tallies === undefined ? {} : { tallies }),
        fits: (event) => viewer.sees(list.action, event.id) && (filter === '' || passes(list.shape(event))),
        count,
        ...(list.order === undefined ? {} : { order: list.order }),
        ...(after === undefined ? {} : { after: positionOf(after) }),
      });
      return { items: events, resume: resumeToken(resume) };
    },
    position: ({ document }) => placeText(placeIn(list.order, document)),
    shape: (event) => withOutcome(list.shape(event), outcomeOfEvent(call.services, event.document)),
  });
  const counted = [list.statePath, ...(list.tallyPath === undefined ? [] : [list.tallyPath])];
  const isPart = list.order?.kind === 'member' && list.order.by.equals !== undefined;
  if (isPart || skipPosition(call.request) !== undefined || !isOnlyAbout(filter, counted)) return { status: 200, body };
  const wanted = { statuses: statuses ?? list.states, tallies, action: list.action };
  const value = countDocuments(call.services, viewer, list.kind, wanted);
  return { status: 200, body: { ...body, count: { value, exact: true } } };
}

/** Beside the members of the management API: what automations did about it. */
function withOutcome(answer: JsonObject, outcome: EventOutcome | undefined): JsonObject {
  return outcome === undefined ? answer : { ...answer, automations: { ...outcome } };
}

const severities = ['High', 'Medium', 'Low', 'Informational'];

const readAlerts = 'Microsoft.Security/alerts/read';
const severityPath = 'properties/severity';
const statusPath = 'properties/status';

const filterOf = (call: RouteCall): string => parameter(call, 'filter') ?? parameter(call, '$filter') ?? '';

const refuse = (name: string, message: string): never => raise('InvalidParameter', message, { target: name });

/** `severity desc`: the worst first. Severities and states beyond the known ones come last. */
function orderOf(call: RouteCall): EventOrder | undefined {
  const group = parameter(call, 'group');
  if (group !== undefined) return oneGroup(group, parameter(call, 'groupValue') ?? '');
  const given = parameter(call, 'orderby') ?? parameter(call, '$orderby');
  if (given === undefined || given === '') return undefined;
  const [, name = '', direction = ''] = /^(\w+)(?:\s+(asc|desc))?$/i.exec(given.trim()) ?? [];
  const descending = direction.toLowerCase() === 'desc';
  if (name === 'received') return { kind: 'arrival', oldestFirst: !descending };
  if (name === 'severity')
    return { kind: 'values', of: 'tally', values: inOrder(call, 'tally', severities, !descending) };
  if (name === 'status')
    return { kind: 'values', of: 'status', values: inOrder(call, 'status', alertStates, descending) };
  if (!isMember(name)) return refuse('orderby', `Alerts cannot be ordered by '${given.slice(0, 60)}'.`);
  return { kind: 'member', by: { members: alertMembers[name], ...(descending ? { descending } : {}) } };
}

type AlertMember = 'title' | 'resource' | 'type' | 'startTime';

const isMember = (name: string): name is AlertMember => Object.hasOwn(alertMembers, name);

function oneGroup(group: string, equals: string): EventOrder {
  if (!isMember(group)) return refuse('group', `There are no groups of alerts by '${group.slice(0, 60)}'.`);
  return { kind: 'member', by: { members: alertMembers[group], equals } };
}

function inOrder(
  call: RouteCall,
  of: 'tally' | 'status',
  known: readonly string[],
  turned: boolean,
): readonly string[] {
  const others = call.services.store.tallies.documents('alerts').map((row) => row[of]);
  const all = [...new Set([...known, ...others])];
  return turned ? all.toReversed() : all;
}

/** How many alerts there are of each severity, state, title, resource or type. */
async function alertGroups(call: RouteCall): Promise<ArmResponse> {
  const by = alertGroupings.find((each) => each === parameter(call, 'by'));
  if (by === undefined) return refuse('by', `The parameter 'by' must be one of ${alertGroupings.join(', ')}.`);
  const filter = filterOf(call);
  orThrow(planAnswerFilter(filter));
  if (!isOnlyAbout(filter, [statusPath, severityPath])) {
    return refuse(
      'filter',
      `Groups are counted by ${statusPath} and ${severityPath}; the filter names something else.`,
    );
  }
  const { groups, isComplete } = await groupAlerts(call.services, {
    by,
    statuses: requiredStates(filter, statusPath, alertStates),
    severities: requiredStates(filter, severityPath, severities),
    viewer: viewerOf(call),
    action: readAlerts,
  });
  const body = pageOfList(
    call.request,
    groups,
    (group) => namedGroup(call.services, by, group) as unknown as JsonObject,
  );
  return { status: 200, body: { ...body, count: { value: groups.length, exact: isComplete } } };
}

function alerts(call: RouteCall): Promise<ArmResponse> {
  const filter = filterOf(call);
  return listOf(call, {
    kind: 'Alerts',
    action: readAlerts,
    order: orderOf(call),
    shape: ({ document, ...alert }) => alertAnswer({ document, ...alert }, document.parent, apiVersion),
    statePath: statusPath,
    states: alertStates,
    tallies: requiredStates(filter, severityPath, severities),
    tallyPath: severityPath,
  });
}

function assessments(call: RouteCall): Promise<ArmResponse> {
  const key = parameter(call, 'key');
  if (key === undefined) return raise('InvalidParameter', "The query parameter 'key' is required.", { target: 'key' });
  return listOf(call, {
    kind: 'Assessments',
    action: 'Microsoft.Security/assessments/read',
    shape: (event) => assessmentAnswer(event, { links: false, metadata: false }, assessmentVersion),
    statePath: 'properties/status/code',
    states: ['Unhealthy', 'Healthy', 'NotApplicable'],
    tallies: [key.toLowerCase()],
  });
}

export const alertListRoutes: readonly Route[] = [
  { method: 'GET', pattern: '/tocsin/v1/alerts', permission: { signedIn: true }, handle: alerts },
  { method: 'GET', pattern: '/tocsin/v1/alertGroups', permission: { signedIn: true }, handle: alertGroups },
  { method: 'GET', pattern: '/tocsin/v1/assessments', permission: { signedIn: true }, handle: assessments },
];
