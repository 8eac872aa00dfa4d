/**
 * The stored form of batches: a document per message, and one per partition that has any.
 *
 * Owns: the layout. Does not own: when they come and go (`batches.ts`).
 */
import type { Json, Write } from '#foundation';

/** Key: partition's key, `/`, sequence; parent: the partition's key. */
export const batchMessages = 'batchMessages';
/** Key: `{workflow id key}/triggers/{trigger}/batches/{batch}/{partition}`. */
export const batchPartitions = 'batchPartitions';

export interface PartitionNames {
  readonly key: string;
  readonly workflowId: string;
  readonly trigger: string;
  readonly batch: string;
  readonly name: string;
}

export interface Partition extends PartitionNames {
  /** Messages and their bytes that no release has taken. */
  count: number;
  bytes: number;
  /** Sequence of the next message. */
  next: number;
  /** Sequence behind the last message that a release has taken. */
  released: number;
  /** Its document is durable: without it its messages are not found again after a restart. */
  isNamed: boolean;
  /** Commits of messages. */
  readonly underWay: Set<Promise<void>>;
}

export function partitionDocument(partition: Partition, time: number): Write {
  const { key, workflowId, trigger, batch, name } = partition;
  const body = { key, workflowId, trigger, batch, name };
  return {
    kind: 'putDocument',
    document: { collection: batchPartitions, key, parent: workflowId.toLowerCase(), time, status: '', body },
  };
}

export function messageDocument(
  { key }: Partition,
  sequence: number,
  message: { readonly messageId: string; readonly content: Json },
  time: number,
): Write {
  const { messageId, content } = message;
  return {
    kind: 'putDocument',
    document: {
      collection: batchMessages,
      key: `${key}/${String(sequence).padStart(12, '0')}`,
      parent: key,
      time,
      status: '',
      body: { messageId, content },
    },
  };
}
