/**
 * A deployment that is made again from what was stored of it: after a restart, or to go back to it.
 *
 * Owns: expanding it with the values it had. Does not own: running it (`deployment-run.ts`).
 */
import { type Fault, type Identity, isFault } from '#foundation';
import { type ExpandedTemplate, expandWithValues } from '#templates';
import type { Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';
import { deploymentPlace } from './deployment-place.ts';
import { type DeploymentContent, type DeploymentRecord, deploymentScope } from './deployment-record.ts';
import { plannedTemplate } from './planned-templates.ts';

export interface StoredDeployment {
  readonly record: DeploymentRecord;
  readonly content: DeploymentContent;
}

export function expandStored(services: Services, { record, content }: StoredDeployment): ExpandedTemplate | Fault {
  const planned = plannedTemplate(content.template, undefined);
  if (isFault(planned)) return planned;
  const { name, location, properties } = record;
  const place = deploymentPlace(services, {
    caller: storedCaller(record, content.identity),
    scope: deploymentScope(record.id),
    deployment: {
      name,
      ...(location === undefined ? {} : { location }),
      properties: {
        ...(properties['templateLink'] === undefined
          ? { template: content.template }
          : { templateLink: properties['templateLink'] }),
        templateHash: planned.hash,
        parameters: properties['parameters'] ?? {},
        mode: content.mode,
        provisioningState: 'Running',
      },
    },
  });
  return expandWithValues(planned.outline, place, new Map(Object.entries(content.values)));
}

/** In whose name a stored deployment goes on. */
export function storedCaller({ properties }: DeploymentRecord, identity: Identity): Caller {
  const { correlationId } = properties;
  return { identity, correlationId: typeof correlationId === 'string' ? correlationId : '' };
}
