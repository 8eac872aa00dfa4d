/**
 * Where a deployment runs, as the functions of the place answer it.
 *
 * Owns: `DeploymentPlace`. Does not own: the names of the clouds (`clouds.data.ts`). Source: template reference 5.5.
 */
import type { Json, JsonObject } from '#foundation';
import type { CloudName } from './clouds.data.ts';

export interface DeploymentPlace {
  /** The id of the scope: a group, a subscription, a management group, or '' for the tenant. */
  readonly scope: string;
  readonly deployment: JsonObject;
  /** Whose names `environment()` gives. */
  readonly cloud: CloudName;
  readonly subscription?: JsonObject;
  readonly resourceGroup?: JsonObject;
  readonly managementGroup?: JsonObject;
  readonly tenant: JsonObject;
  /** What is known of resource providers beforehand, by lower-case namespace. */
  readonly providers?: ReadonlyMap<string, Json>;
  /** Who deploys. */
  readonly deployer?: JsonObject;
  /** RFC 3339 time of the deployment. */
  readonly now: string;
  readonly newGuid: () => string;
}
