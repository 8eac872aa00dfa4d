/** Logic apps and their runs as the server shows them. */
import { armPath, type Page, type Resource } from '../api/arm.ts';
import { call, read } from '../api/http.ts';
import type { RunOrigin } from '../model/run-origin.ts';

export interface ContentLink {
  readonly uri?: string;
  readonly contentSize?: number;
  readonly secureData?: unknown;
}

export interface WorkflowProperties {
  readonly state: string;
  readonly version: string;
  readonly createdTime?: string;
  readonly changedTime?: string;
  readonly accessEndpoint?: string;
  readonly definition?: {
    readonly triggers?: Readonly<Record<string, { readonly type?: string; readonly kind?: string }>>;
    readonly actions?: Readonly<Record<string, unknown>>;
  };
  readonly parameters?: Readonly<Record<string, { readonly value?: unknown }>>;
}

export type Workflow = Resource<WorkflowProperties>;

export interface RunProperties {
  readonly status: string;
  readonly code?: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
  readonly workflow?: { readonly id: string; readonly name: string };
  readonly trigger?: {
    readonly name: string;
    readonly originHistoryName?: string;
    readonly inputsLink?: ContentLink;
    readonly outputsLink?: ContentLink;
    readonly status?: string;
  };
  readonly correlation?: { readonly clientTrackingId?: string };
  /** Absent in runs of earlier versions. */
  readonly startedBy?: RunOrigin;
}

export type Run = Resource<RunProperties>;

/** The iterations of a loop, whatever their number: one letter for each of at most 200 parts. */
export interface LoopStrip {
  readonly count: number;
  readonly buckets: string;
  readonly failedCount: number;
  readonly failed: readonly (number | string)[];
}

/** A node of a run's tree. */
export interface TreeAction {
  readonly name: string;
  readonly type: string;
  readonly status?: string;
  readonly code?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly attempts?: number;
  readonly repetitionCount?: number;
  readonly sandbox?: string;
  /** `else`, or the name of a case. */
  readonly branch?: string;
  readonly loop?: LoopStrip;
  readonly actions?: readonly TreeAction[];
}

export interface RunTree {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly status: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly actions: readonly TreeAction[];
}

/** A logic app as its list shows it, with the runs of the last 24 hours. Source: own API reference, overview. */
export type WorkflowSummary = Resource<{
  readonly state: string;
  readonly trigger?: { readonly name: string; readonly type: string; readonly kind?: string };
}> & {
  readonly lastRun?: { readonly id: string; readonly status: string; readonly startTime: string };
  /** Absent where the caller may not read runs. */
  readonly runs?: { readonly total: number; readonly failed: number; readonly hourly: readonly number[] };
};

const type = 'microsoft.logic/workflows';

export const workflowPath = (path: string, query: Readonly<Record<string, string | undefined>> = {}): string =>
  armPath(path, type, query);

export const isFinal = (status: string): boolean => !/^(?:Running|Waiting|Paused|Suspended)$/i.test(status);

/** The first trigger's name, or nothing. */
export const triggerNameOf = ({ properties }: Workflow): string | undefined =>
  Object.keys(properties.definition?.triggers ?? {})[0];

export async function setWorkflowState(id: string, verb: 'enable' | 'disable'): Promise<void> {
  await call('POST', workflowPath(`${id}/${verb}`));
}

export async function deleteWorkflow(id: string): Promise<void> {
  await call('DELETE', workflowPath(id));
}

export const readRuns = (id: string, filter: string, signal?: AbortSignal): Promise<Page<Run>> =>
  read<Page<Run>>(workflowPath(`${id}/runs`, { $top: '50', $filter: filter, $expand: 'startedBy' }), signal);
