/**
 * A checked workflow definition, planned: what the engine runs.
 *
 * Owns: the plan's types. Does not own: how a definition becomes a plan (`planner/`), nor running (`#engine`).
 *
 * Invariants
 * P1. A plan is immutable and holds no run data; one plan serves all runs of a definition version at once.
 * P2. Every template string is planned here, once; the engine never parses text.
 * P3. `actions` holds every action, nested ones included, keyed by lower-case name, in definition order.
 * P4. Everything the plan says was accepted by the check phase; what does not exist here is refused there.
 */
import type { Planned } from '#expression';
import type { Json, JsonObject } from '#foundation';

export interface WorkflowPlan {
  readonly definition: JsonObject;
  readonly triggers: ReadonlyMap<string, TriggerPlan>;
  /** The top-level container. */
  readonly root: ContainerPlan;
  readonly actions: ReadonlyMap<string, ActionPlan>;
  readonly parameters: ReadonlyMap<string, ParameterPlan>;
  readonly outputs: ReadonlyMap<string, { readonly name: string; readonly type: string; readonly value: Planned }>;
  readonly staticResults: ReadonlyMap<string, StaticResult>;
  readonly hasResponse: boolean;
  /** Some Response is asynchronous: callers get 202 at once and ask again for the answer. */
  readonly answersLater: boolean;
  /** Some expression reads `actions('X')`-style data of these actions (lower-case names) from outside their loop. */
  readonly readFromOutsideLoop: ReadonlySet<string>;
  /** Containers (lower-case names) that some `result('X')` reads. */
  readonly readAsResult: ReadonlySet<string>;
}

export interface ParameterPlan {
  readonly name: string;
  readonly type: ParameterType;
  readonly secure: boolean;
  /** The resource-level value, when there is one. */
  readonly value?: Json;
  readonly defaultValue?: Planned;
}

export type ParameterType = 'String' | 'SecureString' | 'Int' | 'Float' | 'Bool' | 'Array' | 'Object' | 'SecureObject';

export interface StaticResult {
  readonly status: 'Succeeded' | 'Failed';
  readonly code?: string;
  readonly outputs?: Json;
  readonly error?: JsonObject;
}

// --- Triggers ---------------------------------------------------------------------------------------------------

export interface TriggerPlan {
  readonly name: string;
  readonly type: TriggerType;
  readonly kind?: string;
  /** The definition's text of the trigger, for answers. */
  readonly source: JsonObject;
  readonly inputs: Planned;
  readonly conditions: readonly { readonly expression: Planned; readonly text: string }[];
  readonly splitOn?: Planned;
  readonly splitOnTrackingId?: Planned;
  readonly trackingId?: Planned;
  readonly recurrence?: RecurrencePlan;
  readonly concurrency?: { readonly runs: number; readonly maximumWaitingRuns: number };
  readonly operationOptions: ReadonlySet<string>;
  readonly secure: SecureData;
  /** Triggers that call out: how often a call that failed is tried again. */
  readonly retry?: RetryPolicyPlan;
  /** `limit.timeout` in milliseconds: no attempt begins later than this after the first. */
  readonly timeout?: number;
  /** Http triggers: milliseconds that one call may take. */
  readonly requestTimeout?: number;
  /** Some condition reads the answer's status code: then the conditions alone decide what fires (engine reference 2.1). */
  readonly watchesStatus?: true;
  /** SlidingWindow: milliseconds from a window's end to its run. */
  readonly delay?: number;
  /** Batch triggers: their batches by name. */
  readonly batches?: ReadonlyMap<string, BatchPlan>;
  /** Request triggers: declared method (upper case), relative path template, schema. */
  readonly request?: { readonly method: string; readonly relativePath?: string; readonly schema?: Json };
}

