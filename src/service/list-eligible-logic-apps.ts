/**
 * Which logic apps an automation may start, and through which trigger.
 *
 * Owns: eligibility by the connector behind a trigger and its path. Does not own: firing (`fire-trigger.ts`).
 *
 * Invariants
 * L1. A trigger is judged by its connection's API and its path, never by its name; the name only explains a refusal.
 * Source: domain reference 14.
 */
import { isJsonObject, type Json, memberIgnoringCase, memberOf, textMember } from '#foundation';
import { type EventSource } from '#rules';
import type { Services } from './services.ts';
import { type StoredWorkflow, workflowOf, workflowType } from './workflow-resource.ts';

export { type EventSource, eventSourceOf } from '#rules';

export interface TriggerEligibility {
  readonly triggerName: string;
  /** `Alert`, `Recommendation`, `RegulatoryCompliance`, `Request`, or the trigger's own type. */
  readonly triggerKind: string;
  readonly eligible: boolean;
  readonly reason?: string;
}

interface ConnectorTrigger {
  readonly kind: 'Alert' | 'Recommendation' | 'RegulatoryCompliance';
  readonly api: string;
  readonly path: string;
  readonly sources: readonly EventSource[];
}

const connectorTriggers: readonly ConnectorTrigger[] = [
  { kind: 'Alert', api: 'ascalert', path: '/microsoft.security/alert/subscribe', sources: ['Alerts'] },
  {
    kind: 'Recommendation',
    api: 'ascassessment',
    path: '/microsoft.security/assessment/subscribe',
    sources: ['Assessments', 'AssessmentsSnapshot'],
  },
  {
    kind: 'RegulatoryCompliance',
    api: 'ascregulatorycomplianceassessment',
    path: '/microsoft.security/regulatorycomplianceassessment/subscribe',
    sources: ['RegulatoryComplianceAssessment', 'RegulatoryComplianceAssessmentSnapshot'],
  },
];

const legacyName = 'when_a_response_to_an_azure_security_center_alert';

export const supportedTriggers =
  "'When an Azure Security Center Alert is created or triggered' and " +
  "'When an Azure Security Center Recommendation is created or triggered'";

/** Every trigger of a workflow with what it is good for. `source` narrows connector triggers to those of its data type. */
export function triggersOf(workflow: StoredWorkflow, source?: EventSource): readonly TriggerEligibility[] {
  const triggers = memberOf(workflow.body.definition, 'triggers');
  if (!isJsonObject(triggers)) return [];
  return Object.entries(triggers).map(([name, trigger]) => judge(workflow, name, trigger, source));
}

/** The triggers of a definition that is not deployed: what they are called and of which kind they are. */
export function definitionTriggers(
  definition: Json,
): readonly Pick<TriggerEligibility, 'triggerName' | 'triggerKind'>[] {
  const triggers = memberOf(definition, 'triggers');
  return Object.entries(isJsonObject(triggers) ? triggers : {}).map(([triggerName, trigger]) => {
    const triggerKind = connectorTrigger(trigger)?.kind ?? textMember(trigger, 'type') ?? '';
    return { triggerName, triggerKind };
  });
}

function judge(workflow: StoredWorkflow, name: string, trigger: Json, source?: EventSource): TriggerEligibility {
  const type = textMember(trigger, 'type') ?? '';
  if (type.toLowerCase() === 'request') return { triggerName: name, triggerKind: 'Request', eligible: true };
  const connector = connectorOf(workflow, trigger);
  if (connector !== undefined) {
    const fits = source === undefined || connector.sources.includes(source);
    return {
      triggerName: name,
      triggerKind: connector.kind,
      eligible: fits,
      ...(fits ? {} : { reason: `The trigger takes no events of the source '${source}'.` }),
    };
  }
  const legacy = name.toLowerCase().startsWith(legacyName);
  return { triggerName: name, triggerKind: type, eligible: false, reason: legacy ? legacyReason : otherReason };
}

const legacyReason = `legacy trigger: workflow automation never starts it, use ${supportedTriggers}`;
const otherReason = `not a trigger of workflow automation: use ${supportedTriggers}, or an HTTP request trigger`;

function connectorOf(workflow: StoredWorkflow, trigger: Json): ConnectorTrigger | undefined {
  const found = connectorTrigger(trigger);
  const api = apiOf(workflow, memberIgnoringCase(trigger, 'inputs'));
  return found !== undefined && (api === undefined || api === found.api) ? found : undefined;
}

/** By its path alone. */
function connectorTrigger(trigger: Json): ConnectorTrigger | undefined {
  if (textMember(trigger, 'type')?.toLowerCase() !== 'apiconnectionwebhook') return undefined;
  const path = (textMember(memberIgnoringCase(trigger, 'inputs'), 'path') ?? '').toLowerCase().replace(/\/+$/, '');
  return connectorTriggers.find((each) => each.path === path || `/${path}` === each.path);
}

const connectionReference = /\$connections'\)\s*\??\[\s*'([^']+)'\s*\]/;

/** The name of the managed API behind the trigger's connection; undefined when the parameters do not tell. */
function apiOf(workflow: StoredWorkflow, inputs: Json | undefined): string | undefined {
  const name = textMember(memberOf(memberOf(inputs, 'host'), 'connection'), 'name') ?? '';
  const key = connectionReference.exec(name)?.[1];
  if (key === undefined) return undefined;
  const connections = memberOf(memberOf(workflow.body.parameters, '$connections'), 'value');
  const id = textMember(memberIgnoringCase(connections, key), 'id');
  return id?.toLowerCase().split('/managedapis/')[1]?.split('/')[0];
}

/** The trigger that takes events of these sources: the connector's own first, else a Request trigger. */
export function eligibleTrigger(
  workflow: StoredWorkflow,
  sources: readonly EventSource[],
): TriggerEligibility | undefined {
  const judged = sources.flatMap((source) => triggersOf(workflow, source).filter(({ eligible }) => eligible));
  return judged.find(({ triggerKind }) => triggerKind !== 'Request') ?? judged[0];
}

/** Whether the only triggers the workflow has are ones that workflow automation never starts, a legacy one among them. */
export function isLegacyOnly(workflow: StoredWorkflow): boolean {
  const judged = triggersOf(workflow);
  return judged.every(({ eligible }) => !eligible) && judged.some(({ reason }) => reason === legacyReason);
}

export interface ListedLogicApp extends TriggerEligibility {
  readonly id: string;
}

/** Logic apps that `visible` lets the caller see, one entry each: its eligible trigger, else its first with the reason. */
export function listEligibleLogicApps(
  services: Services,
  query: { readonly source?: EventSource; readonly visible: (id: string) => boolean },
): readonly ListedLogicApp[] {
  return services.store.resources
    .list({ type: workflowType })
    .filter((document) => query.visible(document.id))
    .flatMap((document) => {
      const judged = triggersOf(workflowOf(document), query.source);
      const shown =
        judged.find(({ eligible, triggerKind }) => eligible && triggerKind !== 'Request') ??
        judged.find(({ eligible }) => eligible) ??
        judged[0];
      return shown === undefined ? [] : [{ id: document.id, ...shown }];
    });
}
