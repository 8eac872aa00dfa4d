/**
 * Operations that this machine carries out itself: which there are.
 *
 * Owns: the table by connector and operation. Does not own: the operations (one file per connector).
 */
import { type OperationOutcome, plainText } from '#connectors';
import { automationOperations } from './automation-jobs.ts';
import { blobOperations } from './blob-operations.ts';
import { isDeviceOperation, localDevices } from './local-devices.ts';
import { kafkaOperations } from './kafka-operations.ts';
import { eventHubOperations, serviceBusOperations, syslogOperations } from './local-streams.ts';
import { queryData, sendData, visualizeQuery } from './monitor-logs.ts';
import type { LocalOperation, OperationCall } from './operation-call.ts';
import { sqlOperations } from './sql-operations.ts';
import { tableOperations } from './table-operations.ts';
import { textMessageOperations } from './text-messages.ts';

/** By connector, then by operation. */
const tables: Readonly<Record<string, Readonly<Record<string, LocalOperation>>>> = {
  azureautomation: automationOperations,
  azureblob: blobOperations,
  azurecommunicationservicessms: textMessageOperations,
  azureloganalyticsdatacollector: { SendData: sendData },
  azuremonitorlogs: {
    QueryData: queryData,
    QueryDataV2: queryData,
    VisualizeQuery: visualizeQuery,
    VisualizeQueryV2: visualizeQuery,
  },
  azuretables: tableOperations,
  conversionservice: {
    HtmlToText: async ({ input: { body } }) => ({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: plainText(typeof body === 'string' ? body : ''),
    }),
  },
  eventhubs: eventHubOperations,
  kafka: kafkaOperations,
  servicebus: serviceBusOperations,
  sql: sqlOperations,
  syslog: syslogOperations,
};

/** Devices are kept here for connections that act here. */
const devices = 'wdatp';

/** What comes of it on this machine; undefined for an operation of a service elsewhere. */
export function localOperation(call: OperationCall): Promise<OperationOutcome> | undefined {
  if (call.connector.name === devices) return localDevices(call);
  return tables[call.connector.name]?.[call.operation.id]?.(call);
}

/** Whether an operation is carried out on this machine. */
export function isLocalOperation(api: string, operation: string): boolean {
  return api === devices ? isDeviceOperation(operation) : tables[api]?.[operation] !== undefined;
}