/** When the messages of a batch start a run; any of the criteria will do. */
export interface BatchPlan {
  readonly name: string;
  readonly messageCount?: number;
  /** Bytes of compact JSON. */
  readonly batchSize?: number;
  readonly recurrence?: RecurrencePlan;
}

export type TriggerType =
  | 'Request'
  | 'Recurrence'
  | 'ApiConnectionWebhook'
  | 'ApiConnection'
  | 'ApiConnectionNotification'
  | 'Http'
  | 'HttpWebhook'
  | 'ApiManagement'
  | 'SlidingWindow'
  | 'Batch';

export interface RecurrencePlan {
  readonly frequency: 'Second' | 'Minute' | 'Hour' | 'Day' | 'Week' | 'Month' | 'Year';
  readonly interval: number;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly timeZone?: string;
  readonly count?: number;
  readonly schedule?: {
    readonly minutes?: readonly number[];
    readonly hours?: readonly number[];
    readonly weekDays?: readonly string[];
    readonly monthDays?: readonly number[];
    readonly monthlyOccurrences?: readonly { readonly day: string; readonly occurrence: number }[];
  };
}

// --- Containers and actions -------------------------------------------------------------------------------------

/** A set of sibling actions: the top level, a branch, a case, a loop body. */
export interface ContainerPlan {
  /** In definition order. */
  readonly actions: readonly ActionPlan[];
  /** Actions no sibling names in `runAfter`. */
  readonly leaves: readonly ActionPlan[];
}

export type ActionStatus =
  | 'Succeeded'
  | 'Failed'
  | 'Skipped'
  | 'TimedOut'
  | 'Cancelled'
  | 'Running'
  | 'Waiting'
  | 'Aborted';

export interface Dependency {
  /** Lower-case name of the sibling. */
  readonly on: string;
  /** The name as the definition writes it, and the statuses as written: skip messages quote both. */
  readonly name: string;
  readonly written: readonly string[];
  readonly statuses: ReadonlySet<ActionStatus>;
}

export interface SecureData {
  readonly inputs: boolean;
  readonly outputs: boolean;
}

export interface RetryPolicyPlan {
  readonly type: 'Default' | 'None' | 'Fixed' | 'Exponential';
  readonly count: number;
  /** Milliseconds. */
  readonly interval: number;
  readonly minimumInterval?: number;
  readonly maximumInterval?: number;
  readonly statusCodes?: ReadonlySet<number>;
}

/** How content goes in pieces; sizes in bytes. */
export interface ContentTransferPlan {
  readonly uploadChunkSize?: number;
  readonly downloadChunkSize?: number;
}

/** What every action has, whatever its kind. */
export interface ActionCommon {
  /** As the definition writes it. */
  readonly name: string;
  /** Lower-case name: the key in `WorkflowPlan.actions`. */
  readonly key: string;
  readonly type: string;
  readonly kindName?: string;
  readonly source: JsonObject;
  readonly runAfter: readonly Dependency[];
  /** Siblings (keys) that name this action in their `runAfter`. */
  readonly followers: readonly string[];
  /** Key of the enclosing container action; undefined at top level. */
  readonly parent?: string;
  /** Keys of the enclosing Foreach and Until actions, outermost first. */
  readonly loops: readonly string[];
  /** Milliseconds of `limit.timeout`. */
  readonly timeout?: number;
  readonly secure: SecureData;
  /** Secured by reference to secured content (section 7 of the engine's reference), beside the action's own setting. */
  readonly inheritedSecure: SecureData;
  readonly operationOptions: ReadonlySet<string>;
  readonly trackedProperties?: Planned;
  readonly staticResult?: string;
}

export type ActionPlan = ActionCommon & ActionBody;

