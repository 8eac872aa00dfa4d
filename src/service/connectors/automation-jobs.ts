/**
 * Jobs of Azure Automation: those of a linked subscription at Azure, others by the program that an operator names.
 *
 * Owns: the connector's operations, how a local job runs. Does not own: resources (ARM, `arm-sender.ts`), profiles.
 * Source: connectors reference 2, 3.6; Azure Automation REST reference, jobs.
 *
 * Invariants
 * AJ1. A job is made as the connection's identity: roles on the Automation account decide, here and at Azure.
 * AJ2. A repeated action means the same job: its id follows from the action's key.
 * AJ3. Where a runbook's program is, only the operator's profile says; a workflow names the runbook alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OperationInput, OperationOutcome, SendToService, ServiceAnswer } from '#connectors';
import {
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  memberIgnoringCase,
  memberOf,
  nameUuid,
  type OutboundFailure,
  type OutboundResponse,
  stringifyJson,
  textMember,
} from '#foundation';
import { headersOfCall } from '../call-http.ts';
import { linkOf } from '../linked/linked-subscriptions.ts';
import { armSender } from './arm-sender.ts';
import type { LocalOperation, OperationCall } from './operation-call.ts';

const apiVersion = 'api-version=2019-06-01';
const outputCollection = 'automationJobOutputs';
const jobNamespace = '6f2f7f3c-5f0b-4f0e-9a5e-7c1b6f0a2d11';
/** The longest that a job is waited for: what Azure lets one run for. */
const longestWait = 3 * 60 * 60 * 1000;
const longestPause = 10_000;
const largestOutput = 4 * 1024 * 1024;
const ended = /^(Completed|Failed|Stopped|Suspended)$/i;

