/** The three triggers of Security Center and what they bring. Source: domain reference 3, 10, 11, 14; portal reference 5.6. */
import { type Operation, shapeOf } from './operation.ts';

const subscribe = (path: string) => ({
  type: 'ApiConnectionWebhook',
  inputs: { body: { callback_url: '@{listCallbackUrl()}' }, path },
});

const common = {
  role: 'trigger',
  builtIn: false,
  colour: '#95c515',
  group: 'Azure Security Center',
  words: 'security asc mdc defender cloud microsoft azure security center',
} as const;

const alertAnswer = shapeOf(
  'AlertDisplayName AlertType AlertUri SystemAlertId CompromisedEntity AzureResourceId Severity Status Intent StartTimeUtc EndTimeUtc TimeGenerated ProcessingEndTime Description RemediationSteps[] ExtendedProperties:object ExtendedLinks[].Href ExtendedLinks[].Label Entities[].Type ResourceIdentifiers[].Type ResourceIdentifiers[].AzureResourceId WorkspaceId WorkspaceSubscriptionId WorkspaceResourceGroup AgentId ProductName VendorName CorrelationKey IsIncident:boolean',
);

const recommendationAnswer = shapeOf(
  'id name type properties.displayName properties.status.code properties.status.cause properties.status.description properties.resourceDetails.id properties.resourceDetails.source properties.metadata.displayName properties.metadata.severity properties.metadata.description properties.metadata.remediationDescription properties.links.azurePortal properties.links.azurePortalUri properties.additionalData:object',
);

const complianceAnswer = shapeOf(
  'id name type properties.description properties.state properties.assessmentType properties.assessmentDetailsLink properties.passedResources:number properties.failedResources:number properties.skippedResources:number properties.unsupportedResources:number',
);

export const securityCenterTriggers: readonly Operation[] = [
  {
    ...common,
    id: 'ascalert POST /Microsoft.Security/Alert/subscribe',
    api: 'ascalert',
    title: 'When an Azure Security Center Alert is created or triggered',
    also: 'When a Microsoft Defender for Cloud alert is created or triggered',
    description: 'Starts a run for a security alert: by an automation, or by hand.',
    value: subscribe('/Microsoft.Security/Alert/subscribe'),
    fields: [{ label: 'Alert severity', at: ['conditions'], kind: 'severity' }],
    ...(alertAnswer === undefined ? {} : { answer: alertAnswer }),
  },
  {
    ...common,
    id: 'ascassessment POST /Microsoft.Security/Assessment/subscribe',
    api: 'ascassessment',
    title: 'When an Azure Security Center Recommendation is created or triggered',
    also: 'When a Microsoft Defender for Cloud recommendation is created or triggered',
    description: 'Starts a run for a recommendation: by an automation, or by hand.',
    value: subscribe('/Microsoft.Security/Assessment/subscribe'),
    fields: [],
    ...(recommendationAnswer === undefined ? {} : { answer: recommendationAnswer }),
  },
  {
    ...common,
    id: 'ascregulatorycomplianceassessment POST /Microsoft.Security/regulatoryComplianceAssessment/subscribe',
    api: 'ascregulatorycomplianceassessment',
    title: 'When an Azure Security Center regulatory compliance assessment is created or triggered',
    also: 'When a Microsoft Defender for Cloud regulatory compliance assessment is created or triggered',
    description: 'Starts a run for a regulatory compliance assessment that changed.',
    value: subscribe('/Microsoft.Security/regulatoryComplianceAssessment/subscribe'),
    fields: [],
    ...(complianceAnswer === undefined ? {} : { answer: complianceAnswer }),
  },
];
