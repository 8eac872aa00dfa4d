/**
 * What preflight has to say about a logic app.
 *
 * Owns: the shape and the codes. Does not own: the checks.
 * Source: own-api reference (`POST /tocsin/v1/preflight`).
 */
export const findingCodes = {
  WorkflowDisabled: 'The logic app is disabled: nothing starts it.',
  TriggerDisabled: 'The trigger is disabled.',
  TriggerNotSupported: 'No automation can start this trigger.',
  TriggerNotWired: 'The trigger takes security events, and no enabled automation sends it any.',
  CallbackStale: 'An automation holds a callback of the logic app that is no longer valid.',
  ConnectionKeyMissing: 'An action names a connection that the value of $connections does not have.',
  ApiConnectionNotFound: 'The API connection does not exist.',
  ConnectionNotAuthorized: 'The API connection is not authorised.',
  ConnectionInSandbox: 'Calls over the connection are captured and not carried out.',
  ConnectorNotSupported: 'The connector cannot be carried out here but in the sandbox.',
  OperationNotSupported: 'The operation cannot be carried out here but in the sandbox.',
  OperationUnknown: 'The connector has no operation with this method and path.',
  IdentityMissing: 'The action signs in as an identity that the logic app does not have.',
  AuthenticationMissing: 'The call on a protected API carries no authentication.',
  PermissionMissing: 'The identity holds no role that allows the call.',
  AddressForbidden: 'The outbound guard refuses the address.',
  HostUnreachable: 'The host of the call cannot be reached.',
  LinkedWorkflowNotFound: 'The logic app that the action calls does not exist.',
  LinkedWorkflowDisabled: 'The logic app that the action calls is disabled.',
  StaticResultEnabled: 'The action is not carried out: its static result is enabled.',
} as const;

export type FindingCode = keyof typeof findingCodes;

/** `Error`: runs will fail there. `Warning`: they may. `Information`: they go otherwise than in production. */
export type Severity = 'Error' | 'Warning' | 'Information';

export interface Finding {
  readonly workflowId: string;
  /** Absent when it is about the logic app or its trigger. */
  readonly action?: string;
  readonly trigger?: string;
  readonly severity: Severity;
  readonly code: FindingCode;
  readonly message: string;
  /** What mends it. */
  readonly fix?: string;
}

/** A finding before it is said which logic app and which action it is about. */
export type Remark = Omit<Finding, 'workflowId' | 'action' | 'trigger'>;

export function remark(severity: Severity, code: FindingCode, message: string, fix?: string): Remark {
  return { severity, code, message, ...(fix === undefined ? {} : { fix }) };
}
