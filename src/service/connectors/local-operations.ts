/**
 * Operations that this machine carries out itself: which there are.
 *
 * Owns: the table by connector and operation. Does not own: the operations (one file per connector).
 */
import type { OperationOutcome } from '#connectors';
import { automationOperations } from './automation-jobs.ts';
import { blobOperations } from './blob-operations.ts';
import { eventHubOperations, syslogOperations } from './local-streams.ts';
import { queryData, sendData, visualizeQuery } from './monitor-logs.ts';
import type { LocalOperation, OperationCall } from './operation-call.ts';
import { sqlOperations } from './sql-operations.ts';
import { tableOperations } from './table-operations.ts';

/** By connector, then by operation. */
const tables: Readonly<Record<string, Readonly<Record<string, LocalOperation>>>> = {
  azureautomation: automationOperations,
  azureblob: blobOperations,
  azureloganalyticsdatacollector: { SendData: sendData },
  azuremonitorlogs: {
    QueryData: queryData,
    QueryDataV2: queryData,
    VisualizeQuery: visualizeQuery,
    VisualizeQueryV2: visualizeQuery,
  },
  azuretables: tableOperations,
  eventhubs: eventHubOperations,
  sql: sqlOperations,
  syslog: syslogOperations,
};

/** What comes of it on this machine; undefined for an operation of a service elsewhere. */
export function localOperation(call: OperationCall): Promise<OperationOutcome> | undefined {
  return tables[call.connector.name]?.[call.operation.id]?.(call);
}

/** Whether an operation is carried out on this machine. */
export function isLocalOperation(api: string, operation: string): boolean {
  return tables[api]?.[operation] !== undefined;
}
