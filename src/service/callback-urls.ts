/**
 * Callback URLs of logic apps: making, recognising and verifying them.
 *
 * Owns: the URL form, the signed text, the rule which trigger a name means.
 * Does not own: firing (`fire-trigger.ts`), who may list URLs (routes).
 * Source: engine reference 2.5 and 10; ARM reference 6.4.
 *
 * Invariants
 * U1. The signature covers opaque id, permission path, version and expiry, with one of the workflow's two access keys.
 * U2. Host and port are not signed: a URL stays valid when the server moves to another port.
 * U3. Signatures are compared in constant time, with both keys. Those of a text that was granted once are kept as long as
 *     the workflow's secrets stay the same object: making them costs more than all other checks of a call.
 */
import { memberOf, parseArmId, parseTimeText, raise } from '#foundation';
import type { Services } from './services.ts';
import { publishedTriggerNames } from './trigger-names.data.ts';
import { requireWorkflow, type StoredWorkflow, workflowAtVersion, type WorkflowSecrets } from './workflow-resource.ts';

const signatureVersion = '1.0';
export const callbackApiVersion = '2016-10-01';

/** What a signed URL of ours says; `permission` is its `sp`. */
export interface SignedPath {
  readonly permission: string;
  readonly version: string;
  /** RFC 3339, only for URLs made with `notAfter`. */
  readonly expiry?: string;
  readonly signature: string;
}

export interface CallbackUrl {
  readonly value: string;
  readonly method: string;
  readonly basePath: string;
  readonly relativePath?: string;
  readonly relativePathParameters?: readonly string[];
  readonly queries: Readonly<Record<string, string>>;
}

export interface CallbackUrlOptions {
  /** RFC 3339 end of validity. */
  readonly notAfter?: string;
  readonly keyType?: 'Primary' | 'Secondary';
}

/** Of one version of a workflow instead of whatever is its newest. */
export interface TriggerUrlOptions extends CallbackUrlOptions {
  readonly version?: string;
}

/** Signs `permission` for a workflow; the result are the URL's query parameters. */
export function signedQueries(
  services: Services,
  workflow: StoredWorkflow,
  permission: string,
  options: CallbackUrlOptions = {},
): Record<string, string> {
  const { primaryKey, secondaryKey } = workflow.secrets;
  const key = options.keyType === 'Secondary' ? secondaryKey : primaryKey;
  const text = signedText(workflow.body.opaqueId, permission, signatureVersion, options.notAfter);
  return {
    'api-version': callbackApiVersion,
    ...(options.notAfter === undefined ? {} : { se: options.notAfter }),
    sp: permission,
    sv: signatureVersion,
    sig: services.secrets.sign(key, text),
  };
}

function signedText(opaqueId: string, permission: string, version: string, expiry?: string): string {
  return [opaqueId, permission, version, expiry ?? ''].join('\n');
}

/**
 * The callback URL of a trigger; without a name, of the workflow's only trigger.
 * @throws TocsinError `WorkflowNotFound`, `WorkflowVersionNotFound`, `WorkflowTriggerNotFound`.
 */
export function callbackUrlOf(
  services: Services,
  workflowId: string,
  triggerName?: string,
  options: TriggerUrlOptions = {},
): CallbackUrl {
  const { version } = options;
  const newest = requireWorkflow(services, workflowId);
  const workflow = version === undefined ? newest : workflowAtVersion(services, newest, version);
  const name = resolveTriggerName(workflow, triggerName);
  const trigger = memberOf(memberOf(workflow.body.definition, 'triggers'), name);
  const inputs = memberOf(trigger, 'inputs');
  const declared = memberOf(inputs, 'relativePath');
  const relativePath = typeof declared === 'string' && declared !== '' ? declared : undefined;
  const method = memberOf(inputs, 'method');
  const queries = signedQueries(services, workflow, triggerPermission(name, version), options);
  const place = `/workflows/${workflow.body.opaqueId}${versionPlace(version)}/triggers/${encodeURIComponent(name)}`;
  const basePath = `${services.settings.publicBaseUrl}${place}/paths/invoke`;
  const tail = relativePath === undefined ? '' : `/${relativePath.replace(/^\/+/, '')}`;
  const parameters = [...tail.matchAll(/\{([^{}/]+)\}/g)].map((match) => match[1] as string);
  return {
    value: `${basePath}${tail}?${new URLSearchParams(queries).toString()}`,
    method: typeof method === 'string' ? method.toUpperCase() : 'POST',
    basePath,
    ...(tail === '' ? {} : { relativePath: tail }),
    ...(parameters.length === 0 ? {} : { relativePathParameters: parameters }),
    queries,
  };
}

