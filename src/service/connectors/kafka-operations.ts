/**
 * Operations of the Kafka connector.
 *
 * Owns: the cluster a connection means, records out of a call's body. Does not own: the protocol (`#connectors`).
 */
import type { KafkaCluster, KafkaRecord, OperationOutcome, ServiceAnswer } from '#connectors';
import {
  type Fault,
  fault,
  isFault,
  isJsonArray,
  isJsonObject,
  type Json,
  memberIgnoringCase,
  stringifyJson,
  textIgnoringCase,
} from '#foundation';
import type { LocalOperation, OperationCall } from './operation-call.ts';

const json = { 'content-type': 'application/json; charset=utf-8' } as const;
const mostRecords = 10_000;

const mechanisms = { plain: 'plain', 'scram-sha-256': 'scram-sha-256', 'scram-sha-512': 'scram-sha-512' } as const;

function clusterOf({ values }: OperationCall): KafkaCluster | Fault {
  const brokers = (values.get('brokers') ?? '').split(/[\s,;]+/).filter((broker) => broker !== '');
  const wrong = brokers.find((broker) => !/^(?:[\w.-]+|\[[0-9a-f:]+\]):\d{1,5}$/i.test(broker));
  if (wrong !== undefined || brokers.length === 0) {
    return fault('InvalidRequestContent', `'${(wrong ?? '').slice(0, 200)}' is no broker: 'host:port'.`);
  }
  const username = values.get('username');
  const usual = username === undefined ? 'ssl' : 'sasl_ssl';
  const protocol = (values.get('securityprotocol') ?? usual).toLowerCase();
  if (!/^(plaintext|ssl|sasl_plaintext|sasl_ssl)$/.test(protocol)) {
    return fault('InvalidRequestContent', `'${protocol.slice(0, 100)}' is no security protocol of Kafka.`);
  }
  const tls = protocol.endsWith('ssl');
  if (!protocol.startsWith('sasl_')) return { brokers, tls };
  const named = (values.get('saslmechanism') ?? 'plain').toLowerCase();
  const mechanism = Object.hasOwn(mechanisms, named) ? mechanisms[named as keyof typeof mechanisms] : undefined;
  if (mechanism === undefined) return fault('InvalidRequestContent', `'${named.slice(0, 100)}' is no known mechanism.`);
  return { brokers, tls, sasl: { mechanism, username: username ?? '', password: values.get('password') ?? '' } };
}

/** Text as it is, `$content` as its bytes, all else as JSON. */
function bytesOf(value: Json | undefined): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value);
  const content = textIgnoringCase(value, '$content');
  if (content !== undefined) return Buffer.from(content, 'base64');
  return Buffer.from(value === undefined ? '' : stringifyJson(value));
}

function plainText(value: Json): string {
  return typeof value === 'string' ? value : stringifyJson(value);
}

function recordOf(body: Json): KafkaRecord | Fault {
  const value = memberIgnoringCase(body, 'value');
  if (value === undefined) return fault('InvalidRequestContent', "A message has no 'value'.");
  const key = memberIgnoringCase(body, 'key');
  const headers = memberIgnoringCase(body, 'headers');
  const partition = memberIgnoringCase(body, 'partition');
  if (
    partition !== undefined &&
    partition !== null &&
    (typeof partition !== 'number' || !Number.isInteger(partition))
  ) {
    return fault('InvalidRequestContent', "The 'partition' of a message is a number.");
  }
  return {
    ...(key === undefined || key === null ? {} : { key: plainText(key) }),
    value: bytesOf(value),
    headers: Object.fromEntries(
      Object.entries(isJsonObject(headers) ? headers : {}).map(([name, one]) => [name, plainText(one)]),
    ),
    ...(typeof partition === 'number' ? { partition } : {}),
  };
}

/** The codes of Kafka that another attempt cannot change, and what they are in HTTP. */
const statuses: Readonly<Record<string, number>> = {
  SASL_AUTHENTICATION_FAILED: 401,
  TOPIC_AUTHORIZATION_FAILED: 403,
  CLUSTER_AUTHORIZATION_FAILED: 403,
  UNKNOWN_TOPIC_OR_PARTITION: 404,
  INVALID_TOPIC_EXCEPTION: 400,
  MESSAGE_TOO_LARGE: 413,
  RECORD_LIST_TOO_LARGE: 413,
  CORRUPT_MESSAGE: 400,
  INVALID_RECORD: 400,
};

async function produce(call: OperationCall, bodies: readonly Json[]): Promise<OperationOutcome> {
  const cluster = clusterOf(call);
  if (isFault(cluster)) return cluster;
  if (bodies.length > mostRecords) {
    return fault('InvalidRequestContent', `A call sends at most ${mostRecords} messages.`);
  }
  const records: KafkaRecord[] = [];
  for (const body of bodies) {
    const record = recordOf(body);
    if (isFault(record)) return record;
    records.push(record);
  }
  const topic = call.input.path['topic'] ?? '';
  const outcome = await call.services.kafka.send(cluster, topic, records);
  if (outcome.kind === 'failure') return outcome;
  if (outcome.kind === 'taken') {
    return { status: 200, headers: json, body: { topic, partitions: outcome.partitions.map((one) => ({ ...one })) } };
  }
  const { code, message } = outcome;
  const status = statuses[code];
  if (status === undefined)
    return { kind: 'failure', code: 'BadGateway', message: `${code}: ${message}`, retryable: true };
  return refused(status, code, message);
}

function refused(status: number, code: string, message: string): ServiceAnswer {
  return { status, headers: json, body: { status, message, error: { code, message } } };
}

export const kafkaOperations: Readonly<Record<string, LocalOperation>> = {
  Produce: (call) => produce(call, [call.input.body ?? null]),
  ProduceMany: (call) => {
    const given = memberIgnoringCase(call.input.body ?? null, 'messages') ?? call.input.body ?? null;
    return produce(call, isJsonArray(given) ? given : [given]);
  },
};
