/**
 * The clouds that a subscription can be linked to: where their resource manager and vaults are, what tokens are for, who gives them.
 * Source: Azure's published cloud endpoints.
 */

export interface LinkedCloud {
  /** Without a slash at the end. */
  readonly resourceManager: string;
  /** What tokens are asked for, `/.default` added. */
  readonly audience: string;
  readonly authority: string;
  /** Where vaults are, `{vault}` standing for a name, and what tokens for them are asked for; a custom cloud may have none. */
  readonly vaults?: { readonly address: string; readonly audience: string };
}

/** Microsoft Graph of each cloud: its address, and what its tokens are for. */
export const linkedGraphs: Readonly<Record<string, string>> = {
  AzureCloud: 'https://graph.microsoft.com',
  AzureUSGovernment: 'https://graph.microsoft.us',
  AzureChinaCloud: 'https://microsoftgraph.chinacloudapi.cn',
};

export const linkedClouds: Readonly<Record<string, LinkedCloud>> = {
  AzureCloud: {
    resourceManager: 'https://management.azure.com',
    audience: 'https://management.azure.com',
    authority: 'https://login.microsoftonline.com',
    vaults: { address: 'https://{vault}.vault.azure.net', audience: 'https://vault.azure.net' },
  },
  AzureUSGovernment: {
    resourceManager: 'https://management.usgovcloudapi.net',
    audience: 'https://management.usgovcloudapi.net',
    authority: 'https://login.microsoftonline.us',
    vaults: { address: 'https://{vault}.vault.usgovcloudapi.net', audience: 'https://vault.usgovcloudapi.net' },
  },
  AzureChinaCloud: {
    resourceManager: 'https://management.chinacloudapi.cn',
    audience: 'https://management.chinacloudapi.cn',
    authority: 'https://login.chinacloudapi.cn',
    vaults: { address: 'https://{vault}.vault.azure.cn', audience: 'https://vault.azure.cn' },
  },
};
