/** What every way of carrying a connector's operation out is given. */
import type { ConnectionValues, Connector, Operation, OperationInput, OperationOutcome } from '#connectors';
import type { Connection } from '../connections.ts';
import type { EffectCall } from '../effect-call.ts';
import type { Services } from '../services.ts';
import type { Credentials } from './connection-values.ts';

export interface OperationCall {
  readonly services: Services;
  readonly call: EffectCall;
  readonly connection: Connection;
  readonly connector: Connector;
  readonly operation: Operation;
  readonly input: OperationInput;
  readonly credentials: Credentials;
  readonly values: ConnectionValues;
  readonly signal: AbortSignal;
}

/** An operation that this machine carries out itself. */
export type LocalOperation = (call: OperationCall) => Promise<OperationOutcome>;
