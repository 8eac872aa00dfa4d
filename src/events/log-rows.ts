/**
 * Events as rows of Log Analytics tables, for automations with a workspace action.
 *
 * Owns: table names and columns. Does not own: where rows are kept (`#service`), queries over them (`#query`).
 * Source: domain reference 8 and 10 (column names of `SecurityAlert`); the published table schemas of continuous export.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, stringifyJson } from '#foundation';
import { assessedResource } from './identity.ts';
import { looseMember, looseText } from './members.ts';
import type { SecurityEvent } from './model.ts';
import { isSnapshot } from './recognize.ts';

export interface LogRow {
  readonly table: string;
  readonly row: JsonObject;
}

/** Structured values are JSON text in log tables; null stays null. */
function textOf(value: Json | undefined): Json {
  if (value === undefined || value === null) return null;
  return isJsonArray(value) || isJsonObject(value) ? stringifyJson(value) : value;
}

type RowEvent = Pick<SecurityEvent, 'kind' | 'body' | 'id'>;

/** The row of an event. `time`: RFC 3339, when the row is written. */
export function logRowOf(event: RowEvent, time: string): LogRow {
  switch (event.kind) {
    case 'Alerts':
      return { table: 'SecurityAlert', row: alertRow(event, time) };
    case 'Assessments':
      return { table: 'SecurityRecommendation', row: assessmentRow(event, time) };
    case 'SubAssessments':
      return { table: 'SecurityNestedRecommendation', row: findingRow(event, time) };
    case 'RegulatoryComplianceAssessment':
      return { table: 'SecurityRegulatoryCompliance', row: complianceRow(event, time) };
    case 'SecureScores':
      return { table: 'SecureScores', row: scoreRow(event, time) };
    case 'SecureScoreControls':
      return { table: 'SecureScoreControls', row: scoreRow(event, time) };
    case 'AttackPaths':
      return { table: 'SecurityAttackPathData', row: attackPathRow(event, time) };
  }
}

function alertRow({ body }: RowEvent, time: string): JsonObject {
  const get = (name: string): Json => looseMember(body, name) ?? null;
  return {
    TimeGenerated: looseText(body, 'TimeGenerated') ?? time,
    DisplayName: get('AlertDisplayName'),
    AlertName: get('AlertDisplayName'),
    AlertSeverity: get('Severity'),
    Description: get('Description'),
    ProviderName: get('ProductName'),
    VendorName: get('VendorName'),
    ProductName: get('ProductName'),
    ProductComponentName: looseMember(looseMember(body, 'ExtendedProperties'), 'ProductComponentName') ?? null,
    SystemAlertId: get('SystemAlertId'),
    ResourceId: get('AzureResourceId'),
    SourceComputerId: get('AgentId'),
    AlertType: get('AlertType'),
    ConfidenceLevel: get('ConfidenceLevel'),
    ConfidenceScore: get('ConfidenceScore'),
    IsIncident: get('IsIncident'),
    StartTime: get('StartTimeUtc'),
    EndTime: get('EndTimeUtc'),
    ProcessingEndTime: get('ProcessingEndTime'),
    RemediationSteps: textOf(looseMember(body, 'RemediationSteps')),
    ExtendedProperties: textOf(looseMember(body, 'ExtendedProperties')),
    Entities: textOf(looseMember(body, 'Entities')),
    ExtendedLinks: textOf(looseMember(body, 'ExtendedLinks')),
    WorkspaceSubscriptionId: get('WorkspaceSubscriptionId'),
    WorkspaceResourceGroup: get('WorkspaceResourceGroup'),
    CompromisedEntity: get('CompromisedEntity'),
    Tactics: get('Intent'),
    Status: get('Status'),
    AlertLink: get('AlertUri'),
    Type: 'SecurityAlert',
  };
}

