/**
 * An action sends a message to the batch trigger of another logic app.
 *
 * Owns: which batch is meant, its names, doing it once per attempt. Does not own: the batch (`batches.ts`).
 * Source: engine reference 4.8.
 */
import type { EffectOutcome } from '#engine';
import { type Json, type JsonObject, memberIgnoringCase, parseArmId, type Store } from '#foundation';
import { Batches } from './batches.ts';
import { linkedTarget } from './call-workflow.ts';
import type { EffectCall } from './effect-call.ts';
import { outcomeOfArm } from './effect-outcome.ts';
import { receiptsOf } from './effect-receipts.ts';
import type { Services } from './services.ts';

const known = new WeakMap<Store, Batches>();

/** The batches of the services' store. */
export function batchesOf(services: Services): Batches {
  let batches = known.get(services.store);
  if (batches === undefined) {
    batches = new Batches(services);
    known.set(services.store, batches);
  }
  return batches;
}

export async function sendToBatch(services: Services, call: EffectCall): Promise<EffectOutcome> {
  const receipts = receiptsOf(services);
  const done = receipts.find(call);
  if (done !== undefined) return sent(done);
  const target = linkedTarget(services, call);
  if ('kind' in target) return target;
  const { workflow, trigger } = target;
  const { name } = workflow.document;
  if (workflow.body.state !== 'Enabled') {
    const message = `Could not execute workflow '${name}' trigger '${trigger.name}' with state '${workflow.body.state}': trigger is not enabled.`;
    return refused('WorkflowTriggerIsNotEnabled', message);
  }
  const wanted = textOf(memberIgnoringCase(call.inputs, 'batchName')) ?? '';
  const batch = trigger.batches?.get(wanted);
  if (batch === undefined) {
    const message = `The trigger '${trigger.name}' of workflow '${parseArmId(workflow.id)?.name ?? name}' has no batch '${wanted}'.`;
    return refused('BatchNotFound', message);
  }
  const partition = textOf(memberIgnoringCase(call.inputs, 'partitionName')) ?? 'DEFAULT';
  const messageId = textOf(memberIgnoringCase(call.inputs, 'messageId')) ?? services.random.uuid();
  const content = memberIgnoringCase(call.inputs, 'content') ?? null;
  const answer = { batchName: batch.name, messageId, partitionName: partition };
  const receipt = receipts.write(call, answer);
  await batchesOf(services).add({ workflow, trigger, batch, partition }, { messageId, content }, [receipt]);
  return sent(answer);
}

function sent(body: JsonObject): EffectOutcome {
  return outcomeOfArm({ status: 202, body });
}

function refused(code: string, message: string): EffectOutcome {
  return outcomeOfArm({ status: 400, body: { error: { code, message } } });
}

/** Names may be numbers; null and empty count as absent. */
function textOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
