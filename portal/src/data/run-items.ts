/** What a loop of a run went over. Source: portal reference 7.2 (*Item*). */
import { call } from '../api/http.ts';
import { workflowPath } from './workflows.ts';

interface Trace {
  readonly value?: unknown;
}

/**
 * The list that a Foreach went over, as its expression traces tell it; empty for other loops, and where it is hidden.
 * @param inside the iteration of the loops around it, as its name; empty at the top.
 */
export async function readItems<T>(
  runId: string,
  loop: string,
  inside: string,
  signal?: AbortSignal,
): Promise<readonly T[]> {
  const place = inside === '' ? '' : `/repetitions/${inside}`;
  const path = workflowPath(`${runId}/actions/${encodeURIComponent(loop)}${place}/listExpressionTraces`);
  const { body } = await call<{ readonly inputs?: readonly Trace[] }>(
    'POST',
    path,
    signal === undefined ? {} : { signal },
  );
  const list = body.inputs?.[0]?.value;
  return Array.isArray(list) ? (list as readonly T[]) : [];
}
