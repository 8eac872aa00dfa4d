/**
 * How an automation is doing: what its conditions name that does not exist, whether its actions still lead somewhere, and
 * how its last delivery went.
 *
 * Owns: the warnings. Does not own: deliveries (`delivery-records.ts`), eligibility (`list-eligible-logic-apps.ts`).
 * Source: own API reference, automations; domain reference 12, 14 and 16.
 */
import { looseText } from '#events';
import { armIdKey, type JsonObject, memberOf, parseArmId } from '#foundation';
import { findMetadata } from './assessment-metadata.ts';
import { driftOf } from './automation-backups.ts';
import { automationIndexOf } from './automation-index.ts';
import { automationAnswer, type StoredAutomation } from './automation-resource.ts';
import { callbackFault } from './callback-targets.ts';
import { lastDelivery } from './delivery-records.ts';
import { eligibleTrigger } from './list-eligible-logic-apps.ts';
import type { Services } from './services.ts';
import { findWorkflow, type StoredWorkflow } from './workflow-resource.ts';

export interface AutomationWarning {
  readonly code:
    | 'RecommendationUnknown'
    | 'RecommendationRetired'
    | 'CallbackStale'
    | 'LogicAppDisabled'
    | 'LogicAppNotEligible'
    | 'BackupDrift';
  readonly assessmentKey?: string;
  readonly message: string;
}

/** Reads states of automations; for one answer, since it remembers the logic apps it has seen. */
export class AutomationStatus {
  readonly #services: Services;
  readonly #workflows = new Map<string, StoredWorkflow | undefined>();

  constructor(services: Services) {
    this.#services = services;
  }

  of(automation: StoredAutomation): JsonObject {
    const last = lastDelivery(this.#services, automation.id);
    return {
      id: automation.id,
      warnings: this.warnings(automation).map((warning) => ({ ...warning })),
      ...(last === undefined ? {} : { lastDelivery: last }),
    };
  }

  /** What is wrong with it, deliveries aside. */
  warnings(automation: StoredAutomation): readonly AutomationWarning[] {
    return [
      ...recommendationWarnings(this.#services, automation),
      ...actionWarnings(this.#services, automation, (id) => this.#workflow(id)),
      ...backupWarnings(this.#services, automation),
    ];
  }

  #workflow(id: string): StoredWorkflow | undefined {
    const key = armIdKey(id);
    if (!this.#workflows.has(key)) this.#workflows.set(key, findWorkflow(this.#services, id));
    return this.#workflows.get(key);
  }
}

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Keys that rules on recommendations name, each against what is known of it in the automation's subscription. */
function recommendationWarnings(services: Services, automation: StoredAutomation): readonly AutomationWarning[] {
  const keys = new Set(
    automation.plan.sources
      .filter(({ eventSource }) => eventSource.startsWith('Assessments'))
      .flatMap(({ ruleSets }) => ruleSets.flatMap(({ rules }) => rules))
      .filter(({ propertyJPath, expectedValue }) => /^(?:\$\.)?name$/i.test(propertyJPath) && guid.test(expectedValue))
      .map(({ expectedValue }) => expectedValue.toLowerCase()),
  );
  return [...keys].flatMap((assessmentKey): AutomationWarning[] => {
    const known = findMetadata(services, automation.subscriptionId, assessmentKey);
    if (known === undefined) {
      return [
        {
          code: 'RecommendationUnknown',
          assessmentKey,
          message: `No recommendation '${assessmentKey}' is known in the subscription.`,
        },
      ];
    }
    const end = looseText(memberOf(known.body, 'properties'), 'plannedDeprecationDate');
    if (end === undefined || !(deprecationTime(end) <= services.clock.now())) return [];
    return [
      {
        code: 'RecommendationRetired',
        assessmentKey,
        message: `The recommendation '${assessmentKey}' was retired on ${end}.`,
      },
    ];
  });
}

/** Published dates are `03/2022` or a whole date; milliseconds, not a number for other texts. */
function deprecationTime(text: string): number {
  const [, month, year] = /^(\d{1,2})\/(\d{4})$/.exec(text.trim()) ?? [];
  return month === undefined ? Date.parse(text) : Date.UTC(Number(year), Number(month) - 1, 1);
}

function actionWarnings(
  services: Services,
  automation: StoredAutomation,
  workflowOf: (id: string) => StoredWorkflow | undefined,
): readonly AutomationWarning[] {
  const sources = automation.plan.sources.map(({ eventSource }) => eventSource);
  return automation.actions.flatMap((action): AutomationWarning[] => {
    if (action.kind !== 'LogicApp') return [];
    const name = parseArmId(action.logicAppResourceId)?.name ?? action.logicAppResourceId;
    const warnings: AutomationWarning[] = [];
    const stale = callbackFault(services, action.uri);
    if (stale !== undefined) {
      warnings.push({
        code: 'CallbackStale',
        message: `The stored callback of '${name}' is no longer valid: ${stale.message}`,
      });
    }
    const workflow = workflowOf(action.logicAppResourceId);
    if (workflow === undefined) return warnings;
    if (workflow.body.state !== 'Enabled')
      warnings.push({ code: 'LogicAppDisabled', message: `The logic app '${name}' is disabled.` });
    if (eligibleTrigger(workflow, sources) === undefined) {
      warnings.push({
        code: 'LogicAppNotEligible',
        message: `The logic app '${name}' has no trigger that takes these events.`,
      });
    }
    return warnings;
  });
}

/** The members of a pair should say the same; each of them tells when they do not. */
function backupWarnings(services: Services, automation: StoredAutomation): readonly AutomationWarning[] {
  const index = automationIndexOf(services);
  const warning = (message: string): AutomationWarning => ({ code: 'BackupDrift', message });
  const told = (original: StoredAutomation, copy: StoredAutomation): readonly AutomationWarning[] => {
    const parts = driftOf(original, copy);
    const other = copy.idKey === automation.idKey ? `its original '${original.id}'` : `its backup copy '${copy.id}'`;
    return parts.length === 0 ? [] : [warning(`The automation differs from ${other} in ${parts.join(', ')}.`)];
  };
  const copies = index.copiesOf(automation.idKey).flatMap((copy) => told(automation, copy));
  if (automation.backupOf === undefined) return copies;
  const original = index.find(automation.backupOf);
  if (original === undefined) return [...copies, warning('The automation that this is the backup copy of is gone.')];
  const both = original.enabled && automation.enabled;
  return [
    ...copies,
    ...told(original, automation),
    ...(both
      ? [warning(`Both this copy and its original '${original.id}' are enabled: every run happens twice.`)]
      : []),
  ];
}

/** What a list can be filtered by without a look at anything else. */
export function automationSummary(automation: StoredAutomation): JsonObject {
  return { ...automationAnswer(automation.document), status: automation.enabled ? 'Enabled' : 'Disabled' };
}

/** An automation as the list over all subscriptions shows it. */
export function automationRow(status: AutomationStatus, automation: StoredAutomation): JsonObject {
  return { ...automationSummary(automation), ...status.of(automation) };
}
