/**
 * JSON schemas of the bodies that automations deliver, for logic apps that start with an HTTP request trigger.
 * They describe what is really sent: members may be null, texts may hold line breaks, more members may follow.
 * Source: domain reference 9.
 */
import type { JsonObject } from '#foundation';

const draft = 'http://json-schema.org/draft-07/schema#';
const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const time = { type: 'string', description: 'RFC 3339, UTC, three to seven fractional digits' };
const timeOrNull = { type: ['string', 'null'], description: 'RFC 3339, UTC, three to seven fractional digits' };
const map = { type: 'object', additionalProperties: true };

const enrichment = {
  type: 'object',
  properties: { action: text, apiVersion: text, isSnapshot: { type: 'boolean' }, interval: text },
};

export const securityAlertSchema: JsonObject = {
  $schema: draft,
  $id: '/schemas/security-alert.json',
  title: 'Security alert',
  type: 'object',
  required: ['SystemAlertId', 'AlertDisplayName', 'Severity', 'Status', 'TimeGenerated'],
  properties: {
    VendorName: text,
    AlertType: text,
    ProductName: text,
    StartTimeUtc: time,
    EndTimeUtc: timeOrNull,
    TimeGenerated: time,
    ProcessingEndTime: timeOrNull,
    Severity: { type: 'string', enum: ['High', 'Medium', 'Low', 'Informational'] },
    Status: { type: 'string', enum: ['New', 'Resolved', 'Dismissed', 'Unknown'] },
    ProviderAlertStatus: textOrNull,
    ConfidenceLevel: textOrNull,
    ConfidenceScore: { type: ['number', 'null'] },
    ConfidenceReasons: { type: ['array', 'null'] },
    IsIncident: { type: 'boolean' },
    SystemAlertId: { type: 'string', description: 'Unique; also the name of the alert over the management API' },
    CorrelationKey: textOrNull,
    Intent: { type: 'string', description: "One stage of the kill chain, or several joined by ', '" },
    AzureResourceId: textOrNull,
    WorkspaceId: textOrNull,
    WorkspaceSubscriptionId: textOrNull,
    WorkspaceResourceGroup: textOrNull,
    AgentId: textOrNull,
    CompromisedEntity: textOrNull,
    AlertDisplayName: text,
    Description: text,
    Entities: {
      type: ['array', 'null'],
      items: {
        type: 'object',
        properties: { $id: text, Type: text, Asset: { type: 'boolean' } },
        additionalProperties: true,
      },
    },
    ExtendedLinks: { type: ['array', 'null'], items: map },
    RemediationSteps: { type: ['array', 'null'], items: text },
    ExtendedProperties: {
      type: ['object', 'null'],
      description: 'Values are strings; structured ones are JSON inside a string',
      additionalProperties: true,
    },
    ResourceIdentifiers: {
      type: ['array', 'null'],
      items: {
        type: 'object',
        properties: { $id: text, Type: text, AzureResourceId: text, WorkspaceId: text },
        additionalProperties: true,
      },
    },
    AlertUri: textOrNull,
  },
  additionalProperties: true,
};

export const recommendationSchema: JsonObject = {
  $schema: draft,
  $id: '/schemas/recommendation.json',
  title: 'Security recommendation',
  type: 'object',
  required: ['id', 'name', 'type', 'properties'],
  properties: {
    assessmentEventDataEnrichment: enrichment,
    securityEventDataEnrichment: enrichment,
    tenantId: textOrNull,
    type: { type: 'string', const: 'Microsoft.Security/assessments' },
    kind: textOrNull,
    location: textOrNull,
    id: text,
    name: { type: 'string', description: 'The key of the recommendation' },
    tags: { type: ['object', 'null'] },
    properties: {
      type: 'object',
      required: ['status'],
      properties: {
        resourceDetails: {
          type: 'object',
          properties: { source: text, id: text, resourceName: text, resourceType: text, resourceProvider: text },
          additionalProperties: true,
        },
        displayName: text,
        status: {
          type: 'object',
          required: ['code'],
          properties: {
            code: { type: 'string', enum: ['Healthy', 'Unhealthy', 'NotApplicable'] },
            cause: textOrNull,
            description: textOrNull,
            statusChangeDate: time,
            firstEvaluationDate: time,
          },
        },
        additionalData: map,
        metadata: {
          type: 'object',
          properties: {
            displayName: text,
            assessmentType: text,
            policyDefinitionId: textOrNull,
            description: text,
            remediationDescription: text,
            categories: { type: 'array', items: text },
            severity: { type: 'string', enum: ['High', 'Medium', 'Low'] },
            userImpact: text,
            implementationEffort: text,
            threats: { type: 'array', items: text },
          },
          additionalProperties: true,
        },
        links: { type: 'object', properties: { azurePortal: textOrNull, azurePortalUri: textOrNull } },
      },
      additionalProperties: true,
    },
  },
  additionalProperties: true,
};

const complianceType =
  'Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments';
const count = { type: 'integer', minimum: 0 };

export const regulatoryComplianceSchema: JsonObject = {
  $schema: draft,
  $id: '/schemas/regulatory-compliance.json',
  title: 'Regulatory compliance assessment',
  type: 'object',
  required: ['id', 'name', 'type', 'properties'],
  properties: {
    securityEventDataEnrichment: enrichment,
    id: { type: 'string', description: 'Holds the names of standard and control' },
    name: text,
    type: { type: 'string', const: complianceType },
    properties: {
      type: 'object',
      required: ['state'],
      properties: {
        description: text,
        state: { type: 'string', enum: ['Passed', 'Failed', 'Skipped', 'Unsupported'] },
        scope: text,
        passedResources: count,
        failedResources: count,
        skippedResources: count,
        unsupportedResources: count,
        assessmentType: text,
        assessmentDetailsLink: text,
      },
      additionalProperties: true,
    },
  },
  additionalProperties: true,
};
