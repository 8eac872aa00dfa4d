/**
 * Where a deployment runs, as the functions of the place answer it.
 *
 * Owns: `DeploymentPlace` and the public cloud's names. Source: template reference 5.5.
 */
import type { Json, JsonObject } from '#foundation';

export interface DeploymentPlace {
  /** The id of the scope: a group, a subscription, a management group, or '' for the tenant. */
  readonly scope: string;
  readonly deployment: JsonObject;
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

/** What `environment()` gives: the public cloud. */
export const publicCloud: JsonObject = {
  name: 'AzureCloud',
  gallery: 'https://gallery.azure.com/',
  graph: 'https://graph.windows.net/',
  portal: 'https://portal.azure.com',
  graphAudience: 'https://graph.windows.net/',
  activeDirectoryDataLake: 'https://datalake.azure.net/',
  batch: 'https://batch.core.windows.net/',
  media: 'https://rest.media.azure.net',
  sqlManagement: 'https://management.core.windows.net:8443/',
  vmImageAliasDoc:
    'https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json',
  resourceManager: 'https://management.azure.com/',
  authentication: {
    loginEndpoint: 'https://login.microsoftonline.com/',
    audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
    tenant: 'common',
    identityProvider: 'AAD',
  },
  suffixes: {
    acrLoginServer: '.azurecr.io',
    azureDatalakeAnalyticsCatalogAndJob: 'azuredatalakeanalytics.net',
    azureDatalakeStoreFileSystem: 'azuredatalakestore.net',
    azureFrontDoorEndpointSuffix: 'azurefd.net',
    keyvaultDns: '.vault.azure.net',
    sqlServerHostname: '.database.windows.net',
    storage: 'core.windows.net',
  },
};
