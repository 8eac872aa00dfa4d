/**
 * Incidents of `Microsoft.SecurityInsights` below a workspace, with what hangs on them.
 *
 * Owns: the mapping. Source: connectors reference 3.5, 4.
 */
import { type ArmResponse, fault, TocsinError, textMember } from '#foundation';
import {
  type ChildKind,
  deleteRelation,
  incidentAlerts,
  incidentEntities,
  incidentTriggerBody,
  putIncident,
  putIncidentChild,
  requireInsight,
  runPlaybook,
} from '#service';
import { segment } from '../../call-values.ts';
import type { Route, RouteCall } from '../../route.ts';
import { apiVersions, insightKindRoutes, provider, providerOf, saved } from './insight-routes.ts';

function incidentId(call: RouteCall): string {
  return `${providerOf(call)}/incidents/${segment(call, 'incident')}`;
}

async function put(call: RouteCall): Promise<ArmResponse> {
  const { services, request } = call;
  const { incident, created } = await putIncident(services, {
    providerId: providerOf(call),
    name: segment(call, 'incident'),
    body: request.body ?? null,
    author: request.identity,
  });
  return saved({ item: incident, created });
}

/** The playbook that the body names, which the caller must be allowed to start. @throws TocsinError. */
export function wantedPlaybook(call: RouteCall): string {
  const logicAppId = textMember(call.request.body ?? null, 'logicAppsResourceId') ?? '';
  const action = 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action';
  if (call.allowed(action, logicAppId)) return logicAppId;
  throw new TocsinError(
    fault('LinkedAuthorizationFailed', `The client has no permission '${action}' on '${logicAppId}'.`),
  );
}

async function play(call: RouteCall): Promise<ArmResponse> {
  const incident = requireInsight(call.services, incidentId(call));
  const logicAppId = wantedPlaybook(call);
  const body = incidentTriggerBody(call.services, incident, 'Create');
  const by = call.request.identity;
  await runPlaybook(call.services, { logicAppId, subject: 'incident', body, subjectId: incident.id, by });
  return { status: 204 };
}

function childRoutes(kind: ChildKind): readonly Route[] {
  const collection = kind.split('/')[1] ?? '';
  return insightKindRoutes({
    kind,
    pattern: `${provider}/incidents/{incident}/${collection}`,
    name: 'child',
    action: `Microsoft.SecurityInsights/incidents/${collection}`,
    parent: (call) => requireInsight(call.services, incidentId(call)).id,
    put: async (call) =>
      saved(
        await putIncidentChild(call.services, {
          incidentId: incidentId(call),
          kind,
          name: segment(call, 'child'),
          body: call.request.body ?? null,
          author: call.request.identity,
        }),
      ),
    ...(kind === 'incidents/relations'
      ? { remove: async (call, id) => ({ status: (await deleteRelation(call.services, id)) ? 200 : 204 }) }
      : {}),
  });
}

const incidents = `${provider}/incidents`;
const read = { action: 'Microsoft.SecurityInsights/incidents/read' } as const;

export const incidentRoutes: readonly Route[] = [
  ...insightKindRoutes({ kind: 'incidents', pattern: incidents, name: 'incident', parent: providerOf, put }),
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
