/** A refused call, in the words of the error envelope every call of the server answers with. */

export interface ArmErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

export class ArmError extends Error {
  /** HTTP status; 0 when the server could not be reached. */
  readonly status: number;
  readonly code: string;
  readonly target: string | undefined;
  readonly details: readonly ArmErrorDetail[];
  /** `x-ms-correlation-request-id` of the answer: what the server's log knows the call by. */
  readonly requestId: string;
  /** The error as it came, with members that only some calls have. */
  readonly raw: unknown;

  constructor(
    status: number,
    error: ArmErrorDetail & { readonly details?: readonly ArmErrorDetail[] },
    requestId = '',
  ) {
    super(error.message);
    this.raw = error;
    this.name = 'ArmError';
    this.status = status;
    this.code = error.code;
    this.target = error.target;
    this.details = error.details ?? [];
    this.requestId = requestId;
  }
}

/** What an answer's body says went wrong; a body of another form is told by its status. */
export function armErrorOf(status: number, body: unknown, requestId: string): ArmError {
  const error = (body as { readonly error?: unknown } | undefined)?.error;
  if (typeof error === 'object' && error !== null && 'message' in error) {
    return new ArmError(status, error as ArmErrorDetail, requestId);
  }
  return new ArmError(status, { code: `Http${status}`, message: `The server answered ${status}.` }, requestId);
}

/** Any thrown value as an `ArmError`: a page shows one form of fault only. */
export function asArmError(error: unknown): ArmError {
  if (error instanceof ArmError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ArmError(0, { code: 'ClientError', message });
}
