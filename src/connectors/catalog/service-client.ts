/**
 * Asking the HTTP service behind a connector.
 *
 * Owns: where the service is, the credential's place in a request, bodies both ways.
 * Does not own: which requests an operation needs (`operation-call.ts`), tokens (`oauth-tokens.ts`), the client itself.
 * Source: connectors reference 1.4, 3.6.
 *
 * Invariants
 * SC1. A credential goes to the service's own origin and nowhere else, whatever URL an answer names.
 * SC2. A value of a connection never changes the host behind its place in the endpoint: it is a name, or a whole address.
 */
import { fault, type Fault, isFault, type Outbound, type OutboundFailure } from '#foundation';
import type { SendToService, Service, ServiceAnswer, ServiceRequest } from './connector.ts';
import { actionAnswer } from '../http-message.ts';
import { encodeBody } from '../message-body.ts';

export type HttpService = Extract<Service, { readonly kind: 'http' }>;

/** What a connection and its profile know, secrets included; names ignore case. */
export type ConnectionValues = ReadonlyMap<string, string>;

export interface ServiceCallOptions {
  readonly outbound: Outbound;
  /** Headers of every call: correlation and the idempotency key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMilliseconds?: number;
}

/** Values by name, ignoring case. */
export function connectionValues(...sources: readonly Readonly<Record<string, string>>[]): ConnectionValues {
  const values = new Map<string, string>();
  for (const source of sources) {
    for (const [name, value] of Object.entries(source)) if (value !== '') values.set(name.toLowerCase(), value);
  }
  return values;
}

/**
 * The address of the service. A value may be the name in the template, a host, or a whole address:
 * `dev1`, `dev1.service-now.com`, `https://tickets.example.com`.
 */
export function endpointOf(template: string, values: ConnectionValues): URL | Fault {
  const own = values.get('endpoint');
  let text = own ?? template;
  for (const [whole, name = ''] of template.matchAll(/\{([^}]+)\}/g)) {
    if (own !== undefined) break;
    const value = (values.get(name.toLowerCase()) ?? '').trim().replace(/\/+$/, '');
    if (value === '') return fault('InvalidRequestContent', `The connection has no value for '${name}'.`);
    if (/^https?:\/\//i.test(value)) {
      text = value;
      break;
    }
    if (!/^[\w.-]+(:\d+)?$/.test(value)) {
      return fault('InvalidRequestContent', `'${value.slice(0, 200)}' is no value for '${name}' of the connection.`);
    }
    // `dev1.service-now.com` where the template has `{instance}.service-now.com`.
    text = value.includes('.') && template.includes(`${whole}.`) ? `https://${value}` : text.replace(whole, value);
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return fault('InvalidRequestContent', `The address '${text.slice(0, 200)}' of the service is not valid.`);
  }
  return url;
}

/** The way to the service with the connection's credential. */
export function serviceSender(
  service: HttpService,
  values: ConnectionValues,
  options: ServiceCallOptions,
): SendToService | Fault {
  const endpoint = endpointOf(service.endpoint, values);
  if (isFault(endpoint)) return endpoint;
  return async (request) => send(service, endpoint, values, options, request);
}

async function send(
  service: HttpService,
  endpoint: URL,
  values: ConnectionValues,
  options: ServiceCallOptions,
  request: ServiceRequest,
): Promise<ServiceAnswer | OutboundFailure> {
  const url = urlOf(endpoint, request.path);
  if (url === undefined) return failure(`The address '${request.path.slice(0, 200)}' is not valid.`);
  const trusted = request.bare !== true && url.origin === endpoint.origin;
  if (trusted) for (const [name, value] of filled(service.queries, values)) url.searchParams.set(name, value);
  const { body } = request;
  const encoded =
    body instanceof Uint8Array ? { bytes: body, contentType: 'application/octet-stream' } : encodeBody(body);
  const answer = await options.outbound.send({
    method: request.method,
    url: url.href,
    headers: {
      accept: 'application/json',
      ...(encoded === undefined ? {} : { 'content-type': encoded.contentType }),
      ...(request.bare === true ? {} : options.headers),
      ...lowerCase(request.headers ?? {}),
      ...(trusted ? Object.fromEntries(filled(service.headers, values)) : {}),
    },
    ...(encoded === undefined ? {} : { body: encoded.bytes }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds: options.timeoutMilliseconds }),
  });
  if (answer.kind === 'failure') return answer;
  const decoded = actionAnswer(answer);
  if (decoded.kind === 'malformed') return failure(decoded.message);
  return {
    status: answer.status,
    headers: answer.headers,
    ...(decoded.body === undefined ? {} : { body: decoded.body }),
  };
}

function urlOf(endpoint: URL, path: string): URL | undefined {
  if (/^https?:\/\//i.test(path)) return URL.parse(path) ?? undefined;
  const base = `${endpoint.origin}${endpoint.pathname.replace(/\/+$/, '')}`;
  return URL.parse(`${base}/${path.replace(/^\/+/, '')}`) ?? undefined;
}

/** `Bearer {token}`, and `basic:{user}:{password}` as the header it stands for; one without its value is left out. */
function filled(
  templates: Readonly<Record<string, string>> | undefined,
  values: ConnectionValues,
): readonly (readonly [string, string])[] {
  return Object.entries(templates ?? {}).flatMap(([name, template]) => {
    const basic = /^basic:\{(.+)\}:\{(.+)\}$/.exec(template);
    if (basic !== null) {
      const [user, password] = basic.slice(1).map((part) => values.get(part.toLowerCase()) ?? '');
      if (values.has('token')) return [[name, `Bearer ${values.get('token') ?? ''}`] as const];
      return [[name, `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`] as const];
    }
    let complete = true;
    const text = template.replace(/\{([^}]+)\}/g, (_, part: string) => {
      const value = values.get(part.toLowerCase());
      if (value === undefined) complete = false;
      return (value ?? '').replace(/[\r\n\0]+/g, '');
    });
    return complete ? [[name, text] as const] : [];
  });
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function failure(message: string): OutboundFailure {
  return { kind: 'failure', code: 'BadRequest', message, retryable: false };
}
