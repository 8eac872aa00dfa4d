/**
 * The batches of a Batch trigger, and when each of them is released.
 *
 * Owns: `inputs` of Batch triggers. Does not own: collecting and releasing (`batches.ts` of `#service`).
 * Source: engine reference 1.2, 2.11.
 */
import { isJsonObject } from '#foundation';
import type { BatchPlan, TriggerPlan } from '../plan.ts';
import { Members, wholeNumber } from './members.ts';
import { planRecurrence } from './recurrence.ts';
import type { Operation } from './settings.ts';

const criteria = ['messagecount', 'batchsize', 'recurrence'];

export function planBatches(operation: Operation): NonNullable<TriggerPlan['batches']> {
  const { planning, owner, members, steps } = operation;
  const at = [...steps, 'inputs'];
  const inputs = Members.read(
    planning,
    members.get('inputs'),
    new Set(['mode', 'batchgroupname', 'configurations']),
    'FlowTemplateBatchInputs',
    at,
  );
  const mode = inputs.text('mode') ?? 'Inline';
  if (mode.toLowerCase() !== 'inline') {
    const message = `The mode '${mode}' of trigger '${owner.name}' does not exist here: batches are configured inline.`;
    planning.refuse('WorkflowOptionNotSupported', message, [...at, 'mode']);
  }
  const group = inputs.text('batchGroupName') ?? 'DEFAULT';
  if (group.toUpperCase() !== 'DEFAULT') {
    const message = `The batch group '${group}' of trigger '${owner.name}' does not exist here: there is 'DEFAULT' only.`;
    planning.refuse('WorkflowOptionNotSupported', message, [...at, 'batchGroupName']);
  }
  const configurations = inputs.get('configurations');
  const entries = Object.entries(isJsonObject(configurations) ? configurations : {});
  if (entries.length === 0) {
    const message = `The 'inputs' of workflow trigger '${owner.name}' of type 'Batch' are not valid. Property 'configurations' is missing.`;
    planning.refuse('WorkflowRunActionInputsMissingProperty', message, at);
  }
  return new Map(
    entries.map(([name, configuration]) => {
      const place = [...at, 'configurations', name];
      const given = Members.of(configuration).get('releaseCriteria');
      return [
        name,
        releaseOf(name, { ...operation, members: Members.of(given), steps: [...place, 'releaseCriteria'] }),
      ];
    }),
  );
}

/** @param criteria the operation with the release criteria as its members. */
function releaseOf(name: string, operation: Operation): BatchPlan {
  const { planning, owner, members, steps } = operation;
  const { batchMessages, batchBytes } = planning.limits;
  const refuse = (what: string): void => {
    const message = `The batch '${name}' of workflow trigger '${owner.name}' is not valid: ${what}.`;
    planning.refuse('InvalidBatchConfiguration', message, steps);
  };
  const numberOf = (member: string, most: number): number | undefined => {
    const given = members.get(member);
    if (given === undefined) return undefined;
    const count = wholeNumber(planning.setting(given, { owner, what: member, steps: [...steps, member] }));
    if (count !== undefined && count >= 1 && count <= most) return count;
    refuse(`the '${member}' must be a whole number from '1' to '${most}'`);
    return undefined;
  };
  const unknown = members.names.find((member) => !criteria.includes(member));
  if (unknown !== undefined) refuse(`'${unknown}' is no criterion of release`);
  if (!criteria.some((member) => members.get(member) !== undefined)) {
    refuse("it must be released by 'messageCount', 'batchSize' or 'recurrence'");
  }
  const messageCount = numberOf('messageCount', batchMessages);
  const batchSize = numberOf('batchSize', batchBytes);
  const recurrence = members.get('recurrence') === undefined ? undefined : planRecurrence(operation);
  return {
    name,
    ...(messageCount === undefined ? {} : { messageCount }),
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(recurrence === undefined ? {} : { recurrence }),
  };
}
