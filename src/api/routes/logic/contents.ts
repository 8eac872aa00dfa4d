/**
 * The signed links to inputs and outputs.
 *
 * Owns: the mapping from a link's path to the content it grants. Source: engine reference 8.
 *
 * Invariants
 * K1. A link answers only for the exact place it was signed for, and only until it expires.
 */
import { type Content, raise } from '#foundation';
import {
  admitBySignature,
  contentText,
  findWorkflowByOpaqueId,
  linkPermission,
  repetitionName,
  requireAction,
  requireRun,
  runHistory,
  runTrigger,
  splitSignedQueries,
  type StoredWorkflow,
  triggerHistoryContent,
  triggerSecrecy,
} from '#service';
import type { Route, RouteCall } from '../../route.ts';

const sides: Readonly<Record<string, 'inputs' | 'outputs'>> = {
  actioninputs: 'inputs',
  actionoutputs: 'outputs',
  triggerinputs: 'inputs',
  triggeroutputs: 'outputs',
};

/** What a link grants. */
export interface Granted {
  readonly workflow: StoredWorkflow;
  readonly withSignatures: boolean;
}

/** @throws TocsinError unless the link was signed for `place` and has not expired. */
export function grantOf(call: RouteCall, place: string): Granted {
  const workflow = findWorkflowByOpaqueId(call.services, call.path.opaqueId ?? '');
  if (workflow === undefined) return raise('WorkflowNotFound', 'The workflow could not be found.');
  const { signed } = splitSignedQueries(call.request.query);
  const masked = linkPermission(place, false);
  const withSignatures = signed?.permission.toLowerCase() !== masked.toLowerCase();
  const { remoteAddress } = call.request;
  const permission = linkPermission(place, withSignatures);
  admitBySignature(call.services, workflow, permission, 'contents', { remoteAddress, signed });
  return { workflow, withSignatures };
}

/** A content as the link grants it. */
export function contentAnswer(call: RouteCall, granted: Granted, content: Content | undefined) {
  if (content === undefined) return raise('NotFound', 'There is no such content.');
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    rawBody: contentText(call.services, content, granted.withSignatures),
  };
}

function sideOf(call: RouteCall): 'inputs' | 'outputs' {
  const side = sides[(call.path.content ?? '').toLowerCase()];
  return side ?? raise('NotFound', 'There is no such content.');
}

function triggerContent(call: RouteCall) {
  const { run = '', content = '' } = call.path;
  const granted = grantOf(call, `/runs/${run}/contents/${content}`);
  const row = requireRun(call.services, granted.workflow, run);
  const side = sideOf(call);
  const isHidden = triggerSecrecy(call.services, granted.workflow, row)[side];
  return contentAnswer(call, granted, isHidden ? undefined : runTrigger(call.services, row)?.[side]);
}

function historyContent(call: RouteCall) {
  const { trigger = '', history = '', content = '' } = call.path;
  const granted = grantOf(call, `/triggers/${trigger}/histories/${history}/contents/${content}`);
  return contentAnswer(
    call,
    granted,
    triggerHistoryContent(call.services, granted.workflow, trigger, history, sideOf(call)),
  );
}

async function actionContent(call: RouteCall) {
  const { run = '', action = '', content = '' } = call.path;
  const granted = grantOf(call, `/runs/${run}/actions/${action}/contents/${content}`);
  const history = await runHistory(call.services, requireRun(call.services, granted.workflow, run));
  return contentAnswer(call, granted, requireAction(history, action)[sideOf(call)]);
}

async function repetitionContent(call: RouteCall, collection: 'repetitions' | 'scopeRepetitions') {
  const { run = '', action = '', repetition = '', content = '' } = call.path;
  const place = `/runs/${run}/actions/${action}/${collection}/${repetition}/contents/${content}`;
  const granted = grantOf(call, place);
  const history = await runHistory(call.services, requireRun(call.services, granted.workflow, run));
  const record = history[collection](requireAction(history, action).name).find(
    (one) => repetitionName(one) === repetition,
  );
  return contentAnswer(call, granted, record?.[sideOf(call)]);
}

const base = '/workflows/{opaqueId}/runs/{run}';
const permission = { open: 'signed with the access key of the workflow, for one content, until it expires' };

export const contentRoutes: readonly Route[] = [
  { method: 'GET', pattern: `${base}/contents/{content}`, permission, handle: triggerContent },
  {
    method: 'GET',
    pattern: '/workflows/{opaqueId}/triggers/{trigger}/histories/{history}/contents/{content}',
    permission,
    handle: historyContent,
  },
  { method: 'GET', pattern: `${base}/actions/{action}/contents/{content}`, permission, handle: actionContent },
  ...(['repetitions', 'scopeRepetitions'] as const).map(
    (collection): Route => ({
      method: 'GET',
      pattern: `${base}/actions/{action}/${collection}/{repetition}/contents/{content}`,
      permission,
      handle: (call) => repetitionContent(call, collection),
    }),
  ),
];
