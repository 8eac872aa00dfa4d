/**
 * The policy definitions that are there from the start, by their published ids.
 *
 * Owns: the list. Does not own: each definition (`*.data.ts`), serving them at the tenant (`service/policies`).
 */
import { continuousExport } from './continuous-export.data.ts';
import type { BuiltInDefinition } from './definition.ts';
import { general } from './general.data.ts';
import { tags } from './tags.data.ts';
import { workflowAutomationAlerts } from './workflow-automation-alerts.data.ts';
import { workflowAutomationCompliance } from './workflow-automation-compliance.data.ts';
import { workflowAutomationRecommendations } from './workflow-automation-recommendations.data.ts';

export const builtInDefinitions: readonly BuiltInDefinition[] = [
  workflowAutomationAlerts,
  workflowAutomationRecommendations,
  workflowAutomationCompliance,
  ...continuousExport,
  ...general,
  ...tags,
];
