/**
 * `Microsoft.Security/assessments`, their metadata and their findings.
 *
 * Owns: the mapping. Source: management API reference 4 and 5.4.
 */
import { type ArmResponse, type JsonObject, orThrow, parseArmId, raise } from '#foundation';
import {
  assessmentAnswer,
  deleteAssessment,
  deleteMetadata,
  existingAssessment,
  findFinding,
  findingAnswer,
  findMetadata,
  listEvents,
  listMetadata,
  metadataAnswer,
  planAnswerFilter,
  putAssessment,
  putMetadata,
  requiredStates,
  scopeTest,
  type StoredEvent,
} from '#service';
import { callerOf, parameter, segment } from '../../call-values.ts';
import { documentPosition, positionOf, resumeToken } from '../../document-position.ts';
import { pageOfList, pageOfScan } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { assessmentVersions } from './versions.data.ts';

const provider = '/providers/Microsoft.Security';
const assessments = `{scope*}${provider}/assessments`;
const one = `${assessments}/{name}`;
const findings = `${one}/subAssessments`;
const metadata = `${provider}/assessmentMetadata`;
const metadataInSubscription = `/subscriptions/{subscription}${metadata}`;

function scopeOf(call: RouteCall): string {
  return call.path['scope'] ?? '';
}

function idOf(call: RouteCall): string {
  return `${scopeOf(call)}${provider}/assessments/${segment(call, 'name')}`;
}

/** `$expand=links,metadata`. */
function expansionOf(call: RouteCall) {
  const wanted = (parameter(call, '$expand') ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim());
  return { links: wanted.includes('links'), metadata: wanted.includes('metadata') };
}

const readAction = 'Microsoft.Security/assessments/read';

function list(call: RouteCall): Promise<ArmResponse> {
  const expand = expansionOf(call);
  return listOf(call, 'Assessments', within(call), (event) => assessmentAnswer(event, expand, call.apiVersion));
}

function listFindings(call: RouteCall): Promise<ArmResponse> {
  const below = call.path['name'] === undefined ? within(call) : { below: idOf(call) };
  return listOf(call, 'SubAssessments', below, findingAnswer);
}

/** How the scope of a list is looked up: by group, by what lies below a resource, or by looking at each id. */
interface Within {
  readonly resourceGroup?: string;
  readonly below?: string;
  readonly inside?: (id: string) => boolean;
}

function within(call: RouteCall): Within {
  const scope = scopeOf(call);
  const id = parseArmId(scope);
  if (id?.subscriptionId === undefined) return { inside: scopeTest(call.services, scope) };
  const [, , , group, ...rest] = scope.split('/').filter((part) => part !== '');
  if (rest.length > 0) return { below: scope };
  return group === undefined ? {} : { resourceGroup: group };
}

const healthStates = ['Healthy', 'Unhealthy', 'NotApplicable'];

async function listOf(
  call: RouteCall,
  kind: 'Assessments' | 'SubAssessments',
  { inside, ...narrowed }: Within,
  shape: (event: StoredEvent) => JsonObject,
): Promise<ArmResponse> {
  const filter = parameter(call, '$filter') ?? '';
  const passes = orThrow(planAnswerFilter(filter));
  const states = requiredStates(filter, 'properties/status/code', healthStates);
  const subscriptionId = /^\/subscriptions\/([^/]+)/i.exec(scopeOf(call))?.[1];
  const body = await pageOfScan(call.request, {
    read: async (count, after) => {
      const { events, resume } = await listEvents(call.services, {
        kind,
        ...(subscriptionId === undefined ? {} : { subscriptionId }),
        ...narrowed,
        ...(states === undefined ? {} : { statuses: states }),
        fits: (event) => inside?.(event.id) !== false && (filter === '' || passes(shape(event))),
        count,
        ...(after === undefined ? {} : { after: positionOf(after) }),
      });
      return { items: events, resume: resumeToken(resume) };
    },
    position: ({ document }) => documentPosition(document),
    shape,
  });
  return { status: 200, body };
}

function get(call: RouteCall): ArmResponse {
  const found =
    existingAssessment(call.services, idOf(call)) ?? notFound(`The assessment '${idOf(call)}' was not found.`);
  return { status: 200, body: assessmentAnswer(found, expansionOf(call), call.apiVersion) };
}

function notFound(message: string): never {
  return raise('ResourceNotFound', message);
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const request = { caller: callerOf(call), id: idOf(call), body: call.request.body };
  const { created, stored } = await putAssessment(call.services, request);
  return {
    status: created ? 201 : 200,
    body: assessmentAnswer(stored, { links: true, metadata: true }, call.apiVersion),
  };
}

