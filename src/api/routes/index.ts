/**
 * Every route of the server: one line per table, grouped by provider. Append yours here.
 *
 * Owns: the list. The order does not matter (`route-trie.ts` Q1).
 */
import { roleRoutes } from './authorization/roles.ts';
import { operationRoutes } from '../long-running.ts';
import type { Route } from '../route.ts';
import { directoryActionRoutes } from './graph/actions.ts';
import { appRoleRoutes } from './graph/app-roles.ts';
import { applicationRoutes } from './graph/applications.ts';
import { directoryEntityRoutes } from './graph/entities.ts';
import { securityAlertRoutes } from './graph/security-alerts.ts';
import { threatIndicatorRoutes } from './graph/threat-indicators.ts';
import { directoryRelationRoutes } from './graph/relations.ts';
import { contentRoutes } from './logic/contents.ts';
import { invokeRoutes } from './logic/invoke.ts';
import { requestHistoryRoutes } from './logic/request-histories.ts';
import { runRoutes } from './logic/runs.ts';
import { triggerHistoryRoutes } from './logic/trigger-histories.ts';
import { triggerRoutes } from './logic/triggers.ts';
import { workflowOperationRoutes } from './logic/workflow-operations.ts';
import { workflowRoutes } from './logic/workflows.ts';
import { attestationRoutes } from './policy-insights/attestations.ts';
import { policyStateRoutes } from './policy-insights/policy-states.ts';
import { remediationRoutes } from './policy-insights/remediations.ts';
import { restrictionRoutes } from './policy-insights/restrictions.ts';
import { resourceGraphRoutes } from './resource-graph/resources.ts';
import { computedAnswerRoutes } from './resources/computed-answers.ts';
import { deploymentAliasRoutes, deploymentRoutes, templateHashRoutes } from './resources/deployments.ts';
import { managementGroupRoutes } from './management/management-groups.ts';
import { genericResourceRoutes } from './resources/generic.ts';
import { operationListRoutes } from './resources/operations.ts';
import { providerRoutes } from './resources/providers.ts';
import { policyAssignmentRoutes } from './policy/assignments.ts';
import { policyDefinitionRoutes } from './policy/definitions.ts';
import { policyExemptionRoutes } from './policy/exemptions.ts';
import { resourceGroupRoutes } from './resources/resource-groups.ts';
import { resourceListRoutes } from './resources/resource-lists.ts';
import { subscriptionRoutes } from './resources/subscriptions.ts';
import { nameCheckRoutes } from './resources/name-checks.ts';
import { tagNameRoutes } from './resources/tag-names.ts';
import { tagRoutes } from './resources/tags.ts';
import { collectRoutes } from './logs/collect.ts';
import { logQueryRoutes } from './logs/query.ts';
import { logMetadataRoutes } from './logs/metadata.ts';
import { workspaceTableRoutes } from './logs/tables.ts';
import { workspaceKeyRoutes } from './logs/workspace-keys.ts';
import { alertRoutes } from './security/alerts.ts';
import { assessmentRoutes } from './security/assessments.ts';
import { automationRoutes } from './security/automations.ts';
import { complianceRoutes } from './security/compliance.ts';
import { secureScoreRoutes } from './security/secure-scores.ts';
import { securityContactRoutes } from './security/security-contacts.ts';
import { securitySettingRoutes } from './security/settings.ts';
import { suppressionRuleRoutes } from './security/suppression-rules.ts';
import { vaultSecretRoutes } from './key-vault/secrets.ts';
import { insightRoutes } from './security-insights/insights.ts';
import { activityRoutes } from './tocsin/activity.ts';
import { alertListRoutes } from './tocsin/alerts.ts';
import { changeRoutes } from './tocsin/changes.ts';
import { overviewRoutes } from './tocsin/overview.ts';
import { ownAutomationRoutes } from './tocsin/automations.ts';
import { ownRemediationRoutes } from './tocsin/remediations.ts';
import { answerRoutes } from './tocsin/answers.ts';
import { cloudEventTypeRoutes } from './tocsin/cloud-event-types.ts';
import { connectorProfileRoutes } from './tocsin/connector-profiles.ts';
import { ingestRoutes } from './tocsin/ingest.ts';
import { importRoutes } from './tocsin/imports.ts';
import { linkedSubscriptionRoutes } from './tocsin/linked-subscriptions.ts';
import { openApiRoutes } from './tocsin/open-api.ts';
import { sampleRoutes } from './tocsin/samples.ts';
import { schemaRoutes } from './tocsin/schemas.ts';
import { originalRoutes } from './tocsin/originals.ts';
import { outboxRoutes } from './tocsin/outbox.ts';
import { preflightRoutes } from './tocsin/preflight.ts';
import { runListRoutes } from './tocsin/runs.ts';
import { documentationRoutes } from './tocsin/documentation.ts';
import { templateRoutes } from './tocsin/templates.ts';
import { workspaceRoutes } from './tocsin/workspaces.ts';
import { connectionAccessRoutes } from './web/connection-access.ts';
import { connectionCallRoutes } from './web/connection-calls.ts';
import { connectionRoutes } from './web/connections.ts';
import { customApiRoutes } from './web/custom-apis.ts';
import { managedApiRoutes } from './web/managed-apis.ts';
import { authorizeRoutes } from './identity/authorize.ts';
import { externalSignInRoutes } from './identity/external-sign-in.ts';
import { settingsRoutes } from './tocsin/settings.ts';
import { checkAccessRoutes } from './identity/check-access.ts';
import { principalRoutes } from './identity/principals.ts';
import { sessionRoutes } from './identity/sessions.ts';
import { signInRoutes } from './identity/sign-in.ts';

