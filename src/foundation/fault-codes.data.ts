/**
 * The table of stable error codes: Azure's where it has one. Messages are written where the fault arises; the table fixes
 * the HTTP status of an answer that carries the code, and whether trying again can help.
 * Source: the ARM error envelope and code lists of the published Azure REST documentation.
 */

export interface FaultCodeEntry {
  readonly status: number;
  readonly retryable?: true;
  /** One sentence for the reference page. */
  readonly meaning: string;
}

export const faultCodes = {
  // Requests
  InvalidRequestContent: { status: 400, meaning: 'The body is not the JSON the operation expects.' },
  InvalidRequestFormat: { status: 400, meaning: 'The request as a whole is malformed.' },
  InvalidParameter: { status: 400, meaning: 'A parameter has a value the operation does not take.' },
  InvalidResourceName: { status: 400, meaning: 'The resource name breaks the naming rule of its type.' },
  InvalidTag: { status: 400, meaning: 'A tag breaks the limits on names, values or number.' },
  MissingApiVersionParameter: { status: 400, meaning: 'The api-version query parameter is missing.' },
  InvalidApiVersionParameter: { status: 400, meaning: 'The api-version is not one the type supports.' },
  NoRegisteredProviderFound: { status: 400, meaning: 'No provider serves this type at this version.' },
  LocationRequired: { status: 400, meaning: 'The resource needs a location.' },
  RequestEntityTooLarge: { status: 413, meaning: 'The body is over the limit.' },
  UnsupportedMediaType: { status: 415, meaning: 'The content type or encoding is not supported.' },
  NotSupported: { status: 405, meaning: 'The resource does not support this method.' },
  TooManyRequests: { status: 429, retryable: true, meaning: 'The caller or the server is over its rate.' },
  ServiceUnavailable: { status: 503, retryable: true, meaning: 'The server is starting or draining.' },
  InternalServerError: { status: 500, retryable: true, meaning: 'The server met an unexpected condition.' },
  PreconditionFailed: { status: 412, meaning: 'The resource changed since it was read.' },
  Conflict: { status: 409, meaning: 'The resource is in a state that forbids the operation.' },
  // Identity and access
  AuthenticationFailed: { status: 401, meaning: 'No usable credential was given.' },
  InvalidAuthenticationToken: { status: 401, meaning: 'The bearer token is malformed or not ours.' },
  ExpiredAuthenticationToken: { status: 401, meaning: 'The bearer token is past its end.' },
  InvalidAuthenticationTokenTenant: { status: 401, meaning: 'The bearer token is of another tenant.' },
  InvalidAuthenticationTokenAudience: { status: 401, meaning: 'The bearer token is meant for another service.' },
  AuthorizationFailed: { status: 403, meaning: 'The identity has no role for the action at the scope.' },
  LinkedAuthorizationFailed: { status: 403, meaning: 'The identity lacks a permission on a linked resource.' },
  // Resources
  SubscriptionNotFound: { status: 404, meaning: 'The subscription does not exist.' },
  InvalidSubscriptionId: { status: 400, meaning: 'The subscription id in the path is not a GUID.' },
  ResourceGroupNotFound: { status: 404, meaning: 'The resource group does not exist.' },
  ResourceNotFound: { status: 404, meaning: 'The resource does not exist.' },
  ParentResourceNotFound: { status: 404, meaning: 'The parent of the resource does not exist.' },
  InvalidResourceType: { status: 404, meaning: 'The provider has no such type.' },
  InvalidResourceNamespace: { status: 404, meaning: 'There is no such resource provider.' },
  InvalidResourceGroupLocation: { status: 409, meaning: 'A resource group cannot change its location.' },
  InvalidResourceLocation: { status: 409, meaning: 'A resource cannot change its location.' },
  ResourceGroupBeingDeleted: { status: 409, meaning: 'The resource group is being deleted.' },
  SecurityRuleConflict: { status: 400, meaning: 'Two rules of a security group share priority and direction.' },
  NotFound: { status: 404, meaning: 'There is nothing at this path.' },
  // Templates and deployments
  InvalidTemplate: { status: 400, meaning: 'A template or workflow definition is invalid.' },
  InvalidTemplateDeployment: { status: 400, meaning: 'A deployment fails its preflight checks.' },
  DeploymentFailed: { status: 409, meaning: 'At least one operation of the deployment failed.' },
  DeploymentActive: { status: 409, meaning: 'A deployment of that name is still running.' },
  DeploymentNotFound: { status: 404, meaning: 'The deployment does not exist.' },
  InvalidDeployment: { status: 400, meaning: 'The deployment request is invalid.' },
  // Workflows
  WorkflowNotFound: { status: 404, meaning: 'The workflow does not exist.' },
  WorkflowTriggerNotFound: { status: 404, meaning: 'The workflow has no such trigger.' },
  WorkflowTriggerIsNotEnabled: { status: 400, meaning: 'The workflow is disabled.' },
  WorkflowTriggerHistoryNotFound: { status: 404, meaning: 'The trigger history does not exist.' },
  WorkflowRunNotFound: { status: 404, meaning: 'The run does not exist.' },
  WorkflowRunActionNotFound: { status: 404, meaning: 'The run has no such action.' },
  WorkflowRunActionRepetitionNotFound: { status: 404, meaning: 'The action has no such repetition.' },
  WorkflowRunCanNotBeCancelled: { status: 400, meaning: 'The run has already ended.' },
  WorkflowVersionNotFound: { status: 404, meaning: 'The workflow has no such version.' },
  WorkflowRunActionAlreadyRun: { status: 400, meaning: 'The webhook action was already answered.' },
  WorkflowMaximumWaitingRunCountExceeded: { status: 429, retryable: true, meaning: 'No more runs may wait.' },
  TriggerInputSchemaMismatch: { status: 400, meaning: 'The body does not match the trigger schema.' },
  TriggerRequestMethodNotValid: { status: 400, meaning: 'The trigger expects another method.' },
  TriggerRelativePathNotValid: { status: 400, meaning: 'The path does not fit the trigger path.' },
  DirectApiAuthorizationRequired: { status: 401, meaning: 'The callback carries no signature.' },
  DirectApiInvalidAuthorizationSignature: { status: 401, meaning: 'The callback signature is wrong or expired.' },
  NoResponse: { status: 502, meaning: 'The workflow ended without a response.' },
  GatewayTimeout: { status: 504, meaning: 'The workflow did not respond in time.' },
  InvalidVariableInitialization: { status: 400, meaning: 'A variable is initialised in the wrong place.' },
  InvalidVariableOperation: { status: 400, meaning: 'A variable is used before it is initialised.' },
  InvalidRetryPolicy: { status: 400, meaning: 'A retry policy is outside its limits.' },
  InvalidConcurrencyConfiguration: { status: 400, meaning: 'A concurrency setting is invalid.' },
  InvalidWorkflowTriggerRecurrence: { status: 400, meaning: 'A recurrence is invalid.' },
  InvalidWorkflowTriggerRecurrenceSchedule: { status: 400, meaning: 'A recurrence schedule is invalid.' },
  AllowedSwitchCaseLimitExceeded: { status: 400, meaning: 'A switch has too many cases.' },
  WorkflowRunActionUntilLimitInvalid: { status: 400, meaning: 'The limit of an Until is invalid.' },
  WorkflowRunActionTimeoutLimitInvalid: { status: 400, meaning: 'The timeout of an action is invalid.' },
  WorkflowRunActionResponseStatusCodeNotSupported: { status: 400, meaning: 'The status of a Response is not allowed.' },
  ActionSchemaNotSupported: { status: 400, meaning: 'The JSON schema uses a keyword that is not supported.' },
  WorkflowActionTypeNotSupported: { status: 400, meaning: 'The action or trigger type does not exist here.' },
  WorkflowOptionNotSupported: { status: 400, meaning: 'The definition asks for an option that does not exist here.' },
  WorkflowLimitExceeded: { status: 400, meaning: 'The definition is over a documented limit.' },
  WorkflowUnsupportedSplitOnTriggerForResponseAction: { status: 400, meaning: 'splitOn excludes Response.' },
  WorkflowUnsupportedRecurrenceTriggerForResponseAction: { status: 400, meaning: 'A recurrence excludes Response.' },
  InvalidStaticResultName: { status: 400, meaning: 'A static result is not declared.' },
  WorkflowInvalidStaticResults: { status: 400, meaning: 'A static result is malformed.' },
  WorkflowUnsupportedBatchTriggerForResponseAction: { status: 400, meaning: 'A batch trigger excludes Response.' },
  WorkflowRunActionInputsMissingProperty: { status: 400, meaning: 'The inputs of an action lack a property.' },
  WorkflowRunActionInputsInvalidProperty: { status: 400, meaning: 'A property in the inputs of an action is invalid.' },
  WorkflowAuthenticationTypeNotSupported: { status: 400, meaning: 'The authentication type of an action is unknown.' },
  InvalidPaginationPolicy: { status: 400, meaning: 'A pagination policy is outside its limits.' },
  ActionDescriptionTooLong: { status: 400, meaning: 'The description of an action is too long.' },
  TriggerDescriptionTooLong: { status: 400, meaning: 'The description of a trigger is too long.' },
  WorkflowDescriptionTooLong: { status: 400, meaning: 'The description of a definition is too long.' },
  // Connections
  ApiConnectionNotFound: { status: 404, meaning: 'The connection does not exist.' },
  ManagedApiNotFound: { status: 404, meaning: 'There is no such managed API.' },
  // Ingestion and automations
  EventFormatNotRecognized: { status: 400, meaning: 'The event has no known shape.' },
  InvalidEvent: { status: 400, meaning: 'The event lacks a member its shape requires.' },
  InvalidAutomation: { status: 400, meaning: 'The automation is invalid.' },
  LogicAppNotEligible: { status: 400, meaning: 'The logic app has no trigger that the event can start.' },
  // Store
  StoreInUse: { status: 409, retryable: true, meaning: 'Another process has the data folder open.' },
  StoreTooNew: { status: 409, meaning: 'A newer version of the program wrote the data folder.' },
  StoreDamaged: { status: 500, meaning: 'A file of the data folder is damaged or is not ours.' },
  StoreKeyInvalid: { status: 500, meaning: 'The secret key does not open what the store holds.' },
  StoreUnavailable: { status: 503, retryable: true, meaning: 'The store is closed or could not write.' },
} as const satisfies Record<string, FaultCodeEntry>;

export type FaultCode = keyof typeof faultCodes;
