/** What every answer about the runs of a logic app needs. Owns: reading it from the call. */
import { eventTitle, findEventById, type LinkReader, type Services, type StoredWorkflow } from '#service';
import { eventReadAction } from '../../event-rights.ts';
import type { RouteCall } from '../../route.ts';
import { workflowOfCall } from './workflows.ts';

export interface Answering {
  readonly services: Services;
  readonly workflow: StoredWorkflow;
  readonly reader: LinkReader;
  /** The title of an event, when there is one and the caller may read it. */
  readonly titleOf: (eventId: string) => string | undefined;
}

/** About the logic app of the path. */
export function answeringOf(call: RouteCall): Answering {
  return answeringAbout(call, workflowOfCall(call));
}

export function answeringAbout(call: RouteCall, workflow: StoredWorkflow): Answering {
  const withSignatures = call.allowed('Microsoft.Logic/workflows/triggers/listCallbackUrl/action', workflow.id);
  const reader = { baseUrl: call.request.baseUrl, withSignatures };
  const titleOf = (id: string): string | undefined => readableTitle(call, id);
  return { services: call.services, workflow, reader, titleOf };
}

function readableTitle(call: RouteCall, id: string): string | undefined {
  const event = findEventById(call.services, id);
  return event !== undefined && call.allowed(eventReadAction(event.id), event.id) ? eventTitle(event) : undefined;
}