const ownRoutes: readonly Route[] = [
  // Microsoft.Resources, subscriptions, tenants, generic resources
  ...subscriptionRoutes,
  ...resourceGroupRoutes,
  ...resourceListRoutes,
  ...genericResourceRoutes,
  ...deploymentRoutes,
  ...deploymentAliasRoutes,
  ...templateHashRoutes,
  ...tagRoutes,
  ...tagNameRoutes,
  ...nameCheckRoutes,
  ...computedAnswerRoutes,
  ...operationRoutes,
  // Microsoft.Authorization
  ...roleRoutes,
  ...policyDefinitionRoutes,
  ...policyAssignmentRoutes,
  ...policyExemptionRoutes,
  // Microsoft.Management
  ...managementGroupRoutes,
  // Microsoft.Logic
  ...workflowRoutes,
  ...workflowOperationRoutes,
  ...triggerRoutes,
  ...triggerHistoryRoutes,
  ...runRoutes,
  ...contentRoutes,
  ...requestHistoryRoutes,
  ...invokeRoutes,
  // Microsoft.Web
  ...connectionRoutes,
  ...connectionCallRoutes,
  ...connectionAccessRoutes,
  ...managedApiRoutes,
  ...customApiRoutes,
  // Microsoft.Security
  ...automationRoutes,
  ...alertRoutes,
  ...suppressionRuleRoutes,
  ...assessmentRoutes,
  ...complianceRoutes,
  ...secureScoreRoutes,
  ...securityContactRoutes,
  ...securitySettingRoutes,
  // Microsoft.KeyVault
  ...vaultSecretRoutes,
  // Microsoft.SecurityInsights
  ...insightRoutes,
  // Microsoft.PolicyInsights
  ...policyStateRoutes,
  ...remediationRoutes,
  ...attestationRoutes,
  ...restrictionRoutes,
  // Microsoft.ResourceGraph
  ...resourceGraphRoutes,
  // Microsoft Graph: the directory
  ...applicationRoutes,
  ...appRoleRoutes,
  ...directoryEntityRoutes,
  ...threatIndicatorRoutes,
  ...securityAlertRoutes,
  ...directoryRelationRoutes,
  ...directoryActionRoutes,
  // Microsoft.OperationalInsights and the APIs of Log Analytics
  ...logQueryRoutes,
  ...collectRoutes,
  ...logMetadataRoutes,
  ...workspaceTableRoutes,
  ...workspaceKeyRoutes,
  // Other providers
  // Identity: tokens, sessions, principals, keys
  ...signInRoutes,
  ...authorizeRoutes,
  ...externalSignInRoutes,
  ...sessionRoutes,
  ...principalRoutes,
  ...checkAccessRoutes,
  ...settingsRoutes,
  // Ingestion and the rest of /tocsin/v1
  ...cloudEventTypeRoutes,
  ...ingestRoutes,
  ...originalRoutes,
  ...ownAutomationRoutes,
  ...ownRemediationRoutes,
  ...documentationRoutes,
  ...templateRoutes,
  ...activityRoutes,
  ...alertListRoutes,
  ...overviewRoutes,
  ...changeRoutes,
  ...workspaceRoutes,
  ...schemaRoutes,
  ...sampleRoutes,
  ...outboxRoutes,
  ...answerRoutes,
  ...connectorProfileRoutes,
  ...linkedSubscriptionRoutes,
  ...importRoutes,
  ...openApiRoutes,
  ...preflightRoutes,
  ...runListRoutes,
];

export const routes: readonly Route[] = [...ownRoutes, ...providerRoutes(ownRoutes), ...operationListRoutes(ownRoutes)];
