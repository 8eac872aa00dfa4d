/**
 * `onErrorDeployment`: the earlier deployment that is made again when one fails.
 *
 * Owns: which deployment that is, and how its record begins anew. Does not own: deploying (`deployment-run.ts`).
 * Source: ARM reference 8.3; the published description of rollback on error.
 *
 * Invariants
 * RB1. It is the deployment of a client at a resource group, it has succeeded, and it is made again as it was, in complete mode.
 */
import {
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  raise,
  textMember,
} from '#foundation';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import {
  type DeploymentContent,
  type DeploymentRecord,
  deploymentCollection,
  deploymentOf,
  deploymentScope,
  findContent,
  findDeployment,
} from './deployment-record.ts';
import { isGroupScope } from './prepare-deployment.ts';

/** What is kept of the request: undefined when it asks for none. @throws TocsinError `InvalidDeployment`, `DeploymentNotFound`. */
export function rollBackOf(services: Services, id: string, properties: Json | undefined): JsonObject | undefined {
  const asked = memberIgnoringCase(properties, 'onErrorDeployment') ?? null;
  if (asked === null) return undefined;
  if (!isJsonObject(asked)) raise('InvalidRequestContent', "The member 'onErrorDeployment' must be an object.");
  const scope = deploymentScope(id);
  if (!isGroupScope(scope)) {
    raise('InvalidDeployment', "'onErrorDeployment' is for deployments at a resource group only.");
  }
  const type = textMember(asked, 'type') ?? '';
  if (/^lastSuccessful$/i.test(type)) {
    return { type: 'LastSuccessful', deploymentName: lastSuccessful(services, scope, id).name };
  }
  if (!/^specificDeployment$/i.test(type)) {
    raise(
      'InvalidDeployment',
      `'onErrorDeployment.type' must be 'LastSuccessful' or 'SpecificDeployment', not '${type}'.`,
    );
  }
  const name = textMember(asked, 'deploymentName') ?? '';
  const found = findDeployment(services, `${scope}/providers/Microsoft.Resources/deployments/${name}`);
  if (found === undefined) {
    raise('DeploymentNotFound', `The deployment '${name}' of 'onErrorDeployment' could not be found.`);
  }
  if (found.state !== 'Succeeded' || found.id.toLowerCase() === id.toLowerCase()) {
    raise(
      'InvalidDeployment',
      `The deployment '${name}' of 'onErrorDeployment' must be another one that has succeeded.`,
    );
  }
  return { type: 'SpecificDeployment', deploymentName: found.name };
}

function lastSuccessful(services: Services, scope: string, id: string): DeploymentRecord {
  const found = services.store.documents
    .list({ collection: deploymentCollection, parent: scope.toLowerCase(), status: 'Succeeded', top: 2 })
    .map(deploymentOf)
    .find((one) => one.id.toLowerCase() !== id.toLowerCase());
  return (
    found ?? raise('DeploymentNotFound', "There is no successful deployment for 'onErrorDeployment' to go back to.")
  );
}

/** How the earlier deployment begins anew; undefined when it is gone or under way meanwhile. */
export function rolledBack(
  services: Services,
  failed: DeploymentRecord,
  caller: Caller,
): { readonly record: DeploymentRecord; readonly content: DeploymentContent } | undefined {
  const name = textMember(memberOf(failed.properties, 'onErrorDeployment'), 'deploymentName');
  const scope = deploymentScope(failed.id);
  const earlier =
    name === undefined
      ? undefined
      : findDeployment(services, `${scope}/providers/Microsoft.Resources/deployments/${name}`);
  const content = earlier === undefined ? undefined : findContent(services, earlier.id);
  if (earlier === undefined || content === undefined || earlier.state !== 'Succeeded') return undefined;
  const {
    outputs: _outputs,
    outputResources: _resources,
    diagnostics: _diagnostics,
    ...properties
  } = earlier.properties;
  const now = services.clock.now();
  const record: DeploymentRecord = {
    ...earlier,
    state: 'Running',
    time: now,
    properties: {
      ...properties,
      mode: 'Complete',
      timestamp: formatTime(now),
      duration: 'PT0S',
      correlationId: caller.correlationId,
    },
  };
  return { record, content: { ...content, identity: caller.identity, mode: 'Complete' } };
}
