/**
 * The clouds that a subscription can be linked to: where their resource manager is, what its tokens are for, who gives them.
 * Source: Azure's published cloud endpoints.
 */

export interface LinkedCloud {
  /** Without a slash at the end. */
  readonly resourceManager: string;
  /** What tokens are asked for, `/.default` added. */
  readonly audience: string;
  readonly authority: string;
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
  },
  AzureUSGovernment: {
    resourceManager: 'https://management.usgovcloudapi.net',
    audience: 'https://management.usgovcloudapi.net',
    authority: 'https://login.microsoftonline.us',
  },
  AzureChinaCloud: {
    resourceManager: 'https://management.chinacloudapi.cn',
    audience: 'https://management.chinacloudapi.cn',
    authority: 'https://login.chinacloudapi.cn',
  },
};
