/**
 * What a deployment that succeeded has to say all the same: reasons why the logic apps it made would fail.
 *
 * Owns: findings of preflight in the shape of `properties.diagnostics`. Does not own: the checks (`preflight/`).
 * Source: the published REST description of deployments (`DeploymentDiagnosticsDefinition`).
 *
 * Invariants
 * DD1. A deployment waits for no host and fails for no finding.
 */
import type { JsonObject } from '#foundation';
import type { Finding } from '../preflight/finding.ts';
import { preflight } from '../preflight/preflight.ts';
import type { Services } from '../services.ts';
import { findWorkflow } from '../workflow-resource.ts';

const mostWorkflows = 50;
const mostDiagnostics = 200;

/** Diagnostics on the logic apps among the ids; empty when there is nothing to say. */
export async function deploymentDiagnostics(
  services: Services,
  ids: readonly string[],
): Promise<readonly JsonObject[]> {
  const workflows = ids.flatMap((id) => findWorkflow(services, id) ?? []).slice(0, mostWorkflows);
  if (workflows.length === 0) return [];
  const findings = await preflight(services, workflows, { asksHosts: false });
  return findings
    .filter(({ severity }) => severity !== 'Information')
    .slice(0, mostDiagnostics)
    .map(diagnosticOf);
}

function diagnosticOf({ workflowId, action, trigger, severity, code, message, fix }: Finding): JsonObject {
  const below = action === undefined ? (trigger === undefined ? '' : `/triggers/${trigger}`) : `/actions/${action}`;
  return {
    level: 'Warning',
    code,
    message: fix === undefined ? message : `${message} ${fix}`,
    target: `${workflowId}${below}`,
    additionalInfo: [{ type: 'Preflight', info: { severity } }],
  };
}
