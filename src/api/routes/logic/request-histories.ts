/**
 * Routes of the calls an action made, and of the bodies of their requests and answers.
 *
 * Owns: the mapping. Source: ARM reference 6.1, 6.3 (request history); engine reference 8.
 */
import { type Content, type JsonObject, raise, type RunRow } from '#foundation';
import {
  contentLink,
  repetitionName,
  type RequestHistory,
  requestHistories,
  requireAction,
  requireRun,
  runHistory,
  shownMeasure,
  type StoredWorkflow,
} from '#service';
import { pageOfList } from '../../paging.ts';
import type { Route, RouteCall } from '../../route.ts';
import { type Answering, answeringOf } from './answering.ts';
import { contentAnswer, grantOf } from './contents.ts';
import { logicRoute, workflowPath } from './workflows.ts';

const sizes = { usual: 30, most: 250 };

interface Found {
  readonly workflow: StoredWorkflow;
  readonly row: RunRow;
  /** Path below the workflow. */
  readonly place: string;
  readonly type: string;
  readonly all: readonly RequestHistory[];
}

/** The calls of the action, or of the repetition, that the path names. */
async function find(call: RouteCall, workflow: StoredWorkflow): Promise<Found> {
  const { run = '', action = '', repetition } = call.path;
  const row = requireRun(call.services, workflow, run);
  const history = await runHistory(call.services, row);
  const record = requireAction(history, action);
  const type = 'Microsoft.Logic/workflows/runs/actions';
  const place = `/runs/${row.name}/actions/${record.name}`;
  if (repetition === undefined) {
    const all = requestHistories(call.services, workflow, row, history, record);
    return { workflow, row, place, type, all };
  }
  const one = history.repetitions(record.name).find((each) => repetitionName(each) === repetition);
  if (one === undefined) {
    raise(
      'WorkflowRunActionRepetitionNotFound',
      `The workflow run action repetition '${repetition}' could not be found.`,
    );
  }
  const all = requestHistories(call.services, workflow, row, history, one);
  return { workflow, row, place: `${place}/repetitions/${repetition}`, type: `${type}/repetitions`, all };
}

function shape(about: Answering, { workflow, place, type }: Found, one: RequestHistory): JsonObject {
  const own = `${place}/requestHistories/${one.name}`;
  const link = (name: string, body: Content | undefined): JsonObject => {
    if (body === undefined) return {};
    const at = `${own}/contents/${name}`;
    const { services, reader } = about;
    return { bodyLink: contentLink(services, workflow, at, shownMeasure(body, reader), reader) };
  };
  const { request, response } = one;
  return {
    properties: {
      startTime: one.startTime,
      ...(one.endTime === undefined ? {} : { endTime: one.endTime }),
      request:
        request === undefined
          ? { secureData: { properties: ['inputs'] } }
          : {
              headers: request.headers,
              uri: request.uri,
              method: request.method,
              ...link('RequestBody', request.body),
            },
      ...(response === undefined
        ? {}
        : {
            response: {
              ...(response.headers === undefined ? {} : { headers: response.headers }),
              statusCode: response.statusCode,
              ...link('ResponseBody', response.body),
            },
          }),
      ...(one.error === undefined ? {} : { error: one.error }),
    },
    id: `${workflow.id}${own}`,
    name: one.name,
    type: `${type}/requestHistories`,
  };
}

async function list(call: RouteCall) {
  const about = answeringOf(call);
  const found = await find(call, about.workflow);
  return { status: 200, body: pageOfList(call.request, found.all, (one) => shape(about, found, one), sizes) };
}

function oneOf(call: RouteCall, { all }: Found): RequestHistory {
  const { request = '' } = call.path;
  const one = all.find(({ name }) => name === request);
  return one ?? raise('NotFound', `The request history '${request}' could not be found.`);
}

async function get(call: RouteCall) {
  const about = answeringOf(call);
  const found = await find(call, about.workflow);
  return { status: 200, body: shape(about, found, oneOf(call, found)) };
}

async function body(call: RouteCall) {
  const { run = '', action = '', repetition, request = '', content = '' } = call.path;
  const middle = repetition === undefined ? '' : `/repetitions/${repetition}`;
  const place = `/runs/${run}/actions/${action}${middle}/requestHistories/${request}/contents/${content}`;
  const granted = grantOf(call, place);
  const one = oneOf(call, await find(call, granted.workflow));
  return contentAnswer(call, granted, content.toLowerCase() === 'requestbody' ? one.request?.body : one.response?.body);
}

const permission = { open: 'signed with the access key of the workflow, for one content, until it expires' };

export const requestHistoryRoutes: readonly Route[] = ['', '/repetitions/{repetition}'].flatMap((middle) => {
  const path = `/runs/{run}/actions/{action}${middle}/requestHistories`;
  const action = `workflows/runs/actions${middle === '' ? '' : '/repetitions'}/requestHistories/read`;
  return [
    logicRoute({ method: 'GET', pattern: `${workflowPath}${path}`, action, handle: list }),
    logicRoute({ method: 'GET', pattern: `${workflowPath}${path}/{request}`, action, handle: get }),
    {
      method: 'GET' as const,
      pattern: `/workflows/{opaqueId}${path}/{request}/contents/{content}`,
      permission,
      handle: body,
    },
  ];
});
