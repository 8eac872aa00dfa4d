/**
 * `Microsoft.SecurityInsights` below a workspace: incidents with what hangs on them, watchlists, automation rules.
 *
 * Owns: the mapping. Source: connectors reference 3.5, 4.
 */
import {
  type ArmResponse,
  fault,
  isFault,
  isJsonObject,
  type Json,
  type JsonObject,
  memberOf,
  raise,
  TocsinError,
  textMember,
} from '#foundation';
import {
  alertIdsOf,
  applyAutomationRules,
  deleteInsight,
  findInsight,
  incidentAlerts,
  incidentEntities,
  insightAnswer,
  type InsightItem,
  type InsightKind,
  insightOf,
  insightWrite,
  listInsights,
  planAnswerFilter,
  putIncident,
  putIncidentChild,
  putWatchlist,
  putWatchlistItem,
  requireInsight,
  runPlaybook,
  shownProperties,
} from '#service';
import { parameter, segment } from '../../call-values.ts';
import { documentPosition, positionOf } from '../../document-position.ts';
import { page } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';

const apiVersions = [
  '2019-01-01-preview',
  '2020-01-01',
  '2021-04-01',
  '2021-10-01',
  '2022-11-01',
  '2023-02-01',
  '2024-03-01',
  '2024-09-01',
];
const provider =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.OperationalInsights/workspaces/{workspace}/providers/Microsoft.SecurityInsights';

function providerOf({ path }: RouteCall): string {
  return `/subscriptions/${path['subscription']}/resourceGroups/${path['group']}/providers/Microsoft.OperationalInsights/workspaces/${path['workspace']}/providers/Microsoft.SecurityInsights`;
}

function incidentId(call: RouteCall): string {
  return `${providerOf(call)}/incidents/${segment(call, 'incident')}`;
}

function shown(item: InsightItem): JsonObject {
  return insightAnswer(item.kind === 'incidents' ? { ...item, properties: shownProperties(item) } : item);
}

function saved({ item, created }: { readonly item: InsightItem; readonly created: boolean }): ArmResponse {
  return { status: created ? 201 : 200, body: shown(item) };
}

// --- Lists ------------------------------------------------------------------------------------------------------

/** Incidents of one alert: an `any` over ids that no answer shows. */
const ofAlert = /^\s*properties\/relatedAlertIds\/any\(\s*(\w+)\s*:\s*\1\s+eq\s+'((?:[^']|'')*)'\s*\)\s*$/i;

function testOf(call: RouteCall): (item: InsightItem) => boolean {
  const text = parameter(call, '$filter');
  if (text === undefined || text.trim() === '') return () => true;
  const alert = ofAlert.exec(text)?.[2]?.replaceAll("''", "'").toLowerCase();
  if (alert !== undefined) return (item) => alertIdsOf(item).some((id) => id.toLowerCase() === alert);
  const planned = planAnswerFilter(text);
  if (isFault(planned)) throw new TocsinError(planned);
  return (item) => {
    const outcome = planned(shown(item));
    return outcome === true;
  };
}

function listOf(call: RouteCall, parentId: string, kind: InsightKind): ArmResponse {
  const test = testOf(call);
  const source = {
    read: (count: number, after: string | undefined) => {
      const found: InsightItem[] = [];
      let position = after === undefined ? undefined : positionOf(after);
      while (found.length < count) {
        const items = listInsights(call.services, parentId, kind, 500, position);
        found.push(...items.filter(test));
        const last = items.at(-1)?.document;
        if (last === undefined || items.length < 500) break;
        position = { time: last.time, key: last.key };
      }
      return found.slice(0, count);
    },
    position: ({ document }: InsightItem) => documentPosition(document),
    shape: shown,
  };
  return { status: 200, body: page(call.request, source, { usual: 50 }) };
}

// --- Incidents --------------------------------------------------------------------------------------------------

async function put(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const providerId = providerOf(call);
  const { incident, created } = await putIncident(services, {
    providerId,
    name: segment(call, 'incident'),
    body: request.body ?? null,
  });
  await applyAutomationRules(services, providerId, incident, created ? 'Create' : 'Update', request.identity);
  return saved({ item: requireInsight(services, incident.id), created });
}

async function remove(call: RouteCall, id: string): Promise<ArmResponse> {
  return { status: (await deleteInsight(call.services, id)) ? 200 : 204 };
}

async function play(call: RouteCall): Promise<ArmResponse> {
  const incident = requireInsight(call.services, incidentId(call));
  const logicAppId = textMember(call.request.body ?? null, 'logicAppsResourceId') ?? '';
  const action = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action';
  if (!call.allowed(action, logicAppId)) {
    throw new TocsinError(
      fault('LinkedAuthorizationFailed', `The client has no permission '${action}' on '${logicAppId}'.`),
    );
  }
  await runPlaybook(call.services, incident, logicAppId, 'Create', call.request.identity);
  return { status: 204 };
}

type ChildKind = 'incidents/comments' | 'incidents/tasks' | 'incidents/relations';

function childRoutes(kind: ChildKind): readonly Route[] {
  const collection = kind.split('/')[1] ?? '';
  const pattern = `${provider}/incidents/{incident}/${collection}`;
  const action = `Microsoft.SecurityInsights/incidents/${collection}`;
  const id = (call: RouteCall): string => `${incidentId(call)}/${collection}/${segment(call, 'child')}`;
  return [
    {
      method: 'GET',
      pattern,
      permission: { action: `${action}/read` },
      apiVersions,
      handle: (call) => listOf(call, requireInsight(call.services, incidentId(call)).id, kind),
    },
    {
      method: 'GET',
      pattern: `${pattern}/{child}`,
      permission: { action: `${action}/read` },
      apiVersions,
      handle: (call) => ({ status: 200, body: shown(requireInsight(call.services, id(call))) }),
    },
    {
      method: 'PUT',
      pattern: `${pattern}/{child}`,
      permission: { action: `${action}/write` },
      apiVersions,
      handle: async (call) =>
        saved(
          await putIncidentChild(call.services, {
            incidentId: incidentId(call),
            kind,
            name: segment(call, 'child'),
            body: call.request.body ?? null,
            author: call.request.identity,
          }),
        ),
    },
    {
      method: 'DELETE',
      pattern: `${pattern}/{child}`,
      permission: { action: `${action}/delete` },
      apiVersions,
      handle: (call) => remove(call, id(call)),
    },
  ];
}

