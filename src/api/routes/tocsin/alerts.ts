/**
 * Alerts and recommendations over every subscription that the caller may read, in the shape of the management API.
 *
 * Owns: the mapping. Source: own API reference; portal reference 3.2, 3.3.
 */
import { type ArmResponse, type JsonObject, orThrow, raise } from '#foundation';
import {
  alertAnswer,
  alertStates,
  assessmentAnswer,
  countDocuments,
  isOnlyAbout,
  listEvents,
  planAnswerFilter,
  requiredStates,
  type StoredEvent,
} from '#service';
import { parameter } from '../../call-values.ts';
import { documentPosition, positionOf, resumeToken } from '../../document-position.ts';
import { pageOfScan, skipPosition } from '../../paging.ts';
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
}

/** Newest first; the first page tells how many there are where the filter says no more than what is counted. */
async function listOf(call: RouteCall, list: EventList): Promise<ArmResponse> {
  const filter = parameter(call, 'filter') ?? parameter(call, '$filter') ?? '';
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
        ...(after === undefined ? {} : { after: positionOf(after) }),
      });
      return { items: events, resume: resumeToken(resume) };
    },
    position: ({ document }) => documentPosition(document),
    shape: list.shape,
  });
  const counted = [list.statePath, ...(list.tallyPath === undefined ? [] : [list.tallyPath])];
  if (skipPosition(call.request) !== undefined || !isOnlyAbout(filter, counted)) return { status: 200, body };
  const wanted = { statuses: statuses ?? list.states, tallies, action: list.action };
  const value = countDocuments(call.services, viewer, list.kind, wanted);
  return { status: 200, body: { ...body, count: { value, exact: true } } };
}

const severities = ['High', 'Medium', 'Low', 'Informational'];

function alerts(call: RouteCall): Promise<ArmResponse> {
  const filter = parameter(call, 'filter') ?? parameter(call, '$filter') ?? '';
  return listOf(call, {
    kind: 'Alerts',
    action: 'Microsoft.Security/alerts/read',
    shape: ({ document, ...alert }) => alertAnswer({ document, ...alert }, document.parent, apiVersion),
    statePath: 'properties/status',
    states: alertStates,
    tallies: requiredStates(filter, 'properties/severity', severities),
    tallyPath: 'properties/severity',
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
  { method: 'GET', pattern: '/tocsin/v1/assessments', permission: { signedIn: true }, handle: assessments },
];
