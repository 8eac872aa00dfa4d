/**
 * Every trigger and action type of the Consumption plan: which exist here, and what may be set on them.
 * Source: engine reference 13; the types it lists for the Standard plan only are left out.
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

export interface OperationType {
  readonly type: string;
  readonly role: 'trigger' | 'action';
  readonly category: OperationCategory;
  /** False: refused on save with `WorkflowActionTypeNotSupported`. */
  readonly supported: boolean;
}

function trigger(type: string, category: OperationCategory, supported = true): OperationType {
  return { type, role: 'trigger', category, supported };
}

function action(type: string, category: OperationCategory, supported = true): OperationType {
  return { type, role: 'action', category, supported };
}

export const operationCatalogue: readonly OperationType[] = [
  trigger('Request', 'Request'),
  trigger('Recurrence', 'Schedule'),
  trigger('ApiConnectionWebhook', 'Connector'),
  trigger('SlidingWindow', 'Schedule', false),
  trigger('Http', 'Http', false),
  trigger('HttpWebhook', 'Http', false),
  trigger('ApiConnection', 'Connector', false),
  trigger('ApiConnectionNotification', 'Connector', false),
  trigger('ApiManagement', 'Http', false),
  trigger('Batch', 'Batch', false),
  action('Http', 'Http'),
  action('HttpWebhook', 'Http'),
  action('ApiConnection', 'Connector'),
  action('ApiConnectionWebhook', 'Connector'),
  action('Response', 'Request'),
  action('Compose', 'Data'),
  action('ParseJson', 'Data'),
  action('Query', 'Data'),
  action('Select', 'Data'),
  action('Join', 'Data'),
  action('Table', 'Data'),
  action('Expression', 'Data'),
  action('InitializeVariable', 'Variable'),
  action('SetVariable', 'Variable'),
  action('IncrementVariable', 'Variable'),
  action('DecrementVariable', 'Variable'),
  action('AppendToArrayVariable', 'Variable'),
  action('AppendToStringVariable', 'Variable'),
  action('If', 'Control'),
  action('Switch', 'Control'),
  action('Scope', 'Control'),
  action('Foreach', 'Control'),
  action('Until', 'Control'),
  action('Terminate', 'Control'),
  action('Wait', 'Schedule'),
  action('Workflow', 'Control', false),
  action('Function', 'Http', false),
  action('ApiManagement', 'Http', false),
  action('JavaScriptCode', 'Code', false),
  action('SendToBatch', 'Batch', false),
  action('Xslt', 'Integration account', false),
  action('XmlValidation', 'Integration account', false),
  action('Liquid', 'Integration account', false),
  action('FlatFileDecoding', 'Integration account', false),
  action('FlatFileEncoding', 'Integration account', false),
  action('IntegrationAccountArtifactLookup', 'Integration account', false),
  action('ParseDocument', 'Data', false),
  action('ChunkText', 'Data', false),
];

/** The catalogue's entry, ignoring case. */
export function operationType(role: 'trigger' | 'action', type: string): OperationType | undefined {
  const wanted = type.toLowerCase();
  return operationCatalogue.find((one) => one.role === role && one.type.toLowerCase() === wanted);
}
