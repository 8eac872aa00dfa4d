/**
 * Calls on a linked subscription or directory, passed to the real cloud with the operator's credentials.
 *
 * Owns: the call, the addresses in its answer, throttling and outage as clear errors, the entries of the activity log.
 * Does not own: who may (the router and `explicitGrant`), settings (`linked-subscriptions.ts`, `linked-directory.ts`), tokens (`#connectors`).
 * Source: design section 5.
 *
 * Invariants
 * PT1. The caller's credentials never reach the real cloud, and the operator's never the caller.
 * PT2. A write is in the activity log before it is sent, and its outcome after.
 * PT3. Nothing is kept of an answer: every read is a read of the real cloud.
 */
import { type LinkedCredentialSetting, linkedTokens, TokenAuthorityUnreachable, type TokenSource } from '#connectors';
import {
  type ArmRequest,
  type ArmResponse,
  type Json,
  type JsonObject,
  JsonSyntaxError,
  type Outbound,
  parseJson,
  raise,
  stringifyJson,
  textMember,
} from '#foundation';
import { activityWrite, type Caller } from '../record-activity.ts';
import type { Services } from '../services.ts';

/** A real cloud's service, and how to sign in to it. */
export interface LinkTarget {
  /** For people: `linked subscription '…'`. */
  readonly title: string;
  readonly cloud: string;
  /** Without a slash at the end. */
  readonly root: string;
  /** What tokens are asked for, `/.default` added. */
  readonly audience: string;
  readonly authority: string;
  /** PEM texts that calls on it trust. */
  readonly authorities?: string;
  readonly credential: LinkedCredentialSetting;
  /** Changes with every change of the link. */
  readonly version: string;
}

/** What of a request goes on. */
export type PassedRequest = Pick<
  ArmRequest,
  'method' | 'headers' | 'query' | 'search' | 'body' | 'rawBody' | 'rawBytes'
>;

export interface LinkedCall {
  readonly caller: Caller;
  readonly target: LinkTarget;
  /** The address of ours that stands for the target's root. */
  readonly here: string;
  /** Below the root. */
  readonly path: string;
  readonly request: PassedRequest;
  /** Nothing changes by it. */
  readonly isRead: boolean;
  /** `Microsoft.Compute/virtualMachines/restart/action`. */
  readonly operation: string;
  /** What the call is about, for the log. */
  readonly resourceId: string;
}

/** Headers of a caller that mean something to the real cloud. */
const passedOn = new Set([
  'accept',
  'accept-language',
  'content-type',
  'if-match',
  'if-none-match',
  'prefer',
  'x-ms-client-request-id',
  'x-ms-return-client-request-id',
  'idempotency-key',
  'consistencylevel',
]);

/** Headers of an answer that are of one connection only, or tell of the operator's tenant. */
const keptBack = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'server',
  'set-cookie',
  'strict-transport-security',
  'transfer-encoding',
  'www-authenticate',
]);

/** @throws TocsinError `LinkedCredentialFailed`, `LinkedCloudUnavailable`. */
export async function passThrough(services: Services, call: LinkedCall): Promise<ArmResponse> {
  if (call.isRead) return send(services, call);
  await services.store.commit([note(services, call, 'Started')]);
  try {
    const answer = await send(services, call);
    await services.store.commit([note(services, call, answer.status < 400 ? 'Succeeded' : 'Failed', answer.status)]);
    return answer;
  } catch (error) {
    await services.store.commit([note(services, call, 'Failed')]);
    throw error;
  }
}

/** The entry of a write that was not let through. */
export async function noteRefused(services: Services, call: LinkedCall): Promise<void> {
  await services.store.commit([note(services, call, 'Failed')]);
}

function note(
  services: Services,
  { caller, target, request, operation, resourceId }: LinkedCall,
  status: 'Started' | 'Succeeded' | 'Failed',
  statusCode?: number,
): ReturnType<typeof activityWrite> {
  return activityWrite(services, caller, {
    operation,
    resourceId,
    status,
    httpMethod: request.method,
    properties: {
      linked: true,
      cloud: target.cloud,
      ...(statusCode === undefined ? {} : { statusCode: String(statusCode) }),
    },
  });
}

