/**
 * A reporter for node's test runner that counts. It writes one JSON line when the run is over: how many tests passed,
 * failed and were skipped, and which files ran no test at all (node reports such a file as one that passed).
 */
import { resolve } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly empty: readonly string[];
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0, empty: [] };

export function add(left: Tally, right: Tally): Tally {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
    empty: [...left.empty, ...right.empty],
  };
}

// oxlint-disable-next-line import/no-default-export -- the form that node asks for
export default async function* tally(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let sum = nothing;
  for await (const event of events) {
    if (event.type === 'test:pass' || event.type === 'test:fail') sum = add(sum, tallyOf(event));
  }
  yield JSON.stringify(sum);
}

type Failed = Extract<TestEvent, { type: 'test:fail' }>;
type Ended = Extract<TestEvent, { type: 'test:pass' }> | Failed;

function tallyOf({ type, data }: Ended): Tally {
  if (type === 'test:fail') return failsByItself(data) ? { ...nothing, failed: 1 } : nothing;
  if (data.details.type === 'suite') return nothing;
  if (data.nesting === 0 && data.file !== undefined && resolve(data.name) === data.file)
    return { ...nothing, empty: [data.file] };
  const left = data.skip !== undefined || data.todo !== undefined;
  return left ? { ...nothing, skipped: 1 } : { ...nothing, passed: 1 };
}

/** A suite also fails because something in it did, which was counted there; a failing hook is the suite's own fault. */
function failsByItself({ details }: Failed['data']): boolean {
  const { failureType } = details.error as { failureType?: string };
  return details.type !== 'suite' || failureType !== 'subtestsFailed';
}
