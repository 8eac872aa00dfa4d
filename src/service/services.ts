/**
 * What every use case is given: the ports, chosen once in `main.ts`.
 *
 * Owns: the `Services` record and the server's settings. Does not own: any rule; use cases are one file each, named by
 * their verb, and take `Services` first.
 *
 * Invariants
 * V1. Use cases raise `TocsinError` at their edge and change nothing when they do.
 * V2. A use case that writes calls `store.commit` (or `host.startMany` with writes alongside) exactly once per
 *     acknowledged change.
 */
import type { CircuitState, KafkaClient, SmtpMail, SqlClient, SyslogSender } from '#connectors';
import type { RunHost, RunLimits } from '#engine';
import type { ArmDispatch, Clock, EventHubs, Log, Outbound, Random, Store } from '#foundation';
import type { WorkflowLimits } from '#workflow';
import type { IdentityProvider } from './identity-provider.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import type { Mocks } from './mocks.ts';
import type { PlanCache } from './plan-cache.ts';
import type { RequestLimits } from './request-limits.ts';
import type { RunNames } from './run-names.ts';
import type { CloudName } from '#templates';
import type { Secrets } from './secrets.ts';
import type { TriggerHost } from './trigger-host.ts';
import type { TriggerLimits } from './trigger-limits.ts';

/** Settings fixed at start; sizes in bytes, times in milliseconds. */
export interface Settings {
  readonly tenantId: string;
  /** Data folder; absent when everything is in memory. */
  readonly dataFolder?: string;
  /** `--sandbox`: every connection and every foreign host is captured. */
  readonly sandbox: boolean;
  readonly bodyLimit: number;
  /** How long the activity log is kept; 400 days unless set. */
  readonly activityDays?: number;
  /** How many requests of one caller are taken; the usual number unless set. */
  readonly requestLimits?: RequestLimits;
  readonly triggerLimits: TriggerLimits;
  /** Held against what is saved; the documented ones unless given. */
  readonly workflowLimits?: WorkflowLimits;
  /** What the operator has set for runs that start. */
  readonly runLimits?: Partial<RunLimits>;
  /** Keys of issuers of access tokens that callers of triggers may bring. */
  readonly issuerKeys: IssuerKeys;
  /** `http://host:port` that callback URLs start with; set once the listener is up. */
  /** Whose names `environment()` gives in templates. */
  readonly cloud: CloudName;
  publicBaseUrl: string;
}

export interface Services {
  readonly store: Store;
  readonly host: RunHost;
  readonly plans: PlanCache;
  readonly clock: Clock;
  readonly random: Random;
  readonly runNames: RunNames;
  readonly secrets: Secrets;
  readonly outbound: Outbound;
  /** AMQP to event hubs. */
  readonly eventHubs: EventHubs;
  /** Mail servers that connections name. */
  readonly mail: Pick<SmtpMail, 'send'>;
  /** SQL servers that connections name. */
  readonly sql: Pick<SqlClient, 'run' | 'close'>;
  /** Kafka clusters that connections name. */
  readonly kafka: Pick<KafkaClient, 'send' | 'close'>;
  /** Syslog servers that connections name. */
  readonly syslog: Pick<SyslogSender, 'send'>;
  /** How the hosts that are called are doing. */
  readonly circuits: { list(): readonly CircuitState[] };
  /** The admin token and our own tokens. */
  readonly identity: IdentityProvider;
  /** Answers of the sandbox. */
  readonly mocks: Mocks;
  /** Our own ARM without a socket; bound once the router exists. */
  readonly arm: ArmDispatch;
  readonly log: Log;
  readonly triggers: TriggerHost;
  readonly settings: Settings;
}
