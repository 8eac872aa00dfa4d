/**
 * Azure's log tables that queries of security playbooks name, with their columns: `name type`, a column without a type is a
 * string. `TenantId`, `SourceSystem`, `Type` and `_ResourceId` are of every table and not listed.
 * Source: the published reference of Azure Monitor tables.
 */
export const logSchemas: Readonly<Record<string, string>> = {
  SecurityAlert:
    'DisplayName, AlertName, AlertSeverity, Description, ProviderName, VendorName, VendorOriginalId, SystemAlertId, ResourceId, SourceComputerId, AlertType, ConfidenceLevel, ConfidenceScore real, IsIncident bool, StartTime datetime, EndTime datetime, ProcessingEndTime datetime, RemediationSteps, ExtendedProperties, Entities, WorkspaceSubscriptionId, WorkspaceResourceGroup, ExtendedLinks, ProductName, ProductComponentName, AlertLink, Status, CompromisedEntity, Tactics, Techniques, SubTechniques',
  SecurityIncident:
    'IncidentName, IncidentNumber int, Title, Description, Severity, Status, Classification, ClassificationComment, ClassificationReason, Owner dynamic, ProviderName, ProviderIncidentId, FirstActivityTime datetime, LastActivityTime datetime, FirstModifiedTime datetime, LastModifiedTime datetime, CreatedTime datetime, ClosedTime datetime, IncidentUrl, AdditionalData dynamic, AlertIds dynamic, BookmarkIds dynamic, Comments dynamic, Labels dynamic, RelatedAnalyticRuleIds dynamic, ModifiedBy, Tasks dynamic',
  SecurityRecommendation:
    'AssessedResourceId, RecommendationId, RecommendationName, RecommendationDisplayName, Description, RemediationDescription, RecommendationSeverity, RecommendationState, NotApplicableReason, DiscoveredTimeUTC datetime, StatusChangeDate datetime, FirstEvaluationDate datetime, RecommendationAdditionalData dynamic, PolicyDefinitionId, RecommendationLink, ProviderName, DeviceId, Environment, RecommendationSubscriptionId, IsSnapshot bool',
  SecurityNestedRecommendation:
    'Id, ResourceGroup, AssessedResourceId, RecommendationSubscriptionId, ParentRecommendationId, RecommendationId, RecommendationName, VulnerabilityId, Description, RemediationDescription, Category, Impact, ResourceDetails dynamic, RecommendationState, RecommendationSeverity, AdditionalData dynamic, StatusChangeDate datetime, FirstEvaluationDate datetime, IsSnapshot bool',
  SecurityRegulatoryCompliance:
    'ComplianceStandard, ComplianceControl, AssessmentId, RecommendationName, RecommendationId, AssessedResourceId, ComplianceState, State, PassedResources int, FailedResources int, SkippedResources int, RecommendationLink, IsSnapshot bool',
  SecureScores:
    'AssessedResourceId, SecureScoreName, SecureScoresSubscriptionId, DisplayName, CurrentScore real, MaxScore int, PercentageScore real, Weight long, HealthyResources int, UnhealthyResources int, NotApplicableResources int, IsSnapshot bool',
  SecureScoreControls:
    'AssessedResourceId, ControlId, ControlName, ControlType, Description, SecureScoresSubscriptionId, RecommendationResourceIds dynamic, CurrentScore real, MaxScore int, PercentageScore real, Weight long, HealthyResources int, UnhealthyResources int, NotApplicableResources int, IsSnapshot bool',
  SecurityAttackPathData: 'AttackPathId, DisplayName, Description, RiskLevel, AttackPathProperties, IsSnapshot bool',
  AzureActivity:
    'OperationName, OperationNameValue, Level, ActivityStatus, ActivityStatusValue, ActivitySubstatus, ActivitySubstatusValue, ResourceGroup, SubscriptionId, CorrelationId, Caller, CallerIpAddress, Category, CategoryValue, HTTPRequest, Properties, Properties_d dynamic, EventDataId, EventSubmissionTimestamp datetime, Authorization, Authorization_d dynamic, Claims, Claims_d dynamic, OperationId, ResourceId, ResourceProvider, ResourceProviderValue, Resource, Hierarchy',
  AzureDiagnostics:
    'ResourceId, Category, ResourceGroup, SubscriptionId, ResourceProvider, Resource, ResourceType, OperationName, OperationVersion, ResultType, ResultSignature, ResultDescription, DurationMs long, CallerIPAddress, CorrelationId, Level, msg_s, clientIp_s, clientIP_s, ruleName_s, action_s, requestUri_s, hostname_s, AdditionalFields dynamic',
  CommonSecurityLog:
    'Activity, AdditionalExtensions, ApplicationProtocol, CollectorHostName, CommunicationDirection, Computer, DestinationDnsDomain, DestinationHostName, DestinationIP, DestinationMACAddress, DestinationNTDomain, DestinationPort int, DestinationProcessName, DestinationServiceName, DestinationTranslatedAddress, DestinationUserID, DestinationUserName, DeviceAction, DeviceAddress, DeviceCustomNumber1 int, DeviceCustomString1, DeviceCustomString1Label, DeviceCustomString2, DeviceCustomString2Label, DeviceCustomString3, DeviceCustomString4, DeviceCustomString5, DeviceCustomString6, DeviceEventCategory, DeviceEventClassID, DeviceExternalID, DeviceFacility, DeviceInboundInterface, DeviceName, DeviceOutboundInterface, DeviceProduct, DeviceVendor, DeviceVersion, EndTime datetime, EventCount int, EventOutcome, EventType int, ExternalID int, FileHash, FileName, FilePath, FlexString1, IndicatorThreatType, LogSeverity, MaliciousIP, MaliciousIPCountry, Message, OriginalLogSeverity, Protocol, ReceiptTime, ReceivedBytes long, RemoteIP, RequestClientApplication, RequestContext, RequestMethod, RequestURL, SentBytes long, SimplifiedDeviceAction, SourceHostName, SourceIP, SourceMACAddress, SourceNTDomain, SourcePort int, SourceProcessName, SourceServiceName, SourceSystem, SourceTranslatedAddress, SourceUserID, SourceUserName, StartTime datetime, ThreatConfidence, ThreatDescription, ThreatSeverity int',
  ThreatIntelligenceIndicator:
    'Action, Active bool, ActivityGroupNames, AdditionalInformation, ApplicationId, AzureTenantId, ConfidenceScore real, Description, DiamondModel, DomainName, EmailSenderAddress, EmailSourceDomain, EmailSourceIpAddress, EmailSubject, ExpirationDateTime datetime, ExternalIndicatorId, FileHashType, FileHashValue, FileName, FilePath, IndicatorId, IndicatorProvider, KillChainActions bool, KnownFalsePositives, LastReceivedDateTime datetime, MalwareNames, NetworkCidrBlock, NetworkDestinationIP, NetworkIP, NetworkPort int, NetworkProtocol int, NetworkSourceIP, PassiveOnly bool, SecurityGroups dynamic, Tags, ThreatSeverity int, ThreatType, TrafficLightProtocolLevel, Url, UserAgent',
  SigninLogs:
    'ResourceId, OperationName, OperationVersion, Category, ResultType, ResultSignature, ResultDescription, DurationMs long, CorrelationId, ResourceGroup, Identity, Level, Location, AlternateSignInName, AppDisplayName, AppId, AuthenticationDetails, AuthenticationRequirement, AutonomousSystemNumber, ClientAppUsed, ConditionalAccessPolicies dynamic, ConditionalAccessStatus, CreatedDateTime datetime, DeviceDetail dynamic, IsInteractive bool, Id, IPAddress, LocationDetails dynamic, MfaDetail dynamic, OriginalRequestId, ResourceDisplayName, ResourceIdentity, RiskDetail, RiskEventTypes, RiskEventTypes_V2, RiskLevelAggregated, RiskLevelDuringSignIn, RiskState, Status dynamic, TokenIssuerType, UserAgent, UserDisplayName, UserId, UserPrincipalName, UserType',
  AuditLogs:
    'ResourceId, OperationName, OperationVersion, Category, ResultType, ResultSignature, ResultDescription, DurationMs long, CorrelationId, Identity, Level, ActivityDateTime datetime, ActivityDisplayName, AdditionalDetails dynamic, Id, InitiatedBy dynamic, LoggedByService, Result, ResultReason, TargetResources dynamic, AADTenantId, AADOperationType',
  OfficeActivity:
    'Operation, OfficeWorkload, RecordType, UserId, UserKey, UserType, ClientIP, Client_IPAddress, ActorIpAddress, ResultStatus, OfficeObjectId, OfficeId, Start_Time datetime, Site_Url, SourceFileName, SourceRelativeUrl, Parameters, MailboxOwnerUPN, ItemName, Members dynamic, TeamName, ChannelName, ElevationTime datetime, Event_Data',
  SecurityEvent:
    'Account, AccountType, Computer, EventSourceName, Channel, Task int, Level, EventID int, Activity, EventData, CommandLine, NewProcessName, NewProcessId, ParentProcessName, Process, ProcessId, ProcessName, IpAddress, IpPort, LogonType int, LogonTypeName, LogonProcessName, SubjectAccount, SubjectDomainName, SubjectUserName, SubjectUserSid, SubjectLogonId, TargetAccount, TargetDomainName, TargetUserName, TargetUserSid, TargetLogonId, TargetInfo, TargetServerName, WorkstationName, Status, SubStatus, FailureReason, ServiceName, ServiceFileName, ObjectName, ObjectType, AccessMask, MemberName, MemberSid, PrivilegeList, SourceComputerId',
  Syslog:
    'Computer, CollectorHostName, EventTime datetime, Facility, HostName, HostIP, ProcessID int, ProcessName, SeverityLevel, SyslogMessage',
  Heartbeat:
    'Computer, ComputerEnvironment, ComputerIP, ComputerPrivateIPs dynamic, Category, IsGatewayInstalled bool, OSType, OSName, OSMajorVersion, OSMinorVersion, Version, RemoteIPCountry, RemoteIPLatitude real, RemoteIPLongitude real, Resource, ResourceGroup, ResourceId, ResourceProvider, ResourceType, SCAgentChannel, Solutions, SourceComputerId guid, SubscriptionId, VMUUID guid',
  Event:
    'Computer, EventLog, EventLevel int, EventLevelName, EventID int, EventCategory int, EventData, ParameterXml, RenderedDescription, Source, UserName',
  Perf: 'Computer, ObjectName, CounterName, InstanceName, CounterPath, CounterValue real, Min real, Max real, SampleCount int',
  Usage:
    'Computer, DataType, Solution, Quantity real, QuantityUnit, IsBillable bool, StartTime datetime, EndTime datetime, AvgLatencyInSeconds real, BatchesWithinSla long, BatchesOutsideSla long, BatchesCapped long, TotalBatches long, MeterId guid, ResourceUri, LinkedMeterId guid, LinkedResourceUri',
  Operation:
    'Computer, OperationCategory, OperationStatus, OperationKey, Detail, Solution, HelpLink, CorrelationId, ErrorId',
  Update:
    'Computer, Title, Classification, UpdateState, Product, KBID, MSRCBulletinID, MSRCSeverity, PublishedDate datetime, Approved bool, Optional bool, RebootBehavior, ResourceId, SourceComputerId, OSType, UpdateID',
  SecurityBaseline:
    'Computer, Description, RuleSeverity, AnalyzeResult, BaselineRuleId, BaselineRuleType, CceId, ExpectedResult, ActualResult, OSName, ResourceId, SourceComputerId, SubscriptionId',
  SecurityDetection:
    'Computer, AlertSeverity, AlertTitle, AssociatedResource, Description, ExtendedProperties, Provider, RemediationSteps',
  ProtectionStatus:
    'Computer, DetectionId, DeviceName, Resource, ResourceId, ScanDate datetime, Threat, ThreatStatus, ThreatStatusRank int, ThreatStatusDetails, ProtectionStatus, ProtectionStatusRank int, ProtectionStatusDetails, TypeofProtection, SignatureVersion, SubscriptionId, OSName',
  BehaviorAnalytics:
    'UserName, UserPrincipalName, ActivityType, ActionType, EventSource, SourceIPAddress, SourceIPLocation, SourceDevice, DestinationIPAddress, DestinationDevice, InvestigationPriority int, ActivityInsights dynamic, UsersInsights dynamic, DevicesInsights dynamic, SourceRecordId',
  IdentityInfo:
    'AccountName, AccountUPN, AccountDisplayName, AccountDomain, AccountObjectId, AccountSID, AccountTenantId, AccountCloudSID, AdditionalMailAddresses dynamic, AssignedRoles dynamic, BlastRadius, City, Country, Department, EmployeeId, GivenName, GroupMembership dynamic, IsAccountEnabled bool, IsServiceAccount bool, JobTitle, MailAddress, Manager, OnPremisesDistinguishedName, Phone, RiskLevel, RiskState, Surname, Tags dynamic, UserState, UserType',
  Watchlist:
    'AzureTenantId, WatchlistId, WatchlistItemId, WatchlistName, WatchlistAlias, WatchlistCategory, WatchlistItem dynamic, EntityMapping dynamic, SearchKey, Source, Provider, CreatedBy dynamic, CreatedTimeUTC datetime, LastUpdatedTimeUTC datetime, UpdatedBy dynamic, Notes, Tags, DefaultDuration, TimeToLive datetime, _DTItemId, _DTItemType, _DTItemStatus, _DTTimestamp datetime',
  EmailEvents:
    'Timestamp datetime, NetworkMessageId, InternetMessageId, SenderMailFromAddress, SenderFromAddress, SenderDisplayName, SenderMailFromDomain, SenderFromDomain, SenderIPv4, SenderIPv6, SenderObjectId, RecipientEmailAddress, RecipientObjectId, Subject, EmailClusterId long, EmailDirection, DeliveryAction, DeliveryLocation, ThreatTypes, ThreatNames, DetectionMethods, ConfidenceLevel, EmailAction, EmailActionPolicy, AttachmentCount int, UrlCount int, EmailLanguage, OrgLevelAction, UserLevelAction, BulkComplaintLevel int, AuthenticationDetails, Connectors, ReportId, LatestDeliveryLocation, LatestDeliveryAction',
  EmailUrlInfo: 'Timestamp datetime, NetworkMessageId, Url, UrlDomain, UrlLocation, ReportId',
  EmailAttachmentInfo:
    'Timestamp datetime, NetworkMessageId, SenderFromAddress, SenderDisplayName, SenderObjectId, RecipientEmailAddress, RecipientObjectId, FileName, FileType, FileSize long, SHA256, ThreatTypes, ThreatNames, DetectionMethods, ReportId',
  DeviceInfo:
    'Timestamp datetime, DeviceId, DeviceName, ClientVersion, PublicIP, OSArchitecture, OSPlatform, OSBuild long, OSVersion, OnboardingStatus, IsAzureADJoined bool, AadDeviceId, LoggedOnUsers dynamic, MachineGroup, DeviceType, DeviceCategory, ReportId long, AdditionalFields dynamic',
  DeviceEvents:
    'Timestamp datetime, DeviceId, DeviceName, ActionType, FileName, FolderPath, SHA1, SHA256, MD5, AccountDomain, AccountName, AccountSid, RemoteUrl, RemoteDeviceName, RemoteIP, RemotePort int, LocalIP, LocalPort int, ProcessId long, ProcessCommandLine, InitiatingProcessFileName, InitiatingProcessCommandLine, InitiatingProcessAccountName, InitiatingProcessAccountUpn, InitiatingProcessSHA1, InitiatingProcessSHA256, InitiatingProcessFolderPath, InitiatingProcessId long, ReportId long, AdditionalFields dynamic',
  DeviceFileEvents:
    'Timestamp datetime, DeviceId, DeviceName, ActionType, FileName, FolderPath, SHA1, SHA256, MD5, FileSize long, FileOriginUrl, FileOriginIP, InitiatingProcessFileName, InitiatingProcessCommandLine, InitiatingProcessAccountName, InitiatingProcessAccountUpn, InitiatingProcessFolderPath, InitiatingProcessId long, RequestAccountName, ReportId long, AdditionalFields dynamic',
  DeviceProcessEvents:
    'Timestamp datetime, DeviceId, DeviceName, ActionType, FileName, FolderPath, SHA1, SHA256, MD5, ProcessId long, ProcessCommandLine, ProcessCreationTime datetime, AccountDomain, AccountName, AccountSid, AccountUpn, AccountObjectId, LogonId long, InitiatingProcessAccountName, InitiatingProcessAccountUpn, InitiatingProcessFileName, InitiatingProcessCommandLine, InitiatingProcessFolderPath, InitiatingProcessId long, InitiatingProcessSHA1, InitiatingProcessSHA256, InitiatingProcessParentFileName, ReportId long, AdditionalFields dynamic',
  DeviceNetworkEvents:
    'Timestamp datetime, DeviceId, DeviceName, ActionType, RemoteIP, RemotePort int, RemoteUrl, RemoteIPType, LocalIP, LocalPort int, LocalIPType, Protocol, InitiatingProcessFileName, InitiatingProcessCommandLine, InitiatingProcessAccountName, InitiatingProcessAccountUpn, InitiatingProcessFolderPath, InitiatingProcessId long, InitiatingProcessSHA1, InitiatingProcessSHA256, ReportId long, AdditionalFields dynamic',
  DeviceLogonEvents:
    'Timestamp datetime, DeviceId, DeviceName, ActionType, LogonType, AccountDomain, AccountName, AccountSid, Protocol, FailureReason, IsLocalAdmin bool, LogonId long, RemoteDeviceName, RemoteIP, RemotePort int, InitiatingProcessFileName, InitiatingProcessCommandLine, ReportId long, AdditionalFields dynamic',
  DeviceNetworkInfo:
    'Timestamp datetime, DeviceId, DeviceName, NetworkAdapterName, MacAddress, NetworkAdapterType, NetworkAdapterStatus, IPAddresses dynamic, DnsAddresses dynamic, DefaultGateways dynamic, ConnectedNetworks dynamic, ReportId long',
  AlertInfo: 'Timestamp datetime, AlertId, Title, Category, Severity, ServiceSource, DetectionSource, AttackTechniques',
  AlertEvidence:
    'Timestamp datetime, AlertId, EntityType, EvidenceRole, SHA1, SHA256, RemoteIP, RemoteUrl, AccountName, AccountDomain, AccountSid, AccountObjectId, AccountUpn, DeviceId, DeviceName, FileName, FolderPath, ThreatFamily, NetworkMessageId, EmailSubject, AdditionalFields dynamic',
  IdentityLogonEvents:
    'Timestamp datetime, ActionType, Application, LogonType, Protocol, FailureReason, AccountName, AccountDomain, AccountUpn, AccountSid, AccountObjectId, AccountDisplayName, DeviceName, DeviceType, OSPlatform, IPAddress, Port int, DestinationDeviceName, DestinationIPAddress, DestinationPort int, Location, ISP, ReportId, AdditionalFields dynamic',
  CloudAppEvents:
    'Timestamp datetime, ActionType, Application, ApplicationId int, AccountObjectId, AccountId, AccountDisplayName, IsAdminOperation bool, DeviceType, OSPlatform, IPAddress, IsAnonymousProxy bool, CountryCode, City, ISP, UserAgent, ActivityType, ActivityObjects dynamic, ObjectName, ObjectType, ObjectId, ReportId, AccountType, RawEventData dynamic, AdditionalFields dynamic',
};
