/**
 * The properties that conditions of automation rules name, and where their values are.
 * Source: the published REST description of `Microsoft.SecurityInsights/automationRules`.
 */

/** Of the incident itself: the member of its properties. */
export const incidentMembers: Readonly<Record<string, string>> = {
  IncidentTitle: 'title',
  IncidentDescription: 'description',
  IncidentSeverity: 'severity',
  IncidentStatus: 'status',
  IncidentProviderName: 'providerName',
  IncidentRelatedAnalyticRuleIds: 'relatedAnalyticRuleIds',
};

/** Of the incident's entities: kind and member. */
export const entityMembers: Readonly<Record<string, readonly [kind: string, member: string]>> = {
  AccountAadTenantId: ['Account', 'aadTenantId'],
  AccountAadUserId: ['Account', 'aadUserId'],
  AccountName: ['Account', 'accountName'],
  AccountNTDomain: ['Account', 'ntDomain'],
  AccountPUID: ['Account', 'puid'],
  AccountSid: ['Account', 'sid'],
  AccountObjectGuid: ['Account', 'objectGuid'],
  AccountUPNSuffix: ['Account', 'upnSuffix'],
  AzureResourceResourceId: ['AzureResource', 'resourceId'],
  AzureResourceSubscriptionId: ['AzureResource', 'subscriptionId'],
  CloudApplicationAppId: ['CloudApplication', 'appId'],
  CloudApplicationAppName: ['CloudApplication', 'appName'],
  DNSDomainName: ['DnsResolution', 'domainName'],
  FileDirectory: ['File', 'directory'],
  FileName: ['File', 'fileName'],
  FileHashValue: ['FileHash', 'hashValue'],
  HostAzureID: ['Host', 'azureID'],
  HostName: ['Host', 'hostName'],
  HostNetBiosName: ['Host', 'netBiosName'],
  HostNTDomain: ['Host', 'ntDomain'],
  HostOSVersion: ['Host', 'osVersion'],
  IoTDeviceId: ['IoTDevice', 'deviceId'],
  IoTDeviceName: ['IoTDevice', 'deviceName'],
  IoTDeviceType: ['IoTDevice', 'deviceType'],
  IoTDeviceVendor: ['IoTDevice', 'vendor'],
  IoTDeviceModel: ['IoTDevice', 'model'],
  IoTDeviceOperatingSystem: ['IoTDevice', 'operatingSystem'],
  IPAddress: ['Ip', 'address'],
  MailboxDisplayName: ['Mailbox', 'displayName'],
  MailboxPrimaryAddress: ['Mailbox', 'mailboxPrimaryAddress'],
  MailboxUPN: ['Mailbox', 'upn'],
  MailMessageDeliveryAction: ['MailMessage', 'deliveryAction'],
  MailMessageDeliveryLocation: ['MailMessage', 'deliveryLocation'],
  MailMessageRecipient: ['MailMessage', 'recipient'],
  MailMessageSenderIP: ['MailMessage', 'senderIP'],
  MailMessageSubject: ['MailMessage', 'subject'],
  MailMessageP1Sender: ['MailMessage', 'p1Sender'],
  MailMessageP2Sender: ['MailMessage', 'p2Sender'],
  MalwareCategory: ['Malware', 'category'],
  MalwareName: ['Malware', 'malwareName'],
  ProcessCommandLine: ['Process', 'commandLine'],
  ProcessId: ['Process', 'processId'],
  RegistryKey: ['RegistryKey', 'key'],
  RegistryValueData: ['RegistryValue', 'valueData'],
  Url: ['Url', 'url'],
};

/** Of the incident's alerts and of what it is about; read by `automation-conditions.ts`. */
export const otherProperties = [
  'IncidentTactics',
  'IncidentLabel',
  'IncidentUpdatedBySource',
  'IncidentCustomDetailsKey',
  'IncidentCustomDetailsValue',
  'AlertProductNames',
  'AlertAnalyticRuleIds',
] as const;
