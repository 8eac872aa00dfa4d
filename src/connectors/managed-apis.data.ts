/**
 * The managed APIs that connections may name: display names, and what a connection of theirs needs to be `Connected`.
 * Names and credential parameters are those of the published connectors; any other name is accepted as a vendor connector.
 * Source: connectors reference 3.1; security reference 15.
 */
export interface ManagedApi {
  readonly name: string;
  readonly displayName: string;
  readonly brandColor: string;
  /** Parameters of which a connection needs all; an empty list means no credential at all. */
  readonly credentials: readonly { readonly name: string; readonly type: 'string' | 'securestring' | 'oauthSetting' }[];
}

const token = [{ name: 'token', type: 'oauthSetting' }] as const;

function api(
  name: string,
  displayName: string,
  credentials: ManagedApi['credentials'],
  brandColor = '#0078D4',
): ManagedApi {
  return { name, displayName, credentials, brandColor };
}

function text(name: string) {
  return { name, type: 'string' } as const;
}

function secret(name: string) {
  return { name, type: 'securestring' } as const;
}

export const managedApis: readonly ManagedApi[] = [
  api('ascalert', 'Microsoft Defender for Cloud Alert', [], '#95C515'),
  api('ascassessment', 'Microsoft Defender for Cloud Recommendation', [], '#95C515'),
  api('ascregulatorycomplianceassessment', 'Microsoft Defender for Cloud Regulatory Compliance', [], '#95C515'),
  api('arm', 'Azure Resource Manager', token),
  api('azuread', 'Microsoft Entra ID', token),
  api('azureadip', 'Microsoft Entra ID Protection', token),
  api('azureautomation', 'Azure Automation', token),
  api('azureblob', 'Azure Blob Storage', [text('accountName'), secret('accessKey')]),
  api('azureloganalyticsdatacollector', 'Azure Log Analytics Data Collector', [text('username'), secret('password')]),
  api('azuremonitorlogs', 'Azure Monitor Logs', token),
  api('azuresentinel', 'Microsoft Sentinel', token),
  api('azuretables', 'Azure Table Storage', [text('storageaccount'), secret('sharedkey')]),
  api('azurevm', 'Azure VM', token),
  api('jira', 'Jira', [text('jirainstance'), text('username'), secret('password')], '#0052CC'),
  api('keyvault', 'Azure Key Vault', [text('vaultName'), ...token]),
  api('microsoftgraphsecurity', 'Microsoft Graph Security', token),
  api('office365', 'Office 365 Outlook', token),
  api('office365users', 'Office 365 Users', token),
  api('outlook', 'Outlook.com', token),
  api('sendgrid', 'SendGrid', [secret('apiKey')]),
  api('service-now', 'ServiceNow', [text('instance'), text('username'), secret('password')], '#D1232B'),
  api('slack', 'Slack', token, '#78D4B6'),
  api('smtp', 'SMTP', [text('serverAddress'), text('userName'), secret('password')]),
  api('sql', 'SQL Server', [text('server'), text('database'), text('username'), secret('password')]),
  api('teams', 'Microsoft Teams', token, '#6264A7'),
  api('virustotal', 'VirusTotal', [secret('api_key')]),
  api('visualstudioteamservices', 'Azure DevOps', token),
  api('wdatp', 'Microsoft Defender ATP', token),
];