function accountOf({ path }: OperationInput): string {
  const [subscription, group, account] = ['subscriptionId', 'resourceGroup', 'automationAccount'].map((name) =>
    encodeURIComponent(path[name] ?? ''),
  );
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Automation/automationAccounts/${account}`;
}

function isFine(answer: ServiceAnswer | OutboundFailure): answer is ServiceAnswer {
  return !('kind' in answer) && answer.status < 300;
}

function propertiesOf(body: Json | undefined): JsonObject {
  const properties = memberOf(body, 'properties');
  return isJsonObject(properties) ? properties : {};
}

// --- Making a job -----------------------------------------------------------------------------------------------

async function createJob(call: OperationCall): Promise<OperationOutcome> {
  const { services, input } = call;
  const runbook = input.query['runbookName'] ?? textMember(memberOf(propertiesOf(input.body), 'runbook'), 'name') ?? '';
  if (runbook === '') return badRequest("The call names no runbook: 'runbookName'.");
  const jobId = nameUuid(jobNamespace, input.key);
  const place = `${accountOf(input)}/jobs/${jobId}`;
  const given = propertiesOf(input.body);
  const body = {
    properties: {
      runbook: { name: runbook },
      parameters: memberIgnoringCase(given, 'parameters') ?? {},
      runOn: memberIgnoringCase(given, 'runOn') ?? '',
    },
  };
  const send = armSender(call);
  if (linkOf(services, input.path['subscriptionId'] ?? '') === undefined)
    return runHere(call, send, place, runbook, body);
  const made = await send({ method: 'PUT', path: `${place}?${apiVersion}`, body });
  return isFine(made) && /^true$/i.test(input.query['wait'] ?? '') ? waitFor(send, place, call.signal) : made;
}

/** Asks until the job has ended, ever less often; nobody waits any longer than the run. */
async function waitFor(send: SendToService, place: string, signal: AbortSignal): Promise<OperationOutcome> {
  const until = Date.now() + longestWait;
  for (let pause = 250; ; pause = Math.min(pause * 2, longestPause)) {
    const job = await send({ method: 'GET', path: `${place}?${apiVersion}` });
    const hasEnded = !isFine(job) || ended.test(textMember(propertiesOf(job.body), 'status') ?? '');
    if (hasEnded || signal.aborted || Date.now() > until) return job;
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}

function badRequest(message: string): ServiceAnswer {
  return { status: 400, headers: {}, body: { status: 400, message, error: { code: 'BadRequest', message } } };
}

// --- Jobs here --------------------------------------------------------------------------------------------------

async function runHere(
  call: OperationCall,
  send: SendToService,
  place: string,
  runbook: string,
  job: JsonObject,
): Promise<OperationOutcome> {
  const { services, credentials, input } = call;
  const names = Object.entries(credentials.profile?.values ?? {});
  const program = names.find(([name]) => name.toLowerCase() === `runbook:${runbook.toLowerCase()}`)?.[1];
  if (program === undefined) {
    const message = `The runbook '${runbook}' has no program here: name its address in the profile of 'azureautomation' as 'runbook:${runbook}', or put the connection in the sandbox.`;
    return { kind: 'failure', code: 'ConnectorNotSupported', message, retryable: false };
  }
  const jobId = place.slice(place.lastIndexOf('/') + 1);
  const created = formatTime(services.clock.now());
  const properties = { ...propertiesOf(job), jobId, creationTime: created, startTime: created, exception: null };
  const put = (more: JsonObject): Promise<ServiceAnswer | OutboundFailure> =>
    send({ method: 'PUT', path: `${place}?${apiVersion}`, body: { properties: { ...properties, ...more } } });
  const made = await put({ status: 'Running', provisioningState: 'Processing' });
  if (!isFine(made)) return made;
  const answer = await services.outbound.send({
    method: 'POST',
    url: program,
    headers: { ...headersOfCall(services, call.call), 'content-type': 'application/json', accept: '*/*' },
    body: Buffer.from(
      stringifyJson({ jobId, runbook, automationAccount: input.path['automationAccount'] ?? '', ...propertiesOf(job) }),
    ),
    signal: call.signal,
  });
  const output = answer.kind === 'response' ? Buffer.from(answer.body).toString().slice(0, largestOutput) : '';
  await services.store.commit([
    {
      kind: 'putDocument',
      document: {
        collection: outputCollection,
        key: jobId,
        parent: '',
        time: services.clock.now(),
        status: '',
        body: {},
        secrets: { output },
      },
    },
  ]);
  const exception = exceptionOf(answer);
  const last = await put({
    status: exception === null ? 'Completed' : 'Failed',
    provisioningState: exception === null ? 'Succeeded' : 'Failed',
    exception,
    endTime: formatTime(services.clock.now()),
  });
  return isFine(last) ? { ...last, status: 201 } : last;
}

function exceptionOf(answer: OutboundResponse | OutboundFailure): string | null {
  if (answer.kind === 'failure') return answer.message;
  return answer.status < 300 ? null : `The program of the runbook answered ${answer.status}.`;
}

// --- Reading ----------------------------------------------------------------------------------------------------

function jobPath({ input }: OperationCall): string {
  return `${accountOf(input)}/jobs/${encodeURIComponent(input.path['jobId'] ?? '')}`;
}

function read(pathOf: (call: OperationCall) => string): LocalOperation {
  return (call) => armSender(call)({ method: 'GET', path: `${pathOf(call)}?${apiVersion}` });
}

/** Text that the program gave; whoever may read the job may read it. */
async function jobOutput(call: OperationCall): Promise<OperationOutcome> {
  const { services, input } = call;
  const send = armSender(call);
  if (linkOf(services, input.path['subscriptionId'] ?? '') !== undefined) {
    return send({ method: 'GET', path: `${jobPath(call)}/output?${apiVersion}` });
  }
  const job = await send({ method: 'GET', path: `${jobPath(call)}?${apiVersion}` });
  if (!isFine(job)) return job;
  const kept = services.store.documents.get(outputCollection, input.path['jobId'] ?? '');
  return {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: textMember(kept?.secrets ?? null, 'output') ?? '',
  };
}

export const automationOperations: Readonly<Record<string, LocalOperation>> = {
  CreateJob: createJob,
  GetJob: read(jobPath),
  GetJobOutput: jobOutput,
  ListJobs: read(({ input }) => `${accountOf(input)}/jobs`),
  ListRunbooks: read(({ input }) => `${accountOf(input)}/runbooks`),
};
