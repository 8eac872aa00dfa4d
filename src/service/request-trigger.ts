/**
 * A call on a Request trigger: checked against the trigger's declaration and turned into its outputs.
 *
 * Owns: method, relative path, schema and body rules of inbound calls.
 * Does not own: the signature (`callback-urls.ts`), starting runs (`fire-trigger.ts`).
 * Source: engine reference 2.5.
 *
 * Invariants
 * R1. Signature parameters and, unless asked for, the Authorization header never reach the outputs.
 */
import { canonicalHeaderName, decodeBody } from '#connectors';
import { type Json, type JsonObject, raise, setMember } from '#foundation';
import { planSchema, type TriggerPlan } from '#workflow';

/** The longest client tracking id. */
const clientTrackingIdCharacters = 256;

export interface InboundCall {
  readonly method: string;
  /** Behind `paths/invoke/`, not decoded, without a leading slash. */
  readonly relativePath: string;
  readonly queries: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * The trigger outputs of an inbound call.
 * @throws TocsinError `TriggerRequestMethodNotValid`, `TriggerRelativePathNotValid`, `TriggerInputSchemaMismatch`,
 *   `InvalidRequestContent`, `ClientTrackingIdLengthLimitExceeded`.
 */
export function requestOutputs(trigger: TriggerPlan, call: InboundCall): JsonObject {
  checkMethod(trigger, call.method);
  checkTrackingId(call.headers['x-ms-client-tracking-id'] ?? '');
  const parameters = matchRelativePath(trigger, call.relativePath);
  const decoded = decodeBody(call.body, call.headers['content-type']);
  if (decoded.kind === 'malformed') {
    raise(
      'InvalidRequestContent',
      `The request content is not valid and could not be deserialized: '${decoded.message}'.`,
    );
  }
  checkSchema(trigger, decoded.body);
  return {
    headers: visibleHeaders(trigger, call.headers),
    ...(Object.keys(call.queries).length === 0 ? {} : { queries: { ...call.queries } }),
    ...(parameters === undefined ? {} : { relativePathParameters: parameters }),
    ...(decoded.body === undefined ? {} : { body: decoded.body }),
  };
}

function checkMethod(trigger: TriggerPlan, method: string): void {
  const expected = trigger.type === 'Request' ? (trigger.request?.method ?? 'POST') : undefined;
  if (expected === undefined || expected === method) return;
  raise(
    'TriggerRequestMethodNotValid',
    `The requested trigger expected HTTP '${expected}' method while actual request method is '${method}'.`,
  );
}

/** @throws TocsinError `ClientTrackingIdLengthLimitExceeded`. */
export function checkTrackingId(id: string): void {
  if (id.length <= clientTrackingIdCharacters) return;
  raise(
    'ClientTrackingIdLengthLimitExceeded',
    `The client tracking id has '${id.length}' characters and exceeds the limit of '${clientTrackingIdCharacters}'.`,
  );
}

function matchRelativePath(trigger: TriggerPlan, path: string): JsonObject | undefined {
  const template = (trigger.request?.relativePath ?? '').split('/').filter(Boolean);
  const actual = path.split('/').filter(Boolean);
  const values: { [name: string]: Json } = {};
  const fits =
    template.length === actual.length &&
    template.every((segment, index) => {
      const value = decoded(actual[index] as string);
      const parameter = /^\{(.+)\}$/.exec(segment)?.[1];
      if (parameter === undefined) return segment === value;
      setMember(values, parameter, value);
      return true;
    });
  if (!fits) {
    raise(
      'TriggerRelativePathNotValid',
      `The relative path '${path}' does not match the relative path '${trigger.request?.relativePath ?? ''}' of trigger '${trigger.name}'.`,
    );
  }
  return template.length === 0 ? undefined : values;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function visibleHeaders(trigger: TriggerPlan, headers: Readonly<Record<string, string>>): JsonObject {
  const keepAuthorization = trigger.operationOptions.has('includeauthorizationheadersinoutputs');
  const visible: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'authorization' && !keepAuthorization) continue;
    setMember(visible, canonicalHeaderName(name), value);
  }
  return visible;
}

const schemas = new WeakMap<TriggerPlan, ReturnType<typeof planSchema>>();

function checkSchema(trigger: TriggerPlan, body: Json | undefined): void {
  const schema = trigger.request?.schema;
  if (schema === undefined || !trigger.operationOptions.has('enableschemavalidation')) return;
  let planned = schemas.get(trigger);
  if (planned === undefined) {
    planned = planSchema(schema);
    schemas.set(trigger, planned);
  }
  const errors = planned.validate(body ?? null);
  if (errors.length === 0) return;
  raise(
    'TriggerInputSchemaMismatch',
    `The input body for trigger '${trigger.name}' of type '${trigger.type}' did not match its schema definition. Error details: '${errors.map((error) => error.message).join(',')}'.`,
  );
}
