/**
 * Every trigger and action type of the Consumption plan: which exist here, and what may be set on them. Checks, documents
 * and the designer read this one table.
 * Source: engine reference 1.1, 13; the types it lists for the Standard plan only are left out.
 */
export type OperationCategory =
  | 'Request'
  | 'Schedule'
  | 'Http'
  | 'Connector'
  | 'Control'
  | 'Data'
  | 'Variable'
  | 'Code'
  | 'Batch'
  | 'Integration account';

/** `secureData`, `trackedProperties` and descriptions may be set on all and are not listed. */
export type OperationSetting =
  | 'retryPolicy'
  | 'timeout'
  | 'requestTimeout'
  | 'pagination'
  | 'chunking'
  | 'staticResult'
  | 'splitOn'
  | 'recurrence'
  | 'concurrency';

export interface OperationType {
  readonly type: string;
  readonly role: 'trigger' | 'action';
  readonly category: OperationCategory;
  /** False: refused on save with `WorkflowActionTypeNotSupported`. */
  readonly supported: boolean;
  /** False: exists in Azure, refused on save with `WorkflowOptionNotSupported`. Settings not named do not apply. */
  readonly settings: { readonly [S in OperationSetting]?: boolean };
  /** Values of `operationOptions`, as in `settings`. */
  readonly options: { readonly [option: string]: boolean };
}

type Settings = OperationType['settings'];
type Options = OperationType['options'];

interface Rules {
  readonly settings?: Settings;
  readonly options?: Options;
}

function trigger(type: string, category: OperationCategory, rules: Rules = {}): OperationType {
  const settings: Settings = { splitOn: true, concurrency: true, ...rules.settings };
  return {
    type,
    role: 'trigger',
    category,
    supported: true,
    settings,
    options: { SingleInstance: true, ...rules.options },
  };
}

function action(type: string, category: OperationCategory, rules: Rules = {}): OperationType {
  return {
    type,
    role: 'action',
    category,
    supported: true,
    settings: rules.settings ?? {},
    options: rules.options ?? {},
  };
}

function later(role: OperationType['role'], type: string, category: OperationCategory): OperationType {
  return { type, role, category, supported: false, settings: {}, options: {} };
}

const answered: Options = { SuppressWorkflowHeadersOnResponse: true, IncludeAuthorizationHeadersInOutputs: true };
const data: Rules = { settings: { staticResult: true } };
const outbound: Options = {
  DisableAsyncPattern: true,
  DisableAutomaticDecompression: true,
  SuppressWorkflowHeaders: true,
};
/** Triggers that call out. */
const asking: Settings = { retryPolicy: true, timeout: true };
const call: Settings = { retryPolicy: true, timeout: true, staticResult: true };

export const operationCatalogue: readonly OperationType[] = [
  trigger('Request', 'Request', { options: { ...answered, EnableSchemaValidation: true } }),
  trigger('Recurrence', 'Schedule', { settings: { splitOn: false, recurrence: true } }),
  trigger('ApiConnectionWebhook', 'Connector', { settings: asking }),
  trigger('SlidingWindow', 'Schedule', { settings: { splitOn: false, recurrence: true } }),
  trigger('Http', 'Http', {
    settings: { ...asking, recurrence: true, requestTimeout: true },
    options: { DisableAutomaticDecompression: true, SuppressWorkflowHeaders: true },
  }),
  trigger('HttpWebhook', 'Http', { settings: asking, options: answered }),
  trigger('ApiConnection', 'Connector', { settings: { ...asking, recurrence: true } }),
  trigger('ApiManagement', 'Http', {
    settings: { ...asking, recurrence: true },
    options: { SuppressWorkflowHeaders: true },
  }),
  trigger('ApiConnectionNotification', 'Connector', { settings: asking }),
  trigger('Batch', 'Batch', { settings: { splitOn: false } }),
  action('Http', 'Http', {
    settings: { ...call, requestTimeout: true, pagination: true, chunking: true },
    options: outbound,
  }),
  action('HttpWebhook', 'Http', { settings: call }),
  action('ApiConnection', 'Connector', {
    settings: { ...call, pagination: true, chunking: true },
    options: { DisableAsyncPattern: true },
  }),
  action('ApiConnectionWebhook', 'Connector', { settings: call }),
  action('Function', 'Http', { settings: call, options: outbound }),
  action('ApiManagement', 'Http', {
    settings: call,
    options: { DisableAsyncPattern: true, SuppressWorkflowHeaders: true },
  }),
  action('Response', 'Request', { settings: { staticResult: true }, options: { Asynchronous: true } }),
  action('Compose', 'Data', data),
  action('ParseJson', 'Data', data),
  action('Query', 'Data', data),
  action('Select', 'Data', data),
  action('Join', 'Data', data),
  action('Table', 'Data', data),
  action('Expression', 'Data', data),
  action('ParseDocument', 'Data', data),
  action('ParseDocumentWithMetadata', 'Data', data),
  action('ChunkText', 'Data', data),
  action('InitializeVariable', 'Variable'),
  action('SetVariable', 'Variable'),
  action('IncrementVariable', 'Variable'),
  action('DecrementVariable', 'Variable'),
  action('AppendToArrayVariable', 'Variable'),
  action('AppendToStringVariable', 'Variable'),
  action('If', 'Control'),
  action('Switch', 'Control'),
  action('Scope', 'Control'),
  action('Foreach', 'Control', { settings: { concurrency: true }, options: { Sequential: true } }),
  action('Until', 'Control', { settings: { timeout: true }, options: { FailWhenLimitsReached: true } }),
  action('Terminate', 'Control'),
  action('Wait', 'Schedule', data),
  action('JavaScriptCode', 'Code', data),
  action('Workflow', 'Control', {
    settings: call,
    options: { DisableAsyncPattern: true, DisableAutomaticDecompression: true },
  }),
  action('SendToBatch', 'Batch', { settings: { retryPolicy: true, timeout: true, staticResult: true } }),
  later('action', 'Xslt', 'Integration account'),
  later('action', 'XmlValidation', 'Integration account'),
  later('action', 'Liquid', 'Integration account'),
  later('action', 'FlatFileDecoding', 'Integration account'),
  later('action', 'FlatFileEncoding', 'Integration account'),
  later('action', 'IntegrationAccountArtifactLookup', 'Integration account'),
  later('action', 'As2Encode', 'Integration account'),
  later('action', 'As2Decode', 'Integration account'),
  later('action', 'RosettaNetEncode', 'Integration account'),
  later('action', 'RosettaNetDecode', 'Integration account'),
  later('action', 'RosettaNetWaitForResponse', 'Integration account'),
  later('action', 'ChunkTextWithMetadata', 'Data'),
];

const byRoleAndType: ReadonlyMap<string, OperationType> = new Map(
  operationCatalogue.map((one) => [`${one.role}/${one.type.toLowerCase()}`, one]),
);

/** The catalogue's entry, ignoring case. */
export function operationType(role: 'trigger' | 'action', type: string): OperationType | undefined {
  return byRoleAndType.get(`${role}/${type.toLowerCase()}`);
}
