/**
 * The repetitions of an iteration among all of an action.
 *
 * Invariant
 * RI1. Of a hundred thousand repetitions some twenty are looked at: they are in the order of their names, and those of one iteration,
 *      nested ones included, stand together.
 */
import { type ActionRecord, repetitionNameOf } from '#engine';

/** @param records in the order of their names, as a folded history gives them. @param inside an iteration's name: `000002-000000`. */
export function repetitionsInside(records: readonly ActionRecord[], inside: string): readonly ActionRecord[] {
  const from = firstFrom(records, inside);
  let to = from;
  for (
    let record = records[to];
    record !== undefined && isInside(repetitionNameOf(record), inside);
    record = records[to]
  ) {
    to += 1;
  }
  return records.slice(from, to);
}

/** The place of the first record whose name is not before. */
function firstFrom(records: readonly ActionRecord[], name: string): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const record = records[middle];
    if (record !== undefined && repetitionNameOf(record) < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

const isInside = (name: string, inside: string): boolean => name === inside || name.startsWith(`${inside}-`);