export type ActionBody =
  | { readonly kind: 'compose'; readonly inputs: Planned }
  | { readonly kind: 'parseJson'; readonly content: Planned; readonly schema: Json }
  | { readonly kind: 'query'; readonly from: Planned; readonly where: Planned }
  | { readonly kind: 'select'; readonly from: Planned; readonly select: Planned }
  | { readonly kind: 'join'; readonly from: Planned; readonly joinWith: Planned }
  | {
      readonly kind: 'table';
      readonly from: Planned;
      readonly format: Planned;
      readonly columns?: readonly { readonly header: Planned; readonly value: Planned }[];
    }
  | {
      readonly kind: 'initializeVariable';
      readonly variables: readonly { readonly name: string; readonly type: VariableType; readonly value?: Planned }[];
    }
  | {
      readonly kind: 'changeVariable';
      readonly operation: VariableOperation;
      readonly variable: string;
      readonly value?: Planned;
    }
  | {
      readonly kind: 'if';
      readonly condition: Planned;
      readonly text: string;
      readonly whenTrue: ContainerPlan;
      readonly otherwise?: ContainerPlan;
    }
  | {
      readonly kind: 'switch';
      readonly expression: Planned;
      readonly text: string;
      readonly cases: readonly { readonly name: string; readonly value: Json; readonly body: ContainerPlan }[];
      readonly fallback?: ContainerPlan;
    }
  | { readonly kind: 'scope'; readonly body: ContainerPlan }
  | {
      readonly kind: 'foreach';
      readonly items: Planned;
      readonly text: string;
      readonly concurrency: number;
      readonly body: ContainerPlan;
    }
  | {
      readonly kind: 'until';
      readonly condition: Planned;
      readonly text: string;
      readonly count: Planned | number;
      readonly duration: Planned | number;
      readonly body: ContainerPlan;
    }
  | { readonly kind: 'terminate'; readonly inputs: Planned }
  | { readonly kind: 'response'; readonly inputs: Planned; readonly asynchronous: boolean }
  | { readonly kind: 'wait'; readonly inputs: Planned }
  | {
      readonly kind: 'http';
      /** How the inputs name the address. */
      readonly target: HttpTarget;
      readonly inputs: Planned;
      readonly retry: RetryPolicyPlan;
      readonly asynchronous: boolean;
      readonly requestTimeout?: number;
      readonly minimumItemCount?: number;
      readonly transfer?: ContentTransferPlan;
    }
  | {
      readonly kind: 'apiConnection';
      readonly inputs: Planned;
      readonly retry: RetryPolicyPlan;
      readonly asynchronous: boolean;
      readonly minimumItemCount?: number;
    }
  | {
      readonly kind: 'webhook';
      readonly connection: boolean;
      readonly inputs: Planned;
      readonly retry: RetryPolicyPlan;
    }
  | {
      readonly kind: 'workflow';
      readonly inputs: Planned;
      readonly retry: RetryPolicyPlan;
      /** The other workflow, where the definition writes it out. */
      readonly target?: LinkedTarget;
    }
  | {
      readonly kind: 'sendToBatch';
      readonly inputs: Planned;
      readonly retry: RetryPolicyPlan;
      readonly target?: LinkedTarget;
    }
  | { readonly kind: 'expression'; readonly operation: string; readonly inputs: Planned }
  /** `context`: what the code sees as `workflowContext`. */
  | { readonly kind: 'script'; readonly inputs: Planned; readonly context: Planned }
  | { readonly kind: 'chunkText'; readonly inputs: Planned }
  | { readonly kind: 'parseDocument'; readonly inputs: Planned; readonly withMetadata: boolean };

export interface LinkedTarget {
  readonly workflowId: string;
  readonly triggerName: string;
}
/** A URL; a function by its resource id; an operation of an API by its resource id and path. */
export type HttpTarget = 'uri' | 'function' | 'api';

export type VariableType = 'Boolean' | 'Integer' | 'Float' | 'String' | 'Object' | 'Array';
export type VariableOperation =
  | 'SetVariable'
  | 'IncrementVariable'
  | 'DecrementVariable'
  | 'AppendToArrayVariable'
  | 'AppendToStringVariable';