const incidents = `${provider}/incidents`;
const read = { action: 'Microsoft.SecurityInsights/incidents/read' } as const;

const incidentRoutes: readonly Route[] = [
  {
    method: 'GET',
    pattern: incidents,
    permission: read,
    apiVersions,
    handle: (call) => listOf(call, providerOf(call), 'incidents'),
  },
  {
    method: 'GET',
    pattern: `${incidents}/{incident}`,
    permission: read,
    apiVersions,
    handle: (call) => ({ status: 200, body: shown(requireInsight(call.services, incidentId(call))) }),
  },
  {
    method: 'PUT',
    pattern: `${incidents}/{incident}`,
    permission: { action: 'Microsoft.SecurityInsights/incidents/write' },
    apiVersions,
    handle: put,
  },
  {
    method: 'DELETE',
    pattern: `${incidents}/{incident}`,
    permission: { action: 'Microsoft.SecurityInsights/incidents/delete' },
    apiVersions,
    handle: (call) => remove(call, incidentId(call)),
  },
  {
    method: 'POST',
    pattern: `${incidents}/{incident}/alerts`,
    permission: read,
    apiVersions,
    handle: (call) => ({
      status: 200,
      body: { value: [...incidentAlerts(requireInsight(call.services, incidentId(call)))] },
    }),
  },
  {
    method: 'POST',
    pattern: `${incidents}/{incident}/entities`,
    permission: read,
    apiVersions,
    handle: (call) => ({ status: 200, body: incidentEntities(requireInsight(call.services, incidentId(call))) }),
  },
  {
    method: 'POST',
    pattern: `${incidents}/{incident}/runPlaybook`,
    permission: { action: 'Microsoft.SecurityInsights/incidents/runPlaybook/action' },
    apiVersions,
    handle: play,
  },
  ...childRoutes('incidents/comments'),
  ...childRoutes('incidents/tasks'),
  ...childRoutes('incidents/relations'),
];

// --- Watchlists and automation rules ----------------------------------------------------------------------------

function watchlistId(call: RouteCall): string {
  return `${providerOf(call)}/watchlists/${segment(call, 'alias')}`;
}

async function putRule(call: RouteCall): Promise<ArmResponse> {
  const properties = memberOf(call.request.body, 'properties');
  if (!isJsonObject(properties)) return raise('InvalidRequestContent', "The automation rule has no 'properties'.");
  const name = segment(call, 'rule');
  const existing = findInsight(call.services, `${providerOf(call)}/automationRules/${name}`);
  const write = insightWrite(call.services, {
    parentId: providerOf(call),
    name,
    kind: 'automationRules',
    properties,
    existing,
  });
  await call.services.store.commit([write]);
  return saved({ item: insightOf(write.document), created: existing === undefined });
}

function simpleRoutes(
  kind: 'watchlists' | 'watchlists/watchlistItems' | 'automationRules',
  pattern: string,
  name: string,
  parent: (call: RouteCall) => string,
  put_: (call: RouteCall) => Promise<ArmResponse>,
): readonly Route[] {
  const action = `Microsoft.SecurityInsights/${kind.split('/')[0]}`;
  const id = (call: RouteCall): string => `${parent(call)}/${kind.split('/').at(-1)}/${segment(call, name)}`;
  return [
    {
      method: 'GET',
      pattern,
      permission: { action: `${action}/read` },
      apiVersions,
      handle: (call) => listOf(call, parent(call), kind),
    },
    {
      method: 'GET',
      pattern: `${pattern}/{${name}}`,
      permission: { action: `${action}/read` },
      apiVersions,
      handle: (call) => ({ status: 200, body: shown(requireInsight(call.services, id(call))) }),
    },
    {
      method: 'PUT',
      pattern: `${pattern}/{${name}}`,
      permission: { action: `${action}/write` },
      apiVersions,
      handle: put_,
    },
    {
      method: 'DELETE',
      pattern: `${pattern}/{${name}}`,
      permission: { action: `${action}/delete` },
      apiVersions,
      handle: (call) => remove(call, id(call)),
    },
  ];
}

const body = ({ request }: RouteCall): Json => request.body ?? null;

export const insightRoutes: readonly Route[] = [
  ...incidentRoutes,
  ...simpleRoutes('watchlists', `${provider}/watchlists`, 'alias', providerOf, async (call) => {
    const { watchlist, created } = await putWatchlist(call.services, {
      providerId: providerOf(call),
      alias: segment(call, 'alias'),
      body: body(call),
      author: call.request.identity,
    });
    return saved({ item: watchlist, created });
  }),
  ...simpleRoutes(
    'watchlists/watchlistItems',
    `${provider}/watchlists/{alias}/watchlistItems`,
    'item',
    watchlistId,
    async (call) =>
      saved(
        await putWatchlistItem(call.services, {
          watchlistId: watchlistId(call),
          name: segment(call, 'item'),
          body: body(call),
        }),
      ),
  ),
  ...simpleRoutes('automationRules', `${provider}/automationRules`, 'rule', providerOf, putRule),
];