function assessmentRow({ body, id }: RowEvent, time: string): JsonObject {
  const get = (...names: string[]): Json => looseMember(body, 'properties', ...names) ?? null;
  return {
    TimeGenerated: time,
    AssessedResourceId: assessedResource(id) ?? null,
    RecommendationId: id,
    RecommendationName: looseText(body, 'name') ?? null,
    RecommendationDisplayName: get('displayName'),
    Description: get('metadata', 'description'),
    RemediationDescription: get('metadata', 'remediationDescription'),
    RecommendationSeverity: get('metadata', 'severity'),
    RecommendationState: get('status', 'code'),
    NotApplicableReason: get('status', 'cause'),
    StatusChangeDate: get('status', 'statusChangeDate'),
    FirstEvaluationDate: get('status', 'firstEvaluationDate'),
    RecommendationAdditionalData: textOf(get('additionalData')),
    PolicyDefinitionId: get('metadata', 'policyDefinitionId'),
    RecommendationLink: looseText(get('links'), 'azurePortal') ?? null,
    IsSnapshot: isSnapshot(body),
    Type: 'SecurityRecommendation',
  };
}

function findingRow({ body, id }: RowEvent, time: string): JsonObject {
  const get = (...names: string[]): Json => looseMember(body, 'properties', ...names) ?? null;
  return {
    TimeGenerated: time,
    AssessedResourceId: assessedResource(id) ?? null,
    RecommendationSubscriptionId: /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? null,
    Id: id,
    ResourceGroup: /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? null,
    ParentRecommendationId: /\/assessments\/([^/]+)\//i.exec(id)?.[1] ?? null,
    RecommendationId: id,
    RecommendationName: get('displayName'),
    VulnerabilityId: get('id'),
    Description: get('description'),
    RemediationDescription: get('remediation'),
    Category: get('category'),
    Impact: get('impact'),
    RecommendationState: get('status', 'code'),
    RecommendationSeverity: get('status', 'severity'),
    AdditionalData: textOf(get('additionalData')),
    IsSnapshot: isSnapshot(body),
    Type: 'SecurityNestedRecommendation',
  };
}

function complianceRow({ body, id }: RowEvent, time: string): JsonObject {
  const get = (name: string): Json => looseMember(body, 'properties', name) ?? null;
  const segment = (name: string): string | null => new RegExp(`/${name}/([^/]+)`, 'i').exec(id)?.[1] ?? null;
  return {
    TimeGenerated: time,
    ComplianceStandard: segment('regulatoryComplianceStandards'),
    ComplianceControl: segment('regulatoryComplianceControls'),
    AssessmentId: looseText(body, 'name') ?? null,
    RecommendationName: get('description'),
    ComplianceState: get('state'),
    PassedResources: get('passedResources'),
    FailedResources: get('failedResources'),
    SkippedResources: get('skippedResources'),
    IsSnapshot: isSnapshot(body),
    Type: 'SecurityRegulatoryCompliance',
  };
}

/** The published table's columns; the body of attack-path events is not published, so all of it is kept as text. */
function attackPathRow({ body, id }: RowEvent, time: string): JsonObject {
  return {
    TimeGenerated: time,
    AttackPathId: id,
    DisplayName: looseMember(body, 'properties', 'displayName') ?? null,
    Description: looseMember(body, 'properties', 'description') ?? null,
    RiskLevel: looseMember(body, 'properties', 'riskLevel') ?? null,
    AttackPathProperties: textOf(looseMember(body, 'properties')),
    IsSnapshot: isSnapshot(body),
    Type: 'SecurityAttackPathData',
  };
}

function scoreRow({ body, id, kind }: RowEvent, time: string): JsonObject {
  const get = (...names: string[]): Json => looseMember(body, 'properties', ...names) ?? null;
  return {
    TimeGenerated: time,
    AssessedResourceId: id,
    SecureScoresSubscriptionId: /^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? null,
    ...(kind === 'SecureScores'
      ? { SecureScoreName: looseText(body, 'name') ?? null }
      : {
          ControlId: looseText(body, 'name') ?? null,
          ControlName: get('displayName'),
          RecommendationResourceIds: get('definition', 'properties', 'assessmentDefinitions'),
        }),
    CurrentScore: get('score', 'current'),
    MaxScore: get('score', 'max'),
    PercentageScore: get('score', 'percentage'),
    Weight: get('weight'),
    HealthyResources: get('healthyResourceCount'),
    UnhealthyResources: get('unhealthyResourceCount'),
    NotApplicableResources: get('notApplicableResourceCount'),
    IsSnapshot: isSnapshot(body),
    Type: kind,
  };
}
