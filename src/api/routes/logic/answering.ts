/** What every answer about the runs of a logic app needs. Owns: reading it from the call. */
import type { LinkReader, Services, StoredWorkflow } from '#service';
import type { RouteCall } from '../../route.ts';
import { workflowOfCall } from './workflows.ts';

export interface Answering {
  readonly services: Services;
  readonly workflow: StoredWorkflow;
  readonly reader: LinkReader;
}

/** About the logic app of the path. */
export function answeringOf(call: RouteCall): Answering {
  return answeringAbout(call, workflowOfCall(call));
}

export function answeringAbout(call: RouteCall, workflow: StoredWorkflow): Answering {
  const withSignatures = call.allowed('Microsoft.Logic/workflows/triggers/listCallbackUrl/action', workflow.id);
  return { services: call.services, workflow, reader: { baseUrl: call.request.baseUrl, withSignatures } };
}
