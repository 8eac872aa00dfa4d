/**
 * `Microsoft.SecurityInsights` below a workspace: rules, data connectors, entities, bookmarks, indicators, watchlists.
 *
 * Owns: the mapping. Does not own: incidents (`incidents.ts`). Source: connectors reference 3.5, 4.
 */
import { type ArmResponse, type Json, raise, textMember } from '#foundation';
import {
  entityTriggerBody,
  insightAnswer,
  putAlertRule,
  putAutomationRule,
  putBookmark,
  putDataConnector,
  putIndicator,
  putWatchlist,
  putWatchlistItem,
  requireInsight,
  runPlaybook,
  uploadStix,
  workspaceOfCustomer,
} from '#service';
import { segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { incidentRoutes, wantedPlaybook } from './incidents.ts';
import { apiVersions, insightKindRoutes, provider, providerOf, saved } from './insight-routes.ts';

const body = ({ request }: RouteCall): Json => request.body ?? null;

function setting(call: RouteCall, name: string) {
  return { providerId: providerOf(call), name: segment(call, name), body: body(call), author: call.request.identity };
}

const ruleRoutes: readonly Route[] = [
  ...insightKindRoutes({
    kind: 'automationRules',
    pattern: `${provider}/automationRules`,
    name: 'rule',
    parent: providerOf,
    put: async (call) => saved(await putAutomationRule(call.services, setting(call, 'rule'))),
  }),
  ...insightKindRoutes({
    kind: 'alertRules',
    pattern: `${provider}/alertRules`,
    name: 'rule',
    parent: providerOf,
    put: async (call) => saved(await putAlertRule(call.services, setting(call, 'rule'))),
  }),
  ...insightKindRoutes({
    kind: 'dataConnectors',
    pattern: `${provider}/dataConnectors`,
    name: 'connector',
    parent: providerOf,
    put: async (call) => saved(await putDataConnector(call.services, setting(call, 'connector'))),
  }),
];

// --- Entities ---------------------------------------------------------------------------------------------------

async function playOnEntity(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const entity = requireInsight(services, `${providerOf(call)}/entities/${segment(call, 'entity')}`);
  const logicAppId = wantedPlaybook(call);
  const incidentArmId = textMember(request.body ?? null, 'incidentArmId');
  if (incidentArmId !== undefined) requireInsight(services, incidentArmId);
  const { etag: _, ...shown } = insightAnswer(entity);
  await runPlaybook(services, {
    logicAppId,
    subject: 'entity',
    body: entityTriggerBody(services, shown, incidentArmId),
    subjectId: incidentArmId ?? entity.id,
    by: request.identity,
  });
  return { status: 204 };
}

const entityRoutes: readonly Route[] = [
  ...insightKindRoutes({
    kind: 'entities',
    pattern: `${provider}/entities`,
    name: 'entity',
    parent: providerOf,
    put: () => raise('NotSupported', 'Entities are made of alerts; they cannot be written.'),
  }).filter(({ method }) => method === 'GET'),
  {
    method: 'POST',
    pattern: `${provider}/entities/{entity}/runPlaybook`,
    permission: { action: 'Microsoft.SecurityInsights/entities/runPlaybook/action' },
    apiVersions,
    handle: playOnEntity,
  },
];

// --- Bookmarks and indicators -----------------------------------------------------------------------------------

const indicatorsPattern = `${provider}/threatIntelligence/main/indicators`;

/** The published address of uploads knows a workspace by its GUID alone: the permission is asked for where that is. */
async function upload(call: RouteCall): Promise<ArmResponse> {
  const guid = segment(call, 'workspace');
  const workspace = workspaceOfCustomer(call.services, guid);
  const action = 'Microsoft.SecurityInsights/threatIntelligence/indicators/write';
  if (workspace === undefined || !call.allowed('Microsoft.SecurityInsights/threatIntelligence/read', workspace.id)) {
    return raise('ResourceNotFound', `The workspace '${guid}' was not found.`);
  }
  if (!call.allowed(action, workspace.id)) {
    return raise('AuthorizationFailed', `The client has no permission '${action}' on '${workspace.id}'.`);
  }
  const providerId = `${workspace.id}/providers/Microsoft.SecurityInsights`;
  const { errors } = await uploadStix(call.services, { providerId, body: body(call) });
  return { status: 200, body: { errors: [...errors] } };
}

const findingRoutes: readonly Route[] = [
  {
    method: 'POST',
    pattern: '/workspaces/{workspace}/threat-intelligence-stix-objects:upload',
    permission: { signedIn: true },
    apiVersions: 'any',
    handle: upload,
  },
  ...insightKindRoutes({
    kind: 'bookmarks',
    pattern: `${provider}/bookmarks`,
    name: 'bookmark',
    parent: providerOf,
    put: async (call) => saved(await putBookmark(call.services, setting(call, 'bookmark'))),
  }),
  ...insightKindRoutes({
    kind: 'threatIntelligence',
    pattern: indicatorsPattern,
    name: 'indicator',
    action: 'Microsoft.SecurityInsights/threatIntelligence/indicators',
    parent: providerOf,
    put: async (call) => saved(await putIndicator(call.services, setting(call, 'indicator'))),
  }),
];

// --- Watchlists -------------------------------------------------------------------------------------------------

const watchlistRoutes: readonly Route[] = [
  ...insightKindRoutes({
    kind: 'watchlists',
    pattern: `${provider}/watchlists`,
    name: 'alias',
    parent: providerOf,
    put: async (call) => {
      const { watchlist, created } = await putWatchlist(call.services, {
        providerId: providerOf(call),
        alias: segment(call, 'alias'),
        body: body(call),
        author: call.request.identity,
      });
      return saved({ item: watchlist, created });
    },
  }),
  ...insightKindRoutes({
    kind: 'watchlists/watchlistItems',
    pattern: `${provider}/watchlists/{alias}/watchlistItems`,
    name: 'item',
    parent: (call) => `${providerOf(call)}/watchlists/${segment(call, 'alias')}`,
    put: async (call) =>
      saved(
        await putWatchlistItem(call.services, {
          watchlistId: `${providerOf(call)}/watchlists/${segment(call, 'alias')}`,
          name: segment(call, 'item'),
          body: body(call),
        }),
      ),
  }),
];

export const insightRoutes: readonly Route[] = [
  ...incidentRoutes,
  ...ruleRoutes,
  ...entityRoutes,
  ...findingRoutes,
  ...watchlistRoutes,
];
