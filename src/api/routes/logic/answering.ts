/** What every answer about the runs of a logic app needs. Owns: reading it from the call. */
import { eventTitle, findEventById, type LinkReader, type Services, type StoredWorkflow } from '#service';
import { eventReadAction } from '../../event-rights.ts';
import type { RouteCall } from '../../route.ts';
import { workflowOfCall } from './workflows.ts';

export interface Answering {
  readonly services: Services;
  readonly workflow: StoredWorkflow;
  readonly reader: LinkReader;
  /** Whether runs say what started them: a member that Azure's do not have. */
  readonly showsOrigin: boolean;
  /** The title of an event, when there is one and the caller may read it. */
  readonly titleOf: (eventId: string) => string | undefined;
}

/** About the logic app of the path; what started runs with `$expand=startedBy` only, so that answers are Azure's. */
export function answeringOf(call: RouteCall): Answering {
  const showsOrigin = (call.request.query.$expand ?? '').toLowerCase().includes('startedby');
  return { ...answeringAbout(call, workflowOfCall(call)), showsOrigin };
}

export function answeringAbout(call: RouteCall, workflow: StoredWorkflow): Answering {
  const withSignatures = call.allowed('Microsoft.Logic/workflows/triggers/listCallbackUrl/action', workflow.id);
  const reader = { baseUrl: call.request.baseUrl, withSignatures };
  const titleOf = (id: string): string | undefined => readableTitle(call, id);
  return { services: call.services, workflow, reader, showsOrigin: true, titleOf };
}

function readableTitle(call: RouteCall, id: string): string | undefined {
  const event = findEventById(call.services, id);
  return event !== undefined && call.allowed(eventReadAction(event.id), event.id) ? eventTitle(event) : undefined;
}
