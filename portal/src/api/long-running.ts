/** Operations that go on after their answer: polling `Azure-AsyncOperation` and `Location`. Source: management API 1.5. */
import { ArmError } from './arm-error.ts';
import { type Answer, call, pause } from './http.ts';

interface OperationBody {
  readonly status?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Where an answer says its operation can be watched; undefined when it is done. */
export function operationOf(answer: Answer<unknown>): string | undefined {
  const asynchronous = answer.headers.get('azure-asyncoperation');
  if (asynchronous !== null) return asynchronous;
  return answer.status === 202 ? (answer.headers.get('location') ?? undefined) : undefined;
}

/** Resolves when the operation has succeeded. @throws ArmError with the operation's own error. */
export async function watchOperation(address: string, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const answer = await call<OperationBody | undefined>('GET', address, signal === undefined ? {} : { signal });
    const status = answer.body?.status;
    if (answer.status !== 202 && (status === undefined || status === 'Succeeded')) return;
    if (status === 'Failed' || status === 'Canceled') {
      const error = answer.body?.error ?? { code: status, message: `The operation ended as ${status}.` };
      throw new ArmError(answer.status, error);
    }
    const seconds = Number(answer.headers.get('retry-after') ?? '1');
    await pause(Math.min(Math.max(seconds, 0.3), 10) * 1000);
  }
}
