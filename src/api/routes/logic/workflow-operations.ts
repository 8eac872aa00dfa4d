/**
 * What can be asked of a logic app beside its own life: checking one, its OpenAPI document, its definition in another schema, moving.
 *
 * Owns: the mapping. Source: ARM reference 6.1.
 */
import { raise, textMember } from '#foundation';
import { listSwagger, moveWorkflow, validateWorkflow } from '#service';
import { movedTo, moveTargetOf } from '../../move-target.ts';
import type { Route, RouteCall } from '../../route.ts';
import { groupPath, logicRoute, saverOf, workflowIdOf, workflowOfCall, workflowPath } from './workflows.ts';

/** At subscription level the body says in which group the workflow would be; by its `id`, else in none. */
function validate(call: RouteCall) {
  const { subscriptionId, resourceGroup, workflow } = call.path;
  const body = call.request.body ?? null;
  const given = resourceGroup === undefined ? textMember(body, 'id') : workflowIdOf(call);
  const id = given ?? `/subscriptions/${subscriptionId}/providers/Microsoft.Logic/workflows/${workflow}`;
  validateWorkflow(call.services, id, body, saverOf(call));
  return { status: 200 };
}

/** The schema that definitions are kept in is the newest there is. */
function upgraded(call: RouteCall) {
  const { definition } = workflowOfCall(call).body;
  const wanted = textMember(call.request.body, 'targetSchemaVersion') ?? '';
  if (wanted !== '' && wanted !== '2016-06-01') {
    raise('InvalidParameter', `The schema version '${wanted}' is not supported: definitions are of '2016-06-01'.`, {
      target: 'targetSchemaVersion',
    });
  }
  const $schema =
    'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#';
  return { status: 200, body: { ...definition, $schema } };
}

async function move(call: RouteCall) {
  const target = moveTargetOf(call, 'Microsoft.Logic/workflows', workflowIdOf(call));
  const { id } = await moveWorkflow(call.services, workflowIdOf(call), target);
  return movedTo(call, id, '2019-05-01');
}

export const workflowOperationRoutes: readonly Route[] = [
  ...[
    `${workflowPath}/validate`,
    `${groupPath}/providers/Microsoft.Logic/locations/{location}/workflows/{workflow}/validate`,
    '/subscriptions/{subscriptionId}/providers/Microsoft.Logic/locations/{location}/workflows/{workflow}/validate',
  ].map((pattern) => logicRoute({ method: 'POST', pattern, action: 'workflows/validate/action', handle: validate })),
  logicRoute({
    method: 'POST',
    pattern: `${workflowPath}/listSwagger`,
    action: 'workflows/listSwagger/action',
    handle: (call) => ({ status: 200, body: listSwagger(call.services, workflowIdOf(call)) }),
  }),
  logicRoute({
    method: 'POST',
    pattern: `${workflowPath}/generateUpgradedDefinition`,
    action: 'workflows/read',
    handle: upgraded,
  }),
  logicRoute({ method: 'POST', pattern: `${workflowPath}/move`, action: 'workflows/move/action', handle: move }),
];