async function remove(call: RouteCall): Promise<ArmResponse> {
  const existed = await deleteAssessment(call.services, { caller: callerOf(call), id: idOf(call) });
  return { status: existed ? 200 : 204 };
}

function getFinding(call: RouteCall): ArmResponse {
  const id = `${idOf(call)}/subAssessments/${segment(call, 'finding')}`;
  const found = findFinding(call.services, id) ?? notFound(`The finding '${id}' was not found.`);
  return { status: 200, body: findingAnswer(found) };
}

// --- Metadata ---------------------------------------------------------------------------------------------------

function metadataList(call: RouteCall): ArmResponse {
  const subscriptionId = call.path['subscription'];
  const found = listMetadata(call.services, {
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    visible: (each) => subscriptionId !== undefined || call.allowed(readAction, `/subscriptions/${each}`),
  });
  return { status: 200, body: pageOfList(call.request, found, (each) => metadataAnswer(each, subscriptionId)) };
}

function metadataGet(call: RouteCall): ArmResponse {
  const subscriptionId = call.path['subscription'];
  const name = segment(call, 'name');
  const found =
    subscriptionId === undefined
      ? listMetadata(call.services, { visible: (each) => call.allowed(readAction, `/subscriptions/${each}`) }).find(
          ({ key }) => key.endsWith(`/${name.toLowerCase()}`),
        )
      : findMetadata(call.services, subscriptionId, name);
  return {
    status: 200,
    body: metadataAnswer(found ?? notFound(`The assessment metadata '${name}' was not found.`), subscriptionId),
  };
}

function metadataRequest(call: RouteCall) {
  return {
    caller: callerOf(call),
    subscriptionId: segment(call, 'subscription'),
    name: segment(call, 'name'),
    body: call.request.body,
  };
}

async function metadataPut(call: RouteCall): Promise<ArmResponse> {
  return { status: 200, body: await putMetadata(call.services, metadataRequest(call)) };
}

async function metadataRemove(call: RouteCall): Promise<ArmResponse> {
  await deleteMetadata(call.services, metadataRequest(call));
  return { status: 200 };
}

const apiVersions = assessmentVersions;
const read = { action: readAction, scope: (path: Readonly<Record<string, string>>) => path['scope'] ?? '' };
const readFindings = {
  action: 'Microsoft.Security/assessments/subAssessments/read',
  scope: (path: Readonly<Record<string, string>>) => path['scope'] ?? '',
};
const write = { action: 'Microsoft.Security/assessments/write' };
const readMetadata = { action: 'Microsoft.Security/assessmentMetadata/read' };
const writeMetadata = { action: 'Microsoft.Security/assessmentMetadata/write' };
/** What is assessed need not be in the inventory yet. */
const anyGroup = true as const;

export const assessmentRoutes: readonly Route[] = [
  { method: 'GET', pattern: assessments, permission: read, apiVersions, anyGroup, handle: list },
  { method: 'GET', pattern: one, permission: read, apiVersions, anyGroup, handle: get },
  { method: 'PUT', pattern: one, permission: write, apiVersions, anyGroup, handle: put },
  {
    method: 'DELETE',
    pattern: one,
    permission: { action: 'Microsoft.Security/assessments/delete' },
    apiVersions,
    anyGroup,
    handle: remove,
  },
  {
    method: 'GET',
    pattern: `{scope*}${provider}/subAssessments`,
    permission: readFindings,
    apiVersions,
    anyGroup,
    handle: listFindings,
  },
  { method: 'GET', pattern: findings, permission: readFindings, apiVersions, anyGroup, handle: listFindings },
  {
    method: 'GET',
    pattern: `${findings}/{finding}`,
    permission: readFindings,
    apiVersions,
    anyGroup,
    handle: getFinding,
  },
  { method: 'GET', pattern: metadata, permission: { signedIn: true }, apiVersions, handle: metadataList },
  { method: 'GET', pattern: `${metadata}/{name}`, permission: { signedIn: true }, apiVersions, handle: metadataGet },
  { method: 'GET', pattern: metadataInSubscription, permission: readMetadata, apiVersions, handle: metadataList },
  {
    method: 'GET',
    pattern: `${metadataInSubscription}/{name}`,
    permission: readMetadata,
    apiVersions,
    handle: metadataGet,
  },
  {
    method: 'PUT',
    pattern: `${metadataInSubscription}/{name}`,
    permission: writeMetadata,
    apiVersions,
    handle: metadataPut,
  },
  {
    method: 'DELETE',
    pattern: `${metadataInSubscription}/{name}`,
    permission: { action: 'Microsoft.Security/assessmentMetadata/delete' },
    apiVersions,
    handle: metadataRemove,
  },
];