function versionPlace(version: string | undefined): string {
  return version === undefined ? '' : `/versions/${version}`;
}

/** What a trigger's URL grants: its `sp`. */
function triggerPermission(name: string, version: string | undefined): string {
  return `${versionPlace(version)}/triggers/${name}/run`;
}

/** What a call on a trigger's URL must be granted. */
export function callbackPermission({ triggerName, version }: TriggerCallback): string {
  return triggerPermission(triggerName, version);
}

/**
 * The trigger a name means: the one of that name ignoring case, else the one that carries another published name of the
 * same connector trigger; without a name, the only trigger.
 */
export function resolveTriggerName(workflow: StoredWorkflow, wanted?: string): string {
  const triggers = memberOf(workflow.body.definition, 'triggers');
  const names = Object.keys((triggers ?? {}) as object);
  if (wanted === undefined && names.length === 1) return names[0] as string;
  const lower = wanted?.toLowerCase() ?? '';
  const same = publishedTriggerNames
    .map((group) => group.map((name) => name.toLowerCase()))
    .find((group) => group.includes(lower));
  const found =
    names.find((name) => name.toLowerCase() === lower) ?? names.find((name) => same?.includes(name.toLowerCase()));
  if (found !== undefined) return found;
  const workflowName = parseArmId(workflow.id)?.name ?? workflow.id;
  return raise(
    'WorkflowTriggerNotFound',
    `The workflow '${workflowName}' trigger '${wanted ?? ''}' could not be found.`,
  );
}

/** A trigger callback of ours, taken apart; the host is not looked at (U2). Undefined for any other URL. */
export interface TriggerCallback {
  readonly opaqueId: string;
  /** Absent: the newest. */
  readonly version?: string;
  readonly triggerName: string;
  /** Decoded later, segment by segment; without a leading slash. */
  readonly relativePath: string;
  readonly signed?: SignedPath;
  /** Query parameters that are the caller's own. */
  readonly queries: Readonly<Record<string, string>>;
}

const callbackPath =
  /^\/+workflows\/+([0-9a-f]{32})(?:\/+versions\/+([^/]+))?\/+triggers\/+([^/]+)\/+paths\/+invoke(?:\/+(.*))?$/i;

/** Recognises `…/workflows/{opaqueId}[/versions/{version}]/triggers/{name}/paths/invoke[/…]?…` on whatever host. */
export function parseTriggerCallback(url: string): TriggerCallback | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return triggerCallbackOf(parsed.pathname, queriesOf(parsed.searchParams));
}

/** Repeated query keys are joined by comma, as Logic Apps shows them. */
export function queriesOf(parameters: URLSearchParams): Record<string, string> {
  const queries: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of parameters) {
    queries[name] = queries[name] === undefined ? value : `${queries[name]},${value}`;
  }
  return queries;
}

