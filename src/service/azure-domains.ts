/** Hosts of Azure and Microsoft: services that trust Azure's own issuer only. */

const azureDomains = [
  'azure.com',
  'azure.net',
  'azure.us',
  'azure.cn',
  'windows.net',
  'microsoft.com',
  'microsoftonline.com',
  'chinacloudapi.cn',
  'usgovcloudapi.net',
  'loganalytics.io',
  'loganalytics.us',
  'applicationinsights.io',
  'azconfig.io',
  'dynamics.com',
  'office.com',
  'office365.com',
  'powerapps.com',
  'sharepoint.com',
];

/** Whether a token for this audience, or an address, is one of Azure's services. */
export function isAzures(audience: string): boolean {
  const host = URL.parse(audience)?.hostname ?? '';
  return azureDomains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}