async function send(services: Services, { target, here, path, request }: LinkedCall): Promise<ArmResponse> {
  const token = await tokenOf(services, target);
  const body = bytesOf(request);
  const answer = await services.outbound.send({
    method: request.method,
    url: `${target.root}${path}${searchOf(request)}`,
    headers: { ...headersOf(request, body !== undefined), authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body }),
    ...(target.authorities === undefined ? {} : { authorities: target.authorities }),
  });
  if (answer.kind === 'failure') {
    return unavailable(target, answer.message);
  }
  if (answer.status === 401) {
    tokens.get(services.outbound)?.delete(target.version);
    return raise(
      'LinkedCredentialFailed',
      `The cloud '${target.cloud}' does not take the credential of the ${target.title}.`,
    );
  }
  return answered(target.root, here, answer);
}

function unavailable({ cloud, title }: LinkTarget, reason: string): never {
  return raise('LinkedCloudUnavailable', `The cloud '${cloud}' of the ${title} could not be reached: ${reason}`, {
    retryAfterSeconds: 30,
  });
}

// --- Tokens -----------------------------------------------------------------------------------------------------

const tokens = new WeakMap<Outbound, Map<string, TokenSource>>();
const mostSources = 1_000;

async function tokenOf(services: Services, link: LinkTarget): Promise<string> {
  let sources = tokens.get(services.outbound);
  if (sources === undefined) {
    sources = new Map();
    tokens.set(services.outbound, sources);
  }
  let source = sources.get(link.version);
  if (source === undefined) {
    const { authority: host } = link;
    const isMicrosoft = link.cloud !== 'Custom';
    source = linkedTokens(services.outbound, link.credential, { host, authorities: link.authorities, isMicrosoft });
    if (sources.size >= mostSources) sources.clear();
    sources.set(link.version, source);
  }
  try {
    return await source(`${link.audience}/.default`);
  } catch (error) {
    if (error instanceof TokenAuthorityUnreachable) return unavailable(link, error.message);
    const reason = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    return raise(
      'LinkedCredentialFailed',
      `No token could be had with the credential of the ${link.title}: ${reason.slice(0, 500)}`,
    );
  }
}

// --- The call and its answer ------------------------------------------------------------------------------------

function bytesOf({ method, rawBytes, rawBody, body }: PassedRequest): Uint8Array | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (rawBytes !== undefined) return rawBytes.length === 0 ? undefined : rawBytes;
  const text = rawBody ?? (body === undefined ? undefined : stringifyJson(body));
  return text === undefined || text === '' ? undefined : new TextEncoder().encode(text);
}

function searchOf({ search, query }: PassedRequest): string {
  if (search !== undefined) return search === '' || search.startsWith('?') ? search : `?${search}`;
  const text = new URLSearchParams(query).toString().replaceAll('%24', '$');
  return text === '' ? '' : `?${text}`;
}

function headersOf({ headers }: PassedRequest, hasBody: boolean): Record<string, string> {
  const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => passedOn.has(name)));
  if (hasBody) passed['content-type'] ??= 'application/json';
  return passed;
}

function answered(
  root: string,
  here: string,
  answer: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array },
): ArmResponse {
  const ours = (text: string): string =>
    text.toLowerCase().startsWith(`${root.toLowerCase()}/`) ? `${here}${text.slice(root.length)}` : text;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!keptBack.has(name)) headers[name] = ours(value);
  }
  if (answer.body.length === 0) return { status: answer.status, headers };
  const body = jsonOf(answer);
  if (body === undefined) return { status: answer.status, headers, rawBody: answer.body };
  delete headers['content-type'];
  const links = ['nextLink', '@odata.nextLink', '@odata.deltaLink'].flatMap((name): (readonly [string, Json])[] => {
    const link = textMember(body, name);
    return link === undefined ? [] : [[name, ours(link)]];
  });
  const linked: Json = links.length > 0 ? { ...(body as JsonObject), ...Object.fromEntries(links) } : body;
  return { status: answer.status, headers, body: linked };
}

function jsonOf({
  headers,
  body,
}: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}): Json | undefined {
  if (!/json/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    return parseJson(new TextDecoder().decode(body));
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