export function triggerCallbackOf(
  path: string,
  queries: Readonly<Record<string, string>>,
): TriggerCallback | undefined {
  const match = callbackPath.exec(path);
  if (match === null) return undefined;
  const { own, signed } = splitSignedQueries(queries);
  return {
    opaqueId: (match[1] as string).toLowerCase(),
    triggerName: decodeSegment(match[3] as string),
    relativePath: (match[4] ?? '').replace(/\/+$/, ''),
    queries: own,
    ...(match[2] === undefined ? {} : { version: match[2] }),
    ...(signed === undefined ? {} : { signed }),
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const signatureQueries = new Set(['api-version', 'sp', 'sv', 'se', 'sig']);

/** Takes the signature's query parameters apart from the caller's own. */
export function splitSignedQueries(queries: Readonly<Record<string, string>>): {
  readonly own: Record<string, string>;
  readonly signed?: SignedPath;
} {
  const own: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(queries)) {
    if (!signatureQueries.has(name.toLowerCase())) own[name] = value;
  }
  const { sp, sv, se, sig } = queries;
  if (sp === undefined || sv === undefined || sig === undefined) return { own };
  const signed = { permission: sp, version: sv, signature: sig };
  return { own, signed: se === undefined ? signed : { ...signed, expiry: se } };
}

/**
 * Checks that `signed` grants `permission` on the workflow now (U1, U3).
 * @throws TocsinError `DirectApiAuthorizationRequired`, `DirectApiInvalidAuthorizationSignature`.
 */
export function verifySignature(
  services: Services,
  workflow: StoredWorkflow,
  permission: string,
  signed: SignedPath | undefined,
): void {
  if (signed === undefined) {
    raise('DirectApiAuthorizationRequired', 'The request must be authenticated only by Shared Access scheme.');
  }
  const text = signedText(workflow.body.opaqueId, signed.permission, signed.version, signed.expiry);
  const signatures = signaturesOf(services, workflow.secrets, text);
  const matches = signatures.map((signature) => services.secrets.equal(signature, signed.signature));
  const granted = signed.permission.toLowerCase() === permission.toLowerCase();
  const expired = signed.expiry !== undefined && !((parseTimeText(signed.expiry) ?? 0) > services.clock.now());
  if (!matches.includes(true) || !granted || expired) {
    raise('DirectApiInvalidAuthorizationSignature', 'The provided authorization signature is invalid or expired.');
  }
  keepSignatures(workflow.secrets, text, signatures);
}

const keptSignatures = new WeakMap<WorkflowSecrets, Map<string, readonly string[]>>();
/** Texts kept per workflow: its triggers, and callbacks of runs that come more than once. */
const mostKeptTexts = 100;

/** The signatures of a text, one for each access key. */
function signaturesOf(services: Services, secrets: WorkflowSecrets, text: string): readonly string[] {
  const kept = keptSignatures.get(secrets)?.get(text);
  return kept ?? [secrets.primaryKey, secrets.secondaryKey].map((key) => services.secrets.sign(key, text));
}

function keepSignatures(secrets: WorkflowSecrets, text: string, signatures: readonly string[]): void {
  const texts = keptSignatures.get(secrets) ?? new Map<string, readonly string[]>();
  if (texts.get(text) === signatures) return;
  if (texts.size >= mostKeptTexts) texts.clear();
  texts.set(text, signatures);
  keptSignatures.set(secrets, texts);
}

/**
 * Where a webhook action waits, as its URL says it: `/runs/{run}/actions/{action}[/repetitions/{repetition}]`. The engine's id
 * of the wait is the action's name, in loops with `/` and the repetition's name behind it.
 */
export function waitingPlace(runName: string, callback: string): string {
  const [action = '', repetition] = callback.split('/');
  const inLoop = repetition === undefined ? '' : `/repetitions/${repetition}`;
  return `/runs/${runName}/actions/${action}${inLoop}`;
}

/** What `listCallbackUrl()` gives inside a webhook action of a run; `callback` is the engine's id of the wait. */
export function actionCallbackUrl(services: Services, workflowId: string, runName: string, callback: string): string {
  const workflow = requireWorkflow(services, workflowId);
  const place = waitingPlace(runName, callback);
  const queries = signedQueries(services, workflow, `${place}/run`);
  const path = `/workflows/${workflow.body.opaqueId}${place.split('/').map(encodeURIComponent).join('/')}/run`;
  return `${services.settings.publicBaseUrl}${path}?${new URLSearchParams(queries).toString()}`;
}
