/**
 * Fires a Batch trigger as the world does: another logic app sends messages until a batch is complete.
 *
 * Owns: that other logic app. Does not own: what a person does with other triggers (`play.ts`).
 */
import { isJsonObject, type Json, type JsonObject, memberOf } from '#foundation';
import type { TocsinServer } from '../../test/e2e/tocsin-server.ts';

const version = 'api-version=2019-05-01';

/** Sends as many messages as the first configuration of the trigger asks for. */
export async function fillBatch(server: TocsinServer, workflow: string, trigger: string, source: Json): Promise<void> {
  const configurations = memberOf(memberOf(source, 'inputs'), 'configurations');
  const [first] = Object.entries(isJsonObject(configurations) ? configurations : {});
  if (first === undefined) return;
  const [batchName, configuration] = first;
  const count = memberOf(memberOf(configuration, 'releaseCriteria'), 'messageCount');
  const send: JsonObject = {
    type: 'SendToBatch',
    inputs: { batchName, content: { name: 'sample' }, host: { triggerName: trigger, workflow: { id: workflow } } },
  };
  const messages = {
    type: 'Foreach',
    foreach: `@range(0, ${typeof count === 'number' ? count : 1})`,
    actions: { Send: send },
  };
  const definition = {
    triggers: { manual: { type: 'Request', kind: 'Http', inputs: {} } },
    actions: { Messages: messages },
  };
  const sender = `${workflow}-sender`;
  await server.call('PUT', `${sender}?${version}`, { body: { location: 'westeurope', properties: { definition } } });
  await server.call('POST', `${sender}/triggers/manual/run?${version}`);
  await server.eventually(async () => {
    const { body } = await server.call('GET', `${workflow}/runs?${version}&$top=1`);
    return body.value?.[0];
  }, `a run of ${workflow}`);
  await server.call('DELETE', `${sender}?${version}`);
}
